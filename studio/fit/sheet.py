"""Sheet: words and drawings that the server makes, in named places; its buttons tell the page."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar

from panel.custom import JSComponent

HERE = Path(__file__).parent


class Sheet(JSComponent):
    """HTML by place, in the order of ``places``. It goes by message, as the desk's state does.

    A button with ``data-what`` is heard as ``{"what": ...}``.
    """

    _esm = HERE / "sheet.js"
    _stylesheets: ClassVar[list[Any]] = [HERE / "sheet.css"]

    def __init__(self, hear: Callable[[Mapping[str, Any]], None], *places: str) -> None:
        super().__init__(sizing_mode="stretch_width", margin=0)
        self._hear = hear
        self.html: dict[str, str] = dict.fromkeys(places, "")

    def say(self, **html: str) -> None:
        """Put other HTML into some of the places."""
        new = {place: text for place, text in html.items() if self.html[place] != text}
        if new:
            self.html |= new
            self._send_msg(new)

    def _handle_msg(self, data: dict[str, Any]) -> None:
        if data.get("what") == "ready":
            self._send_msg(self.html)
            return
        self._hear(data)
