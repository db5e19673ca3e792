"""FitDesk: the three steps of a fit and its buttons in the browser; the page hears what is done."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar

from panel.custom import JSComponent

HERE = Path(__file__).parent


class FitDesk(JSComponent):
    """What may vary, what was observed, and how it is fitted.

    State goes by message: a parameter that changes while a page is loading can get lost.
    """

    _esm = HERE / "desk.js"
    _stylesheets: ClassVar[list[Any]] = [HERE / "desk.css"]

    def __init__(self, hear: Callable[[Mapping[str, Any]], None], **state: Any) -> None:
        super().__init__(sizing_mode="stretch_width", margin=0)
        self._hear = hear
        self.state: dict[str, Any] = {
            "quantities": [],  # see Choice.as_state
            "kinds": [],  # of priors: name, label, and name and label of each number
            "series": [],  # see Observed.as_state
            "compose": "compose",  # where data are imported
            "methods": [],  # name, label and about of each
            "method": "",
            "runs": 0,  # at most, of a whole fit
            "particles": 0,  # guesses in each round
            "people": 0,  # in each run; 0 where that cannot be chosen
            "most": 0,  # people of the project
            "phase": "ready",  # ready, running, or stopped: then it can go on
            "reason": "",  # why nothing can be fitted yet
            "cost": "",  # what a fit takes, where that is known
            "wrong": "",  # what could not be done
        } | state

    def say(self, **changes: Any) -> None:
        """Change some of the state, and show it."""
        new = {name: value for name, value in changes.items() if self.state[name] != value}
        if new:
            self.state |= new
            self._send_msg(new)

    def go(self, address: str) -> None:
        """Let the browser open another page."""
        self._send_msg({"go": address})

    def _handle_msg(self, data: dict[str, Any]) -> None:
        if data.get("what") == "ready":
            self._send_msg(self.state)
            return
        self._hear(data)
