"""StoryPanel: the guided story of a project: each step adds its scenario, runs it, and sums it up.

What a step came to is told under its words as soon as there are runs.
"""

from collections.abc import Callable, Mapping, Sequence
from math import isnan
from pathlib import Path
from typing import Any, ClassVar

from panel.custom import JSComponent

from populace.engine.scenarios.comparison import Cell, Row
from populace.engine.scenarios.story import Story
from populace.studio.compare.table import figure

HERE = Path(__file__).parent
# What sums a step up, and the words for it.
FIGURES = {
    "infections": "infections",
    "deaths": "deaths",
    "intensive_peak": "in intensive care at once",
}


class StoryPanel(JSComponent):
    """``choose(step)`` is told which step somebody wants. State goes by message, as on the desk."""

    _esm = HERE / "story_panel.js"
    _stylesheets: ClassVar[list[Any]] = [HERE / "story_panel.css"]

    def __init__(self, story: Story, choose: Callable[[int], None]) -> None:
        super().__init__(sizing_mode="stretch_width", margin=0)
        self._story, self._choose = story, choose
        self.state: dict[str, Any] = {"title": story.title, "of": "", "busy": False, "steps": []}

    def tell(
        self,
        of: str,
        busy: bool,
        tellers: Sequence[Mapping[str, str] | None],
        rows: Sequence[Row],
    ) -> None:
        """Show which steps are on the bench, by name, colour and dash, and what they came to."""
        steps = [
            {
                "title": step.title,
                "text": step.text,
                "there": teller is not None,
                "results": summary(rows, teller["name"]) if teller is not None else [],
                **(teller or {}),
            }
            for step, teller in zip(self._story.steps, tellers, strict=True)
        ]
        state = {"title": self._story.title, "of": of, "busy": busy, "steps": steps}
        if state != self.state:
            self.state = state
            self._send_msg(state)

    def _handle_msg(self, data: dict[str, Any]) -> None:
        if data.get("ready"):
            self._send_msg(self.state)
            return
        step = data.get("step")
        if isinstance(step, int) and 0 <= step < len(self._story.steps):
            self._choose(step)


def summary(rows: Sequence[Row], scenario: str) -> list[tuple[str, str]]:
    """Say what a scenario came to: its own figures if it is the baseline, else what it averts.

    Beside each figure stands its interval, in words, or nothing.
    """
    found = {row.name: row for row in rows}
    said = []
    for name, words in FIGURES.items():
        cells = found[name].cells if name in found else ()
        for place, cell in enumerate(cells):
            if cell.scenario == scenario:
                own = (f"{_whole(cell.mean)} {words}", "")
                said.append(own if place == 0 else _averted(cell, words))
    return said


def _averted(cell: Cell, words: str) -> tuple[str, str]:
    """Say "120 deaths averted", "102 to 139"; what is more than before is added."""
    value, low, high = cell.change.value, cell.change.low, cell.change.high
    verb = "averted"
    if value < 0:
        value, low, high, verb = -value, -high, -low, "added"
    sure = "" if isnan(low) else f"{_whole(low)} to {_whole(high)}"
    return f"{_whole(value)} {words} {verb}", sure


def _whole(value: float) -> str:
    return figure(float(round(value)))
