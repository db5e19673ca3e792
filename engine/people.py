"""The people of a run: one row per agent, written once, shared by every session that shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float32, Int32, UInt8, UInt16

# Bands of the contact matrices of Prem et al. 2017: five years each, the last is 75 and over.
AGE_BAND_COUNT = 16
AGE_BAND_NAMES = (*(f"{lower}-{lower + 4}" for lower in range(0, 75, 5)), "75+")


@dataclass(frozen=True)
class Places:
    """The regions that people live in, and where the drawing's zero point lies.

    ``boundaries`` names a GeoParquet file in ``populace.assets``, or with its whole path one of the
    user's, whose ``id`` column matches ``region_ids``; None where people live on no real map.
    """

    region_ids: tuple[str, ...]
    region_names: tuple[str, ...]
    region_groups: tuple[str, ...]  # the borough of each region, or "" for each
    origin_lon: float = 0.0  # degrees; x, y are Web Mercator metres relative to this point
    origin_lat: float = 0.0
    boundaries: str | None = None
    notes: tuple[str, ...] = ()  # what is left out or assumed, in plain words, for the screen


@dataclass(frozen=True)
class Sites:
    """Where the places of one kind stand: row = the number in `People.memberships`."""

    x: Float32[np.ndarray, " places"]  # Web Mercator metres east of the origin
    y: Float32[np.ndarray, " places"]
    capacity: Int32[np.ndarray, " places"]  # people; no place has more members


@dataclass(frozen=True)
class Attribute:
    """One more thing that is known of everybody: a category or a number.

    A category is a code (uint8) into ``names``; a number (float32) has no names. Both are
    read-only. A number may be NaN where it is not known; an unknown category has a name as well.
    """

    values: UInt8[np.ndarray, " agents"] | Float32[np.ndarray, " agents"]
    names: tuple[str, ...] = ()  # of the codes 0, 1, 2 ...; empty for a number

    def __post_init__(self) -> None:
        wanted = np.uint8 if self.names else np.float32
        if self.values.dtype != wanted:
            raise ValueError(f"an attribute with {len(self.names)} names must be {wanted.__name__}")
        if self.names and len(self.values) and int(self.values.max()) >= len(self.names):
            raise ValueError("every code of an attribute must have a name")
        self.values.flags.writeable = False


@dataclass(frozen=True)
class People:
    """Static columns of all agents, sorted by region and inside it by dwelling.

    The disease state is not here: it belongs to a run (`Simulation.state`), so that runs share
    their people. Arrays are read-only; they may be memory-mapped from the cache.
    """

    age: UInt8[np.ndarray, " agents"]  # completed years, at most 100
    region_index: UInt16[np.ndarray, " agents"]  # row of places.region_ids, non-decreasing
    dwelling: Int32[np.ndarray, " agents"]  # 0, 1, 2 ... non-decreasing
    x: Float32[np.ndarray, " agents"]  # Web Mercator metres east of the origin
    y: Float32[np.ndarray, " agents"]  # Web Mercator metres north of the origin
    places: Places
    # Where people meet outside the home, by name ("school", "workplace"); -1 = belongs to none.
    memberships: Mapping[str, Int32[np.ndarray, " agents"]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    sites: Mapping[str, Sites] = field(default_factory=lambda: MappingProxyType({}))
    # What else is known of people, by name: shown and grouped by, but no contact depends on it.
    attributes: Mapping[str, Attribute] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        for column in (self.age, self.region_index, self.dwelling, self.x, self.y):
            if len(column) != len(self.age):
                raise ValueError("all columns of People must have one row per agent")
            column.flags.writeable = False
        for column in self.memberships.values():
            column.flags.writeable = False
        for attribute in self.attributes.values():
            if len(attribute.values) != len(self.age):
                raise ValueError("every attribute of People must have one value per agent")
        for site in self.sites.values():
            for column in (site.x, site.y, site.capacity):
                column.flags.writeable = False

    @property
    def agent_count(self) -> int:
        return len(self.age)

    @property
    def region_count(self) -> int:
        return len(self.places.region_ids)

    def age_band(self) -> UInt8[np.ndarray, " agents"]:
        """Return the five-year band of each agent, 0 to 15 (75 and over)."""
        return np.minimum(self.age // np.uint8(5), np.uint8(AGE_BAND_COUNT - 1))
