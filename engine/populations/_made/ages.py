"""Single years of age from bands of five, dealt so that each comes out exactly."""

import numpy as np

from populace.engine.populations._nyc.dealing import apportion

OLDEST = 100  # stands for 100 and over
BAND_COUNT = 21  # 0-4 ... 95-99, 100 and over


def age_counts(bands: np.ndarray, people: int) -> np.ndarray:
    """Return people per year of age, [101]; ``bands`` [21] are shares or counts.

    Every band is its share rounded up or down; the years of a band are equally common.
    """
    of_band = apportion(bands.astype(np.float64), people)
    years = np.zeros(OLDEST + 1, np.int64)
    for band in range(BAND_COUNT - 1):
        each, rest = divmod(int(of_band[band]), 5)
        years[5 * band : 5 * band + 5] = each
        years[5 * band : 5 * band + rest] += 1
    years[OLDEST] = of_band[-1]
    return years


def share_under_15(bands: np.ndarray) -> float:
    """Return the share of people who are under 15."""
    return float(bands[:3].sum() / bands.sum())
