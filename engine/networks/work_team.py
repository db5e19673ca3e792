"""Contacts between people who work in one team."""

import numpy as np

from populace.engine.contacts import Groups
from populace.engine.networks._draws import drawing, network_key
from populace.engine.networks._places import divided_within
from populace.engine.networks.base import Network
from populace.engine.people import People
from populace.engine.quantities import Probability, Quantity, Structure


class WorkTeam(Network):
    """Workers of one workplace are divided into teams, and meet their team.

    This is the part of the contacts at work inside the team. Beside `workplace`, which counts
    those with anybody who works there, give `workplace` what is left: with 8.07 contacts a day
    and 0.5 inside the team, `contacts_a_day: 4.04`. Who is in which team is drawn.
    """

    title = "Work team"
    requires = "workplace"

    team_size = Structure(
        8,
        bounds=(2, 200),
        unit="workers",
        source="assumption: people who see each other all day; plausible 4 to 15",
        doc="About how many workers a team has; teams of a workplace differ by one at most.",
    )
    contacts_a_day = Quantity(
        8.07,
        bounds=(0, 50),
        unit="contacts/day",
        source="Mistry et al. 2021, Nat Commun 12:323: 8.07; plausible 4 to 12",
        doc="Contacts of a worker at work in all, averaged over the days of a week.",
    )
    team_share = Probability(
        0.5,
        source="assumption: half with the team, half with other teams; plausible .3 to .9",
        doc="Share of these contacts that are with the own team.",
    )
    drawing = drawing()

    def contacts(self, people: People) -> Groups:
        """Group workers by workplace and team; nobody where the population has none."""
        work = people.memberships.get("workplace", np.full(people.agent_count, -1, np.int32))
        key = network_key(self.own_name, self.drawing)
        group = divided_within((work,), self.team_size, key)
        return Groups.of_members(group, np.array([0.0, 0.0, self.contacts_a_day * self.team_share]))
