"""The journal: what was edited survives a crash, and nothing in it is ever written over."""

import os
import re
import signal
import subprocess
import sys
import time

import pytest

from populace.engine.editing.journal import SYNC_S, Journal, read_journal
from populace.engine.editing.workspace import (
    Workspace,
    drafts_left,
    forget,
    open_folder,
    open_sample,
)
from populace.engine.errors import ProjectError

# Edits without end, and says each one only after it was made.
EDITOR = """
import sys, time
from populace.engine.editing.workspace import open_sample
opened = open_sample("school_flu")
print(opened.key, flush=True)
for number in range(1, 100_000):
    opened.draft.set("days", number, f"Edit {number}")
    print(number, time.time(), flush=True)
    time.sleep(0.02)
"""


def journal_of(home, key):
    return home / "drafts" / key / "journal.jsonl"


@pytest.mark.slow
def test_a_killed_process_loses_no_edit_older_than_a_second(home):
    editor = subprocess.Popen(
        [sys.executable, "-c", EDITOR], stdout=subprocess.PIPE, text=True, env=os.environ.copy()
    )
    key = editor.stdout.readline().strip()
    made = [editor.stdout.readline().split() for _ in range(60)]
    killed_at = time.time()
    editor.send_signal(signal.SIGKILL)
    made += [line.split() for line in editor.stdout.read().splitlines()]
    assert editor.wait() == -signal.SIGKILL
    older = max(int(number) for number, at in made if float(at) < killed_at - 1)
    assert older > 0
    (left,) = drafts_left()
    assert (left.key, left.name) == (key, "A boarding school, January 1978")
    assert abs(left.changed_at - killed_at) < 5
    found = Workspace.again(key)
    assert found.draft.spec["days"] >= older
    assert found.draft.project().days == found.draft.spec["days"]
    number = found.draft.spec["days"]
    assert found.draft.undo() == f"Edit {number}"
    assert found.draft.spec["days"] == number - 1
    found.journal.close()


def test_recovery_brings_back_undo_and_redo_by_name(workspace):
    draft = workspace.draft
    original = draft.yaml
    draft.set("days", 30, "Longer")
    draft.set("days", 40, "Longer still")
    draft.edit_both("Move a node", lambda spec, canvas: canvas.update(disease=[3, 4.5]))
    draft.undo()
    draft.undo()
    workspace.close()
    again = Workspace.again(workspace.key)
    assert again.draft.undo_label == "Longer"
    assert again.draft.redo_label == "Longer still"
    assert again.notes == ()
    again.draft.redo()
    again.draft.redo()
    assert again.draft.now.canvas == {"disease": [3, 4.5]}
    for _ in range(3):
        again.draft.undo()
    assert again.draft.yaml == original
    again.close()


def test_a_recovered_draft_goes_on_in_the_same_journal(workspace, home):
    workspace.draft.set("days", 30)
    workspace.close()
    before = journal_of(home, workspace.key).read_bytes()
    again = Workspace.again(workspace.key)
    again.draft.set("days", 31)
    again.draft.undo()
    again.draft.undo()
    again.draft.set("days", 32)
    again.close()
    after = journal_of(home, workspace.key).read_bytes()
    assert after.startswith(before)
    third = Workspace.again(workspace.key)
    assert third.draft.spec["days"] == 32
    assert third.draft.redo_label is None
    third.close()


@pytest.mark.parametrize("damage", ["cut", "flipped", "rubbish"])
def test_a_damaged_line_is_left_out_with_a_note(workspace, home, damage):
    for days in (30, 31, 32):
        workspace.draft.set("days", days)
    workspace.close()
    path = journal_of(home, workspace.key)
    data = path.read_bytes()
    damaged = {
        "cut": data[:-40],
        "flipped": data.replace(b'"days":32', b'"days":99'),
        "rubbish": data + b"\x00\xff not a line\n",
    }[damage]
    path.write_bytes(damaged)
    again = Workspace.again(workspace.key)
    assert again.draft.spec["days"] == (32 if damage == "rubbish" else 31)
    assert re.search(r"one line of the journal could not be read", again.notes[0])
    again.draft.set("days", 33)
    again.close()
    third = Workspace.again(workspace.key)
    assert third.draft.spec["days"] == 33
    third.close()


