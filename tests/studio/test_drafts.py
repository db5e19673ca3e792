"""The registry of drafts: found again by key, kept while somebody edits, closed when left."""

import time

import pytest

from populace.engine.project import Project
from populace.studio import drafts as module
from populace.studio.drafts import Drafts, find_draft, open_draft, open_named
from populace.studio.runs import Runs


@pytest.fixture
def drafts(tmp_path, monkeypatch):
    monkeypatch.setenv("POPULACE_HOME", str(tmp_path))
    registry = Drafts(grace_s=0.05)
    monkeypatch.setattr("populace.studio.drafts.DRAFTS", registry)
    yield registry
    registry.close()


def wait_until(true):
    limit = time.monotonic() + 5
    while not true():
        assert time.monotonic() < limit
        time.sleep(0.01)


def test_a_draft_of_a_sample_has_its_data_in_a_folder_of_its_own(drafts):
    project = Project.load("school_flu")
    opened = open_draft(project)
    drafts.enter(opened)
    assert opened.draft.project() == project
    assert opened.folder != project.folder
    assert (opened.folder / "data" / "in_bed.csv").is_file()
    assert opened.workspace.began_with == "school_flu"
    assert find_draft(opened.key) is opened


def test_a_draft_that_a_page_edits_outlives_the_grace_time(drafts):
    opened = open_draft({"name": "Blank"})
    drafts.enter(opened)
    time.sleep(0.15)
    assert find_draft(opened.key) is opened
    drafts.leave(opened)
    wait_until(lambda: len(drafts) == 0)


def test_a_draft_with_edits_comes_back_after_it_was_left(drafts):
    opened = open_draft({"name": "Blank"})
    drafts.enter(opened)
    opened.draft.set("name", "Edited")
    drafts.leave(opened)
    wait_until(lambda: len(drafts) == 0)
    again = find_draft(opened.key)
    assert again is not opened
    assert again.draft.spec["name"] == "Edited"
    assert again.draft.undo_label is not None


def test_a_draft_without_edits_is_gone_when_it_was_left(drafts):
    opened = open_draft({"name": "Blank"})
    wait_until(lambda: len(drafts) == 0)
    assert find_draft(opened.key) is None
    wait_until(lambda: not opened.folder.exists())


def test_another_user_does_not_find_it(drafts):
    opened = open_draft({"name": "Blank"}, user="ada")
    drafts.enter(opened)
    assert find_draft(opened.key, user="ada") is opened
    assert find_draft(opened.key, user="bob") is None
    assert find_draft(opened.key) is None
    drafts.leave(opened)


def test_a_key_that_nobody_has_finds_nothing(drafts):
    for key in ("", "../..", "0" * 24):
        assert find_draft(key) is None


@pytest.mark.parametrize("named", ["folder", "file"])
def test_the_projects_own_folder_is_saved_back_to(drafts, tmp_path, named):
    folder = Project.load("school_flu").save(tmp_path / "own").parent
    opened = open_named(str(folder if named == "folder" else folder / "project.yaml"))
    opened.draft.set("days", 30)
    assert Project.load(folder).days == 28
    assert opened.workspace.save() == folder.resolve()
    assert Project.load(folder).days == 30


def test_who_had_to_log_in_cannot_write_the_servers_project(drafts, tmp_path):
    folder = Project.load("school_flu").save(tmp_path / "own").parent
    assert open_named(str(folder), user="ada").workspace.origin is None
    assert open_named("town_flu").workspace.origin is None


def test_the_data_files_of_a_run_stay_as_long_as_the_run(drafts, monkeypatch):
    runs = Runs(grace_s=60)
    monkeypatch.setattr(module, "RUNS", runs)
    opened = open_draft(Project.load("school_flu"))
    run = runs.open(opened.draft.project())
    time.sleep(0.3)
    assert (opened.folder / "data" / "in_bed.csv").is_file()
    assert len(drafts) == 1
    runs.close()
    assert run.runner.closed
    wait_until(lambda: len(drafts) == 0)
    wait_until(lambda: not opened.folder.exists())
