"""How likely each place passes a threshold: the share of the runs in which it did."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from populace.engine.errors import ProjectError, did_you_mean
from populace.engine.scenarios.intervals import share_interval
from populace.engine.scenarios.result import PlaceFigures, Result

# What a threshold may be of: in words, its unit, the count, and how many people it is out of.
MEASURES: dict[str, tuple[str, str, Callable[[PlaceFigures], np.ndarray], int]] = {
    "infected": ("Infected in all", "% of residents", lambda one: one.infections, 100),
    "infected_at_once": (
        "Infected at once",
        "% of residents",
        lambda one: one.infected_peak,
        100,
    ),
    "hospital": (
        "In hospital at once",
        "per 100,000 residents",
        lambda one: one.hospital_peak,
        100_000,
    ),
    "intensive_care": (
        "In intensive care at once",
        "per 100,000 residents",
        lambda one: one.intensive_peak,
        100_000,
    ),
    "deaths": ("Deaths", "per 100,000 residents", lambda one: one.deaths, 100_000),
}


@dataclass(frozen=True)
class Chance:
    """One place: in how many of the runs it passed the threshold."""

    place: str
    name: str
    people: int
    passed: int
    runs: int

    @property
    def probability(self) -> float:
        """The share of the runs."""
        return self.passed / self.runs

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the probability."""
        return share_interval(self.passed, self.runs)


def passing(results: Sequence[Result], measure: str, threshold: float) -> list[Chance]:
    """Return for each place how likely it reaches a threshold by the last day, likeliest first."""
    if measure not in MEASURES:
        raise ProjectError(
            f'there is no figure "{measure}" of places.{did_you_mean(measure, MEASURES)}'
        )
    _, _, count_of, out_of = MEASURES[measure]
    first = results[0].places
    passed = np.zeros(len(first.ids), np.int64)
    for one in results:
        # A place without residents passes nothing.
        counts = count_of(one.places) * out_of
        passed += (one.places.people > 0) & (counts >= threshold * one.places.people)
    rows = zip(first.ids, first.names, first.people.tolist(), passed.tolist(), strict=True)
    found = [
        Chance(place, name, people, count, len(results)) for place, name, people, count in rows
    ]
    return sorted(found, key=lambda one: -one.passed)
