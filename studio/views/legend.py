"""Legend: what the colours of the map mean, with the people in each state."""

import html

from populace.studio.views import numbers
from populace.studio.views.base import Moment, View
from populace.studio.views.board import Board


class Legend(View):
    """Over the lower edge of the map. States that share a colour share an entry."""

    def __init__(self, board: Board) -> None:
        self._text = board.text("legend")

    def draw(self, moment: Moment) -> None:
        totals = moment.snapshot.counts.sum(axis=0)
        entries = (
            f'<li><i style="background:var(--{state.colour})"></i>{html.escape(state.label)} '
            f"<b>{numbers.short(total)}</b>{_share(total, moment.people)}</li>"
            for state, total in zip(moment.states, totals, strict=True)
        )
        self._text.write(f'<ul aria-label="People by state">{"".join(entries)}</ul>')


def _share(total: int, people: int) -> str:
    return f" <span>{numbers.per_cent(total, people)}</span>" if total else ""
