"""The drafts that pages of this server edit: found again by key, kept on disk, closed when left."""

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from populace.engine.editing.draft import Draft
from populace.engine.editing.workspace import Workspace, open_folder
from populace.engine.errors import ProjectError
from populace.engine.project import Project, sample_names
from populace.engine.project_file import FILE_NAME
from populace.studio.runs import RUNS

# A reload or a lost connection finds the draft in memory within this time after its last page
# left; later it is read back from its journal.
GRACE_S = 600.0


@dataclass(eq=False)
class OpenDraft:
    """A draft, and the folder where its data files, journal and versions lie.

    New data files go into `folder`, under a name that no other file there has; the draft then
    names them as in a project file: "data/cases.csv".
    """

    workspace: Workspace
    user: str = ""
    pages: int = 0
    ending: threading.Timer | None = None

    @property
    def key(self) -> str:
        """What ``?draft=`` in the address must say for a reload to find the draft."""
        return self.workspace.key

    @property
    def draft(self) -> Draft:
        """The model under edit, with undo and redo."""
        return self.workspace.draft

    @property
    def folder(self) -> Path:
        """Where the data files of the draft lie."""
        return self.workspace.folder


class Drafts:
    """The registry; safe to use from any thread."""

    def __init__(self, *, grace_s: float = GRACE_S) -> None:
        self._grace_s = grace_s
        self._open: dict[str, OpenDraft] = {}
        self._lock = threading.RLock()

    def take(self, workspace: Workspace, user: str = "") -> OpenDraft:
        """Register a workspace that was just opened; a page must enter within the grace time."""
        with self._lock:
            opened = OpenDraft(workspace, user)
            self._open[workspace.key] = opened
            self._end_later(opened)
            return opened

    def find(self, key: str, user: str = "") -> OpenDraft | None:
        """Return the draft with this key, read back from its journal where no page had it."""
        with self._lock:
            found = self._open.get(key)
            if found is not None:
                return found if found.user == user else None
            try:
                return self.take(Workspace.again(key, user), user)
            except ProjectError:
                return None

    def enter(self, opened: OpenDraft) -> None:
        """Count one page that edits the draft."""
        with self._lock:
            opened.pages += 1
            if opened.ending is not None:
                opened.ending.cancel()
                opened.ending = None

    def leave(self, opened: OpenDraft) -> None:
        """Count one page less; the last one starts the draft's time of grace."""
        with self._lock:
            opened.pages -= 1
            if opened.pages <= 0:
                self._end_later(opened)

    def close(self) -> None:
        """Close all drafts, at once; what was not saved can be recovered."""
        with self._lock:
            for opened in list(self._open.values()):
                self._end(opened)

    def __len__(self) -> int:
        return len(self._open)

    def _end_later(self, opened: OpenDraft) -> None:
        if opened.ending is not None:
            opened.ending.cancel()
        opened.ending = threading.Timer(self._grace_s, self._end, [opened, True])
        opened.ending.name, opened.ending.daemon = "populace-grace", True
        opened.ending.start()

    def _end(self, opened: OpenDraft, unless_entered: bool = False) -> None:
        with self._lock:
            if unless_entered and opened.pages > 0:
                return
            if unless_entered and RUNS.uses(opened.folder):  # its run reads the data files there
                self._end_later(opened)
                return
            if opened.ending is not None:
                opened.ending.cancel()
            if self._open.pop(opened.key, None) is not None:
                opened.workspace.close()


# Of this server.
DRAFTS = Drafts()


def open_draft(
    spec_or_project: dict[str, Any] | Project, folder: Path | None = None, *, user: str = ""
) -> OpenDraft:
    """Open a draft of these values; the data files that they name are copied from ``folder``.

    A project brings its own folder. The original is never written: *Save* asks for a name.
    """
    if isinstance(spec_or_project, Project):
        source = folder or spec_or_project.folder
        workspace = Workspace.new(spec_or_project.spec(), source=source, user=user)
    else:
        workspace = Workspace.new(spec_or_project, source=folder, user=user)
    return DRAFTS.take(workspace, user)


def open_named(name: str, *, user: str = "") -> OpenDraft:
    """Open a bundled sample, or the project that the server was started with.

    *Save* writes that project back into its folder, but not for one who had to log in.
    """
    folder = Path(name).parent if Path(name).name == FILE_NAME else Path(name)
    if user or name in sample_names() or not (folder / FILE_NAME).is_file():
        return open_draft(Project.load(name), user=user)
    return DRAFTS.take(open_folder(folder.resolve(), user), user)


def find_draft(key: str, user: str = "") -> OpenDraft | None:
    """Return the draft of ``?draft=KEY``, or None if there is none (saved, or forgotten)."""
    return DRAFTS.find(key, user)
