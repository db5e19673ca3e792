"""Divides people into places of about one size, and draws who belongs to any."""

import numpy as np

from populace.engine.networks._draws import draws
from populace.engine.people import People


def divided(block: np.ndarray, size: int) -> np.ndarray:
    """Divide rows that are sorted by ``block`` into groups of about ``size``, none across blocks.

    The groups of a block differ by one at most; a block has as many as come nearest to ``size``.
    """
    if not len(block):
        return np.zeros(0, np.int32)
    _, start, counts = np.unique(block, return_index=True, return_counts=True)
    groups = np.maximum(np.rint(counts / size).astype(np.int64), 1)
    before = np.cumsum(groups) - groups
    position = np.arange(len(block)) - np.repeat(start, counts)
    within = position * np.repeat(groups, counts) // np.repeat(counts, counts)
    return (np.repeat(before, counts) + within).astype(np.int32)


def divided_within(blocks: tuple[np.ndarray, ...], size: int, key: np.uint32) -> np.ndarray:
    """Return everybody's group: of about ``size``, among people who are alike in all ``blocks``.

    The first of the blocks is -1 for those who belong to none. Who is together is drawn.
    """
    rows = np.flatnonzero(blocks[0] >= 0)
    mark = draws(key, len(blocks[0]), 0)
    order = rows[np.lexsort((mark[rows], *(block[rows] for block in reversed(blocks))))]
    joint = np.zeros(len(order), np.int64)
    for block in blocks:
        changes = np.diff(block[order], prepend=block[order][:1]) != 0
        joint |= changes
    group = np.full(len(blocks[0]), -1, np.int32)
    group[order] = divided(np.cumsum(joint), size)
    return group


def drawn_places(
    people: People, shares: list[tuple[int, int, float]], size: int, key: np.uint32
) -> np.ndarray:
    """Return everybody's place, or -1: a share of each span of ages, in places of ``size``.

    ``shares`` lists (youngest, oldest, share). Places are filled in the order of regions and
    dwellings, so people of one place come from the same region or from the next ones.
    """
    threshold = np.zeros(256)
    for youngest, oldest, share in shares:
        threshold[youngest : oldest + 1] = share
    inside = draws(key, people.agent_count, 0) / 2.0**32 < threshold[people.age]
    rows = np.flatnonzero(inside)
    place = np.full(people.agent_count, -1, np.int32)
    place[rows] = divided(np.zeros(len(rows), np.int8), size)
    return place
