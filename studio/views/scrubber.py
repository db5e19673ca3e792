"""Scrubber: a handle on the timeline, by which the whole page goes back to any day of the run."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from panel.custom import JSComponent

from populace.engine.project import Project
from populace.engine.snapshot import Snapshot
from populace.studio.views import numbers

HERE = Path(__file__).parent


class Scrubber(JSComponent):
    """The handle follows the run until somebody takes it; ``look_back(day)`` is told where to.

    ``look_back(None)`` is the way back to the newest day. It says beside the timeline that the
    page shows a day gone by, and offers a new run that goes on from there. State goes by message:
    a parameter that changes while a page is loading can get lost.
    """

    _esm = HERE / "scrubber.js"
    _stylesheets: ClassVar[list[Any]] = [HERE / "scrubber.css"]

    def __init__(
        self, project: Project, key: str, look_back: Callable[[int | None], None], **settings: Any
    ) -> None:
        super().__init__(sizing_mode="stretch_both", margin=0, **settings)
        self._project, self._key, self._look_back = project, key, look_back
        self._state: dict[str, Any] = {}

    def follow(self, newest: Snapshot, shown: Snapshot) -> None:
        """Show how far the run is, and which day the page shows."""
        state = {
            "days": self._project.days,
            "newest": newest.day,
            "shown": shown.day,
            "back": shown.day < newest.day,
            "words": f"{numbers.long_date(shown.date)}, day {shown.day}",
            "branch": f"?from={self._key}&day={shown.day}",
        }
        if state != self._state:
            self._state = state
            self._send_msg(state)

    def _handle_msg(self, data: dict[str, Any]) -> None:
        if data.get("ready"):
            if self._state:
                self._send_msg(self._state)
            return
        day = data.get("day")
        if day is None:
            self._look_back(None)
        elif isinstance(day, int | float) and 0 <= day <= self._project.days:
            self._look_back(int(day))
