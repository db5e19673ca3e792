"""Pairs of people who meet during spans of days."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float64, Int32, Int64

from populace.engine.contacts import TimedEdges
from populace.engine.timetable import Timetable

FOREVER = 36_500  # days, as the end of a policy


@dataclass(frozen=True)
class TimedPairs:
    """Rows of a table: two people, and from which day to before which they meet."""

    row: Int64[np.ndarray, " pairs"]  # in the table
    first: Int32[np.ndarray, " pairs"]
    second: Int32[np.ndarray, " pairs"]
    weight: Float64[np.ndarray, " pairs"]
    start: Int32[np.ndarray, " pairs"]
    end: Int32[np.ndarray, " pairs"]

    def rows(self, chosen: np.ndarray) -> "TimedPairs":
        """Return some of the pairs."""
        return TimedPairs(*(column[chosen] for column in vars(self).values()))

    def in_order(self) -> tuple["TimedPairs", Bool[np.ndarray, " pairs"]]:
        """Sort by the two people and the start, and mark what shares days with the one before.

        More exactly, with any before it of the same two.
        """
        lower, upper = np.minimum(self.first, self.second), np.maximum(self.first, self.second)
        pair = lower.astype(np.int64) << 32 | upper
        order = np.lexsort((self.start, pair))
        ordered, pair = self.rows(order), pair[order]
        if not len(order):
            return ordered, np.zeros(0, np.bool_)
        new = np.concatenate([[True], np.diff(pair) != 0])
        # The latest end so far: that of other people is always below, as their number is.
        people = np.cumsum(new) * (FOREVER + 1)
        latest = np.maximum.accumulate(people + ordered.end) - people
        again = ~new
        again[1:] &= ordered.start[1:] < latest[:-1]
        return ordered, again

    def joined(self, again: Bool[np.ndarray, " pairs"]) -> "TimedPairs":
        """Make one row of each row and those marked after it; the pairs must be in order."""
        first = np.flatnonzero(~again)
        if not len(first):
            return self
        kept = self.rows(first)
        end = np.maximum.reduceat(self.end, first)
        return TimedPairs(kept.row, kept.first, kept.second, kept.weight, kept.start, end)


def timed_edges(
    agent_count: int, pairs: TimedPairs, entries: np.ndarray, rate: float
) -> TimedEdges:
    """List each person at the other, ``entries`` times, on the days on which they meet."""
    number = np.repeat(np.arange(len(pairs.first)), entries)
    sources = np.concatenate([pairs.first[number], pairs.second[number]])
    targets = np.concatenate([pairs.second[number], pairs.first[number]])
    order = np.argsort(sources, kind="stable")
    degrees = np.bincount(sources, minlength=agent_count)
    pointers = np.concatenate([[0], np.cumsum(degrees)]).astype(np.int64)
    twice = np.tile(number, 2)[order]
    days = pairs.start[twice], pairs.end[twice]
    return TimedEdges(Timetable(pointers, targets[order], *days), float(rate))
