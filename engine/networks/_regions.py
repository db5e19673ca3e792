"""Edges between regions: who is chosen where, once it is known how strongly regions draw people."""

import math
from collections.abc import Callable

import numpy as np
from numba import njit

from populace.engine.kernels.draws import Whole, below, mix
from populace.engine.networks._draws import draw, draws, share_of
from populace.engine.networks._graphs import Pairs, without_repeats
from populace.engine.people import People
from populace.engine.portable import power
from populace.engine.streams import TARGET

# Web Mercator is drawn on a sphere of this radius.
_RADIUS = 6_378_137.0


def ground_metres(people: People) -> tuple[np.ndarray, np.ndarray]:
    """Return x and y in metres on the ground (float64): Web Mercator is stretched by 1 / cos.

    One scale holds for the whole map, that of its origin's latitude.
    """
    squeeze = _cosine(people.places.origin_lat)
    return people.x.astype(np.float64) * squeeze, people.y.astype(np.float64) * squeeze


def region_ends(people: People) -> np.ndarray:
    """Return the first row of each region, and the number of people: people are sorted by it."""
    sizes = np.bincount(people.region_index, minlength=people.region_count)
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)


def region_centres(people: People) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean place of each region's people in ground metres; 0 where nobody lives."""
    x, y = ground_metres(people)
    ends = region_ends(people)
    sizes = np.maximum(np.diff(ends), 1)
    centre = []
    for axis in (x, y):
        sums = np.bincount(people.region_index, weights=axis, minlength=people.region_count)
        centre.append(sums / sizes)
    return centre[0], centre[1]


def powers(numbers: np.ndarray, exponent: float) -> np.ndarray:
    """Return numbers ** exponent, 0 for 0; the same bits on every machine."""
    kinds, place = np.unique(numbers, return_inverse=True)
    found = [power(float(n), exponent) if n > 0 else 0.0 for n in kinds]
    return np.array(found, np.float64)[place]


def pairs_by_region(
    people: People,
    key: np.uint32,
    half: np.ndarray,
    outside: float,
    pull: Callable[[int], np.ndarray],
) -> Pairs:
    """Let everybody choose ``half`` others: a share ``outside`` of them from other regions.

    ``pull(region)`` says how strongly each region draws the people of this one, 0 for itself;
    where it is 0 everywhere, all are chosen at home. Inside a region all are equally likely.
    """
    ends = region_ends(people)
    rows = [(np.zeros(0, np.int32), np.zeros(0, np.int32))]
    for region in np.flatnonzero(np.diff(ends)):
        reach = np.cumsum(pull(int(region)))
        rows.append(_chosen(key, half, reach, 1.0 - outside, ends, region))
    first, second = (np.concatenate(side) for side in zip(*rows, strict=True))
    return without_repeats(people.agent_count, first, second)


def draws_each(key: np.uint32, count: int, mean: float) -> np.ndarray:
    """Return how many others everybody chooses: the mean, rounded up or down by a draw."""
    whole = math.floor(mean)
    more = draws(key, count, 0).astype(np.uint64) < np.uint64(round((mean - whole) * 2.0**32))
    return whole + more.astype(np.int64)


@njit(cache=True, nogil=True)
def _chosen(
    key: np.uint32,
    half: np.ndarray,
    reach: np.ndarray,
    within: float,
    ends: np.ndarray,
    region: Whole,
) -> Pairs:
    """Return pairs (chooser, chosen) of one region; ``reach`` is the running sum of the pull."""
    total = half[ends[region] : ends[region + 1]].sum()
    first = np.empty(total, np.int32)
    second = np.empty(total, np.int32)
    pair = 0
    for person in range(ends[region], ends[region + 1]):
        for number in range(half[person]):
            bits = draw(key, person, 2 * number + 1)
            there = region
            if reach[-1] > 0.0 and share_of(bits) >= within:
                where = share_of(mix(np.uint32(bits ^ TARGET))) * reach[-1]
                there = min(np.searchsorted(reach, where, side="right"), len(reach) - 1)
            inside = draw(key, person, 2 * number + 2)
            first[pair] = person
            second[pair] = ends[there] + below(inside, ends[there + 1] - ends[there])
            pair += 1
    return first, second


def _cosine(degrees: float) -> float:
    """Return the cosine by its series: the same bits on every machine."""
    angle = degrees * 0.017453292519943295
    total, term = 1.0, 1.0
    for n in range(1, 20):
        term *= -angle * angle / ((2 * n - 1) * (2 * n))
        total += term
    return total
