"""The bench changes what a person says, and refuses the rest without losing anything."""

import pytest

from populace.engine.errors import ProjectError
from populace.engine.project import Project
from populace.engine.scenarios.scenario import read_scenarios
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


@pytest.fixture
def new_york():
    return Bench(Project.load("nyc_covid"))


def test_what_a_story_tells_of_comes_when_it_is_asked_for(new_york):
    assert [one.name for one in new_york.variants] == ["Nothing is done"]
    assert [new_york.teller(step) for step in range(5)] == [0, None, None, None, None]
    masks = new_york.tell(2)
    assert new_york.changes(masks) == ["Masks: coverage 0 % → 60 %"]
    assert new_york.tell(2) == masks
    assert new_york.teller(2) == masks
    assert len(new_york.variants) == 2


def test_the_baseline_of_a_story_comes_back(new_york):
    masks = new_york.tell(2)
    new_york.pin(masks)
    new_york.remove(0)
    assert new_york.teller(0) is None
    again = new_york.tell(0)
    assert {one.id: one.project for one in new_york.variants}[again] == new_york.base
    assert new_york.pinned == masks


def test_a_step_that_is_not_there_is_refused(new_york, bench):
    for wrong in (lambda: new_york.tell(5), lambda: bench.tell(0)):
        with pytest.raises(ProjectError, match="step is not there"):
            wrong()


def test_scenarios_are_kept_beside_the_project(bench):
    masks = bench.duplicate(0)
    bench.rename(masks, "Masks")
    bench.set_value(masks, "policies.masks.coverage", "60 %")
    schools = bench.duplicate(0)
    bench.rename(schools, "Schools close")
    bench.add_policy(schools, "school_closure")
    file = bench.keep()
    assert file == bench.home / "scenarios.yaml"
    again = Bench(Project.load(bench.home))
    assert [(one.name, one.project) for one in again.variants] == [
        (one.name, one.project) for one in bench.variants
    ]
    # A second time, after a scenario was taken away.
    again.remove(masks)
    again.keep()
    assert [one.name for one in Bench(again.base).variants] == ["Baseline", "Schools close"]


def test_the_open_draft_of_a_saved_project_has_what_was_kept(tmp_path):
    project = Project.load("town_flu")
    for name in ("draft", "saved"):
        project.save(tmp_path / name)
    bench = Bench(Project.load(tmp_path / "draft"), tmp_path / "saved")
    bench.rename(bench.duplicate(0), "Masks")
    file = bench.keep()
    assert file.parent == tmp_path / "saved"
    assert (tmp_path / "draft" / "scenarios.yaml").read_bytes() == file.read_bytes()


def test_what_waits_to_be_asked_for_and_its_words_stay_in_the_file(tmp_path):
    sample = Project.load("nyc_covid")
    sample.save(tmp_path)
    for name in ("scenarios.yaml", "story.yaml"):
        (tmp_path / name).write_bytes((sample.folder / name).read_bytes())
    bench = Bench(Project.load(tmp_path))
    bench.set_value(bench.tell(2), "policies.masks.coverage", "0.8")
    before = read_scenarios(tmp_path / "scenarios.yaml")
    after = read_scenarios(bench.keep())
    assert {one.name: one.description for one in after.scenarios} == {
        one.name: one.description for one in before.scenarios
    }
    again = Bench(Project.load(tmp_path))
    assert again.changes(again.tell(2)) == ["Masks: coverage 0 % → 80 %"]
    assert again.changes(again.tell(1)) == ["Added School closure (policy)"]


def test_a_scenario_that_does_not_fit_is_said_and_the_others_are_there(tmp_path):
    base = Project.load("town_flu").save(tmp_path)
    text = (
        "scenarios:\n- {name: Old, remove: [policies.lockdown]}\n"
        "- {name: New, set: {policies.masks.coverage: 0.5}}\n"
    )
    (tmp_path / "scenarios.yaml").write_text(text)
    bench = Bench(Project.load(base))
    assert [one.name for one in bench.variants] == ["Baseline", "New"]
    [said] = bench.left_out
    assert said.startswith('"Old" does not fit this model: ')
    with pytest.raises(ProjectError, match="it would be lost"):
        bench.keep()
    assert (tmp_path / "scenarios.yaml").read_text() == text


def test_without_the_unchanged_project_nothing_is_kept(bench):
    copy = bench.duplicate(0)
    bench.set_value(copy, "policies.masks.coverage", "0.8")
    bench.pin(copy)
    bench.remove(0)
    with pytest.raises(ProjectError, match="unchanged project must be one of the scenarios"):
        bench.keep()
    assert not (bench.home / "scenarios.yaml").exists()


def test_a_draft_without_a_folder_keeps_nothing():
    bench = Bench(Project.from_spec(Project.load("town_flu").spec()))
    with pytest.raises(ProjectError, match="Save the project first"):
        bench.keep()
