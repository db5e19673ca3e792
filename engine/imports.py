"""Infections from elsewhere: how many come on a day, and whom they reach, whatever else happens."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from jaxtyping import Int64

from populace.engine.columns import names_of
from populace.engine.diseases.base import Introduction
from populace.engine.errors import ProjectError, did_you_mean
from populace.engine.kernels.base import NO_IMPORTS, Imports
from populace.engine.lean.crowd import Crowd
from populace.engine.people import People, Places
from populace.engine.selection import named_places
from populace.engine.streams import G1, G2, IMPORT, TARGET, TIE, mix_all, mix_int
from populace.engine.tables import BOUND_MAX, poisson_row

PLACE = "disease.import_places"
_DAYS_A_WEEK = 7.0
NAMES_MAX = 2_000  # in which to look for the one that was meant


class Importer:
    """Draws the imports of one run: those of a day depend on no other day and on no state."""

    def __init__(
        self, run: np.uint32, people: People, places: str, crowd: Crowd | None = None
    ) -> None:
        self._run = int(run)
        self._rows = _rows_of(people, places, crowd)
        self._ends = np.cumsum([high - low for low, high in self._rows])

    def on(
        self, day: int, per_week: Sequence[float], introductions: Sequence[Introduction]
    ) -> Imports:
        """Return the imports of a day, of a number of people a week for each strain.

        Who is drawn twice on a day is reached once, by the strain that is listed first.
        """
        if not any(per_week) and all(one.day != day for one in introductions):
            return NO_IMPORTS
        found = []
        for strain, rate in enumerate(per_week):
            key = self._key(day, strain)
            count = poisson_draw(key, rate / _DAYS_A_WEEK)
            count += sum(o.people for o in introductions if (o.day, o.strain) == (day, strain))
            found.append(self._drawn(key, count, strain))
        return _once_each(found)

    def _key(self, day: int, strain: int) -> int:
        return mix_int(mix_int(day * int(G1) + int(IMPORT)) ^ (self._run + strain * int(G2)))

    def _drawn(self, key: int, count: int, strain: int) -> Imports:
        people = int(self._ends[-1]) if len(self._ends) else 0
        if people == 0 or count == 0:
            return NO_IMPORTS
        number = np.arange(count, dtype=np.uint32)
        draw = mix_all(np.uint32(mix_int(key ^ int(TARGET))) + number * G1)
        position = (draw.astype(np.uint64) * np.uint64(people) >> np.uint64(32)).astype(np.int64)
        block = np.searchsorted(self._ends, position, "right")
        low, high = np.array(self._rows, np.int64).T
        agent = position - (self._ends - (high - low))[block] + low[block]
        agent = agent.astype(np.int32 if high[-1] <= 2**31 else np.int64)
        return Imports(agent, np.full(count, strain, np.uint8), mix_all(draw ^ TIE))


def poisson_draw(key: int, mean: float) -> int:
    """Draw from a Poisson distribution; with a larger mean the same draw is no smaller."""
    whole = int(mean // BOUND_MAX)
    draws = mix_all(np.uint32(key) + np.arange(whole + 1, dtype=np.uint32) * G1)
    full = np.array(poisson_row(BOUND_MAX), np.uint32)
    rest = np.array(poisson_row(mean - whole * BOUND_MAX), np.uint32)
    reached = np.searchsorted(full, draws[:-1], "right").sum()
    return int(reached + np.searchsorted(rest, draws[-1], "right"))


def _once_each(found: Sequence[Imports]) -> Imports:
    joined = Imports(
        np.concatenate([one.agent for one in found]),
        np.concatenate([one.strain for one in found]),
        np.concatenate([one.mark for one in found]),
    )
    _, first = np.unique(joined.agent, return_index=True)
    return Imports(joined.agent[first], joined.strain[first], joined.mark[first])


def _rows_of(people: People, text: str, crowd: Crowd | None) -> list[tuple[int, int]]:
    """Return the ranges of rows of the people of the named places."""
    count = (crowd or people).agent_count
    if not text.strip():
        return [(0, count)] if count else []
    wanted = _regions(people.places, text)
    edges: Int64[np.ndarray, " regions_and_end"] = (
        crowd.layout.region_start
        if crowd
        else np.searchsorted(people.region_index, np.arange(people.region_count + 1))
    )
    return [
        (int(low), int(high))
        for (low, high), chosen in zip(pairwise(edges), wanted, strict=True)
        if chosen and high > low
    ]


def _regions(places: Places, text: str) -> list[bool]:
    """Mark the regions whose name or group is in a text."""
    known = names_of(places)
    named, unknown = named_places(text, known)
    if unknown:
        hint = did_you_mean(unknown, known) if len(known) < NAMES_MAX else ""
        raise ProjectError(f'there is no region "{unknown}".{hint}', place=PLACE)
    pairs = zip(places.region_names, places.region_groups, strict=True)
    return [name in named or group in named for name, group in pairs]
