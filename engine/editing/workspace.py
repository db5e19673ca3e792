"""Workspace: the folder of a draft that is open. The original is written by *Save* alone."""

import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from populace.engine.editing.beside import belonging, follow_beside, leave_beside
from populace.engine.editing.draft import Draft, Spec
from populace.engine.editing.history import SAVED, History
from populace.engine.editing.journal import Journal, locked, read_journal
from populace.engine.editing.package import read_folder, write_folder
from populace.engine.editing.places import SETTING, copy_files, home, safe_name
from populace.engine.errors import ProjectError
from populace.engine.project import Project, sample_names
from populace.engine.project_file import FILE_NAME, write_whole

_KEY = re.compile(r"[0-9a-f]{24}")
_JOURNAL, _ABOUT, _FILES = "journal.jsonl", "about.json", "project"
HISTORY = "history"
BEGINNING = "beginning.json"  # in the folder of a saved project: the sample it began with
_YOUNG_S = 60.0  # a draft that is just being opened may not be locked yet


@dataclass(frozen=True)
class Left:
    """A draft that was left with edits nobody saved, as after a crash."""

    key: str
    name: str
    changed_at: float  # seconds since 1970
    edits: int


class Workspace:
    """A draft, its data files, its journal and its versions. Closing it keeps all of them."""

    def __init__(self, root: Path, draft: Draft, journal: Journal, notes: tuple[str, ...]) -> None:
        self.key = root.name
        self.draft = draft
        self.journal = journal
        self.notes = notes  # what recovering it could not bring back
        self.history = History(root / HISTORY, draft)
        self._root = root
        assert draft.folder is not None
        self.folder = draft.folder  # where the data files of the draft lie: put new ones here

    @staticmethod
    def new(
        spec: Spec,
        *,
        source: Path | None = None,
        canvas: Spec | None = None,
        origin: Path | None = None,
        user: str = "",
    ) -> "Workspace":
        """Open a draft of these values; its data files are copied from the folder ``source``.

        ``origin`` is the folder that *Save* writes to, None where the draft has none yet.
        """
        root = home(user) / "drafts" / secrets.token_hex(12)
        try:
            draft = _made(root, spec, canvas, source, origin)
        except OSError as error:
            raise ProjectError(
                f"no draft can be kept there: {error.strerror}. Set {SETTING} to a folder that can "
                "be written to.",
                file=str(root.parent),
            ) from None
        return Workspace(root, draft, Journal(root / _JOURNAL, draft), ())

    @staticmethod
    def again(key: str, user: str = "") -> "Workspace":
        """Open a draft that was left, with its undo and redo; the user's wish or a reload."""
        root = _root_of(key, user)
        past = read_journal(root / _JOURNAL, root / _FILES)
        journal = Journal(root / _JOURNAL, past.draft, past)
        return Workspace(root, past.draft, journal, past.notes)

    @property
    def origin(self) -> Path | None:
        """The folder that *Save* writes to."""
        if self.journal.saved_to:
            return Path(self.journal.saved_to)
        origin = self._about()["origin"]
        return Path(origin) if origin else None

    @property
    def began_with(self) -> str:
        """The bundled sample that the project began with, before any *Save*; "" if it was none."""
        return self._about().get("began_with", "")

    @property
    def unsaved(self) -> bool:
        """Whether something would be lost without *Save*: an edit, or a version that was kept."""
        return self.journal.unsaved or (self.origin is None and bool(self.history.versions()))

    def save(self, target: Path | None = None, *, over: bool = False) -> Path:
        """Write the project into its folder or a new one; the version is kept in the history.

        ``over``: another project in ``target`` may be written over; its versions stay.
        """
        folder = target or self.origin
        if folder is None:
            raise ProjectError("has no folder yet: save it under a name.", file="the project")
        others = folder.resolve() != (self.origin or self._root).resolve()
        if others and not over and (folder / FILE_NAME).exists():
            raise ProjectError(
                f'there already is a project in "{folder.name}": choose another name.'
            )
        self.history.keep(SAVED)
        try:
            self.follow_scenarios()
            if others:
                leave_beside(folder, belonging([], self.folder))
            write_folder(folder, self.draft.now.spec, self.draft.now.canvas, self.folder)
            _write_beginning(folder, self.began_with)
            self.history.copy_to(folder / HISTORY)
        except OSError as error:
            raise ProjectError(f"cannot be saved: {error.strerror}.", file=str(folder)) from None
        self.journal.mark_saved(str(folder))
        return folder

    def follow_scenarios(self) -> None:
        """Take the scenarios of the saved project into the draft: they are edited there."""
        if self.origin is not None:
            follow_beside(self.origin, self.folder)

    def _about(self) -> dict[str, Any]:
        return json.loads((self._root / _ABOUT).read_text())

    def close(self) -> None:
        """Leave the draft: with edits that nobody saved it can be recovered, else it goes."""
        unsaved, origin = self.unsaved, self.origin
        self.journal.close()
        if unsaved:
            return
        if origin is not None and origin.is_dir():
            self.history.copy_to(origin / HISTORY)
        shutil.rmtree(self._root)


