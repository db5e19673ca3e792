"""Gallery: where a project begins: a sample with its picture, one's own, or a blank sheet."""

import base64
import datetime as dt
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, ClassVar

from panel.custom import JSComponent

from populace.engine.editing.package import read_folder
from populace.engine.editing.workspace import Left, drafts_left, saved_projects
from populace.engine.errors import ProjectError
from populace.engine.project import Project, sample_names
from populace.engine.scenarios.story import story_in
from populace.layers.themes import THEMES

HERE = Path(__file__).parent


class Gallery(JSComponent):
    """``choose(act, value)`` is told "blank", "sample", "saved", "recover" or "forget"."""

    _esm = HERE / "gallery.js"
    _stylesheets: ClassVar[list[Any]] = [HERE / "dialog.css", HERE / "gallery.css"]

    def __init__(self, choose: Callable[[str, str], None], user: str = "", **more: Any) -> None:
        super().__init__(width=0, height=0, margin=0, **more)
        self._choose, self._user = choose, user
        self._offered: set[tuple[str, str]] = set()
        self.on_ready: Callable[[], None] = lambda: None

    def open(self) -> None:
        """Show it, as the disk is now."""
        self._send_msg({"open": True, **self._content()})

    def offer(self) -> None:
        """Say quietly what was not saved, over nothing that a person came for."""
        self._send_msg({"offer": True, **self._content()})

    def refresh(self) -> None:
        """Show what has changed on the disk, if it is open."""
        self._send_msg(self._content())

    def close(self) -> None:
        """Go out of the way."""
        self._send_msg({"close": True})

    def _content(self) -> dict[str, Any]:
        content = {
            "samples": samples(),
            "saved": [_saved(folder, at) for folder, at in saved_projects(self._user)],
            "left": [_left(one) for one in drafts_left(self._user)],
        }
        self._offered = {("blank", "")}
        self._offered |= {("sample", str(one["name"])) for one in content["samples"]}
        self._offered |= {("saved", str(one["folder"])) for one in content["saved"]}
        for one in content["left"]:
            self._offered |= {("recover", one["key"]), ("forget", one["key"])}
        return content

    def _handle_msg(self, data: dict[str, Any]) -> None:
        if data.get("ready"):
            self.on_ready()
            return
        asked = str(data.get("act")), str(data.get("value") or "")
        if asked in self._offered:  # a page may open what it was shown, and nothing else
            self._choose(*asked)


@cache
def samples() -> list[dict[str, Any]]:
    """Return the bundled samples with their pictures."""
    found = []
    for name in sample_names():
        project = Project.load(name)
        count = project.population.agent_count()
        facts = [f"{count:,} people"] if count else []
        facts += [type(project.disease).label(), f"{project.days} days"]
        found.append(
            {
                "name": name,
                "title": project.name,
                "about": project.description,
                "facts": " · ".join(facts),
                "story": f"compare?project={name}" if story_in(project.folder) else "",
                "pictures": {theme: _picture(name, theme) for theme in THEMES},
            }
        )
    return found


def _picture(name: str, theme: str) -> str:
    """Return a picture that `docs/gallery_pictures.py` has drawn; none for a sample without."""
    file = files("populace.assets") / "gallery" / f"{name}_{theme}.webp"
    if not file.is_file():
        return ""
    return f"data:image/webp;base64,{base64.b64encode(file.read_bytes()).decode()}"


def _saved(folder: Path, at: float) -> dict[str, Any]:
    try:
        spec, _ = read_folder(folder)
        title, fault = str(spec.get("name") or folder.name), ""
    except ProjectError as error:
        title, fault = folder.name, error.cause
    return {"folder": folder.name, "title": title, "at": moment(at), "fault": fault}


def _left(left: Left) -> dict[str, Any]:
    edits = "1 edit" if left.edits == 1 else f"{left.edits:,} edits"
    return {"key": left.key, "title": left.name, "at": f"{moment(left.changed_at)}, {edits}"}


def moment(seconds: float) -> str:
    """Return "24 November 2026, 21:07", in the time of this machine."""
    at = dt.datetime.fromtimestamp(seconds)
    return f"{at.day} {at:%B %Y}, {at:%H:%M}"
