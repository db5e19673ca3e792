"""The three shapes that every network reduces to: Groups, Edges and Mixing.

A network says with how many contacts a day somebody meets whom. `rate` arrays hold, per class of
infector, the mean number of contacts a day at full susceptibility and transmission 1; the kernels
multiply them by the live quantities.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float64, Int32, Int64

    from populace.engine.timetable import Timetable


@dataclass(frozen=True)
class Groups:
    """People who share a place. One contact target is drawn uniformly in the infector's group.

    ``group_of`` is -1 for those who belong to none. If ``members`` is None, each group is the
    range of rows ``pointers[g]:pointers[g + 1]``; else those positions of ``members``.
    ``rate_by_size[n]`` counts contacts a day of somebody in a group of n (themselves included:
    a draw of oneself is a contact that never was, so rates are given for n - 1 others and the
    engine scales them by n / (n - 1)); the last entry holds for all larger groups.
    """

    group_of: Int32[np.ndarray, " agents"]
    pointers: Int64[np.ndarray, " groups_and_end"]
    members: Int32[np.ndarray, " members"] | None
    rate_by_size: Float64[np.ndarray, " sizes"]

    @staticmethod
    def of_sorted(group_of: np.ndarray, rate_by_size: np.ndarray) -> Groups:
        """Group people whose group numbers 0, 1, 2 ... never decrease from row to row."""
        counts = np.bincount(group_of)
        pointers = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        return Groups(group_of, pointers, None, np.asarray(rate_by_size, np.float64))

    @staticmethod
    def of_members(group_of: np.ndarray, rate_by_size: np.ndarray) -> Groups:
        """Group people by any numbering; those with -1 are in no group."""
        inside = np.flatnonzero(group_of >= 0).astype(np.int32)
        order = np.argsort(group_of[inside], kind="stable")
        counts = np.bincount(group_of[inside]) if len(inside) else np.zeros(0, np.int64)
        pointers = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        return Groups(group_of, pointers, inside[order], np.asarray(rate_by_size, np.float64))


@dataclass(frozen=True)
class Edges:
    """A contact list per person (CSR): row i is ``targets[pointers[i]:pointers[i + 1]]``.

    ``rate`` is the number of contacts a day along each edge.
    """

    pointers: Int64[np.ndarray, " agents_and_end"]
    targets: Int32[np.ndarray, " ends"]
    rate: float

    @staticmethod
    def of_pairs(agent_count: int, first: np.ndarray, second: np.ndarray, rate: float) -> Edges:
        """Build from undirected pairs: both ends list each other."""
        sources = np.concatenate([first, second])
        targets = np.concatenate([second, first]).astype(np.int32)
        order = np.argsort(sources, kind="stable")
        degrees = np.bincount(sources, minlength=agent_count)
        pointers = np.concatenate([[0], np.cumsum(degrees)]).astype(np.int64)
        return Edges(pointers, targets[order], rate)


@dataclass(frozen=True)
class TimedEdges:
    """A contact list per person that changes with the day. ``rate`` as that of `Edges`."""

    timetable: Timetable
    rate: float


@dataclass(frozen=True)
class Mixing:
    """Cells in which anybody may meet anybody, weighted by the age bands of both.

    A cell is the range of rows ``pointers[c]:pointers[c + 1]``. ``contacts[b, a]`` is the number
    of contacts a day of somebody in band b with people of band a, over ``shares[a]`` of people.
    """

    cell_of: Int32[np.ndarray, " agents"]
    pointers: Int64[np.ndarray, " cells_and_end"]
    contacts: Float64[np.ndarray, "bands bands"]
    shares: Float64[np.ndarray, " bands"]


Contacts = Groups | Edges | TimedEdges | Mixing
