"""Some of many, at random, at the cost of those some."""

from functools import partial

import numpy as np
from jaxtyping import Int64

from populace.engine.policies._delivery import drawn

_ROUNDS = 4


def some_of(
    count: int, most: int, run_key: np.uint32, name: str, day: int
) -> Int64[np.ndarray, " chosen"]:
    """Return up to ``most`` different numbers below ``count``: more of them only adds to these.

    They are the first of a drawn order of all numbers, of which no other is looked at: a Feistel
    cipher, a bijection of the numbers of an even count of bits, used again where it leads outside.
    """
    half = max(1, (max(count - 1, 1).bit_length() + 1) // 2)
    order = partial(_permuted, half=half, run_key=run_key, name=name, day=day)
    chosen = order(np.arange(min(most, count), dtype=np.int64))
    outside = np.flatnonzero(chosen >= count)
    while len(outside):
        chosen[outside] = order(chosen[outside])
        outside = outside[chosen[outside] >= count]
    return chosen


def _permuted(
    numbers: np.ndarray, half: int, run_key: np.uint32, name: str, day: int
) -> Int64[np.ndarray, " numbers"]:
    mask = (1 << half) - 1
    left, right = numbers >> half, numbers & mask
    for number in range(_ROUNDS):
        hashed = drawn(right, run_key, name, day * _ROUNDS + number)
        left, right = right, left ^ (hashed & np.uint32(mask)).astype(np.int64)
    return left << half | right
