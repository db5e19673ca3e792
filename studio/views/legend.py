"""Legend: what the colours of the map mean, with the people in each state."""

import html

import panel as pn

from populace.studio.views import numbers
from populace.studio.views.base import Moment, View
from populace.studio.views.text import text


class Legend(View):
    """Over the lower edge of the map. States that share a colour share an entry."""

    def __init__(self) -> None:
        self._pane = text("legend")

    def __panel__(self) -> pn.viewable.Viewable:
        return self._pane

    def draw(self, moment: Moment) -> None:
        totals = moment.snapshot.counts.sum(axis=0)
        entries = (
            f'<li><i style="background:var(--{state.colour})"></i>{html.escape(state.label)} '
            f"<b>{numbers.short(total)}</b>{_share(total, moment.people)}</li>"
            for state, total in zip(moment.states, totals, strict=True)
        )
        self._pane.object = f'<ul aria-label="People by state">{"".join(entries)}</ul>'


def _share(total: int, people: int) -> str:
    return f" <span>{numbers.per_cent(total, people)}</span>" if total else ""
