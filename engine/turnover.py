"""Turnover: people die of other causes, newborns take their place, and all grow older.

The number of rows stays. Who dies is drawn by day, at the same rate at every age, so that ages
settle at an exponential distribution; birthdays stand in a calendar. A day costs its deaths and its
birthdays, never a look at everybody.
"""

from copy import copy

import numpy as np
from jaxtyping import Int32, UInt16

from populace.engine.imports import poisson_draw
from populace.engine.people import People
from populace.engine.streams import BIRTH, G1, TARGET, mix_all, mix_int

DAYS_A_YEAR = 365.25
CYCLE = 1_826  # days from one five-year band to the next
_YEARS = 5  # of a band


class Turnover:
    """Who dies and who has a birthday, in one run."""

    def __init__(self, run: np.uint32, people: People) -> None:
        self._run, self._agents = int(run), people.agent_count
        self._birthday = _first_birthdays(self._run, people)
        order = np.argsort(self._birthday, kind="stable").astype(np.int32)
        ends = np.searchsorted(self._birthday[order], np.arange(CYCLE), "right")
        self._at_first = np.split(order, ends[:-1])
        self._born: dict[int, list[np.ndarray]] = {}  # by day of the cycle

    def birthdays(self, day: int) -> Int32[np.ndarray, " agents"]:
        """Return who enters the next age band on a day, sorted."""
        place = day % CYCLE
        listed = np.concatenate([self._at_first[place], *self._born.get(place, ())])
        # Who died since has another birthday now; who was born twice on it stands there twice.
        return np.unique(listed[self._birthday[listed] == place])

    def deaths(self, day: int, life_expectancy: float) -> Int32[np.ndarray, " agents"]:
        """Draw who dies of other causes on a day, with so many years of life before them."""
        key = mix_int(mix_int(day * int(G1) + int(BIRTH)) ^ self._run)
        count = poisson_draw(key, self._agents / (life_expectancy * DAYS_A_YEAR))
        number = np.arange(count, dtype=np.uint32)
        draw = mix_all(np.uint32(mix_int(key ^ int(TARGET))) + number * G1).astype(np.uint64)
        return np.unique(draw * np.uint64(self._agents) >> np.uint64(32)).astype(np.int32)

    def born(self, agents: Int32[np.ndarray, " agents"], day: int) -> None:
        """Take note of newborns in these rows."""
        self._birthday[agents] = day % CYCLE
        if len(agents):
            self._born.setdefault(day % CYCLE, []).append(agents)

    def fork(self) -> "Turnover":
        """Return an independent copy."""
        twin = copy(self)
        twin._birthday = self._birthday.copy()
        twin._born = {place: list(lists) for place, lists in self._born.items()}
        return twin


def _first_birthdays(run: int, people: People) -> UInt16[np.ndarray, " agents"]:
    """Return the day of the cycle on which each person enters the next band."""
    number = np.arange(people.agent_count, dtype=np.uint32)
    draw = mix_all(mix_all(number * G1 + np.uint32(run)) ^ BIRTH)
    # The part of the present year that is over, in whole thousandths.
    over = (draw.astype(np.uint64) * np.uint64(1_000) >> np.uint64(32)).astype(np.int64)
    years = (_YEARS - people.age.astype(np.int64) % _YEARS) * 1_000 - over
    due = 1 + (years - 1) * CYCLE // (_YEARS * 1_000)  # from day 1 to day CYCLE
    return (due % CYCLE).astype(np.uint16)
