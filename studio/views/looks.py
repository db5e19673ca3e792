"""Looks: the chips over the map that choose what it shows."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import param
from panel.custom import JSComponent

LOOKS = {
    "Infected": "infected",
    "Share infected": "share",
    "New today": "new",
    "When infected": "when",
    "Districts": "districts",
}
HERE = Path(__file__).parent


class Looks(JSComponent):
    """One chip is always chosen; ``choose(look)`` is told which.

    The names go by message: a parameter that changes while a page is loading can get lost.
    """

    chosen = param.String("Infected")

    _esm = HERE / "looks.js"
    _stylesheets: ClassVar[list[Any]] = [HERE / "looks.css"]

    def __init__(self, choose: Callable[[str], None], **settings: Any) -> None:
        super().__init__(margin=0, **settings)
        self._names = _names(districts=False)
        self._choose = choose

    def offer(self, *, districts: bool) -> None:
        """Offer the districts where the map has them."""
        names = _names(districts=districts)
        if names != self._names:
            self._names = names
            self._send_msg({"names": names})

    def _handle_msg(self, data: dict[str, Any]) -> None:
        if data.get("ready"):
            self._send_msg({"names": self._names})
            return
        name = str(data.get("name"))
        if name in self._names:
            self.chosen = name
            self._choose(LOOKS[name])


def _names(*, districts: bool) -> list[str]:
    return [name for name, look in LOOKS.items() if districts or look != "districts"]
