"""Undo and redo: through any thirty edits there and back, to the byte."""

import copy

from hypothesis import given, settings
from hypothesis import strategies as st

from populace.engine.editing.draft import Draft
from populace.engine.editing.journal import Journal, read_journal
from populace.engine.project import Project
from populace.engine.registry import kinds

START = Project.load("nyc_covid").spec()
LISTS = ("networks", "behaviours", "policies", "observations")
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**9), 10**9),
    st.floats(allow_nan=False),
    st.text(max_size=20),
    st.dates(),
    st.lists(st.integers(), max_size=3),
)


@st.composite
def edits(draw):
    """Draw one edit of a draft: a function that makes it."""
    act = draw(st.sampled_from(["setting", "part", "add", "remove", "swap", "canvas", "both"]))
    value, number = draw(VALUES), draw(st.integers(0, 50))
    if act == "setting":
        path = draw(st.sampled_from(["days", "seed", "name", "description", "start_date"]))
        return lambda draft: draft.set(path, value, f"Change {path}")
    if act == "part":
        path = draw(st.sampled_from(["disease.transmission", "population.people", "disease.odd"]))
        return lambda draft: draft.set(path, value)
    key = draw(st.sampled_from(LISTS))
    kind = draw(st.sampled_from(sorted(kinds(key))))

    def change(spec, canvas):
        parts = spec.setdefault(key, [])
        if act == "add":
            parts.append({"kind": kind, "name": f"part_{number}"})
        elif act == "remove" and parts:
            del parts[number % len(parts)]
        elif act == "swap":
            parts.reverse()
        else:
            canvas[kind] = {"x": number, "note": value}
            if act == "both":
                parts.append({"kind": kind, "name": f"part_{number}", "strength": value})

    return lambda draft: draft.edit_both(f"{act} {kind}", change)


@settings(max_examples=25, deadline=None)
@given(st.lists(edits(), min_size=30, max_size=30))
def test_undo_and_redo_through_thirty_edits_return_equal_bytes(made):
    draft = Draft(START)
    states = [(draft.yaml, copy.deepcopy(draft.now.canvas))]
    for edit in made:
        if edit(draft):
            states.append((draft.yaml, copy.deepcopy(draft.now.canvas)))
    labels = []
    for state in states[-2::-1]:
        labels.append(draft.undo())
        assert (draft.yaml, draft.now.canvas) == state
    assert draft.undo() is None
    assert None not in labels
    for state in states[1:]:
        assert draft.redo() == labels.pop()
        assert (draft.yaml, draft.now.canvas) == state
    assert draft.redo() is None


@settings(max_examples=15, deadline=None)
@given(st.lists(edits(), min_size=1, max_size=15), st.lists(st.booleans(), max_size=20))
def test_a_journal_brings_any_draft_back_to_the_byte(tmp_path_factory, made, steps):
    folder = tmp_path_factory.mktemp("journal")
    draft = Draft(START, folder=folder)
    journal = Journal(folder / "journal.jsonl", draft)
    for edit in made:
        edit(draft)
    for back in steps:
        _ = draft.undo() if back else draft.redo()
    journal.close()
    found = read_journal(folder / "journal.jsonl", folder).draft
    while True:
        assert found.yaml == draft.yaml
        assert found.now.canvas == draft.now.canvas
        assert (found.undo_label, found.redo_label) == (draft.undo_label, draft.redo_label)
        undone = draft.undo()
        assert found.undo() == undone
        if undone is None:
            break
