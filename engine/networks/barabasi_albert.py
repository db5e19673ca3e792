"""Newcomers who choose the well-known: a few people have very many acquaintances."""

import numpy as np
from numba import njit

from populace.engine.contacts import Edges
from populace.engine.kernels.draws import below
from populace.engine.networks._draws import (
    contacts_per_edge,
    draw,
    drawing,
    network_key,
    shuffled,
)
from populace.engine.networks._graphs import edges_of
from populace.engine.networks.base import Network
from populace.engine.people import People
from populace.engine.quantities import Structure


class BarabasiAlbert(Network):
    """The growing network of Barabási and Albert 1999, Science 286:509.

    People join one by one, in a drawn order, and each chooses others in proportion to the number
    of edges that they have. The share of people with k edges falls as k to the power -3.
    """

    title = "Barabási-Albert"

    edges_of_newcomer = Structure(
        5,
        bounds=(1, 100),
        unit="edges",
        source="assumption: ten edges on average, as in common benchmarks; plausible 1 to 25",
        doc="How many people a newcomer chooses; on average, people have twice as many edges.",
    )
    contacts_per_edge = contacts_per_edge()
    drawing = drawing()

    def contacts(self, people: People) -> Edges:
        """Let the network grow from a first few people who all know each other."""
        count = people.agent_count
        each = min(self.edges_of_newcomer, max(count - 1, 0))
        key = network_key(self.own_name, self.drawing)
        first, second = _grown(key, count, each)
        # Who came first has most edges; without a drawn order they would all live in one region.
        person = shuffled(key, count, 0)
        return edges_of(count, person[first], person[second], self.contacts_per_edge)


@njit(cache=True, nogil=True)
def _grown(key: np.uint32, agent_count: int, each: int) -> tuple[np.ndarray, np.ndarray]:
    """Return pairs (newcomer, chosen); the first ``each`` + 1 people all know each other."""
    core = each + 1
    pair_count = each * core // 2 + max(agent_count - core, 0) * each
    first = np.empty(pair_count, np.int32)
    second = np.empty(pair_count, np.int32)
    pair = 0
    for newcomer in range(min(core, agent_count)):
        for earlier in range(newcomer):
            first[pair], second[pair] = newcomer, earlier
            pair += 1
    for newcomer in range(core, agent_count):
        known = pair  # everybody is among the ends of earlier pairs as often as they have edges
        attempt = 1
        while pair < known + each:
            end = below(draw(key, newcomer, attempt), 2 * known)
            attempt += 1
            chosen = first[end >> 1] if end & 1 else second[end >> 1]
            new = True
            for other in range(known, pair):
                new = new and second[other] != chosen
            if new:
                first[pair], second[pair] = newcomer, chosen
                pair += 1
    return first, second
