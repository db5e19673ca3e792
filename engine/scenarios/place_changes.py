"""How each place fares in one scenario against another: in pairs of runs with the same chance."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan

import numpy as np

from populace.engine.errors import ProjectError, did_you_mean
from populace.engine.scenarios.intervals import Mean, mean_of
from populace.engine.scenarios.places import MEASURES
from populace.engine.scenarios.result import Result

# Of what a difference may be, and in words: each person counts once for each infection.
CHANGES = {"infected": "infections", "deaths": "deaths"}
PER = 1_000  # residents
_NOBODY = Mean(nan, nan, nan)


@dataclass(frozen=True)
class PlaceChange:
    """One place: both means, and the second less the first, per 1,000 residents.

    NaN where nobody lives, and no interval where no two runs of both have the same seed.
    """

    place: str
    name: str
    people: int
    first: float
    second: float
    change: Mean

    @property
    def is_sure(self) -> bool:
        """Whether the 95 % interval is known and does not reach over 0."""
        return self.change.low > 0 or self.change.high < 0


def place_changes(
    first: Sequence[Result], second: Sequence[Result], measure: str
) -> list[PlaceChange]:
    """Return each place's change from the first scenario to the second, in the places' order."""
    if measure not in CHANGES:
        raise ProjectError(
            f'there is no difference "{measure}" of places.{did_you_mean(measure, CHANGES)}'
        )
    places = first[0].places
    if any(one.places.ids != places.ids for one in second):
        raise ProjectError("These scenarios have other districts: choose two with the same people.")
    before, after = (_rates(runs, measure) for runs in (first, second))
    common = [seed for seed in before if seed in after]
    pairs = np.array([after[seed] - before[seed] for seed in common])
    means = [np.mean(list(one.values()), axis=0) for one in (before, after)]
    found = []
    for row, (place, name, people) in enumerate(
        zip(places.ids, places.names, places.people.tolist(), strict=True)
    ):
        was, now = float(means[0][row]), float(means[1][row])
        change = mean_of(pairs[:, row]) if common else Mean(now - was, nan, nan)
        found.append(PlaceChange(place, name, people, was, now, change if people else _NOBODY))
    return found


def _rates(runs: Sequence[Result], measure: str) -> dict[int, np.ndarray]:
    """Return the rate of each place by seed, per 1,000 residents; NaN where nobody lives."""
    count_of = MEASURES[measure][2]
    found = {}
    for one in runs:
        people = np.where(one.places.people > 0, one.places.people, np.nan)
        found[one.seed] = PER * count_of(one.places) / people
    return found
