"""HistoryView: the versions of a project, what differs between two of them, and the way back."""

from collections.abc import Callable
from itertools import zip_longest
from pathlib import Path
from typing import Any, ClassVar

from panel.custom import JSComponent

from populace.engine.editing.difference import differences
from populace.engine.editing.history import Version
from populace.engine.editing.workspace import Workspace
from populace.engine.errors import ProjectError
from populace.studio.composer.gallery import moment

HERE = Path(__file__).parent
NOW = "now"


class HistoryView(JSComponent):
    """A dialog; ``say(words)`` tells the person what was done, or why it could not be.

    ``kept()`` is told when a version was kept.
    """

    _esm = HERE / "history_view.js"
    _stylesheets: ClassVar[list[Any]] = [HERE / "dialog.css", HERE / "history_view.css"]

    def __init__(
        self,
        workspace: Workspace,
        say: Callable[[str], None],
        kept: Callable[[], None],
        **settings: Any,
    ) -> None:
        super().__init__(width=0, height=0, margin=0, **settings)
        self._workspace, self._say, self._kept = workspace, say, kept

    def open(self) -> None:
        """Show the versions as they are now."""
        self._send_msg({"open": True, "versions": self._rows()})

    def _rows(self) -> list[dict[str, str]]:
        versions = self._workspace.history.versions()
        return [
            {
                "key": version.key,
                "label": version.label,
                "at": moment(version.at),
                "what": self._brief(older, version),
            }
            for version, older in zip_longest(versions, versions[1:])
        ]

    def _brief(self, older: Version | None, version: Version) -> str:
        """Say what a version changed, so that one is told from the next of the same minute."""
        if older is None:
            return ""
        first, *more = self._lines(older, version)
        return f"{first}, and {len(more):,} more" if more else first

    def _handle_msg(self, data: dict[str, Any]) -> None:
        try:
            if data.get("act") == "keep":
                label = str(data.get("value") or "").strip() or "Kept"
                self._workspace.history.keep(label)
                self._kept()
                self._send_msg({"versions": self._rows()})
            elif data.get("act") == "compare":
                old, new = (self._version(str(data.get(end))) for end in ("old", "new"))
                self._send_msg({"lines": self._lines(old, new)})
            elif data.get("act") == "restore":
                version = self._version(str(data.get("key")))
                if version is None:
                    return
                changed = self._workspace.history.restore(version)
                self._send_msg({"close": True})
                done = f"The project is as it was on {moment(version.at)}. Undo takes that back."
                self._say(done if changed else "The project already is as it was then.")
        except ProjectError as error:
            self._say(str(error))

    def _version(self, key: str) -> Version | None:
        """Return a version; None is the project as it is now."""
        found = [one for one in self._workspace.history.versions() if one.key == key]
        if not found and key != NOW:
            raise ProjectError("there is no such version any more.")
        return found[0] if found else None

    def _lines(self, old: Version | None, new: Version | None) -> list[str]:
        (before, was), (after, now) = (self._content(version) for version in (old, new))
        lines = differences(before[0], after[0], was, now)
        if not lines and before[1] != after[1]:
            return ["Only the places on the canvas differ."]
        return lines or ["Nothing differs."]

    def _content(self, version: Version | None) -> tuple[tuple[Any, Any], dict[str, str]]:
        if version is not None:
            return (version.spec, version.canvas), version.files
        now = self._workspace.draft.now
        return (now.spec, now.canvas), self._workspace.history.checksums()
