"""What drawn networks share: their declarations, counter-based draws, and real functions.

A network is drawn once, from its kind and its ``drawing`` number alone: the seed of a run has no
part in it, so runs with several seeds share one network.
"""

import math

import numpy as np
from numba import njit

from populace.engine.kernels.draws import Whole, mix
from populace.engine.quantities import Quantity, Structure
from populace.engine.streams import G1, G2, M2, mix_int, name_key

_LN2_HIGH = 6.93147180369123816490e-01  # the upper bits of ln 2: products with it are exact
_LN2_LOW = 1.90821492927058770002e-10  # the rest


def drawing() -> Structure:
    """Declare which network of its kind is drawn."""
    return Structure(
        0,
        bounds=(0, 2**31 - 1),
        unit="number",
        source="any: another number is another network of the same kind",
        doc="Fixes who is drawn; runs with other seeds keep the same network.",
    )


def edges_each(doc: str = "Mean number of people whom somebody meets.") -> Structure:
    """Declare how many people somebody meets."""
    return Structure(
        10.0,
        bounds=(0, 200),
        unit="edges",
        source="assumption: as in common benchmarks of networks; plausible 2 to 50",
        doc=doc,
    )


def contacts_per_edge() -> Quantity:
    """Declare how often two people meet who know each other."""
    return Quantity(
        1.0,
        bounds=(0, 10),
        unit="contacts/day along an edge",
        source="reference level: 1 is a contact a day with everybody on the list",
        doc="How often two people meet who are joined by an edge.",
    )


def network_key(kind: str, number: int) -> np.uint32:
    """Return the key of all draws of one network."""
    return np.uint32(mix_int(int(name_key(kind)) ^ mix_int(number + 1)))


@njit(inline="always")
def draw(key: np.uint32, item: Whole, attempt: Whole) -> np.uint32:
    """Draw 32 bits for one thing; ``attempt`` counts the draws for it."""
    first = mix(np.uint32(np.uint32(item) * G1 + key))
    return mix(np.uint32(first ^ np.uint32(np.uint32(attempt) * G2 + M2)))


@njit(inline="always")
def share_of(bits: np.uint32) -> float:
    """Turn 32 bits into a share from 0 to below 1."""
    return np.float64(bits) / 4294967296.0


@njit(cache=True, nogil=True)
def draws(key: np.uint32, count: int, attempt: Whole) -> np.ndarray:
    """Draw 32 bits for each of the things 0 to count - 1."""
    found = np.empty(count, np.uint32)
    for item in range(count):
        found[item] = draw(key, item, attempt)
    return found


@njit(cache=True, nogil=True)
def shuffled(key: np.uint32, count: int, attempt: Whole) -> np.ndarray:
    """Return 0 to count - 1 in a drawn order."""
    order = np.arange(count, dtype=np.int32)
    for last in range(count - 1, 0, -1):
        bits = np.uint64(draw(key, last, attempt))
        other = np.int64((bits * np.uint64(last + 1)) >> np.uint64(32))
        order[last], order[other] = order[other], order[last]
    return order


@njit
def exponential(x: float) -> float:
    """Return e to the power x from sums and products alone: the same bits on every machine."""
    if x < -700.0:
        return 0.0
    whole = math.floor(x / (_LN2_HIGH + _LN2_LOW) + 0.5)
    rest = (x - whole * _LN2_HIGH) - whole * _LN2_LOW
    total = 1.0
    for n in range(14, 0, -1):
        total = 1.0 + total * rest / n
    return math.ldexp(total, int(whole))


@njit
def logarithm(x: float) -> float:
    """Return ln x for a positive x, the same bits on every machine."""
    part, whole = math.frexp(x)
    if part < 0.7071067811865476:
        part *= 2.0
        whole -= 1
    s = (part - 1.0) / (part + 1.0)
    square = s * s
    total = 0.0
    for n in range(23, 0, -2):
        total = total * square + 1.0 / n
    return whole * _LN2_HIGH + (2.0 * s * total + whole * _LN2_LOW)


@njit
def power(base: float, exponent: float) -> float:
    """Return base ** exponent for a positive base, the same bits on every machine."""
    return exponential(exponent * logarithm(base))
