"""Contacts between pupils of one class."""

import numpy as np

from populace.engine.contacts import Groups
from populace.engine.networks._draws import drawing, network_key
from populace.engine.networks._places import divided_within
from populace.engine.networks.base import Network
from populace.engine.people import People
from populace.engine.quantities import Probability, Quantity, Structure


class SchoolClass(Network):
    """Pupils of one age and school are divided into classes, and meet their class.

    This is the part of a school's contacts inside the class. Beside `school`, which counts those
    with anybody of the school, give `school` what is left: with 11.41 contacts a day and 0.6
    inside the class, `contacts_a_day: 4.56`. Who is in which class is drawn.
    """

    title = "School class"
    requires = "school"

    class_size = Structure(
        24,
        bounds=(2, 100),
        unit="pupils",
        source="assumption: common in primary and secondary schools; plausible 15 to 35",
        doc="About how many pupils a class has; classes of a year differ by one at most.",
    )
    contacts_a_day = Quantity(
        11.41,
        bounds=(0, 50),
        unit="contacts/day",
        source="Mistry et al. 2021, Nat Commun 12:323: 11.41; plausible 6 to 16",
        doc="Contacts of a pupil at school in all, averaged over the days of a week.",
    )
    class_share = Probability(
        0.6,
        source="assumption: most of a school day is spent in class; plausible .4 to .9",
        doc="Share of these contacts that are with the own class.",
    )
    drawing = drawing()

    def contacts(self, people: People) -> Groups:
        """Group pupils by school, age and class; nobody where the population has no schools."""
        school = people.memberships.get("school", np.full(people.agent_count, -1, np.int32))
        key = network_key(self.own_name, self.drawing)
        group = divided_within((school, people.age), self.class_size, key)
        return Groups.of_members(
            group, np.array([0.0, 0.0, self.contacts_a_day * self.class_share])
        )
