"""Contacts between people who have something in common: nurses with nurses, a club, a faith."""

import numpy as np
from jaxtyping import Int32

from populace.engine.columns import Columns
from populace.engine.contacts import Groups
from populace.engine.errors import ProjectError, did_you_mean
from populace.engine.networks._draws import drawing, network_key
from populace.engine.networks._places import divided_within
from populace.engine.networks.base import Network
from populace.engine.people import People
from populace.engine.quantities import Quantity, Structure
from populace.engine.selection import no_attribute

WITHIN_REGION, ANYWHERE = "the same region", "the whole population"


class SharedAttribute(Network):
    """People who share a value of an attribute are put together in groups, and meet their group.

    With several values named, those of each keep to themselves. Who is in which group is drawn.
    """

    title = "Something in common"

    attribute = Structure(
        "",
        unit="name",
        doc="The attribute that people share: a category or a share. Empty: everybody is alike.",
    )
    attribute_values = Structure(
        "",
        unit="names, with commas",
        doc="The values whose people meet here, such as yes. Empty: all of them, each for itself.",
    )
    within = Structure(
        WITHIN_REGION,
        choices=(WITHIN_REGION, ANYWHERE),
        doc="From where the people of a group come.",
    )
    group_size = Structure(
        20,
        bounds=(2, 100_000),
        unit="people",
        source="assumption: a ward, a club, a congregation; plausible 5 to 200",
        doc="About how many people a group has; groups of a region differ by one at most.",
    )
    contacts_a_day = Quantity(
        4.0,
        bounds=(0, 50),
        unit="contacts/day",
        source="assumption: fewer than at work (8.07, Mistry et al. 2021, Nat Commun 12:323); "
        "plausible .5 to 12",
        doc="Contacts of somebody with anybody of the group.",
    )
    drawing = drawing()

    def check_names(self, columns: Columns) -> None:
        if not self.attribute:
            if self.attribute_values.strip():
                raise ProjectError(
                    "needs an attribute that has these values: name it.", place="attribute"
                )
            return
        if self.attribute not in columns.attributes:
            raise ProjectError(no_attribute(self.attribute, columns), place="attribute")
        names = columns.attributes[self.attribute]
        if not names:
            raise ProjectError(
                f"{self.attribute} is a number, and people share a category: choose a category or "
                "a share.",
                place="attribute",
            )
        for value in self._values():
            if value not in names:
                hint = did_you_mean(value, names) or f" Known: {', '.join(names)}."
                raise ProjectError(
                    f'{self.attribute} has no value "{value}".{hint}', place="attribute_values"
                )

    @property
    def needs_columns(self) -> bool:
        return bool(self.attribute or self.attribute_values.strip())

    def contacts(self, people: People) -> Groups:
        """Group the people of each value, within regions or everywhere."""
        self.check_names(Columns.of(people))
        shared = self._shared(people)
        blocks = (shared, people.region_index) if self.within == WITHIN_REGION else (shared,)
        key = network_key(self.own_name, self.drawing)
        group = divided_within(blocks, self.group_size, key)
        return Groups.of_members(group, np.array([0.0, 0.0, self.contacts_a_day]))

    def _shared(self, people: People) -> Int32[np.ndarray, " agents"]:
        """Return the code of everybody's value, or -1 for those who do not meet here."""
        if not self.attribute:
            return np.zeros(people.agent_count, np.int32)
        attribute = people.attributes[self.attribute]
        codes = attribute.values.astype(np.int32)
        wanted = [attribute.names.index(value) for value in self._values()]
        return np.where(np.isin(codes, wanted), codes, -1).astype(np.int32) if wanted else codes

    def _values(self) -> list[str]:
        return [part.strip() for part in self.attribute_values.split(",") if part.strip()]
