"""Tornado: what a tenth more of each number changes, the largest first, as bars with intervals."""

import html
from collections.abc import Mapping

from populace.studio.effects import MORE, Effect, Effects, counted
from populace.studio.views.board import Board

EMPTY = (
    "<p>Choose what to look at under <b>Effect of a tenth more on</b>, above the sliders: then all "
    "numbers of the model are put in order here, by how much the outcome answers to each.</p>"
)
HOW = (
    "The bar is the change, the thin line its 95 % interval. Elasticity: by how many per cent the "
    "outcome changes for one per cent more."
)
# An outcome that hardly happens has no share that could change.
_LEAST_TOTAL = 1.0


class Tornado:
    """The text of the pane *Sensitivity*. ``labels`` are the full names of the sliders by path."""

    def __init__(self, board: Board, labels: Mapping[str, str]) -> None:
        self._board, self._text, self._labels = board, board.text("sensitivity"), labels
        self._text.write(EMPTY)

    def show(self, effects: Effects) -> None:
        """Show what is known of an outcome."""
        self._text.write(page(effects, self._labels))
        self._board.send()

    def forget(self) -> None:
        """Say how to begin."""
        self._text.write(EMPTY)
        self._board.send()


def page(effects: Effects, labels: Mapping[str, str]) -> str:
    """Return HTML: a row for each number, the one that matters most on top."""
    outcome = counted(effects.outcome)
    if effects.running:
        return f"<p role='status'>Working out what {html.escape(outcome)} answer to …</p>"
    if not effects.effects:
        return f"<p role='status'>{html.escape(effects.words)}</p>"
    rows = sorted(effects.effects, key=lambda one: abs(one.change), reverse=True)
    largest = max(max(abs(one.low), abs(one.high)) for one in rows) or 1.0
    more = f" {MORE}" if effects.refining else ""
    lines = "".join(_row(one, labels, effects.total, largest) for one in rows)
    return (
        f"<h2>A tenth more changes {html.escape(outcome)} by</h2>"
        f"<p role='status' class='tornado-source'>{html.escape(effects.source)}{more}</p>"
        f"<table class='tornado'><thead><tr><th scope='col'>Number</th>"
        f"<th scope='col'>Change</th><th scope='col'>Elasticity</th></tr></thead>"
        f"<tbody>{lines}</tbody></table>"
        f"<p>{HOW}</p><p>{html.escape(effects.note)}</p>"
    )


def _row(one: Effect, labels: Mapping[str, str], total: float, largest: float) -> str:
    label = html.escape(labels.get(one.path, one.path))
    note = "<small>from 0 to a tenth of its range</small>" if one.from_zero else ""
    note += f"<small>{html.escape(one.source)}</small>" if one.source else ""
    unsure = one.low <= 0 <= one.high
    doubt = "<small>may be nothing: the interval holds 0</small>" if unsure else ""
    return (
        f"<tr><th scope='row'>{label}{note}{doubt}{_bar(one, largest)}</th>"
        f"<td>{one.change:+,.0f}<small>{one.low:+,.0f} to {one.high:+,.0f}</small></td>"
        f"<td>{_elasticity(one, total)}</td></tr>"
    )


def _elasticity(one: Effect, total: float) -> str:
    if one.from_zero or total < _LEAST_TOTAL:
        return "–"
    return f"{10 * one.change / total:+.2f}"


def _bar(one: Effect, largest: float) -> str:
    """Return the bar: less to the left of the middle, more to the right."""
    low, middle, high = (50 + 50 * value / largest for value in (one.low, one.change, one.high))
    left, width = min(50.0, middle), abs(middle - 50)
    side = "more" if one.change >= 0 else "less"
    return (
        f"<span class='bar' aria-hidden='true'>"
        f"<i class='{side}' style='left:{left:.1f}%;width:{width:.1f}%'></i>"
        f"<b style='left:{low:.1f}%;width:{max(high - low, 0.5):.1f}%'></b></span>"
    )
