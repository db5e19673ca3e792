"""Checks: the model held against what is known, as a list that one can read."""

import html

from populace.studio.checking import Checked, Outcome
from populace.studio.views.board import Board

_MARKS = {True: ("✓", "passed"), False: ("✗", "failed"), None: ("·", "waiting")}


class Checks:
    """The text of the panel that *Check this model* opens."""

    def __init__(self, board: Board) -> None:
        self._board, self._text = board, board.text("checks")

    def show(self, checked: Checked) -> None:
        """Show how far the checks are."""
        self._text.write(page(checked))
        self._board.send()


def page(checked: Checked) -> str:
    """Return HTML."""
    rows = "".join(_row(outcome) for outcome in checked.outcomes)
    return f"<h2>Check of this model</h2><p>{_summary(checked)}</p><ul>{rows}</ul>"


def _summary(checked: Checked) -> str:
    done = [one for one in checked.outcomes if one.passed is not None]
    failed = sum(not one.passed for one in done)
    if checked.error:
        return f"<b>The checks could not be completed:</b> {html.escape(checked.error)}"
    if checked.running:
        return (
            f"{len(done)} of {len(checked.outcomes)} done. It takes about a minute; the run goes "
            "on meanwhile."
        )
    if failed:
        return f"<b>{failed} of {len(done)} checks failed:</b> do not rely on this model."
    return (
        f"<b>All {len(done)} checks passed.</b> They hold this model's disease and lists, and the "
        "engine on this computer, against results that are known without a simulator. They cannot "
        "tell whether the numbers you chose are those of the world."
    )


def _row(outcome: Outcome) -> str:
    mark, word = _MARKS[outcome.passed]
    figures = f"<br><small>{html.escape(outcome.figures)}</small>" if outcome.figures else ""
    return (
        f'<li class="{word}"><i aria-label="{word}">{mark}</i>'
        f"<span>{html.escape(outcome.title)}{figures}</span></li>"
    )
