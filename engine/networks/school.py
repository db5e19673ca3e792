"""Contacts between pupils of one school."""

import numpy as np

from populace.engine.contacts import Groups
from populace.engine.networks.base import Network
from populace.engine.people import People
from populace.engine.quantities import Quantity


class School(Network):
    """Pupils meet pupils of their school, whatever their class. Teachers are left out."""

    requires = "school"

    contacts_a_day = Quantity(
        11.41,
        bounds=(0, 50),
        unit="contacts/day",
        source="Mistry et al. 2021, Nat Commun 12:323: 11.41; plausible 6 to 16",
        doc="Contacts of a pupil at school, averaged over the days of a week.",
    )

    def contacts(self, people: People) -> Groups:
        """Group pupils by school; nobody where the population has no schools."""
        school = people.memberships.get("school", np.full(people.agent_count, -1, np.int32))
        return Groups.of_members(school, np.array([0.0, 0.0, self.contacts_a_day]))
