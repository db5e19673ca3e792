"""ProjectLife: what can be done with the project as a whole: begin, open, save, send, go back."""

import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from populace.engine.editing.package import (
    BYTES_MAX,
    MEGABYTE,
    package_name,
    packed,
    unpack,
)
from populace.engine.editing.places import safe_name
from populace.engine.editing.workspace import (
    Workspace,
    drafts_left,
    folder_for,
    forget,
    open_folder,
    open_sample,
    projects_folder,
)
from populace.engine.errors import ProjectError
from populace.engine.export import bundled
from populace.engine.project_file import FILE_NAME, PACKAGE
from populace.studio.composer.code_view import CodeView
from populace.studio.composer.gallery import Gallery
from populace.studio.composer.history_view import HistoryView
from populace.studio.courier import Courier
from populace.studio.drafts import DRAFTS, OpenDraft
from populace.studio.views.menu import TOO_LARGE, Item, Menu

_STARTED = time.time()
_OFFERED_TO: set[str] = set()  # users, of this server
BLANK = {"schema": 1, "name": "A new model"}


class ProjectLife:
    """The project's menu and its dialogs, for one page on one draft.

    ``say(words)`` tells the person something, ``go(address)`` leaves the page, and
    ``in_page(work)`` does work with the lock of its document.
    """

    def __init__(
        self,
        opened: OpenDraft,
        *,
        say: Callable[[str], None],
        go: Callable[[str], None],
        in_page: Callable[[Callable[[], None]], None],
    ) -> None:
        self._opened, self._say, self._go, self._in_page = opened, say, go, in_page
        self._courier = Courier()
        self._menu = Menu("Project", self._chosen, take=self._taken, bytes_max=BYTES_MAX)
        self._gallery = Gallery(self._begun, opened.user)
        self._gallery.on_ready = partial(in_page, self._offer_recovery)
        self._history = HistoryView(opened.workspace, say, self._schedule)
        self._waits = False
        self.code = CodeView(opened.draft)
        self._stop = opened.draft.listen(lambda draft: self._schedule())
        self._show()
        for note in opened.workspace.notes:
            say(f"Recovered, but {note}")

    @property
    def top(self) -> list[Any]:
        """What stands in the top bar."""
        return [self._menu]

    @property
    def dialogs(self) -> list[Any]:
        """What lies over the page, when it is open."""
        return [self._gallery, self._history, self._courier]

    def close(self) -> None:
        """Stop following the draft: the page has gone."""
        self._stop()

    def _offer_recovery(self) -> None:
        """Once after a start: offer what the server that ran before has left unsaved."""
        user = self._opened.user
        if user not in _OFFERED_TO:
            _OFFERED_TO.add(user)
            if any(left.changed_at < _STARTED for left in drafts_left(user)):
                self._gallery.offer()

    # What the menu shows

    def _schedule(self) -> None:
        if not self._waits:
            self._waits = True
            self._in_page(self._show)

    def _show(self) -> None:
        self._waits = False
        name = str(self._opened.draft.spec.get("name") or "")
        label = name or "A model without a name"
        self._menu.offer(_items(name), label=label, note=self._state())

    def _state(self) -> str:
        """Return whether the project is saved; edits are kept in any case."""
        workspace = self._opened.workspace
        if workspace.journal.fault:
            return workspace.journal.fault
        if workspace.origin is None:
            return "Not saved yet" if workspace.unsaved else ""
        return "Edited" if workspace.unsaved else "Saved"

    # What is chosen. A message may arrive without the lock of the document.

    def _chosen(self, act: str, value: str) -> None:
        self._in_page(partial(self._act, act, value))

    def _act(self, act: str, value: str) -> None:
        acts: dict[str, Callable[[], None]] = {
            "gallery": self._gallery.open,
            "save": lambda: self._save(""),
            "save_as": lambda: self._save(value),
            "duplicate": self._duplicate,
            "history": self._history.open,
            "package": self._send_package,
            "script": self._send_script,
            "yaml": self._send_yaml,
            TOO_LARGE: lambda: self._say(
                f"That file has {int(value) / MEGABYTE:,.0f} MB: a project that is sent has at "
                f"most {BYTES_MAX / MEGABYTE:,.0f} MB."
            ),
        }
        if act not in acts:
            return
        try:
            acts[act]()
        except ProjectError as error:
            self._say(str(error))
        self._show()

    def _save(self, name: str) -> None:
        """Save, in the project's own folder or under a name."""
        opened = self._opened
        if not name and opened.workspace.origin is not None:
            opened.workspace.save()
            self._say(f"Saved in {opened.workspace.origin}.")
            return
        name = name or str(opened.draft.spec.get("name") or "")
        if not name.strip():
            raise ProjectError("The project has no name yet: choose “Save as” and write one.")
        folder = _free(folder_for(name, opened.user), opened.workspace.origin)
        if name != opened.draft.spec.get("name"):
            opened.draft.set("name", name, f"Rename to {name}")
        opened.workspace.save(folder)
        self._say(f"Saved in {folder}.")

    def _duplicate(self) -> None:
        now, user = self._opened.draft.now, self._opened.user
        self._opened.workspace.follow_scenarios()
        name = f"{now.spec.get('name') or 'A model'} (copy)"
        self._open(
            Workspace.new(
                now.spec | {"name": name},
                source=self._opened.folder,
                canvas=now.canvas,
                user=user,
            )
        )

    def _begun(self, act: str, value: str) -> None:
        self._in_page(partial(self._begin, act, value))

    def _begin(self, act: str, value: str) -> None:
        """Do what was chosen in the gallery."""
        user = self._opened.user
        try:
            if act == "blank":
                self._open(Workspace.new(BLANK, user=user))
            elif act == "sample":
                self._open(open_sample(value, user))
            elif act == "saved":
                self._open(open_folder(projects_folder(user) / value, user))
            elif act == "recover":
                self._open(Workspace.again(value, user))
            elif act == "forget":
                forget(value, user)
                self._gallery.refresh()
        except ProjectError as error:
            self._gallery.close()
            self._say(str(error))

    def _taken(self, name: str, data: bytes) -> None:
        self._in_page(partial(self._unpack, name, data))

    def _unpack(self, name: str, data: bytes) -> None:
        """Open a project that somebody sent: its files go to a folder of their own."""
        try:
            self._open(unpacked(name, data, self._opened.user))
        except ProjectError as error:
            self._say(str(error))

    def _open(self, workspace: Workspace) -> None:
        """Go to another draft; the one that is left can be recovered."""
        user = self._opened.user
        self._gallery.close()
        self._go(f"compose?draft={DRAFTS.take(workspace, user).key}")

    def _send_package(self) -> None:
        now = self._opened.draft.now
        self._opened.workspace.follow_scenarios()
        data = packed(now.spec, now.canvas, self._opened.folder)
        self._courier.deliver(package_name(now.spec), "application/zip", data)

    def _send_yaml(self) -> None:
        text = self._opened.draft.yaml.encode()
        self._courier.deliver(FILE_NAME, "application/yaml", text)

    def _send_script(self) -> None:
        """Send a script; where it needs data files, they come with it in one archive."""
        spec = self._opened.draft.spec
        stem = safe_name(str(spec.get("name") or "model"))
        ending, content = bundled(spec, self._opened.folder, stem)
        self._courier.deliver(f"{stem}.{ending}", "application/octet-stream", content)


