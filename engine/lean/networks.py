"""Networks whose groups are computed: their rates are those that the networks declare."""

from collections.abc import Sequence

import numpy as np

from populace.engine.contacts import Contacts, Groups, Mixing
from populace.engine.errors import ProjectError
from populace.engine.lean import homes
from populace.engine.lean.crowd import Crowd
from populace.engine.networks.base import Network
from populace.engine.networks.community import Community
from populace.engine.networks.well_mixed import WellMixed
from populace.engine.people import People, Places
from populace.engine.world import World, network_shape

# By kind of network, the kind of group that `homes` computes.
KINDS = {
    "household": homes.HOME,
    "school": homes.SCHOOL,
    "workplace": homes.TEAM,
    "community": homes.REGION,
    "well_mixed": homes.EVERYBODY,
}


def refuse_others(networks: Sequence[Network]) -> None:
    """Raise a `ProjectError` for a network whose groups cannot be computed."""
    for index, network in enumerate(networks):
        if network.kind_name() not in KINDS:
            raise ProjectError(
                f"{network.kind_name()} needs a list of people, and so many are computed: use "
                f"{', '.join(KINDS)}, or fewer people.",
                place=f"networks[{index}].kind",
            )


def world_of(crowd: Crowd, networks: Sequence[Network]) -> World:
    """Return the networks of a crowd; its rows of people are empty but for one of nobody."""
    refuse_others(networks)
    shapes = [
        network_shape(
            part.own_name, part.at_home, contacts_of(part, crowd.band_counts()), part.known_as
        )
        for part in networks
    ]
    return World.of_shapes(_nobody(crowd.places), shapes, crowd)


def contacts_of(network: Network, bands: np.ndarray) -> Contacts:
    """Return how often people meet, by size of group or by age; who meets whom is left out."""
    if isinstance(network, Community | WellMixed):
        counts = bands.astype(np.float64)
        nobody, none = np.zeros(1, np.int32), np.array([0, 1], np.int64)
        return Mixing(nobody, none, network.matrix(counts), counts / max(counts.sum(), 1.0))
    contacts = network.contacts(_nobody(Places(("",), ("",), ("",))))
    assert isinstance(contacts, Groups)
    return contacts


def _nobody(places: Places) -> People:
    return People(
        age=np.zeros(0, np.uint8),
        region_index=np.zeros(0, np.uint16),
        dwelling=np.zeros(0, np.int32),
        x=np.zeros(0, np.float32),
        y=np.zeros(0, np.float32),
        places=places,
    )
