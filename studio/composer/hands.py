"""Hands: keys and edges on the canvas, as an invisible part of it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from panel.custom import JSComponent


class Hands(JSComponent):
    """What the canvas does not do by itself.

    ``hear(name, value)`` is told "join" with the ids of two parts, also where the browser has
    refused the edge, and the name of an act: "delete", "copy", "paste", "duplicate", "park",
    "all".
    """

    _esm = Path(__file__).with_name("hands.js")

    def __init__(self, hear: Callable[[str, Any], None], **settings: Any) -> None:
        super().__init__(width=0, height=0, margin=0, **settings)
        self._hear = hear

    def reveal(self, id_: str, *, focus: bool) -> None:
        """Bring a part into view."""
        self._send_msg({"show": id_, "focus": focus})

    def fit(self) -> None:
        """Bring all parts into view."""
        self._send_msg({"fit": True})

    def _handle_msg(self, data: dict[str, Any]) -> None:
        self._hear(str(data.get("name")), data.get("value"))
