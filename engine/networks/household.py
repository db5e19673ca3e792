"""Contacts between people who live together."""

import numpy as np

from populace.engine.contacts import Groups
from populace.engine.networks.base import Network
from populace.engine.people import People
from populace.engine.portable import power
from populace.engine.quantities import Quantity, Structure


class Household(Network):
    """Everyone in a dwelling meets everyone else in it, every day."""

    at_home = True

    contacts_per_person = Quantity(
        4.2,
        bounds=(0, 20),
        unit="contacts/day with the other member of a household of two",
        source="assumption: set so that somebody infected infects about a fifth of their household "
        "(COVID-19: 18.1 to 21.1 %), since contacts at home are long; plausible 1 to 6",
        doc="How much living with somebody counts, in passing contacts a day.",
    )
    crowding = Quantity(
        0.84,
        bounds=(0, 1),
        unit="exponent",
        source="Cauchemez et al. 2004, Stat Med 23:3469 (influenza): .84; plausible .5 to 1",
        doc="Each pair's contacts fall with the number of others to this power.",
    )
    size_max = Structure(
        20,
        bounds=(2, 100),
        unit="people",
        source="assumption: larger dwellings count as this size",
        doc="Larger dwellings have the contacts of this size.",
    )

    def contacts(self, people: People) -> Groups:
        """Group people by dwelling."""
        others = np.arange(self.size_max, dtype=np.float64)  # of a dwelling of 1, 2, 3 ...
        pair = np.array([power(n, -self.crowding) if n > 1 else 1.0 for n in others])
        rate = np.concatenate([[0.0], self.contacts_per_person * others * pair])
        # People are sorted by dwelling, so a group is a range of rows: no member list.
        return Groups.of_sorted(people.dwelling, rate)
