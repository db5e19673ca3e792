"""Contacts between people who work together."""

import numpy as np

from populace.engine.contacts import Groups
from populace.engine.networks.base import Network
from populace.engine.people import People
from populace.engine.quantities import Quantity


class Workplace(Network):
    """Workers meet workers of their workplace."""

    requires = "workplace"

    contacts_a_day = Quantity(
        8.07,
        bounds=(0, 50),
        unit="contacts/day",
        source="Mistry et al. 2021, Nat Commun 12:323: 8.07; plausible 4 to 12",
        doc="Contacts of a worker at work, averaged over the days of a week.",
    )

    def contacts(self, people: People) -> Groups:
        """Group workers by workplace; nobody where the population has none."""
        work = people.memberships.get("workplace", np.full(people.agent_count, -1, np.int32))
        return Groups.of_members(work, np.array([0.0, 0.0, self.contacts_a_day]))
