"""Timetable: a list of contacts that changes from day to day."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Int32, Int64
from numba import njit

Rows = tuple[Int64[np.ndarray, " agents_and_end"], Int32[np.ndarray, " ends_or_one"]]


@dataclass(frozen=True)
class Timetable:
    """All ends that are ever there, by person; each from the day ``start`` to that before ``end``.

    The ends of person i are the positions ``pointers[i]:pointers[i + 1]``.
    """

    pointers: Int64[np.ndarray, " agents_and_end"]
    targets: Int32[np.ndarray, " ends"]
    start: Int32[np.ndarray, " ends"]
    end: Int32[np.ndarray, " ends"]

    @cached_property
    def change_days(self) -> frozenset[int]:
        """The days on which other ends are there than on the day before."""
        return frozenset(np.union1d(self.start, self.end).tolist())

    def on(self, day: int) -> Rows:
        """Return the contact list of one day, by person."""
        return _there(self.pointers, self.targets, self.start, self.end, day)

    def between(self, rows: np.ndarray, first: int, end: int) -> np.ndarray:
        """Mark the rows that are there on one of the days from ``first`` to before ``end``."""
        return (self.start[rows] < end) & (first < self.end[rows])

    def most(self) -> int:
        """Return the largest number of ends that a person has on one day."""
        person = np.repeat(np.arange(len(self.pointers) - 1), np.diff(self.pointers))
        last = int(self.end.max(initial=0)) + 1
        # By person and day; what ends on a day (even) is gone before what begins on it (odd).
        changes = np.concatenate([person * last + self.start, person * last + self.end]) * 2
        changes[: len(person)] += 1
        changes.sort()
        # Every person's changes sum to 0, so one sum runs over all of them.
        return int(np.cumsum((changes & 1) * 2 - 1).max(initial=0))


@njit(cache=True, nogil=True)
def _there(
    pointers: np.ndarray, targets: np.ndarray, start: np.ndarray, end: np.ndarray, day: int
) -> Rows:
    """Return where each person's ends of a day begin, and those ends."""
    found = np.zeros(len(pointers), np.int64)
    for person in range(len(pointers) - 1):
        found[person + 1] = found[person]
        for row in range(pointers[person], pointers[person + 1]):
            if start[row] <= day < end[row]:
                found[person + 1] += 1
    # The kernels read at least one row, even where it is nobody's.
    chosen = np.zeros(max(1, found[-1]), np.int32)
    place = 0
    for row in range(len(targets)):
        if start[row] <= day < end[row]:
            chosen[place] = targets[row]
            place += 1
    return found, chosen
