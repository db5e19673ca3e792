"""How many people live together: sizes of households with a given mean."""

import math

import numpy as np

from populace.engine.populations._nyc.dealing import cut, systematic
from populace.engine.populations._nyc.households import deal_sizes

LARGEST = 12  # people
_SIZE_AT_NO_CHILDREN, _SIZE_PER_CHILD_SHARE = 1.1, 7.5


def mean_size(share_under_15: float) -> float:
    """Return a mean household size for a population with this share of children.

    Assumption, a straight line: 2.1 people where 14 % are under 15, as in Germany, 3.8 at 36 %,
    as in Kenya, whose census of 2019 counted 3.9.
    """
    return _SIZE_AT_NO_CHILDREN + _SIZE_PER_CHILD_SHARE * share_under_15


def size_shares(mean: float) -> np.ndarray:
    """Return the share of households of 1 to LARGEST people: 1 + Poisson, cut off, this mean."""
    others = np.arange(LARGEST)
    log_factorial = np.array([math.lgamma(n + 1) for n in others])
    weights = np.ones(LARGEST)
    low, high = 1e-6, 40.0
    for _ in range(60):  # the cut lowers the mean, so the Poisson's own has to be looked for
        level = (low + high) / 2
        weights = np.exp(others * math.log(level) - level - log_factorial)
        weights /= weights.sum()
        low, high = (level, high) if weights @ others < mean - 1 else (low, level)
    return weights


def household_sizes(
    people: int, adults: int, shares: np.ndarray, random: np.random.Generator
) -> np.ndarray:
    """Cut ``people`` into households of random sizes, with an adult for each."""
    sizes = cut(people, deal_sizes(shares, people, random))
    sizes = sizes[sizes > 0]
    if len(sizes) > adults:
        sizes = systematic(np.ones(adults), people, random)
    return sizes