def unpacked(name: str, data: bytes, user: str = "") -> Workspace:
    """Open a `.populace` file as a draft of its own."""
    if not name.lower().endswith(PACKAGE):
        raise ProjectError(f"is no project: choose a file that ends in {PACKAGE}.", file=name[:80])
    with tempfile.TemporaryDirectory(prefix="populace-") as place:
        spec, canvas = unpack(data, Path(place), name[:80])
        return Workspace.new(spec, source=Path(place), canvas=canvas, user=user)


def _items(name: str) -> list[Item]:
    return [
        Item("gallery", "New or open…", "Samples with pictures, your projects, or blank", key="o"),
        Item("open_file", f"Open a {PACKAGE} file…", "A project that somebody sent", file=PACKAGE),
        Item("save", "Save", "Edits are kept anyway; this writes the project", key="s"),
        Item("save_as", "Save as…", "Under another name", ask="Save as", value=name),
        Item("duplicate", "Duplicate", "Go on with a copy"),
        Item("history", "Version history…", "What changed, and the way back"),
        Item("", "Download"),
        Item("package", f"Project to send ({PACKAGE})", "One file with all its data"),
        Item("script", "Python script", "Runs without the studio, with the same numbers"),
        Item("yaml", "Project file (YAML)", "The model as text"),
    ]


def _free(folder: Path, own: Path | None) -> Path:
    """Return the folder, or one beside it with a number where another project is in it."""
    number, found = 1, folder
    while (found / FILE_NAME).exists() and found != own:
        number += 1
        found = folder.with_name(f"{folder.name}-{number}")
    return found
