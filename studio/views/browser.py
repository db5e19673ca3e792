"""Browser: what only the browser can do, as an invisible part of the page."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import param
from panel.custom import JSComponent


class Browser(JSComponent):
    """Dresses the document in a theme at once, and hears the space bar wherever it is free.

    ``hear(name, value)`` is told "space"; "theme" with the one this browser had last time; and
    "check" when the panel of the checks was opened.
    """

    theme = param.Selector(default="dark", objects=["dark", "light"])

    _esm = Path(__file__).with_name("browser.js")

    def __init__(self, hear: Callable[[str, Any], None], **settings: Any) -> None:
        super().__init__(width=0, height=0, margin=0, **settings)
        self._hear = hear

    def _handle_msg(self, data: dict[str, Any]) -> None:
        self._hear(str(data.get("name")), data.get("value"))
