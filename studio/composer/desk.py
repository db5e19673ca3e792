"""Desk: what the browser does for the whole room, as an invisible part of the page."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from panel.custom import JSComponent


class Desk(JSComponent):
    """The buttons of the bar, the tabs, the keys that work everywhere, the theme, the words.

    ``hear(name, value)`` is told "ready" and "theme" with the theme, "tab" with its number, and
    "undo", "redo", "run" when a person asks for it by button or key.
    """

    _esm = Path(__file__).with_name("desk.js")

    def __init__(self, hear: Callable[[str, Any], None], **settings: Any) -> None:
        super().__init__(width=0, height=0, margin=0, **settings)
        self._hear = hear
        self._bar: dict[str, Any] | None = None

    def set_bar(
        self, *, title: str, undo: str | None, redo: str | None, reason: str, empty: bool
    ) -> None:
        """Show in the bar what can be done; ``reason`` is why the model cannot run.

        ``empty`` tells that nothing is on the canvas yet.
        """
        bar = {"title": title, "undo": undo, "redo": redo, "reason": reason, "empty": empty}
        if bar != self._bar:
            self._bar = bar
            self._send_msg({"bar": bar})

    def say(self, words: str) -> None:
        """Tell the person something; it fades after a while."""
        self._send_msg({"said": words})

    def open_tab(self, number: int) -> None:
        """Bring a tab to the front; the first is 1."""
        self._send_msg({"tab": number})

    def go(self, address: str) -> None:
        """Leave the page."""
        self._send_msg({"go": address})

    def _handle_msg(self, data: dict[str, Any]) -> None:
        if data.get("name") == "ready":
            self._bar = None  # what was sent before went nowhere
        self._hear(str(data.get("name")), data.get("value"))
