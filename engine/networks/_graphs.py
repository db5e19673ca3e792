"""From drawn pairs of people to an edge list in which nobody is listed twice."""

from collections.abc import Callable

import numpy as np
from numba import njit

from populace.engine.contacts import Edges

# Draws for a pair that came up before. Only in tiny crowded networks is this not enough.
ATTEMPTS_MAX = 200

Pairs = tuple[np.ndarray, np.ndarray]


def edges_of(
    agent_count: int,
    first: np.ndarray,
    second: np.ndarray,
    rate: float,
    entries: np.ndarray | None = None,
) -> Edges:
    """Return the edges of pairs: both ends list each other, as `Edges.of_pairs` but in one pass.

    ``entries`` says how often each pair is listed, one after the other; once without it.
    """
    if entries is None:
        entries = np.ones(len(first), np.int32)
    pointers, targets = _rows(agent_count, first, second, entries.astype(np.int32))
    return Edges(pointers, targets, float(rate))


def without_repeats(agent_count: int, first: np.ndarray, second: np.ndarray) -> Pairs:
    """Leave out pairs of somebody with themselves and pairs that came before, either way round."""
    keep = ~repeated(agent_count, first, second)
    return first[keep], second[keep]


def redrawn(
    agent_count: int,
    first: np.ndarray,
    second: np.ndarray,
    redraw: Callable[[np.ndarray, int], Pairs],
) -> Pairs:
    """Draw the pairs anew that are loops or repeats, until there are none.

    ``redraw(positions, attempt)`` returns new pairs for these positions. What is left after
    `ATTEMPTS_MAX` draws is dropped.
    """
    for attempt in range(1, ATTEMPTS_MAX):
        wrong = np.flatnonzero(repeated(agent_count, first, second))
        if not len(wrong):
            return first, second
        first[wrong], second[wrong] = redraw(wrong, attempt)
    return without_repeats(agent_count, first, second)


def repeated(agent_count: int, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Mark pairs of somebody with themselves, and pairs that came before, either way round."""
    return equal_pairs(agent_count, first, second) >= 0


@njit(cache=True, nogil=True)
def equal_pairs(agent_count: int, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return the first pair of the same two people, either way round; -1 for that one itself.

    For a pair of somebody with themselves it is any number from 0 on.
    """
    pair_count = len(first)
    ends = np.zeros(agent_count + 1, np.int64)
    for pair in range(pair_count):
        ends[min(first[pair], second[pair]) + 1] += 1
    for person in range(agent_count):
        ends[person + 1] += ends[person]
    place = ends[:-1].copy()
    ordered = np.empty(pair_count, np.int32)
    for pair in range(pair_count):
        lower = min(first[pair], second[pair])
        ordered[place[lower]] = pair
        place[lower] += 1
    equal = np.full(pair_count, -1, np.int32)
    seen = np.full(agent_count, -1, np.int32)  # with whom last ...
    first_pair = np.zeros(agent_count, np.int32)  # ... and in which pair
    for person in range(agent_count):
        seen[person] = person
        for position in range(ends[person], ends[person + 1]):
            pair = ordered[position]
            upper = max(first[pair], second[pair])
            if seen[upper] == person:
                equal[pair] = first_pair[upper]
            else:
                seen[upper], first_pair[upper] = person, pair
    return equal


@njit(cache=True, nogil=True)
def _rows(
    agent_count: int, first: np.ndarray, second: np.ndarray, entries: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Sort both directions of each pair by their source."""
    pointers = np.zeros(agent_count + 1, np.int64)
    for pair in range(len(first)):
        pointers[first[pair] + 1] += entries[pair]
        pointers[second[pair] + 1] += entries[pair]
    for person in range(agent_count):
        pointers[person + 1] += pointers[person]
    place = pointers[:-1].copy()
    targets = np.empty(pointers[agent_count], np.int32)
    for source, target in ((first, second), (second, first)):
        for pair in range(len(first)):
            start = place[source[pair]]
            place[source[pair]] += entries[pair]
            for entry in range(entries[pair]):
                targets[start + entry] = target[pair]
    return pointers, targets
