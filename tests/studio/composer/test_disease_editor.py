"""What a person does in the disease editor is an edit of the draft with a name."""

import pytest

from populace.engine.editing.draft import Draft
from populace.engine.editing.own_disease import own_disease
from populace.engine.project import Project
from populace.studio.composer.disease_editor import DiseaseEditor
from populace.studio.composer.draft_disease import PLACES
from populace.studio.composer.dwell_plot import for_browser, from_browser


@pytest.fixture
def draft():
    return Draft(Project.load("own_disease").spec())


@pytest.fixture
def editor(draft):
    return DiseaseEditor(draft)


def ids(editor):
    return [node["id"] for node in editor.graph.flow.nodes]


@pytest.mark.parametrize("name", ["covid_like", "seir", "measles", "sis"])
def test_a_ready_disease_becomes_ones_own_in_one_edit(name):
    draft = Draft(Project.load("nyc_covid").spec() | {"disease": {"kind": name}})
    editor = DiseaseEditor(draft)
    assert not editor.graph.flow.enable_connect
    before = ids(editor)
    editor.make_own()
    assert draft.spec["disease"] == own_disease({"kind": name})
    assert (ids(editor), editor.graph.flow.enable_connect) == (before, True)
    draft.undo()
    assert draft.spec["disease"] == {"kind": name}
    assert not editor.graph.flow.enable_connect


def test_a_state_is_added_selected_and_deleted(editor, draft):
    editor.add_state()
    assert ids(editor)[-1] == "new_state"
    assert "cannot be reached" in editor.graph.flow.nodes[-1]["label"]
    editor.delete_selected()
    assert "new_state" not in ids(editor)
    assert draft.undo_label == "Delete New state"


def test_an_edit_of_the_graph_moves_no_state(editor):
    def standing():
        return {node["id"]: node["position"] for node in editor.graph.flow.nodes}

    before = standing()
    editor.add_state()
    editor._connect("mild", "new_state")
    after = standing()
    assert {name: after[name] for name in before} == before
    new = after["new_state"]
    assert all(abs(new["x"] - p["x"]) > 150 or abs(new["y"] - p["y"]) > 60 for p in before.values())
    editor.select("state", "new_state")
    editor.delete_selected()
    assert standing() == before


def test_a_refused_edit_says_why_and_leaves_no_trace(editor, draft):
    before = draft.yaml
    editor.select("state", "susceptible")
    editor.delete_selected()
    assert draft.yaml == before
    assert draft.undo_label is None
    assert "everybody begins in it" in editor.side.words.object
    assert "susceptible" in ids(editor)
    editor.add_state()
    assert "everybody begins in it" not in editor.side.words.object


def test_a_rename_keeps_the_place_on_the_canvas(editor, draft):
    editor._move("mild", (12.0, 34.0))
    editor.select("state", "mild")
    editor.state.name.value = "slight"
    assert draft.now.canvas[PLACES]["slight"] == [12.0, 34.0]
    assert "mild" not in draft.now.canvas[PLACES]
    assert "slight" in ids(editor)
    draft.undo()
    assert draft.now.canvas[PLACES] == {"mild": [12.0, 34.0]}


def test_showing_a_state_edits_nothing(editor, draft):
    for name in ids(editor):
        editor.select("state", name)
    for row in range(len(draft.spec["disease"]["graph"]["transitions"])):
        editor.select("way", row)
    assert draft.undo_label is None


def test_a_new_role_takes_its_own_colour_and_infectiousness(editor, draft):
    editor.select("state", "mild")
    editor.state.role.value = "latent"
    [mild] = [one for one in draft.spec["disease"]["graph"]["states"] if one["name"] == "mild"]
    assert mild == {"name": "mild", "label": "Mildly ill", "role": "latent"}
    assert draft.problems == ()


def test_a_problem_leads_to_its_state(editor, draft):
    editor.go_to("disease.graph.transitions[2].dwell.mean")
    assert editor._selected == ("way", 2)
    editor.go_to("disease.graph.states[3].name")
    assert editor._selected == ("state", "severe")


def test_a_selected_state_that_is_undone_is_no_longer_selected(editor, draft):
    editor.add_state()
    draft.undo()
    assert editor._selected == ("", None)


def test_a_blank_draft_has_an_editor_and_can_choose(editor):
    draft = Draft({"schema": 1, "name": "Blank"})
    blank = DiseaseEditor(draft)
    assert ids(blank) == []
    assert draft.undo_label is None
    blank.kind.value = "seir"
    assert draft.spec["disease"] == {"kind": "seir"}
    assert draft.undo_label == "Choose SEIR"
    assert len(ids(blank)) == 4


@pytest.mark.parametrize(
    "dwell",
    [
        {"kind": "fixed", "mean": 5.0},
        {"kind": "gamma", "mean": 5.0, "shape": 2.5},
        {"kind": "lognormal", "mean": 5.0, "deviation": 3.0},
        {"kind": "table", "days": {3: 1.0, 7: 2.0}},
    ],
)
def test_a_stay_goes_to_the_browser_and_back_unchanged(dwell):
    sent = for_browser(dwell)
    assert from_browser({"mean": 1, "shape": 1, "deviation": 1, "days": [], **sent}) == dwell


def test_days_that_are_named_twice_are_added():
    stay = from_browser({"kind": "table", "days": [[4, 1], [4, 2], [2, 1]]})
    assert stay == {"kind": "table", "days": {2: 1.0, 4: 3.0}}


@pytest.mark.parametrize(
    "graph",
    [
        {},
        {"states": "none", "transitions": 3},
        {"states": [1, {"name": ["x"]}, {"role": 7}], "transitions": [{"from": {}, "to": 1}]},
        {"states": [{"name": "a"}, {"name": "a"}], "transitions": [{"from": "a", "to": "b"}]},
        {
            "states": [{"name": "s", "role": "susceptible"}, {"name": "i", "role": "infectious"}],
            "transitions": [{"from": "i", "to": "s", "share": "x", "dwell": {"days": {"a": "b"}}}],
        },
    ],
)
def test_a_broken_graph_from_a_file_is_shown_and_can_be_edited(graph):
    spec = Project.load("own_disease").spec()
    spec["disease"] = {"kind": "custom", "graph": graph}
    draft = Draft(spec)
    editor = DiseaseEditor(draft)
    assert "wrong" in editor.side.words.object
    assert len(set(ids(editor))) == len(ids(editor))
    for name in ids(editor):
        editor.select("state", name)
    for row in editor.graph._rows.values():
        editor.select("way", row)
    editor.add_state()
    assert "new_state" in ids(editor)


def test_a_disease_of_several_strains_says_why_it_stays_a_ready_one():
    draft = Draft(Project.load("own_disease").spec() | {"disease": {"kind": "two_strains"}})
    editor = DiseaseEditor(draft)
    why = "It has several strains, which a disease of your own cannot have"
    assert not editor.own.visible
    assert why in editor._head.object
    editor.select("state", "exposed_first")
    texts = [part.object for part in editor.side._body.objects]
    assert any(why in text for text in texts)
    editor.select("way", 0)
    assert any(why in str(getattr(part, "object", "")) for part in editor.side._body.objects)
    draft.edit("Choose SIR", lambda spec: spec.update(disease={"kind": "sir"}))
    assert editor.own.visible
    assert why not in editor._head.object
