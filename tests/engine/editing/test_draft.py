"""Drafts: edits by name, undo and redo, and all problems at once."""

import pytest

from populace.engine.editing.draft import Draft
from populace.engine.errors import ProjectError
from populace.engine.project import Project


@pytest.fixture
def draft() -> Draft:
    project = Project.load("school_flu")
    return Draft(project.spec(), folder=project.folder)


def test_an_edit_can_be_undone_and_done_again_to_the_byte(draft):
    before = draft.yaml
    assert draft.set("days", 30, "Shorten the run")
    after = draft.yaml
    assert (draft.undo_label, draft.redo_label) == ("Shorten the run", None)
    assert draft.undo() == "Shorten the run"
    assert draft.yaml == before
    assert draft.redo() == "Shorten the run"
    assert draft.yaml == after


def test_a_new_edit_forgets_what_was_undone(draft):
    draft.set("days", 30)
    draft.undo()
    draft.set("days", 40)
    assert draft.redo() is None


def test_an_edit_that_changes_nothing_leaves_no_trace(draft):
    assert not draft.set("days", draft.spec.get("days"))
    assert draft.undo_label is None


def test_a_failed_edit_changes_nothing(draft):
    before = draft.yaml
    with pytest.raises(ProjectError):
        draft.set("policies.masks.coverage", 0.5)
    assert draft.yaml == before


def test_every_listener_hears_of_every_change(draft):
    heard = []
    stop = draft.listen(lambda changed: heard.append(changed.spec["days"]))
    draft.set("days", 30)
    draft.set("days", 31)
    draft.undo()
    stop()
    draft.redo()
    assert heard == [30, 31, 30]


def test_a_blank_draft_says_what_is_missing():
    places = [problem.place for problem in Draft({}).problems]
    assert places == ["population", "networks", "disease", "name"]


def test_one_wrong_number_hides_no_other(draft):
    draft.edit("Add masks", lambda spec: spec.update(policies=[{"kind": "masks", "coverage": 60}]))
    draft.set("days", -3)
    places = [problem.place for problem in draft.problems]
    assert places == ["days", "policies.masks.coverage"]
    assert "Percent? Write 0.6" in draft.problems[1].message


def test_what_one_part_needs_of_another_is_a_problem(draft):
    tracing = [{"kind": "contact_tracing"}]
    draft.edit("Add tracing", lambda spec: spec.update(policies=tracing))
    [problem] = draft.problems
    assert (problem.severity, problem.place) == ("error", "policies.contact_tracing")


def test_a_policy_after_the_end_is_only_a_warning(draft):
    late = [{"kind": "masks", "start_day": 1_000}]
    draft.edit("Add masks", lambda spec: spec.update(policies=late))
    [problem] = draft.problems
    assert (problem.severity, problem.place) == ("warning", "policies.masks.start_day")
    assert draft.project().policies


def test_the_file_keeps_its_order_whatever_the_order_of_edits():
    project = Project.load("school_flu")
    spec = project.spec()
    backwards = dict(reversed(spec.items()))
    assert Draft(backwards).yaml == Draft(spec).yaml
