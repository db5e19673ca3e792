"""Columns: what is known of a population without building it, for checks and menus."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from populace.engine.people import People, Places

# The names of a share, in the order of its codes.
NO, YES = "no", "yes"
NONE_OF_THEM = "none"  # the category of people who cannot have one of the others


@dataclass(frozen=True)
class Columns:
    """What people will have, beside age and dwelling.

    ``attributes`` are the names of each one's categories; none of them for a number.
    """

    memberships: tuple[str, ...] = ()  # where they meet: school, workplace, hospital ...
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    # Names of regions and of their groups; None where only building the people tells.
    places: frozenset[str] | None = None

    @staticmethod
    def of(people: People) -> "Columns":
        """Return what these people have."""
        attributes = {name: one.names for name, one in people.attributes.items()}
        return Columns(tuple(people.memberships), attributes, names_of(people.places))

    def kinds(self) -> dict[str, str]:
        """Return "number" or "category" for each attribute."""
        return {name: "category" if one else "number" for name, one in self.attributes.items()}

    def with_attribute(self, name: str, categories: tuple[str, ...]) -> "Columns":
        """Return the same with one more attribute."""
        return replace(self, attributes={**self.attributes, name: categories})


def names_of(places: Places) -> frozenset[str]:
    """Return the names of regions and of their groups."""
    return places_named(places.region_names, places.region_groups)


def places_named(regions: Iterable[str], groups: Iterable[str] = ()) -> frozenset[str]:
    """Return all names that somebody may write for a place."""
    return frozenset(name for name in (*regions, *groups) if name)
