"""Scenarios change what they say and nothing else, and refuse what they cannot."""

import re
from pathlib import Path

import pytest

from populace.engine.errors import ProjectError
from populace.engine.project import Project
from populace.engine.project_file import value_of
from populace.engine.scenarios.scenario import FILE_NAME, read_scenarios, scenarios_of


def projects(base, *scenarios, **others):
    return scenarios_of({"scenarios": list(scenarios), **others}).projects(base)


def test_values_are_set_by_path(small):
    found = projects(small, {"name": "Masks", "set": {"policies.masks.coverage": 0.6}})
    assert list(found) == ["Baseline", "Masks"]
    assert found["Baseline"] == small
    assert found["Masks"] == small.with_value("policies.masks.coverage", 0.6)


def test_parts_are_added_removed_and_replaced(small):
    closed = {"kind": "school_closure", "start_day": 3}
    sir = {"kind": "sir", "transmission": 0.2}
    found = projects(
        small,
        {"name": "A", "add": {"policies": [closed]}, "set": {"policies.school_closure.end_day": 9}},
        {"name": "B", "remove": ["policies.masks", "networks.school"]},
        {"name": "C", "replace": {"disease": sir, "policies.masks": closed}},
        baseline="As it is",
    )
    assert next(iter(found)) == "As it is"
    added = found["A"].spec()["policies"]
    assert added == [{"kind": "masks"}, closed | {"end_day": 9}]
    assert "policies" not in found["B"].spec()
    assert [part["kind"] for part in found["B"].spec()["networks"]] == [
        "household",
        "workplace",
        "community",
    ]
    assert found["C"].spec()["disease"] == sir
    assert found["C"].spec()["policies"] == [closed]


def test_one_builds_on_another(small):
    found = projects(
        small,
        {"name": "Masks", "set": {"policies.masks.coverage": 0.6}},
        {"name": "Both", "from": "Masks", "set": {"networks.school.intensity": 0.0}},
    )
    assert found["Both"].value("policies.masks.coverage") == 0.6
    assert found["Both"].value("networks.school.intensity") == 0.0


MASKS = {"name": "Masks"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "scenarios: must be a list"),
        ({"scenarios": []}, "must be 1 to 100 scenarios, not 0"),
        (
            {"scenarios": [MASKS], "base": "x"},
            'base: there is no such key here. Did you mean "base',
        ),
        ({"scenarios": ["Masks"]}, "scenarios[0]: must be a mapping"),
        ({"scenarios": [{"set": {}}]}, "scenarios[0].name: is missing"),
        ({"scenarios": [{"name": ""}]}, "scenarios[0].name: must be one line of text"),
        ({"scenarios": [MASKS, MASKS]}, 'scenarios[1].name: there already is a "Masks"'),
        ({"scenarios": [{"name": "Baseline"}]}, 'there already is a "Baseline"'),
        (
            {"scenarios": [{"name": "A", "sett": {}}]},
            "scenarios[0].sett: there is no such key here.",
        ),
        ({"scenarios": [{"name": "A", "from": "Mask"}]}, "there is no scenario"),
        (
            {"scenarios": [{"name": "A", "set": {"policies.mask.coverage": 1}}]},
            "scenarios[0].set.policies.mask.coverage: the project has no such setting.",
        ),
        (
            {"scenarios": [{"name": "A", "set": {"policies.masks.coverage": 7}}]},
            "scenarios[0].set.policies.masks.coverage: ",
        ),
        ({"scenarios": [{"name": "A", "set": {"seed": 4}}]}, "is the same in all scenarios"),
        (
            {"scenarios": [{"name": "A", "remove": ["policies.mask"]}]},
            "scenarios[0].remove.policies.mask: the project has no such part.",
        ),
        ({"scenarios": [{"name": "A", "remove": "policies.masks"}]}, "must be a list such as"),
        (
            {"scenarios": [{"name": "A", "add": {"disease": [{}]}}]},
            "add.disease: cannot be added to",
        ),
        ({"scenarios": [{"name": "A", "add": {"policies": {}}}]}, "must be a list such as [{kind"),
        ({"scenarios": [{"name": "A", "add": {"policies": [{"kind": "mask"}]}}]}, "mask"),
        ({"scenarios": [{"name": "A", "replace": {"policies.mask": {}}}]}, "no such part"),
    ],
)
def test_what_cannot_be_is_one_clear_line(small, content, message):
    with pytest.raises(ProjectError) as error:
        scenarios_of(content).projects(small)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_a_file_is_named_in_its_errors(tmp_path, small):
    with pytest.raises(ProjectError, match=r"none.yaml: there is no such file: write"):
        read_scenarios(tmp_path / "none.yaml")
    file = tmp_path / "scenarios.yaml"
    file.write_text("scenarios: [{name: A, remove: 3}]")
    with pytest.raises(ProjectError, match=r"scenarios.yaml: scenarios\[0\].remove: must be"):
        read_scenarios(file)
    file.write_text("scenarios: [{name: A}, {name: B, from: A}]")
    assert list(read_scenarios(file).projects(small)) == ["Baseline", "A", "B"]


ROOT = Path(__file__).parents[3]
BESIDE = sorted((ROOT / "sample_projects").glob(f"*/{FILE_NAME}"))


@pytest.mark.parametrize("file", BESIDE, ids=lambda file: file.parent.name)
def test_scenarios_beside_a_sample_can_be_used(file):
    base = Project.load(file.parent)
    found = read_scenarios(file).projects(base)
    assert all(project != base for project in list(found.values())[1:])


def test_the_example_of_the_manual_can_be_used():
    text = (ROOT / "docs" / "scenarios.md").read_text()
    example, _ = re.findall(r"```yml\n(.*?)```", text, re.S)
    found = scenarios_of(value_of(example, "example")).projects(Project.load("town_flu"))
    assert list(found) == [
        "Nothing is done",
        "Schools close for six weeks",
        "The ill stay at home",
        "Both",
    ]
