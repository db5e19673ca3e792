"""The ages of a neighbourhood's people, in single years that add up to the survey's bands."""

import numpy as np

from populace.engine.populations._nyc.dealing import systematic
from populace.engine.populations._nyc.sources import AGE_BAND_ENDS, AGE_BANDS, Neighbourhoods

OLDEST = 100  # stands for 100 and over
ADULT = 18  # years
# Assumption: beyond 85, each year of age has this share of the people of the year before.
_DECLINE_AFTER_85 = 0.87


def age_shares(neighbourhoods: Neighbourhoods) -> np.ndarray:
    """Return the share of each single year of age, [regions, 101].

    Years of one band are equally common, but 15-17 and 18-19, which the survey tells apart by
    its count of those under 18, and the years after 85.
    """
    counts = neighbourhoods.counts
    shares = np.empty((len(neighbourhoods.ids), OLDEST + 1))
    for band, name in enumerate(AGE_BANDS):
        first, end = AGE_BAND_ENDS[band], AGE_BAND_ENDS[band + 1]
        shares[:, first:end] = counts[name][:, None] / (end - first)
    teenagers = counts["age_15_19"]
    below_15 = counts["age_0_4"] + counts["age_5_9"] + counts["age_10_14"]
    minors = np.clip(counts["age_under_18"] - below_15, 0, teenagers)
    shares[:, 15:18] = minors[:, None] / 3
    shares[:, 18:20] = (teenagers - minors)[:, None] / 2
    decline = _DECLINE_AFTER_85 ** np.arange(OLDEST + 1 - 85)
    shares[:, 85:] = counts["age_85_plus"][:, None] * decline / decline.sum()
    return shares / shares.sum(axis=1, keepdims=True)


def with_an_adult_each(
    counts: np.ndarray, shares: np.ndarray, households: int, random: np.random.Generator
) -> np.ndarray:
    """Return people per year of age, [101], with at least as many adults as households.

    Surplus children of ``counts`` [101] become adults of ages in proportion to ``shares``.
    """
    surplus = households - int(counts[ADULT:].sum())
    if surplus <= 0:
        return counts
    fewer = systematic(counts[:ADULT], surplus, random)
    more = systematic(shares[ADULT:], surplus, random)
    return np.concatenate([counts[:ADULT] - fewer, counts[ADULT:] + more])
