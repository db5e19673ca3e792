"""When there are enough runs: as soon as the interval of a chosen figure is narrow enough.

Chow and Robbins 1965 (Ann Math Stat 36:457): draw on until the interval of the mean, from the
spread seen so far, is as narrow as wanted. Who looks after every run stops a little too often where
the spread happens to look small, so a least number of runs is asked for. What never happened in n
runs may still happen in up to 3 / n of all (Hanley and Lippman-Hand 1983, JAMA 249:1743): an
epidemic that rarely dies out looks certain until it is first seen to die out. docs/scenarios.md has
what we measured. Runs count in the order of their seeds and never in that of their end: the answer
does not depend on the machine.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from populace.engine.errors import ProjectError
from populace.engine.scenarios.intervals import mean_of

LEAST_RUNS = 20
WITHIN_MIN, WITHIN_MAX = 0.001, 0.5


@dataclass(frozen=True)
class Enough:
    """Stop when the 95 % interval is at most ``within`` of the mean to each side."""

    figure: str
    within: float
    least: int = LEAST_RUNS

    def __post_init__(self) -> None:
        if not WITHIN_MIN <= self.within <= WITHIN_MAX:
            raise ProjectError(
                f"must be from {WITHIN_MIN:g} to {WITHIN_MAX:g} (a share of the mean), not "
                f"{self.within:g}.",
                place="--within",
            )

    def narrow(self, values: Sequence[float] | np.ndarray, scale: float | None = None) -> bool:
        """Tell whether these runs are enough.

        Of differences, ``scale`` is what they are measured by: the mean of the baseline.
        """
        if len(values) < self.least:
            return False
        mean = mean_of(values)
        return mean.half_width <= self.within * abs(mean.value if scale is None else scale)


def unseen_share(runs: int) -> float:
    """Return how often something may happen that never did in so many runs (95 %)."""
    return min(1.0, 3 / max(runs, 1))
