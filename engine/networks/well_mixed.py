"""Everybody may meet everybody, whatever their age."""

import numpy as np

from populace.engine.contacts import Mixing
from populace.engine.networks.base import Network
from populace.engine.people import AGE_BAND_COUNT, People
from populace.engine.quantities import Quantity


class WellMixed(Network):
    """The whole population is one place: the assumption of the classic equations."""

    title = "Well mixed"

    contacts_a_day = Quantity(
        1.0,
        bounds=(0, 100),
        unit="contacts/day",
        source="reference level: with 1, transmission is the beta of the classic equations",
        doc="Contacts a day of everybody with everybody.",
    )

    def contacts(self, people: People) -> Mixing:
        """Make one cell of everybody, with even mixing of the ages."""
        counts = np.bincount(people.age_band(), minlength=AGE_BAND_COUNT).astype(np.float64)
        shares = counts / max(counts.sum(), 1.0)
        cell = np.zeros(people.agent_count, np.int32)
        pointers = np.array([0, people.agent_count], np.int64)
        return Mixing(cell, pointers, self.matrix(counts), shares)

    def matrix(self, counts: np.ndarray) -> np.ndarray:
        """Return contacts a day by band of both, where bands have so many people."""
        shares = counts / max(counts.sum(), 1.0)
        return np.tile(self.contacts_a_day * shares, (AGE_BAND_COUNT, 1))
