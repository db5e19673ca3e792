"""A story tells of scenarios that are there, in words that fit, and says what is wrong with it."""

import copy
import re
from pathlib import Path

import pytest

from populace.engine.errors import ProjectError
from populace.engine.project import Project
from populace.engine.project_file import value_of
from populace.engine.scenarios.scenario import read_scenarios, scenarios_of
from populace.engine.scenarios.story import read_story, story_in, story_of

ROOT = Path(__file__).parents[3]
SCENARIOS = scenarios_of(
    {
        "scenarios": [
            {"name": "Masks", "set": {"policies.masks.coverage": 0.6}},
            {"name": "More masks", "set": {"policies.masks.coverage": 0.9}},
        ]
    }
)
STORY = {
    "title": "What masks do",
    "people": 500,
    "steps": [
        {"title": "Nothing", "text": "Nobody  does\nanything."},
        {"title": "Masks", "text": "Some wear one.", "scenario": "Masks"},
    ],
}


def test_its_steps_follow_the_baseline():
    story = story_of(STORY, SCENARIOS)
    assert [one.title for one in story.steps] == ["Nothing", "Masks"]
    assert story.steps[0].scenario is None
    assert story.steps[0].text == "Nobody does anything."
    assert story.told == {"Masks"}
    assert (story.people, story.runs) == (500, 20)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda s: s.pop("title"), "title: is missing: write title: and some words"),
        (lambda s: s.update(titles="x"), 'no such key here. Did you mean "title"'),
        (lambda s: s.update(people=0), "people: must be a whole number from 1 to 1,000,000,000"),
        (lambda s: s.update(runs=True), "runs: must be a whole number from 1 to 1,000"),
        (lambda s: s["steps"].pop(), "steps: must be a list of 2 to 6 steps"),
        (lambda s: s["steps"][0].update(scenario="Masks"), "must be left out of the first step"),
        (lambda s: s["steps"][1].update(scenario="Mask"), 'no "Mask" in scenarios.yaml'),
        (lambda s: s["steps"][1].pop("scenario"), 'is missing: write one of "Masks", "More masks"'),
        (lambda s: s["steps"].append(s["steps"][1]), 'a step above tells of "Masks"'),
        (lambda s: s["steps"][1].update(text="x" * 401), "at most 400 letters, not 401"),
        (lambda s: s["steps"][1].update(text=5), "steps[1].text: is missing"),
        (lambda s: s["steps"].append("Masks"), "steps[2]: must be a mapping"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(change, message):
    story = copy.deepcopy(STORY)
    change(story)
    with pytest.raises(ProjectError) as error:
        story_of(story, SCENARIOS)
    assert message in str(error.value)


def test_the_file_is_named(tmp_path):
    file = tmp_path / "story.yaml"
    file.write_text("[]")
    with pytest.raises(ProjectError, match=r"story\.yaml: must be a mapping"):
        read_story(file, SCENARIOS)


def test_a_project_without_the_file_has_no_story():
    assert story_in(Project.load("town_flu").folder) is None


def test_the_example_of_the_manual_can_be_used():
    text = (ROOT / "docs" / "scenarios.md").read_text()
    *_, example = re.findall(r"```yml\n(.*?)```", text, re.S)
    scenarios = read_scenarios(ROOT / "sample_projects" / "nyc_covid" / "scenarios.yaml")
    story = story_of(value_of(example, "example"), scenarios)
    assert story.told == {"Masks for 60 %"}


def test_every_step_of_new_york_changes_the_project_and_can_be_run():
    base = Project.load("nyc_covid")
    story = story_in(base.folder)
    assert story is not None
    projects = [step.scenario.project(base) for step in story.steps[1:]]
    assert len(projects) == 4
    assert all(one != base for one in projects)
    orders = [one.value("policies.vaccination.order") for one in projects[2:]]
    assert orders == ["oldest first", "most contacts first"]
    doses = {one.value("policies.vaccination.doses_per_day") for one in projects[2:]}
    assert doses == {60_000}
