"""Openers: the buttons of the top bar that open the wizards."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import param
from panel.custom import JSComponent

from populace.studio.composer.background import InPage


class Openers(JSComponent):
    """A button for each of ``acts``, by what it says."""

    labels = param.List([], item_type=str)

    _esm = Path(__file__).with_name("openers.js")
    _stylesheets: ClassVar[list[Any]] = [
        ":host > div { display: flex; gap: 6px; }"
        "button { height: 32px; padding: 0 11px; border: 1px solid var(--line); border-radius: 8px;"
        " background: none; color: var(--ink); font: 600 13px/1 var(--font); cursor: pointer;"
        " white-space: nowrap; }"
        "button:hover { background: var(--card); }"
        "button:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }"
    ]

    def __init__(
        self, acts: Mapping[str, Callable[[], None]], in_page: InPage, **settings: Any
    ) -> None:
        super().__init__(labels=list(acts), margin=0, **settings)
        self._acts, self._in_page = acts, in_page

    def _handle_msg(self, data: dict[str, Any]) -> None:
        act = self._acts.get(str(data.get("label")))
        if act is not None:
            self._in_page(partial(act))
