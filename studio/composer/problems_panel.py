"""ProblemsPanel: everything that stands between a draft and a run; a click goes to the field."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ClassVar

from panel.custom import JSComponent

from populace.engine.editing.draft import Draft
from populace.engine.editing.problems import ERROR, Problem
from populace.engine.project import PARTS
from populace.studio.composer import parts
from populace.studio.composer.canvas import part_at
from populace.studio.composer.fields import in_per_cent
from populace.studio.composer.parts import Part

HERE = Path(__file__).parent


class ProblemsPanel(JSComponent):
    """``go(place)`` is called with the place of the problem that was chosen."""

    _esm = HERE / "problems_panel.js"
    _stylesheets: ClassVar[list[Any]] = [HERE / "problems_panel.css"]

    def __init__(self, draft: Draft, go: Callable[[str], None], **settings: Any) -> None:
        super().__init__(sizing_mode="stretch_width", margin=0, **settings)
        self._draft, self._go = draft, go
        self._sent: list[dict[str, str]] | None = None

    def draw(self) -> None:
        """Show what the draft says now."""
        found = parts.parts_of(self._draft)
        shown = [
            {
                "severity": problem.severity,
                "place": problem.place,
                "where": where(problem, found),
                "message": message(problem, found),
            }
            for problem in self._draft.problems
        ]
        if shown != self._sent:
            self._sent = shown
            self._send_msg({"problems": shown})

    def _handle_msg(self, data: dict[str, Any]) -> None:
        if data.get("ready"):
            self._sent = None
            self.draw()
        elif "place" in data:
            self._go(str(data["place"]))


def where(problem: Problem, found: Sequence[Part]) -> str:
    """Return what a problem is about, as people call it: "Masks: coverage"."""
    part = part_at(found, problem.place)
    if part is None:
        key = problem.place.split(".")[0].split("[")[0]
        return "Project" if key not in PARTS else parts.WORDS.get(key, key)
    field = problem.place[len(part.id) + 1 :].split(".")[0]
    declared = dict(part.kind.declarations()).get(field) if part.kind and field else None
    word = str(declared.label).lower() if declared is not None else field.replace("_", " ")
    return f"{part.label}: {word}" if word else part.label


def message(problem: Problem, found: Sequence[Part]) -> str:
    """Return a problem as a sentence, its number as its field shows it."""
    part = part_at(found, problem.place)
    words = problem.message
    if part is not None and part.kind is not None:
        name = problem.place[len(part.id) + 1 :]
        declared = dict(part.kind.declarations()).get(name)
        if declared is not None:
            words = in_per_cent(declared, part.values.get(name), words)
    return words[:1].upper() + words[1:]


def first_error(draft: Draft) -> str:
    """Return why the draft cannot run, in a few words; nothing if it can."""
    errors = [problem for problem in draft.problems if problem.severity == ERROR]
    if not errors:
        return ""
    if len(errors) > 1:
        return f"{len(errors)} problems keep this model from running."
    found = parts.parts_of(draft)
    place, words = where(errors[0], found), message(errors[0], found)
    return f"{place}: {words[:1].lower()}{words[1:]}" if words.startswith("Must") else words
