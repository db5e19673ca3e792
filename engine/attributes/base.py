"""The abstract base of attributes."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import ClassVar

import numpy as np
from jaxtyping import Bool, UInt32

from populace.engine import selection_settings as chosen
from populace.engine.component import Component
from populace.engine.errors import ProjectError
from populace.engine.people import Attribute, People
from populace.engine.project_file import file_inside
from populace.engine.quantities import Structure
from populace.engine.selection import Selection
from populace.engine.streams import G1, M1, M2, mix_int, name_key


class OwnAttribute(Component):
    """One more thing that is known of everybody: an occupation, an income, an illness.

    It is drawn for each person from its own name alone, never from the seed of a run: a project
    has the same nurses in all its runs. Policies choose people by it, observations group by it.
    """

    family: ClassVar[str] = "attributes"
    # True where nothing is known without a file of the user's: such a kind cannot stand by itself.
    needs_files: ClassVar[bool] = False
    # Where the files of the project lie; `Project` sets it.
    folder: Path | None = None

    among_age_min = chosen.youngest(
        "assumption: at any age",
        "Age from which on people can have it.",
    )
    among_age_max = chosen.oldest(
        "assumption: at any age",
        "Age up to which, and including it, people can have it.",
    )
    among_places = chosen.places(
        "assumption: everywhere",
        "Regions, or groups of regions, whose people can have it. Empty: everywhere.",
    )
    among_members_of = chosen.name(
        "assumption: with or without one",
        "The place that people must have to have it: school, workplace. Empty: none.",
    )
    among_attribute = chosen.name(
        "assumption: whatever else is known of them",
        "An attribute before this one in the list: only its people can have it. Empty: none.",
    )
    among_values = chosen.values(
        "assumption: whatever else is known of them",
        "Which of its people: categories, with commas, or conditions on a number, such as "
        ">= 3. Empty: yes.",
    )
    draw = Structure(
        1,
        bounds=(0, 2**31 - 1),
        unit="number",
        source="assumption: any number will do",
        doc="Which of the possible people have it: another number takes others.",
    )

    @property
    def among(self) -> Selection:
        """Who can have it."""
        return Selection.read(self.values(), "among_")

    @abstractmethod
    def categories(self) -> tuple[str, ...]:
        """Return the names of its values; none for a number."""

    @abstractmethod
    def drawn(self, people: People, among: Bool[np.ndarray, " agents"]) -> Attribute:
        """Draw it for everybody; those not ``among`` cannot have it."""

    def files(self) -> tuple[str, ...]:
        """Return the names of the project's files that it is drawn from."""
        return ()

    def own_files(self) -> list[Path]:
        """Return the paths of `files`; one that is missing is a `ProjectError`."""
        return [file_inside(self.folder, name) for name in self.files()]

    def check(self) -> None:
        """Raise a `ProjectError` if it cannot be drawn from these settings and files."""
        self.among.check()

    def draws(self, count: int) -> UInt32[np.ndarray, " agents"]:
        """Draw 32 bits for each person, by its own name and theirs."""
        key = np.uint32(mix_int(int(name_key(f"attribute {self.own_name}")) ^ mix_int(self.draw)))
        bits = np.arange(count, dtype=np.uint32)
        bits *= G1
        bits += key
        for shift, factor in ((16, M1), (15, M2), (16, None)) * 2:
            bits ^= bits >> np.uint32(shift)
            if factor is not None:
                bits *= factor
        return bits


def with_attributes(people: People, attributes: Sequence[OwnAttribute]) -> People:
    """Return the same people with these attributes as well, each drawn after those before it."""
    for index, one in enumerate(attributes):
        name = one.own_name
        try:
            if name in people.attributes:
                raise ProjectError(
                    f"the population already has an attribute {name}: give this one another name.",
                    place="name",
                )
            known = one.drawn(people, one.among.of(people))
        except ProjectError as error:
            raise error.at(place=f"attributes[{index}]") from None
        attributes_now = MappingProxyType({**people.attributes, name: known})
        people = replace(people, attributes=attributes_now)
    return people
