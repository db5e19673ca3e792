"""The side of an editor: texts and a column for forms, in the colours of the page."""

from pathlib import Path
from typing import Any

import panel as pn

HERE = Path(__file__).parent
STYLE = (HERE / "editor.css").read_text(encoding="utf-8")
WIDTH = 330
# The small buttons in a box have no name to read out; arrow keys do the same.
PLAIN_BOX = ".MuiInputBase-root .MuiIconButton-root { display: none; }"


def beside(canvas: Any, side: pn.Column) -> pn.Row:
    """Return a canvas with its side to the right."""
    return pn.Row(
        canvas,
        side,
        sizing_mode="stretch_both",
        margin=0,
        css_classes=["editor"],
        stylesheets=[STYLE],
    )


def column(*parts: Any) -> pn.Column:
    """Return the column at the right; it scrolls by itself."""
    return pn.Column(
        *parts,
        width=WIDTH,
        sizing_mode="stretch_height",
        scroll="y-auto",
        margin=0,
        css_classes=["editor-side"],
        stylesheets=[STYLE],
    )


def text(html: str) -> pn.pane.HTML:
    """Return a text as HTML."""
    return pn.pane.HTML(html, stylesheets=[STYLE], sizing_mode="stretch_width", margin=0)