def drafts_left(user: str = "") -> list[Left]:
    """Return the drafts that hold edits nobody saved and that no window has open, newest first.

    What a crash has left without an edit is cleared away.
    """
    found = []
    for path in (home(user) / "drafts").glob(f"*/{_JOURNAL}"):
        if not _KEY.fullmatch(path.parent.name) or _is_open(path):
            continue
        left = _left(path)
        if left is not None:
            found.append(left)
        elif time.time() - path.stat().st_mtime > _YOUNG_S:
            shutil.rmtree(path.parent)
    return sorted(found, key=lambda one: -one.changed_at)


def forget(key: str, user: str = "") -> None:
    """Throw a draft away that was left."""
    shutil.rmtree(_root_of(key, user))


def projects_folder(user: str = "") -> Path:
    """Return the folder in which *Save as* makes a folder for each project."""
    return home(user) / "projects"


def saved_projects(user: str = "") -> Iterator[tuple[Path, float]]:
    """Yield the folders of saved projects and when they were saved, newest first."""
    found = [(path.parent, path.stat().st_mtime) for path in projects_folder(user).glob(
        f"*/{FILE_NAME}")]  # fmt: skip
    yield from sorted(found, key=lambda one: -one[1])


def folder_for(name: str, user: str = "") -> Path:
    """Return the folder in which a project of this name is saved."""
    return projects_folder(user) / safe_name(name)


def open_folder(folder: Path, user: str = "") -> Workspace:
    """Open a saved project for editing; *Save* writes it back."""
    spec, canvas = read_folder(folder)
    return Workspace.new(spec, source=folder, canvas=canvas, origin=folder, user=user)


def open_sample(name: str, user: str = "") -> Workspace:
    """Open a bundled sample for editing; it has no folder to be saved to yet."""
    project = Project.load(name)
    return Workspace.new(project.spec(), source=project.folder, user=user)


def _made(
    root: Path, spec: Spec, canvas: Spec | None, source: Path | None, origin: Path | None
) -> Draft:
    """Make the folder of a draft, with its files and earlier versions."""
    folder = root / _FILES
    folder.mkdir(parents=True, mode=0o700)
    if source is not None:
        copy_files(belonging([spec, canvas], source), source, folder)
    if origin is not None and (origin / HISTORY).is_dir():
        shutil.copytree(origin / HISTORY, root / HISTORY)
    about = {
        "origin": str(origin) if origin else None,
        "began_with": _sample_in(source) or _read_beginning(source),
        "opened_at": time.time(),
    }
    write_whole(root / _ABOUT, json.dumps(about).encode())
    return Draft(spec, folder=folder, canvas=canvas)


def _sample_in(folder: Path | None) -> str:
    """Return the bundled sample that lies in a folder."""
    if folder is None or folder.name not in sample_names():
        return ""
    return folder.name if Project.load(folder.name).folder == folder else ""


def _write_beginning(folder: Path, sample: str) -> None:
    """Keep with a saved project which sample it began with, in place of what stood there."""
    if sample:
        write_whole(folder / BEGINNING, (json.dumps({"sample": sample}) + "\n").encode())
    else:
        (folder / BEGINNING).unlink(missing_ok=True)


def _read_beginning(folder: Path | None) -> str:
    """Return the sample that a saved project began with.

    The model does not depend on it: a file that is missing or wrong counts as none.
    """
    if folder is None:
        return ""
    try:
        kept = json.loads((folder / BEGINNING).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return ""
    sample = kept.get("sample") if isinstance(kept, dict) else None
    return sample if sample in sample_names() else ""


def _root_of(key: str, user: str) -> Path:
    root = home(user) / "drafts" / key
    if not _KEY.fullmatch(key) or not root.is_dir():
        raise ProjectError("there is no such draft: it was saved, or forgotten.")
    return root


def _left(journal: Path) -> Left | None:
    """Return what a journal holds that was not saved."""
    root = journal.parent
    try:
        past = read_journal(journal, root / _FILES)
    except ProjectError:  # a crash before the first line was whole
        return None
    kept = not past.saved_to and (root / HISTORY).exists()
    if past.number == (past.saved or 0) and not kept:
        return None
    name = str(past.draft.spec.get("name") or "Project without a name")
    return Left(root.name, name, past.changed_at, len(past.numbers) - 1)


def _is_open(path: Path) -> bool:
    """Return whether another window has a journal."""
    file = os.open(path, os.O_RDONLY)
    try:
        return not locked(file)
    finally:
        os.close(file)
