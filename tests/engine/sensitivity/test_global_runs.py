"""Over the whole range of a real model: what matters stands first, on a smaller population."""

import json
import re

import pytest

from populace.engine.cli import main
from populace.engine.errors import ProjectError
from populace.engine.project import Project
from populace.engine.scaling import resized
from populace.engine.scenarios.store import Store
from populace.engine.sensitivity.global_runs import PEOPLE, GlobalRuns, sample_of
from populace.engine.sensitivity.global_words import chance_in_words
from populace.engine.sensitivity.ranges import Range, usual_ranges

TOWN = {
    "name": "Town",
    "days": 60,
    "population": {"kind": "town", "people": 3_000},
    "networks": [{"kind": kind} for kind in ("household", "school", "workplace", "community")],
    "disease": {"kind": "seir", "transmission": 0.04, "initial_infected": 30},
    "policies": [{"kind": "masks", "coverage": 0.0, "effect": 0.25}],
}
TRANSMISSION, USELESS = "disease.transmission", "policies.masks.effect"  # nobody has a mask
ASKED = (TRANSMISSION, "networks.school.intensity", USELESS)


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("POPULACE_CACHE", str(tmp_path / "cache"))


def answer(project, method, paths=ASKED, outcome="infections", **settings):
    plan = GlobalRuns.of(project, method, usual_ranges(project, paths), **settings)
    batch = plan.batch(Store()).start()
    assert batch.join(120)
    return plan.answer(batch.results, outcome), batch


@pytest.mark.parametrize(("method", "runs"), [("morris", 50), ("sobol", 200)])
def test_transmission_comes_first_and_what_does_nothing_has_exactly_nothing(method, runs):
    found, _ = answer(Project.from_spec(TOWN), method, people=1_500, runs=runs)
    first, second, last = found.numbers
    assert (first.path, last.path) == (TRANSMISSION, USELESS)
    assert first.low > second.value
    # With one seed the draws are the same, and so is all that happens.
    assert (last.value, last.low, last.high) == (0.0, 0.0, 0.0)
    assert found.chance.path == "chance"
    assert 0 < found.chance.value < first.value
    assert found.size == "1,500 people instead of 3,000"
    assert (found.people, found.of_people, found.first_infected) == (1_500, 3_000, 15)
    assert found.runs <= runs
    assert found.low90 < found.mean < found.high90
    assert "another seed" in chance_in_words(found) or "other seeds" in chance_in_words(found)
    if method == "morris":
        assert first.mean > 0


def test_what_was_run_before_is_read():
    project = Project.from_spec(TOWN)
    first, batch = answer(project, "morris", people=1_000, runs=30)
    again, second = answer(project, "morris", people=1_000, runs=30)
    assert again == first
    assert second.progress.computed == 0
    assert second.progress.reused == batch.progress.runs


def test_what_is_supplied_to_all_is_as_much_for_each_person_of_the_smaller_population():
    spec = TOWN | {"policies": [{"kind": "vaccination", "doses_per_day": 30, "start_day": 1}]}
    project = Project.from_spec(spec)
    path = "policies.vaccination.doses_per_day"
    plan = GlobalRuns.of(project, "morris", [Range(path, 0, 90)], people=1_000)
    values = sorted({task.model.project.value(path) for task in plan.tasks})
    assert values == pytest.approx([0.0, 10.0, 20.0, 30.0])
    assert plan.sample.value(path) == pytest.approx(10)


def test_a_city_is_made_smaller_and_a_small_town_stays():
    city = Project.load("town_flu")
    assert sample_of(city).population.agent_count() == PEOPLE
    assert sample_of(city).disease.initial_infected == 12  # of 30 among 50,000
    town = Project.from_spec(TOWN)
    assert sample_of(town) == town
    assert resized(town, 3_000) == town


def test_where_nobody_falls_ill_nothing_matters():
    project = Project.from_spec(TOWN | {"disease": TOWN["disease"] | {"initial_infected": 0}})
    found, _ = answer(project, "sobol", people=500, runs=112)
    assert found.mean == 0
    assert [one.value for one in (*found.numbers, found.chance)] == [0.0] * 4


def test_a_design_that_is_too_large_is_refused_before_anything_is_run():
    project = Project.from_spec(TOWN)
    with pytest.raises(ProjectError, match="there may be 20,000"):
        GlobalRuns.of(project, "sobol", usual_ranges(project), runs=900_000)


def test_the_command_tells_in_words_and_in_json(tmp_path, capsys):
    Project.from_spec(TOWN).save(tmp_path)
    words = ["sensitivity", str(tmp_path), "--global", "morris", "--wrt", *ASKED]
    words += ["--people", "1000", "--runs", "30"]
    assert main(words) == 0
    said = capsys.readouterr().out
    assert "1,000 people instead of 3,000, of whom 10 are infected first" in said
    lines = [line for line in said.splitlines() if line.startswith("  ")]
    assert "disease.transmission, 0.02 to 0.08" in lines[0]
    assert lines[-1].endswith("chance alone")
    assert main([*words, "--outcome", "peak_day", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["method"], found["unit"]) == ("morris", "day")
    assert found["computed"] == 0  # another figure of the same runs
    assert [one["path"] for one in found["numbers"]][-1] == USELESS
    assert found["numbers"][-1]["value"] == 0
    assert {one["path"]: (one["low"], one["high"]) for one in found["ranges"]}[USELESS] == (
        0.125,
        0.5,
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--global", "sobol", "--outcome", "death"], '"death". Did you mean "deaths"|Known'),
        (["--global", "morris", "--range", "disease.transmission=3:1"], "smaller to a larger"),
        (["--range", "disease.transmission=1:3"], "needs --global"),
        (["--outcome", "peak_day"], 'no outcome "peak_day"'),
        (["--global", "morris", "--runs", "5"], "--runs: must be at least"),
    ],
)
def test_a_question_that_cannot_be_answered_is_one_line(tmp_path, capsys, words, message):
    Project.from_spec(TOWN).save(tmp_path)
    assert main(["sensitivity", str(tmp_path), "--people", "500", *words]) != 0
    said = capsys.readouterr().err.strip()
    assert re.search(message, said)
    assert len(said.splitlines()) == 1
