"""Distributions of stays in decimal arithmetic: the same digits on every machine.

Decimals are rounded correctly, exp and ln included; a value is then cut to 1/2**20 of a day, well
above the error of its computation, so that no machine sees another last bit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float64

PI = Decimal("3.14159265358979323846264338327950288419716939937510582097494")
# Even-numbered Bernoulli numbers: eight terms of Stirling's series give 25 digits from 30 on.
BERNOULLI = ((1, 6), (-1, 30), (1, 42), (-1, 30), (5, 66), (-691, 2730), (7, 6), (-3617, 510))
STIRLING_FROM = 30


@lru_cache(maxsize=512)
def gamma_quantiles(mean: float, shape: float, entries: int) -> Float64[np.ndarray, " entries"]:
    """Return the quantiles (entry + 1/2) / entries of a gamma distribution, in days.

    ``shape`` may be any number above 0; mean**2 / shape is the variance.
    """
    with localcontext() as context:
        context.prec = 32
        k, rate = Decimal(shape), Decimal(shape) / Decimal(mean)
        log_gamma = _log_gamma(k)
        found, x = [], Decimal(mean) / 1000
        for entry in range(entries):
            share = (Decimal(entry) + Decimal("0.5")) / entries
            x = _gamma_quantile(share, k, rate, log_gamma, x)
            found.append(x)
    return _cut(found)


@lru_cache(maxsize=512)
def lognormal_slices(
    mean: float, deviation: float, entries: int
) -> Float64[np.ndarray, " entries"]:
    """Return the means of a log-normal distribution's equally likely slices, in days.

    The mean of a slice and not its middle: in so long a tail the last slice weighs. The share of
    the mean that lies below the quantile z is the normal distribution's share below z - sigma.
    """
    with localcontext() as context:
        context.prec = 40
        centre = Decimal(mean)
        sigma = (1 + (Decimal(deviation) / centre) ** 2).ln().sqrt()
        below = [_normal_share(z - sigma) for z in _normal_edges(entries)]
        edges = [Decimal(0), *below, Decimal(1)]
        found = [centre * entries * (high - low) for low, high in pairwise(edges)]
    return _cut(found)


@lru_cache(maxsize=64)
def gamma_slices(shape: float, entries: int) -> Float64[np.ndarray, " entries"]:
    """Return the means of the equally likely slices of a gamma distribution of mean 1.

    The share of the mean that lies below y / shape is the share below y of a gamma distribution
    with one more in its shape.
    """
    with localcontext() as context:
        context.prec = 32
        k = Decimal(shape)
        log_gamma = _log_gamma(k)
        below, x = [Decimal(0)], Decimal("0.001")
        for edge in range(1, entries):
            share = Decimal(edge) / entries
            x = _gamma_quantile(share, k, k, log_gamma, x)
            y = k * x
            power = ((k + 1) * y.ln() - y - log_gamma).exp() / k
            below.append(power * _gamma_series(k + 1, y))
        edges = [*below, Decimal(1)]
        found = [(high - low) * entries for low, high in pairwise(edges)]
    return _cut(found)


@lru_cache(maxsize=512)
def table_days(weights: tuple[tuple[int, float], ...], entries: int) -> tuple[int, ...]:
    """Return equally likely whole days for a table of (day, weight), sorted, with its mean.

    A slice that reaches over two days of the table takes a day between them, so that the mean is
    exact within half a day in all ``entries``.
    """
    days, carried, before = [], Fraction(0), 0
    for mean in _slice_means(weights, entries):
        carried += mean
        rounded = int(carried + Fraction(1, 2))
        days.append(rounded - before)
        before = rounded
    return tuple(days)


def table_mean(weights: Sequence[tuple[int, float]]) -> float:
    """Return the mean of a table of (day, weight), in days."""
    total = sum(Fraction(weight) for _, weight in weights)
    return float(sum(day * Fraction(weight) for day, weight in weights) / total)


def _slice_means(weights: tuple[tuple[int, float], ...], entries: int) -> Iterator[Fraction]:
    """Yield the means of the table's equally likely slices."""
    parts = [(day, Fraction(weight)) for day, weight in sorted(weights) if weight > 0]
    slice_weight = sum((weight for _, weight in parts), Fraction(0)) / entries
    number, left = 0, parts[0][1]
    for _ in range(entries):
        wanted, sum_of_days = slice_weight, Fraction(0)
        while wanted > 0:
            taken = min(wanted, left)
            sum_of_days += taken * parts[number][0]
            wanted, left = wanted - taken, left - taken
            if left == 0 and number + 1 < len(parts):
                number += 1
                left = parts[number][1]
        yield sum_of_days / slice_weight


def _cut(values: list[Decimal]) -> Float64[np.ndarray, " entries"]:
    return np.array([round(value * 2**20) / 2**20 for value in values])


def _log_gamma(x: Decimal) -> Decimal:
    """Return ln(Gamma(x)) by Stirling's series, from where it converges fast."""
    product = Decimal(1)
    while x < STIRLING_FROM:
        product, x = product * x, x + 1
    half = Decimal("0.5")
    total = (x - half) * x.ln() - x + half * (2 * PI).ln()
    for number, (above, under) in enumerate(BERNOULLI, start=1):
        total += Decimal(above) / under / (2 * number * (2 * number - 1)) / x ** (2 * number - 1)
    return total - product.ln()


def _gamma_quantile(
    share: Decimal, k: Decimal, rate: Decimal, log_gamma: Decimal, start: Decimal
) -> Decimal:
    """Solve cdf(x) = share by Newton steps from the last quantile, kept inside a bracket."""
    low, high, x = Decimal(0), 80 * k / rate, start
    for _ in range(80):
        y = rate * x
        density = ((k - 1) * y.ln() - y - log_gamma).exp()  # of y
        error = density * y * _gamma_series(k, y) - share
        if error > 0:
            high = x
        else:
            low = x
        step = error / (rate * density)
        if abs(step) < Decimal("1e-14"):
            break
        x = x - step if low < x - step < high else (low + high) / 2
    return x


def _gamma_series(k: Decimal, y: Decimal) -> Decimal:
    """Return 1/k + y/(k (k + 1)) + ...: times y**k exp(-y) / Gamma(k), the share below y."""
    term = total = 1 / k
    number = k
    while term > total * Decimal("1e-26"):
        number += 1
        term = term * y / number
        total += term
    return total


@lru_cache(maxsize=4)
def _normal_edges(entries: int) -> tuple[Decimal, ...]:
    """Return the quantiles 1 / entries, 2 / entries ... of the standard normal distribution."""
    with localcontext() as context:
        context.prec = 40
        half, z, upper = entries // 2, Decimal(0), []
        for entry in range(half + 1, entries):
            share = Decimal(entry) / entries
            for _ in range(60):
                step = (_normal_share(z) - share) / _normal_density(z)
                z -= step
                if abs(step) < Decimal("1e-25"):
                    break
            upper.append(z)
        # An even number of slices has an edge at 0; the lower half is the upper in the mirror.
        return (*(-z for z in reversed(upper)), Decimal(0), *upper)


def _normal_density(z: Decimal) -> Decimal:
    return (-z * z / 2).exp() / (2 * PI).sqrt()


def _normal_share(z: Decimal) -> Decimal:
    """Return the standard normal distribution's share below z, by a series of one sign."""
    size = abs(z)
    term = total = size
    number = 1
    while term > Decimal("1e-34"):
        number += 2
        term = term * size * size / number
        total += term
    upper = _normal_density(z) * total
    return Decimal("0.5") + (upper if z > 0 else -upper)
