"""Neighbours in a ring, some of them exchanged for anybody."""

import numpy as np
from numba import njit

from populace.engine.contacts import Edges
from populace.engine.kernels.draws import below, mix
from populace.engine.networks._draws import contacts_per_edge, draw, drawing, network_key
from populace.engine.networks._graphs import Pairs, edges_of, redrawn
from populace.engine.networks.base import Network
from populace.engine.people import People
from populace.engine.quantities import Structure
from populace.engine.streams import TARGET


class SmallWorld(Network):
    """The small world of Watts and Strogatz 1998, Nature 393:440.

    People stand in a ring in the order of their dwellings and meet the nearest ones to each side.
    A share of these edges is led to anybody instead, never to somebody met already.
    """

    neighbours_a_side = Structure(
        5,
        bounds=(1, 100),
        unit="people",
        source="assumption: ten people in all, as in common benchmarks; plausible 1 to 25",
        doc="How many of the nearest people to each side of the ring somebody meets.",
    )
    rewired = Structure(
        0.1,
        bounds=(0, 1),
        unit="share",
        source="Watts and Strogatz 1998, Nature 393:440: short ways from about .01 to .1 on",
        doc="Share of the edges whose far end is drawn from everybody.",
    )
    contacts_per_edge = contacts_per_edge()
    drawing = drawing()

    def contacts(self, people: People) -> Edges:
        """Join neighbours in the ring, then move some far ends."""
        count = people.agent_count
        side = min(self.neighbours_a_side, max(count - 1, 0) // 2)
        first = np.repeat(np.arange(count, dtype=np.int32), side)
        near = np.tile(np.arange(1, side + 1, dtype=np.int32), count)
        second = ((first + near) % max(count, 1)).astype(np.int32)
        key = network_key(self.own_name, self.drawing)
        moved = np.flatnonzero(_moved(key, len(first), round(self.rewired * 2.0**32)))
        second[moved] = _far_ends(key, count, moved, 1)
        # A far end may be a neighbour still to come: the later of two equal pairs moves on, so
        # even an edge that was to stay moves now and then; no edge is lost.

        def redraw(positions: np.ndarray, attempt: int) -> Pairs:
            return first[positions], _far_ends(key, count, positions, attempt + 1)

        first, second = redrawn(count, first, second, redraw)
        return edges_of(count, first, second, self.contacts_per_edge)


@njit(cache=True, nogil=True)
def _moved(key: np.uint32, pair_count: int, threshold: int) -> np.ndarray:
    marked = np.zeros(pair_count, np.bool_)
    for pair in range(pair_count):
        marked[pair] = np.uint64(draw(key, pair, 0)) < np.uint64(threshold)
    return marked


@njit(cache=True, nogil=True)
def _far_ends(key: np.uint32, agent_count: int, pairs: np.ndarray, attempt: int) -> np.ndarray:
    ends = np.empty(len(pairs), np.int32)
    for index, pair in enumerate(pairs):
        bits = draw(key, pair, attempt)
        ends[index] = below(mix(np.uint32(bits ^ TARGET)), agent_count)
    return ends
