"""MapDesk: what the map of districts shows: which scenarios, of what, and the legend."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ClassVar

from panel.custom import JSComponent

from populace.engine.scenarios.place_changes import CHANGES

HERE = Path(__file__).parent
LOOKS = ("difference", "chance")


class MapDesk(JSComponent):
    """``changed()`` is told when somebody asks for something else. State goes by message."""

    _esm = HERE / "map_desk.js"
    _stylesheets: ClassVar[list[Any]] = [HERE / "map_desk.css"]

    def __init__(self, changed: Callable[[], None]) -> None:
        super().__init__(sizing_mode="stretch_width", margin=0)
        self._changed = changed
        self.state: dict[str, Any] = {
            "names": [],  # of the scenarios that were run, the baseline first
            "look": LOOKS[0],
            "first": "",
            "second": "",
            "measure": next(iter(CHANGES)),
            "threshold": 50,  # infections per 100 residents
            "said": "The colours come with the first runs.",
            "legend": "",
        }

    @property
    def asked(self) -> dict[str, Any]:
        """What is to be shown: look, first, second, measure and threshold."""
        return self.state

    def offer(self, names: Sequence[str]) -> None:
        """Offer the scenarios that were run; at first the last is held against the first."""
        chosen = {"first": self.state["first"], "second": self.state["second"]}
        if self.state["names"] != list(names):
            chosen = {"first": names[0], "second": names[-1]}
        self._say(names=list(names), **chosen)

    def explain(self, said: str, legend: str) -> None:
        """Say what the colours mean; the legend is HTML of our own."""
        self._say(said=said, legend=legend)

    def _say(self, **changes: Any) -> None:
        new = {name: value for name, value in changes.items() if self.state[name] != value}
        if new:
            self.state |= new
            self._send_msg(new)

    def _handle_msg(self, data: dict[str, Any]) -> None:
        if data.get("ready"):
            self._send_msg(self.state)
            return
        name, value = str(data.get("name")), data.get("value")
        if self._may_be(name, value):
            self.state[name] = value
            self._changed()

    def _may_be(self, name: str, value: Any) -> bool:
        if name == "threshold":
            return isinstance(value, int | float) and 1 <= value <= 100
        names = self.state["names"]
        choices = {"look": LOOKS, "first": names, "second": names, "measure": tuple(CHANGES)}
        return value in choices.get(name, ())
