"""Text: a pane of HTML that wears the style of the page."""

from functools import cache
from importlib.resources import files

import panel as pn

INLINE = ("controls-head",)  # as wide as their words


@cache
def style() -> str:
    """Return the style of texts; shadow roots do not see that of the page."""
    return (files("populace.studio.views") / "panes.css").read_text(encoding="utf-8")


def text(kind: str, content: str = "") -> pn.pane.HTML:
    """Return a pane; ``kind`` is its class in panes.css."""
    return pn.pane.HTML(
        content,
        css_classes=[kind],
        stylesheets=[style()],
        sizing_mode=None if kind in INLINE else "stretch_width",
        margin=0,
    )
