"""Words: where the epidemic is going, in one or two sentences."""

import math
from collections.abc import Sequence

import numpy as np

from populace.engine.records import DayRecord
from populace.studio.views.base import Moment, View
from populace.studio.views.board import Board

WEEK = 7  # days
LEVEL_DAYS = 60
CASES_MIN = 20  # infections in a week; fewer say nothing about growth
PLACES = {
    "household": "at home",
    "school": "at school",
    "workplace": "at work",
    "community": "elsewhere in the community",
    "shared_attribute": "among people with something in common",
}


class Words(View):
    """R and the pace of growth as sentences; says so while there is too little to tell."""

    def __init__(self, board: Board) -> None:
        self._text = board.text("words")

    def draw(self, moment: Moment) -> None:
        self._text.write(f"<p>{sentences(moment)}</p>")


def sentences(moment: Moment) -> str:
    """Return HTML."""
    if moment.infected_now == 0:
        ever = moment.snapshot.ever_infected
        return f"<b>The epidemic is over:</b> nobody is infected, {ever:,} people ever were."
    r_t = next((day.r_t for day in reversed(moment.history[-1:])), None)
    if r_t is None:
        return "Too few new infections to say how fast the epidemic grows or falls."
    pace = _pace(moment.history)
    now = f"<b>R is {r_t:.2f}:</b> each infected person now infects {_others(r_t)}{pace}."
    return f"{now} {main_place(moment)}".strip()


def _others(r_t: float) -> str:
    return "1 other" if f"{r_t:.1f}" == "1.0" else f"{r_t:.1f} others"


def _pace(history: Sequence[DayRecord]) -> str:
    days = doubling_days(history)
    if days is None:
        return ""
    # Slower than this is level for every practical purpose.
    if abs(days) > LEVEL_DAYS:
        return "; new infections are about level"
    return f"; new infections {'double' if days > 0 else 'halve'} in {_days(abs(days))}"


def _days(days: float) -> str:
    return f"{days:.1f} days" if days < 9.95 else f"{days:.0f} days"


def doubling_days(history: Sequence[DayRecord]) -> float | None:
    """Return the days in which daily infections double; negative: in which they halve.

    From the last week against the week before; None where there is too little to tell.
    """
    if len(history) <= 2 * WEEK:
        return None
    before = sum(day.incidence for day in history[-2 * WEEK : -WEEK])
    last = sum(day.incidence for day in history[-WEEK:])
    if min(before, last) < CASES_MIN:
        return None
    growth = math.log(last / before) / WEEK
    return math.log(2) / growth if growth else math.inf


def main_place(moment: Moment) -> str:
    """Return where most infections of the last week happened, with their share."""
    names = moment.snapshot.network_names
    if len(names) < 2:
        return ""
    week = np.sum([day.by_network for day in moment.history[-WEEK:]], axis=0)
    total = int(week.sum())
    if total < CASES_MIN:
        return ""
    first = int(week.argmax())
    share = week[first] / total
    place = PLACES.get(names[first], f'in the network "{names[first]}"')
    many = "Most" if share > 0.5 else "The largest part of"
    return f"{many} infections in the last week happened {place} ({100 * share:.0f} %)."
