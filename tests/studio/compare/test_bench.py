"""The bench changes what a person says, and refuses the rest without losing anything."""

import pytest

from populace.engine.errors import ProjectError
from populace.engine.project import Project
from populace.studio.compare.bench import MOST, Bench, policy_kinds


@pytest.fixture
def bench(tmp_path):
    base = Project.load("town_flu")
    file = base.save(tmp_path)
    return Bench(Project.load(file))


def by_name(bench):
    return {one.name: one for one in bench.variants}


def test_it_begins_with_the_project_alone(bench):
    assert [one.name for one in bench.variants] == ["Baseline"]
    assert bench.changes(0) == []


def test_scenarios_beside_the_project_are_there():
    bench = Bench(Project.load("town_flu"))
    names = [one.name for one in bench.variants]
    assert names[0] == "Nothing is done"
    assert "Both" in names
    assert bench.pinned == 0


def test_a_copy_is_changed_and_the_baseline_is_not(bench):
    copy = bench.duplicate(0)
    bench.set_value(copy, "policies.masks.coverage", "60 %")
    assert bench.changes(copy) == ["Masks: coverage 0 % → 60 %"]
    assert bench.variants[0].project == bench.base
    bench.set_value(copy, "policies.masks.coverage", "0.5")
    assert bench.variants[1].project.value("policies.masks.coverage") == 0.5


def test_policies_are_added_and_left_out(bench):
    copy = bench.duplicate(0)
    bench.add_policy(copy, "school_closure")
    assert ("school_closure", "School closure") in bench.policies(copy)
    bench.set_value(copy, "policies.school_closure.end_day", "60")
    bench.remove_policy(copy, "masks")
    assert [name for name, _ in bench.policies(copy)] == ["school_closure"]
    assert [name for name, _ in bench.policies(0)] == ["masks"]
    assert dict(policy_kinds())["lockdown"]


def test_another_scenario_becomes_the_baseline(bench):
    copy = bench.duplicate(0)
    bench.rename(copy, "With  masks ")
    bench.pin(copy)
    assert list(bench.projects(None)) == ["With masks", "Baseline"]
    with pytest.raises(ProjectError, match="is the baseline: pin another one first"):
        bench.remove(copy)
    bench.remove(0)
    assert [one.name for one in bench.variants] == ["With masks"]


def test_a_smaller_city_keeps_its_shares(bench):
    small = bench.projects(5_000)["Baseline"]
    assert small.population.people == 5_000
    assert small.disease.initial_infected == 3
    assert bench.projects(None)["Baseline"] == bench.base
    assert bench.can_be_smaller
    assert bench.people == 50_000


def test_names_of_copies_are_free(bench):
    for _ in range(MOST - 1):
        bench.duplicate(0)
    assert len(by_name(bench)) == MOST
    with pytest.raises(ProjectError, match="There may be 6 scenarios"):
        bench.duplicate(0)


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (lambda b: b.set_value(0, "policies.masks.coverage", "7"), "must be at most 1"),
        (lambda b: b.set_value(0, "policies.masks.coverage", "lots"), "must be a number"),
        (lambda b: b.set_value(0, "policies.masks.coverage", "lots %"), "must be a number such as"),
        (lambda b: b.set_value(0, "policies.mask.coverage", "1"), "no such setting"),
        (lambda b: b.set_value(0, "policies.masks.coverage", ""), "must be a number"),
        (lambda b: b.set_value(0, "policies.masks.coverage", "[1"), "is not a value"),
        (lambda b: b.add_policy(0, "no_policy"), "no_policy"),
        (lambda b: b.rename(0, "  "), "must have 1 to 80 letters"),
        (lambda b: b.rename(0, "x" * 81), "must have 1 to 80 letters"),
        (lambda b: b.pin(4), "is not there any more"),
        (lambda b: b.remove(4), "is not there any more"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(bench, act, message):
    before = list(bench.variants)
    with pytest.raises(ProjectError) as error:
        act(bench)
    assert message in str(error.value)
    assert bench.variants == before


def test_two_scenarios_never_have_one_name(bench):
    copy = bench.duplicate(0)
    with pytest.raises(ProjectError, match='another scenario is called "Baseline"'):
        bench.rename(copy, "Baseline")


def test_every_choice_can_be_set_to_what_it_is(bench):
    for choice in bench.choices(0):
        value = bench.variants[0].project.value(choice["path"])
        if isinstance(value, int | float) and not isinstance(value, bool):
            bench.set_value(0, choice["path"], repr(value))
    assert bench.variants[0].project == bench.base
