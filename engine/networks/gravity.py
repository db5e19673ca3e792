"""Acquaintances between regions: large and near ones draw most."""

import numpy as np
from numba import njit

from populace.engine.contacts import Edges
from populace.engine.networks._draws import (
    contacts_per_edge,
    drawing,
    edges_each,
    network_key,
)
from populace.engine.networks._draws import power as compiled_power
from populace.engine.networks._graphs import edges_of
from populace.engine.networks._regions import (
    draws_each,
    pairs_by_region,
    powers,
    region_centres,
    region_ends,
)
from populace.engine.networks.base import Network
from populace.engine.people import People
from populace.engine.quantities import Structure


class Gravity(Network):
    """Everybody chooses half of their edges; a share of them leads to other regions.

    Another region is chosen in proportion to its people to a power, over its distance to a power;
    in it, and at home, everybody is equally likely. Distances are from centre to centre of the
    people. The flows are drawn once, as lasting acquaintances: nobody travels during a run.
    """

    outside = Structure(
        0.2,
        bounds=(0, 1),
        unit="share",
        source="assumption: most contacts are near home; plausible .05 to .5",
        doc="Share of the edges that lead to other regions.",
    )
    size_exponent = Structure(
        1.0,
        bounds=(0, 3),
        unit="exponent",
        source="Zipf 1946, Am Sociol Rev 11:677: 1; plausible .5 to 1.5",
        doc="How strongly a region's people draw others.",
    )
    distance_exponent = Structure(
        2.0,
        bounds=(0, 5),
        unit="exponent",
        source="assumption: as in Newton's law; Zipf 1946, Am Sociol Rev 11:677, has 1; "
        "plausible .5 to 3",
        doc="How fast the pull falls with the distance.",
    )
    nearest = Structure(
        500.0,
        bounds=(1, 1_000_000),
        unit="metres",
        source="assumption: about half of a neighbourhood's width",
        doc="Centres that are nearer to each other count as this far apart.",
    )
    edges_each = edges_each()
    contacts_per_edge = contacts_per_edge()
    drawing = drawing()

    def contacts(self, people: People) -> Edges:
        """Draw a region by its pull, then somebody in it."""
        key = network_key(self.own_name, self.drawing)
        centres = region_centres(people)
        mass = powers(np.diff(region_ends(people)), self.size_exponent)
        fall, near = float(self.distance_exponent), float(self.nearest)

        def pull(region: int) -> np.ndarray:
            return _pull(region, mass, *centres, fall, near)

        half = draws_each(key, people.agent_count, self.edges_each / 2)
        first, second = pairs_by_region(people, key, half, self.outside, pull)
        return edges_of(people.agent_count, first, second, self.contacts_per_edge)


@njit(cache=True, nogil=True)
def _pull(
    region: int, mass: np.ndarray, x: np.ndarray, y: np.ndarray, fall: float, near: float
) -> np.ndarray:
    found = np.zeros(len(mass))
    for other in range(len(mass)):
        if other != region:
            east, north = x[other] - x[region], y[other] - y[region]
            away = max(np.sqrt(east * east + north * north), near)
            found[other] = mass[other] * compiled_power(away, -fall)
    return found
