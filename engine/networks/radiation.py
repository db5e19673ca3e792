"""Acquaintances between regions: people go to the nearest chance that is good enough."""

import numpy as np
from numba import njit

from populace.engine.contacts import Edges
from populace.engine.networks._draws import (
    contacts_per_edge,
    drawing,
    edges_each,
    network_key,
)
from populace.engine.networks._graphs import edges_of
from populace.engine.networks._regions import (
    draws_each,
    pairs_by_region,
    region_centres,
    region_ends,
)
from populace.engine.networks.base import Network
from populace.engine.people import People
from populace.engine.quantities import Structure


class Radiation(Network):
    """The radiation model of Simini et al. 2012, Nature 484:96, which has no free exponent.

    Everybody chooses half of their edges; a share of them leads to other regions. Region j draws
    the people of i in proportion to m n / ((m + s) (m + n + s)): m live in i, n in j, and s in
    regions nearer to i than j is. Regions at equal distance do not stand in each other's way. The
    flows are drawn once, as lasting acquaintances: nobody travels during a run.
    """

    outside = Structure(
        0.2,
        bounds=(0, 1),
        unit="share",
        source="assumption: most contacts are near home; plausible .05 to .5",
        doc="Share of the edges that lead to other regions.",
    )
    edges_each = edges_each()
    contacts_per_edge = contacts_per_edge()
    drawing = drawing()

    def contacts(self, people: People) -> Edges:
        """Draw a region by its pull, then somebody in it."""
        key = network_key(self.own_name, self.drawing)
        centres = region_centres(people)
        sizes = np.diff(region_ends(people)).astype(np.float64)

        def pull(region: int) -> np.ndarray:
            return _pull(region, sizes, *centres)

        half = draws_each(key, people.agent_count, self.edges_each / 2)
        first, second = pairs_by_region(people, key, half, self.outside, pull)
        return edges_of(people.agent_count, first, second, self.contacts_per_edge)


@njit(cache=True, nogil=True)
def _pull(region: int, sizes: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    away = (x - x[region]) ** 2 + (y - y[region]) ** 2
    order = np.argsort(away)
    found = np.zeros(len(sizes))
    here = sizes[region]
    nearer = waiting = 0.0  # people nearer than this distance; people at it
    last = -1.0
    for other in order:
        if other == region:
            continue
        if away[other] > last:
            nearer += waiting
            waiting, last = 0.0, away[other]
        n = sizes[other]
        waiting += n
        if here > 0.0:
            found[other] = here * n / ((here + nearer) * (here + n + nearer))
    return found
