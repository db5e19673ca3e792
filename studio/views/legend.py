"""Legend: what the colours of the map mean, with the people in each state."""

import html

from populace.layers import palettes
from populace.layers.choropleth import RegionScale
from populace.layers.themes import Theme
from populace.layers.view import View as MapArea
from populace.studio.views import numbers
from populace.studio.views.base import Moment, View
from populace.studio.views.board import Board

# What the scale of a look counts; "infected" shows the states themselves.
_COUNTS = {
    "share": "Infected, of the people around",
    "new": "Infected today, of the people around",
    "when": "Infected",
    "districts": "Infected, of the district",
}


class Legend(View):
    """Over the lower edge of the map. States that share a colour share an entry."""

    def __init__(self, board: Board) -> None:
        self._board, self._text = board, board.text("legend")
        self._look, self._theme = "infected", "dark"
        self._states = ""

    def draw(self, moment: Moment) -> None:
        totals = moment.snapshot.counts.sum(axis=0)
        self._states = "".join(
            f'<li><i style="background:var(--{state.colour})"></i>{html.escape(state.label)} '
            f"<b>{numbers.short(total)}</b>{_share(total, moment.people)}</li>"
            for state, total in zip(moment.states, totals, strict=True)
        )
        self._write()

    def look(self, look: str) -> None:
        """Explain another look of the map."""
        self._look = look
        self._write()
        self._board.send()

    def paint(self, theme: Theme) -> None:
        self._theme = theme.name
        self._write()
        self._board.send()

    def _write(self) -> None:
        if self._states:
            scale = _scale(self._look, self._theme)
            states = f'<ul aria-label="People by state">{self._states}</ul>'
            self._text.write(f"{scale}{states}")


def _scale(look: str, theme: str) -> str:
    """Return the colours of a look from little to much, or nothing for one without a scale."""
    if look not in _COUNTS:
        return ""
    if look == "districts":
        steps = RegionScale().legend(theme)
    else:
        steps = palettes.legend(MapArea(0, 0, 1, 1, 1, 1, theme=theme, look=look), ())
    if look == "when":
        words = ("early", *[""] * (len(steps) - 2), "lately")
        steps = [(word, colour) for word, (_, colour) in zip(words, steps, strict=True)]
    colours = "".join(
        f'<li><i style="background:{colour}"></i>{label}</li>' for label, colour in steps
    )
    return f'<ul class="scale" aria-label="Colours"><li>{_COUNTS[look]}</li>{colours}</ul>'


def _share(total: int, people: int) -> str:
    return f" <span>{numbers.per_cent(total, people)}</span>" if total else ""
