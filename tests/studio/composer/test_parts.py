"""Parts: every edit of the canvas keeps the model whole, is named, and is undone in one step."""

import pytest

from populace.engine.editing.draft import Draft
from populace.engine.errors import ProjectError
from populace.engine.project import Project
from populace.studio.composer import parts


@pytest.fixture
def draft():
    """Return the draft of a small city."""
    return Draft(Project.load("nyc_covid").spec())


def ids(draft):
    """Return what is on the canvas."""
    return [one.id for one in parts.parts_of(draft)]


def kinds_of(draft, key):
    """Return the kinds in one list of the project."""
    return [one["kind"] for one in draft.spec[key]]


def test_a_part_added_twice_gets_a_name_of_its_own(draft):
    assert parts.add(draft, "policies", "masks") == ["policies.masks_2"]
    assert parts.add(draft, "policies", "masks") == ["policies.masks_3"]
    assert draft.undo_label == "Add Masks"
    assert draft.problems == ()
    assert {"kind": "masks", "name": "masks_2"} in draft.spec["policies"]


def test_a_parked_part_is_on_the_canvas_and_not_in_the_project(draft):
    before = draft.yaml
    (id_,) = parts.park(draft, ["networks.school"])
    assert "school" not in kinds_of(draft, "networks")
    parked = parts.part(draft, id_)
    assert parked is not None
    assert parked.parked
    assert parked.kind is not None
    assert parts.use(draft, [id_]) == ["networks.school"]
    assert sorted(kinds_of(draft, "networks")) == ["community", "household", "school", "workplace"]
    draft.undo()
    draft.undo()
    assert draft.yaml == before


def test_a_parked_part_keeps_its_values_and_where_it_stands(draft):
    parts.set_value(draft, "policies.masks", "coverage", 0.6)
    parts.move(draft, {"policies.masks": (40.4, 80.6)})
    (id_,) = parts.park(draft, ["policies.masks"])
    assert draft.now.canvas["places"] == {id_: [40, 81]}
    parts.set_value(draft, id_, "effect", 0.5)
    parts.use(draft, [id_])
    assert draft.spec["policies"] == [{"kind": "masks", "coverage": 0.6, "effect": 0.5}]
    assert draft.now.canvas["places"] == {"policies.masks": [40, 81]}


def test_another_disease_parks_the_one_that_was_there(draft):
    parts.add(draft, "disease", "measles")
    assert draft.spec["disease"] == {"kind": "measles"}
    assert draft.now.canvas["parked"]["parked.1"]["values"]["kind"] == "covid_like"
    parts.use(draft, ["parked.1"])
    assert draft.spec["disease"]["kind"] == "covid_like"
    assert draft.now.canvas["parked"]["parked.1"]["values"] == {"kind": "measles"}


def test_removing_forgets_the_place_and_is_taken_back_whole(draft):
    parts.move(draft, {"policies.masks": (1, 2)})
    before = draft.now
    parts.remove(draft, ["policies.masks", "networks.school"])
    assert "policies.masks" not in draft.now.canvas["places"]
    assert draft.undo_label == "Remove 2 parts"
    draft.undo()
    assert draft.now == before


def test_a_new_name_moves_the_path_and_the_place(draft):
    parts.move(draft, {"policies.masks": (7, 8)})
    assert parts.rename(draft, "policies.masks", "Second wave") == "policies.second_wave"
    assert draft.now.canvas["places"] == {"policies.second_wave": [7, 8]}
    assert draft.spec["policies"] == [{"kind": "masks", "name": "second_wave"}]
    assert parts.rename(draft, "policies.second_wave", "") == "policies.masks"
    assert draft.spec["policies"] == [{"kind": "masks"}]


@pytest.mark.parametrize(
    ("name", "why"), [("school", "another part"), ("2nd", "letter"), ("a/b", "letters")]
)
def test_a_name_that_cannot_be_is_refused_and_changes_nothing(draft, name, why):
    before = draft.now
    with pytest.raises(ProjectError, match=why):
        parts.rename(draft, "networks.workplace", name)
    assert draft.now is before


def test_the_default_is_not_written_and_a_wrong_value_is(draft):
    parts.set_value(draft, "policies.masks", "coverage", 0.5)
    parts.set_value(draft, "policies.masks", "coverage", 0.0)
    assert "coverage" not in draft.spec["policies"][0]
    assert draft.undo_label == "Reset coverage of Masks"
    parts.set_value(draft, "policies.masks", "coverage", "many")
    assert draft.spec["policies"][0]["coverage"] == "many"
    masks = parts.part(draft, "policies.masks")
    assert masks is not None
    assert masks.component is not None
    assert masks.component.values().coverage == 0.0  # the default stands in for what is wrong


def test_two_parts_of_one_name_are_both_on_the_canvas():
    draft = Draft({"name": "x", "networks": [{"kind": "school"}, {"kind": "school"}]})
    assert ids(draft) == ["networks.school", "networks.school~"]
    parts.remove(draft, ["networks.school~"])
    assert draft.spec["networks"] == [{"kind": "school"}]


def test_a_kind_that_there_is_not_is_shown_and_can_be_removed():
    draft = Draft({"name": "x", "policies": [{"kind": "curfews"}]})
    (one,) = parts.parts_of(draft)
    assert (one.title, one.kind, one.component) == ("curfews", None, None)
    parts.remove(draft, [one.id])
    assert ids(draft) == []
