"""Integer tables: every float of a model becomes a threshold here, and nowhere in the hot loops."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal, localcontext
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from populace.engine.distributions import (
    gamma_quantiles,
    gamma_slices,
    lognormal_slices,
    table_days,
)

if TYPE_CHECKING:
    from jaxtyping import Float64, Int16, UInt32, UInt64

# Widest Poisson table. Bounds are capped at 12 attempts a day, where P(more than 48) < 1e-13;
# what is above the cap becomes further slabs, so hubs keep all their contacts.
ATTEMPTS_MAX = 48
BOUND_MAX = 12.0
DWELL_ENTRIES = 1024
DWELL_DAYS_MAX = 32_000
# Of gamma distributions; below, hardly an entry of a table would be above a day.
SHAPE_MIN, SHAPE_MAX = 0.2, 100
FULL = 2**32
# A level takes 32 bits and what it is above the bound; with a gain it must stay below 63 bits.
SLABS_MAX = 4_096
# Classes of infectiousness: the chance of extinction with 256 is off by less than .0001.
SPREADERS = 256
ALIKE = 100.0  # a dispersion from here on is that of people who are all alike
GAIN_BITS = 16


@lru_cache(maxsize=4096)
def poisson_row(mean: float) -> tuple[int, ...]:
    """Return 48 thresholds: a uniform 32-bit draw makes as many attempts as it reaches."""
    with localcontext() as context:
        context.prec = 40
        x = Decimal(mean)
        part = (-x).exp()
        total, row = part, []
        for k in range(1, ATTEMPTS_MAX + 1):
            row.append(min(int((total * FULL).to_integral_value()), FULL - 1))
            part = part * x / k
            total += part
    return tuple(row)


def poisson_table(means: Float64[np.ndarray, " classes"]) -> UInt32[np.ndarray, "classes attempts"]:
    """Return a row of thresholds for each class of infector."""
    return np.array([poisson_row(float(mean)) for mean in means], np.uint32)


def level_table(
    rates: Float64[np.ndarray, "infectors classes"], bounds: Float64[np.ndarray, " classes"]
) -> UInt64[np.ndarray, "infectors classes"]:
    """Return rate / bound * 2**32: slab s of attempts keeps the marks below level - s * 2**32.

    While no level is above 2**32 there is one slab; above it, further slabs of attempts are drawn
    rather than clipped.
    """
    if np.any((rates > 0) & (bounds <= 0)):
        raise ValueError("a rate above 0 needs a bound above 0")
    ratio = np.divide(rates, bounds, out=np.zeros_like(rates), where=bounds > 0)
    if ratio.max(initial=0.0) > SLABS_MAX:
        raise ValueError(f"a rate may be at most {SLABS_MAX:,} times its bound")
    # Times a power of two is exact, and so is the cut to a whole number.
    return (ratio * float(FULL)).astype(np.uint64)


def slab_count(levels: UInt64[np.ndarray, " ..."], gain: UInt32[np.ndarray, " spreaders"]) -> int:
    """Return how many slabs of attempts the most infectious person draws."""
    strongest = int(levels.max(initial=0)) * int(gain.max()) >> GAIN_BITS
    return max(1, math.ceil(strongest / FULL))


def gain_table(dispersion: float) -> UInt32[np.ndarray, " spreaders"]:
    """Return how infectious each of some equally likely classes of people is: 16 bits, mean 1.

    It is gamma distributed with the shape ``dispersion``; where all are alike there is one class.
    """
    if dispersion >= ALIKE:
        return np.full(1, 1 << GAIN_BITS, np.uint32)
    return (gamma_slices(dispersion, SPREADERS) * float(1 << GAIN_BITS)).astype(np.uint32)


@lru_cache(maxsize=512)
def dwell_row(mean: float, shape: float) -> tuple[int, ...]:
    """Return 1024 equally likely whole days (at least 1) whose mean is ``mean`` within 0.1 %.

    A gamma distribution (``shape`` 1 is exponential, a whole number of Erlang stages or any other
    above 0; 0 = fixed) is shifted before it is cut to whole days, by just so much that the table's
    mean is the declared one: rounding the quantiles up instead would lengthen every stay by half a
    day.
    """
    target = _target(mean)
    if shape != 0 and not SHAPE_MIN <= shape <= SHAPE_MAX:
        raise ValueError(f"a shape of {shape} is neither 0 nor from {SHAPE_MIN} to {SHAPE_MAX}")
    if shape == 0:
        whole, extra = divmod(target, DWELL_ENTRIES)
        return (whole,) * (DWELL_ENTRIES - extra) + (whole + 1,) * extra
    if float(shape).is_integer():
        return _shifted(_erlang_quantiles(mean, int(shape)), mean, target)
    return _shifted(gamma_quantiles(mean, shape, DWELL_ENTRIES), mean, target)


@lru_cache(maxsize=512)
def lognormal_row(mean: float, deviation: float) -> tuple[int, ...]:
    """Return 1024 equally likely whole days of a log-normal distribution, as `dwell_row` does.

    ``deviation`` is the standard deviation in days.
    """
    return _shifted(lognormal_slices(mean, deviation, DWELL_ENTRIES), mean, _target(mean))


def table_row(weights: tuple[tuple[int, float], ...]) -> tuple[int, ...]:
    """Return 1024 equally likely whole days of a table of (day, weight) pairs."""
    return table_days(weights, DWELL_ENTRIES)


def _target(mean: float) -> int:
    """Return the sum of the days of a table."""
    if not 1 <= mean <= DWELL_DAYS_MAX:
        raise ValueError(f"a mean of {mean} days is outside 1 to {DWELL_DAYS_MAX:,} days")
    return round(Decimal(mean) * DWELL_ENTRIES)


def _shifted(
    quantiles: Float64[np.ndarray, " entries"], mean: float, target: int
) -> tuple[int, ...]:
    """Cut to whole days, after a shift that gives them the sum ``target``."""
    low, high = -float(quantiles[-1]), float(mean) + 2.0
    for _ in range(80):
        shift = (low + high) / 2
        total = int(_days(quantiles, shift).sum())
        low, high = (shift, high) if total <= target else (low, shift)
    # Shifts at which several entries change together can skip the target: spread what is left.
    days = _days(quantiles, low)
    missing = target - int(days.sum())
    if missing > 0:
        days[-missing:] += 1
    return tuple(int(day) for day in days)


def _days(quantiles: np.ndarray, shift: float) -> np.ndarray:
    return np.clip(np.floor(quantiles + shift), 1, DWELL_DAYS_MAX).astype(np.int64)


@lru_cache(maxsize=512)
def _erlang_quantiles(mean: float, shape: int) -> np.ndarray:
    """Return the quantiles (entry + 1/2) / 1024, correctly rounded to 1/2**20 of a day."""
    with localcontext() as context:
        context.prec = 28
        exact = Decimal(mean)
        # Cut well above the error of the solution, so that no machine sees another last bit.
        return np.array([round(unit * exact * 2**20) / 2**20 for unit in _unit_quantiles(shape)])


@lru_cache(maxsize=64)
def _unit_quantiles(shape: int) -> tuple[Decimal, ...]:
    """Return the quantiles of an Erlang distribution with the mean 1: others are in proportion."""
    with localcontext() as context:
        context.prec = 28
        half = Decimal(1) / 2
        shares = [(entry + half) / DWELL_ENTRIES for entry in range(DWELL_ENTRIES)]
        return tuple(_unit_quantile(share, shape) for share in shares)


def _unit_quantile(share: Decimal, shape: int) -> Decimal:
    """Solve cdf(x) = share by Newton steps, kept inside a bracket."""
    rate, low, high, x = Decimal(shape), Decimal(0), Decimal(40), Decimal(1)
    for _ in range(60):
        y = rate * x
        term = total = Decimal(1)
        for k in range(1, shape):
            term = term * y / k
            total += term
        tail = (-y).exp()
        error = 1 - tail * total - share
        if error > 0:
            high = x
        else:
            low = x
        step = error / (rate * tail * term)
        if abs(step) < Decimal("1e-20"):
            break  # before the bracket, which a step of 0 would leave for its middle
        x = x - step if low < x - step < high else (low + high) / 2
    return x


def dwell_table(rows: Sequence[Sequence[int]]) -> Int16[np.ndarray, "transitions entries"]:
    """Return the rows of each transition's dwell distribution as one table of whole days."""
    return np.array(rows, np.int16).reshape(-1, DWELL_ENTRIES)


def share_thresholds(
    shares: Float64[np.ndarray, "exits bands"],
) -> UInt64[np.ndarray, "exits bands"]:
    """Return cumulated shares * 2**32; the last exit takes every draw that is left."""
    cumulated = np.cumsum(shares, axis=0)
    if np.any(np.abs(cumulated[-1] - 1.0) > 1e-9) or np.any(shares < -1e-12):
        raise ValueError("the shares out of a state must lie between 0 and 1 and sum to 1")
    thresholds = (np.clip(cumulated, 0.0, 1.0) * float(FULL)).astype(np.uint64)
    thresholds[-1] = FULL
    return thresholds


def relative_thresholds(values: np.ndarray, bits: int) -> UInt32[np.ndarray, " ..."]:
    """Return values over their largest, times 2**bits."""
    top = float(np.max(values, initial=0.0))
    if top <= 0.0:
        return np.zeros(np.shape(values), np.uint32)
    return (np.asarray(values) / top * float(2**bits)).astype(np.uint32)
