"""Journal: every edit of a draft on disk within a second. It is only ever written at its end.

A line is a checksum and the draft after one edit. An undo or redo names the line that it went back
to, and a save says where the draft was saved. What a crash left half written is skipped.
"""

import copy
import fcntl
import logging
import os
import threading
import time
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from populace.engine.editing.draft import Draft, Edited, Spec
from populace.engine.editing.plain import line_of, values_of
from populace.engine.errors import ProjectError

SYNC_S = 0.3  # the disk has an edit this long after it was made, whatever happens to the machine

_log = logging.getLogger(__name__)


@dataclass
class Journaled:
    """What a journal tells: the draft as it was last, its undo and redo, and what was lost."""

    draft: Draft
    numbers: dict[int, Edited] = field(default_factory=dict)  # line by line
    saved: int | None = None  # the line of the state that was saved last
    saved_to: str = ""
    changed_at: float = 0.0  # seconds since 1970
    notes: tuple[str, ...] = ()

    @property
    def number(self) -> int:
        """The line of the state that the draft is in."""
        return next(n for n, edited in self.numbers.items() if edited is self.draft.now)


class Journal:
    """Writes down what happens to a draft from now on; one process at a time has a journal."""

    def __init__(self, path: Path, draft: Draft, past: Journaled | None = None) -> None:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | (0 if past else os.O_EXCL)
        self._file = os.open(path, flags, 0o600)
        if not locked(self._file):
            os.close(self._file)
            raise ProjectError("is being edited in another window of Populace.", file=path.name)
        self._draft = draft
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        self._closed = False
        self._numbers = dict(past.numbers) if past else {}
        self._next = max(self._numbers, default=-1) + 1
        self.saved = past.saved if past else None
        self.saved_to = past.saved_to if past else ""
        self.fault = ""  # why the last edit could not be written, for the screen
        if past:
            self._write_bytes(b"\n")  # ends a line that a crash has cut
        else:
            self.take(draft)
        self._stop = draft.listen(self.take)

    @property
    def number(self) -> int:
        """The line of the state that the draft is in."""
        return next((n for n, one in self._numbers.items() if one is self._draft.now), -1)

    @property
    def unsaved(self) -> bool:
        """Whether the draft has been edited since it was opened or saved last."""
        return self.number != (self.saved or 0)

    def take(self, draft: Draft) -> None:
        """Write the draft as it is now."""
        known = self.number
        if known >= 0:
            self._write({"again": known})
            return
        now = draft.now
        self._numbers[self._next] = now
        self._write({"n": self._next, "label": now.label, "spec": now.spec, "canvas": now.canvas})
        self._next += 1

    def mark_saved(self, where: str) -> None:
        """Write down that the draft as it is now lies in ``where``."""
        self.saved, self.saved_to = self.number, where
        self._write({"saved": self.saved, "where": where})
        self._sync()

    def close(self) -> None:
        """Bring all of it to the disk and let go of the file."""
        self._stop()
        with self._lock:
            if self._closed:
                return
            self._closed = True
            if self._timer is not None:
                self._timer.cancel()
            os.fsync(self._file)
            os.close(self._file)

    def _write(self, entry: dict[str, Any]) -> None:
        text = line_of(entry | {"time": round(time.time(), 3)}).encode()
        self._write_bytes(b"%08x %s\n" % (zlib.crc32(text), text))

    def _write_bytes(self, line: bytes) -> None:
        with self._lock:
            try:
                # One call: another process never sees half of it, and a kill leaves no buffer.
                os.write(self._file, line)
                self.fault = ""
            except OSError as error:  # a full disk must not stop the editing: the page says so
                _log.exception("an edit could not be written to the journal")
                self.fault = f"Your edits cannot be kept: {error.strerror}."
            if self._timer is None:
                self._timer = threading.Timer(SYNC_S, self._sync)
                self._timer.name, self._timer.daemon = "populace-journal", True
                self._timer.start()

    def _sync(self) -> None:
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            if not self._closed:
                os.fsync(self._file)


def read_journal(path: Path, folder: Path) -> Journaled:
    """Return the draft that a journal tells of, with its undo and redo."""
    entries, skipped = _entries(path)
    first = next((entry for entry in entries if "spec" in entry), None)
    if first is None:
        raise ProjectError("holds nothing that can be recovered.", file=path.name)
    draft = Draft(first["spec"], folder=folder, canvas=first["canvas"])
    told = Journaled(draft, {first["n"]: draft.now}, changed_at=first["time"])
    order = [first["n"]]  # the line of each state from the first to the last redo
    at = 0
    for entry in entries[entries.index(first) + 1 :]:
        if "spec" in entry:
            if replace(draft, entry["label"], entry["spec"], entry["canvas"]):
                at += 1
            order[at:] = [entry["n"]]
            told.numbers[entry["n"]] = draft.now
        elif "again" in entry and entry["again"] in order:
            target = order.index(entry["again"])
            for _ in range(abs(target - at)):
                _ = draft.undo() if target < at else draft.redo()
            at = target
        elif "saved" in entry:
            told.saved, told.saved_to = entry["saved"], entry["where"]
            continue
        told.changed_at = entry["time"]
    if skipped:
        lines = "one line" if skipped == 1 else f"{skipped} lines"
        told.notes = (f"{lines} of the journal could not be read and was left out: "
                      "the edit made there is lost.",)  # fmt: skip
    return told


def locked(file: int) -> bool:
    """Lock an open file for this process; return False where another process has it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def replace(draft: Draft, label: str, spec: Spec, canvas: Spec) -> bool:
    """Put other values in place of all that a draft holds, as one edit that can be undone."""

    def put(old_spec: Spec, old_canvas: Spec) -> None:
        for old, new in ((old_spec, spec), (old_canvas, canvas)):
            old.clear()
            old.update(copy.deepcopy(new))

    return draft.edit_both(label, put)


def _entries(path: Path) -> tuple[list[dict[str, Any]], int]:
    """Return the lines that are whole, and how many are not."""
    entries: list[dict[str, Any]] = []
    skipped = 0
    for line in path.read_bytes().split(b"\n"):
        if not line:
            continue
        checksum, _, text = line.partition(b" ")
        try:
            if int(checksum, 16) != zlib.crc32(text):
                raise ValueError("the line has changed since it was written")
            entries.append(values_of(text.decode()))
        except ValueError:
            skipped += 1
    return entries, skipped
