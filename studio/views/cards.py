"""Cards: the four figures of the day."""

from collections.abc import Iterator
from typing import NamedTuple

from populace.studio.views import numbers
from populace.studio.views.base import Moment, View
from populace.studio.views.board import Board


class Card(NamedTuple):
    """A figure in people, and the colour of what it counts."""

    label: str
    people: int
    colour: str  # CSS variable without the dashes


class Cards(View):
    """Infected now and ever; in hospital and dead where the disease has them."""

    def __init__(self, board: Board) -> None:
        self._text = board.text("cards")

    def draw(self, moment: Moment) -> None:
        self._text.write("".join(_html(card, moment.people) for card in cards(moment)))


def cards(moment: Moment) -> Iterator[Card]:
    """Yield four cards, for any disease."""
    yield Card("Infected now", moment.infected_now, "infectious-ink")
    yield Card("Ever infected", moment.snapshot.ever_infected, "exposed-ink")
    hospital = moment.columns_of_colour("hospital")
    dead = moment.columns_of_role("dead")
    if hospital:
        yield Card("In hospital, incl. ICU", moment.total(*hospital), "hospital-ink")
    else:
        yield Card("Infected today", moment.snapshot.incidence, "infectious-ink")
    if dead:
        yield Card("Dead", moment.total(*dead), "ink")
    else:
        never = moment.people - moment.snapshot.ever_infected
        yield Card("Never infected", never, "ink")


def _html(card: Card, people: int) -> str:
    return (
        f'<div class="card"><div class="what">{card.label}</div>'
        f'<div class="figure" style="color:var(--{card.colour})">{numbers.count(card.people)}</div>'
        f'<div class="rate">{numbers.per_cent(card.people, people)}'
        f"<span>{numbers.per_100_000(card.people, people)} per 100,000</span></div></div>"
    )
