"""Desk: the scenarios and the buttons in the browser; the page hears what a person does."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar

from panel.custom import JSComponent

HERE = Path(__file__).parent


class Desk(JSComponent):
    """The list of scenarios, the form of the selected one, and what starts the runs.

    State goes by message: a parameter that changes while a page is loading can get lost.
    """

    _esm = HERE / "desk.js"
    _stylesheets: ClassVar[list[Any]] = [HERE / "desk.css"]

    def __init__(self, hear: Callable[[Mapping[str, Any]], None], **state: Any) -> None:
        super().__init__(sizing_mode="stretch_width", margin=0)
        self._hear = hear
        self.state: dict[str, Any] = {
            "scenarios": [],  # id, name, colour, pinned, and what differs, of each
            "selected": 0,  # id of the scenario in the form
            "choices": [],  # what can be changed in it
            "own": [],  # name and label of its policies
            "kinds": [],  # kind and label of every policy that can be added
            "runs": 20,
            "people": 0,  # in each run; 0 where that cannot be chosen
            "most": 0,  # people of the project
            "phase": "ready",  # ready, running or paused
            "share": 0.0,
            "said": "",  # how far it is, or how it went
            "wrong": "",  # what could not be done
            "series": [],  # name and label of the series that can be drawn
            "shown": "infected",
            "can_export": False,
            "can_keep": False,  # whether the scenarios can be written beside the project
            "heard": 0,  # messages that were answered: then the browser draws again
        } | state

    def say(self, **changes: Any) -> None:
        """Change some of the state, and show it."""
        new = {name: value for name, value in changes.items() if self.state[name] != value}
        if new:
            self.state |= new
            self._send_msg(new)

    def _handle_msg(self, data: dict[str, Any]) -> None:
        if data.get("what") == "ready":
            self._send_msg(self.state)
            return
        self._hear(data)