def test_an_undo_whose_goal_was_lost_leaves_the_draft_where_it_was(workspace, home):
    for days in (30, 31, 32):
        workspace.draft.set("days", days)
    workspace.draft.undo()
    workspace.close()
    path = journal_of(home, workspace.key)
    path.write_bytes(path.read_bytes().replace(b'"days":31', b'"days":98'))
    past = read_journal(path, workspace.folder)
    assert past.draft.spec["days"] == 32
    assert past.draft.undo() is not None
    assert past.draft.spec["days"] == 30


def test_an_edit_reaches_the_disk_within_a_second(workspace, monkeypatch):
    synced = []
    monkeypatch.setattr(os, "fsync", lambda file: synced.append(time.monotonic()))
    begin = time.monotonic()
    workspace.draft.set("days", 30)
    while not synced and time.monotonic() < begin + 5:
        time.sleep(0.01)
    assert synced[0] - begin < 1
    assert SYNC_S < 1


def test_a_full_disk_is_told_and_does_not_stop_the_editing(workspace, monkeypatch):
    def full(file, data):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        workspace.draft.set("days", 30)
    assert workspace.draft.spec["days"] == 30
    assert workspace.journal.fault == "Your edits cannot be kept: No space left on device."
    workspace.draft.set("days", 31)
    assert workspace.journal.fault == ""


def test_two_windows_cannot_write_one_journal(workspace, home):
    path = journal_of(home, workspace.key)
    past = read_journal(path, workspace.folder)
    with pytest.raises(ProjectError, match="another window"):
        Journal(path, past.draft, past)
    assert drafts_left() == []  # it is open


def test_a_draft_that_was_left_without_edits_is_not_offered_again(workspace, home):
    workspace.close()
    assert drafts_left() == []
    assert list((home / "drafts").iterdir()) == []


def test_a_saved_draft_is_not_offered_and_an_edit_after_it_is(workspace, tmp_path):
    workspace.draft.set("days", 30)
    workspace.save(tmp_path / "kept")
    workspace.draft.set("days", 31)
    workspace.draft.undo()
    assert not workspace.unsaved
    workspace.draft.redo()
    assert workspace.unsaved
    workspace.journal.close()
    assert [left.key for left in drafts_left()] == [workspace.key]
    again = Workspace.again(workspace.key)
    assert again.origin == tmp_path / "kept"
    again.close()


def test_what_was_forgotten_is_gone(workspace, home):
    workspace.draft.set("days", 30)
    workspace.close()
    forget(workspace.key)
    assert drafts_left() == []
    with pytest.raises(ProjectError, match="no such draft"):
        Workspace.again(workspace.key)


@pytest.mark.parametrize("key", ["", "..", "../../etc", "a" * 23, "A" * 24, "0" * 23 + "/"])
def test_a_key_from_an_address_names_no_other_folder(home, key):
    for act in (Workspace.again, forget):
        with pytest.raises(ProjectError, match="no such draft"):
            act(key)


def test_users_of_a_server_do_not_see_each_others_drafts(home):
    opened = open_sample("school_flu", user="ada")
    opened.draft.set("days", 30)
    opened.close()
    assert [left.key for left in drafts_left("ada")] == [opened.key]
    assert drafts_left("bob") == drafts_left() == []
    with pytest.raises(ProjectError):
        Workspace.again(opened.key, "bob")


def test_the_original_is_written_by_save_alone(workspace, tmp_path):
    folder = workspace.save(tmp_path / "kept")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    other = open_folder(folder)
    other.draft.set("days", 30)
    (other.folder / "data" / "in_bed.csv").write_text("date,in_bed\n2020-01-01,1\n")
    assert {path: path.read_bytes() for path in before} == before
    other.save()
    assert b"days: 30" in (folder / "project.yaml").read_bytes()
    assert (folder / "data" / "in_bed.csv").read_bytes() != before[folder / "data" / "in_bed.csv"]
    other.close()


def test_a_home_that_cannot_be_written_is_told_with_a_cure(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("POPULACE_HOME", str(tmp_path / "file"))
    with pytest.raises(ProjectError, match="Set POPULACE_HOME to a folder"):
        open_sample("school_flu")
