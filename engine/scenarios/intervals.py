"""Intervals: of a mean, by Student's t; of a share, by Wilson's formula."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

LEVEL = 0.95
_NORMAL = 1.959964  # 97.5 % of a normal distribution
_MANY = 2_000  # degrees of freedom from which t is normal to three digits


@dataclass(frozen=True)
class Mean:
    """A mean and its interval of 95 %; NaN where one run cannot tell."""

    value: float
    low: float
    high: float

    @property
    def half_width(self) -> float:
        return (self.high - self.low) / 2


def mean_of(values: Sequence[float] | np.ndarray) -> Mean:
    """Return the mean of independent values; equal values leave no doubt."""
    found = np.asarray(values, np.float64)
    middle = float(found.mean()) if len(found) else math.nan
    if len(found) < 2:
        return Mean(middle, math.nan, math.nan)
    error = float(found.std(ddof=1)) / math.sqrt(len(found))
    half = t_quantile(len(found) - 1) * error if np.ptp(found) else 0.0
    return Mean(middle, middle - half, middle + half)


@lru_cache(maxsize=4096)
def t_quantile(freedom: int) -> float:
    """Return the 97.5 % quantile of Student's t: a mean lies within so many standard errors."""
    if freedom > _MANY:
        return _NORMAL
    low, high = 0.0, 13.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _within(middle, freedom) < LEVEL else (low, middle)
    return (low + high) / 2


def _within(t: float, freedom: int) -> float:
    """Return P(|T| < t): Abramowitz and Stegun 1964, Handbook, 26.7.3 and 26.7.4."""
    angle = math.atan2(t, math.sqrt(freedom))
    cosine, sine = math.cos(angle), math.sin(angle)
    odd = freedom % 2
    term = total = (cosine if odd else 1.0) if freedom > 1 else 0.0
    for k in range(3 if odd else 2, freedom - 1, 2):
        term *= cosine * cosine * (k - 1) / k
        total += term
    return 2 / math.pi * (angle + sine * total) if odd else sine * total


def share_interval(count: int, of: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson 1927, J Am Stat Assoc 22:209)."""
    if of == 0:
        return 0.0, 1.0
    z, share = _NORMAL, count / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return max(0.0, middle - half), min(1.0, middle + half)
