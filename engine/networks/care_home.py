"""Contacts in homes for the old: residents and those who look after them."""

import numpy as np

from populace.engine.contacts import Groups
from populace.engine.networks._draws import drawing, network_key
from populace.engine.networks._places import drawn_places
from populace.engine.networks.base import Network
from populace.engine.people import People
from populace.engine.quantities import Quantity, Structure


class CareHome(Network):
    """Residents and staff of a care home meet each other, and nobody of other homes.

    Where the population says who belongs to a care home (a membership `care_home`), that holds.
    Else residents are drawn from the old and staff from adults of working age, by the shares
    below, in homes of about one size; they keep their dwelling and its contacts as well.
    """

    title = "Care home"

    residents_65 = Structure(
        0.01,
        bounds=(0, 1),
        unit="share",
        source="assumption: few live in a home before they are 80; plausible .005 to .03",
        doc="Share of people of 65 to 79 who live in a care home.",
    )
    residents_80 = Structure(
        0.08,
        bounds=(0, 1),
        unit="share",
        source="assumption: many more do from 80 on; plausible .04 to .2",
        doc="Share of people of 80 and over who live in a care home.",
    )
    staff = Structure(
        0.01,
        bounds=(0, 1),
        unit="share",
        source="assumption: about one of staff for each resident; plausible .003 to .03",
        doc="Share of people of 20 to 64 who work in a care home.",
    )
    size = Structure(
        120,
        bounds=(2, 2_000),
        unit="people",
        source="assumption: about 60 residents and as many of staff; plausible 30 to 250",
        doc="About how many people, residents and staff, a home has.",
    )
    contacts_a_day = Quantity(
        8.0,
        bounds=(0, 50),
        unit="contacts/day",
        source="assumption: as many as at work; plausible 3 to 15",
        doc="Contacts of a resident or of staff with anybody of the home.",
    )
    drawing = drawing()

    def contacts(self, people: People) -> Groups:
        """Group people by care home."""
        home = people.memberships.get("care_home")
        if home is None:
            key = network_key(self.own_name, self.drawing)
            shares = [(65, 79, self.residents_65), (80, 255, self.residents_80)]
            home = drawn_places(people, [*shares, (20, 64, self.staff)], self.size, key)
        return Groups.of_members(home, np.array([0.0, 0.0, self.contacts_a_day]))
