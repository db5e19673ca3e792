"""Random acquaintances: any two people are as likely to know each other as any other two."""

import numpy as np
from numba import njit

from populace.engine.contacts import Edges
from populace.engine.kernels.draws import below, mix
from populace.engine.networks._draws import (
    contacts_per_edge,
    draw,
    drawing,
    edges_each,
    network_key,
)
from populace.engine.networks._graphs import Pairs, edges_of, redrawn
from populace.engine.networks.base import Network
from populace.engine.people import People
from populace.engine.streams import TARGET


class ErdosRenyi(Network):
    """The random graph of Erdős and Rényi 1959: a fixed number of different pairs, drawn evenly.

    A pair that comes up twice is drawn anew, so the number of edges is exact. The number of
    people whom somebody meets is then all but Poisson.
    """

    title = "Erdős-Rényi"

    edges_each = edges_each()
    contacts_per_edge = contacts_per_edge()
    drawing = drawing()

    def contacts(self, people: People) -> Edges:
        """Draw pairs from everybody."""
        count = people.agent_count
        most = count * (count - 1) // 2
        pair_count = min(round(self.edges_each * count / 2), most)
        key = network_key(self.own_name, self.drawing)

        def redraw(positions: np.ndarray, attempt: int) -> Pairs:
            return _pairs(key, count, positions, attempt)

        first, second = redraw(np.arange(pair_count), 0)
        first, second = redrawn(count, first, second, redraw)
        return edges_of(count, first, second, self.contacts_per_edge)


@njit(cache=True, nogil=True)
def _pairs(key: np.uint32, agent_count: int, positions: np.ndarray, attempt: int) -> Pairs:
    first = np.empty(len(positions), np.int32)
    second = np.empty(len(positions), np.int32)
    for index, position in enumerate(positions):
        bits = draw(key, position, attempt)
        first[index] = below(bits, agent_count)
        second[index] = below(mix(np.uint32(bits ^ TARGET)), agent_count)
    return first, second
