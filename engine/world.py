"""The world of a run: people and networks in the form that the kernels read. Shared by runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from populace.engine.contacts import Contacts, Edges, Groups, Mixing, TimedEdges
from populace.engine.people import AGE_BAND_COUNT, People
from populace.engine.streams import name_key
from populace.engine.tables import relative_thresholds

if TYPE_CHECKING:
    from jaxtyping import Float64, Int32, Int64, UInt8, UInt16, UInt32

    from populace.engine.lean.crowd import Crowd
    from populace.engine.networks.base import Network
    from populace.engine.timetable import Timetable

RANGES, MEMBERS, EDGES, CELLS = 0, 1, 2, 3
FIRST_DAY = 1  # of contacts: on day 0 the first people are infected
# Groups larger than this have no class of their own: n / (n - 1) is 1 within 2 %.
SIZE_CLASSES = 64


@dataclass(frozen=True)
class NetworkShape:
    """One network. ``rates`` are contacts a day by class of infector; class -1 meets nobody.

    The class is the size of the group, the number of edges, or the age band of the infector.
    ``match[a, b]`` (16 bits) is the chance that a target of band a is met by a source of band b,
    against the likeliest band; None where age plays no part.
    """

    name: str
    kind: str  # of the network, by which policies know it: several may be of one kind
    at_home: bool
    key: np.uint32
    shape: int  # RANGES, MEMBERS, EDGES or CELLS
    group_of: Int32[np.ndarray, " agents_or_one"]
    pointers: Int64[np.ndarray, " groups_and_end"]
    members: Int32[np.ndarray, " members_or_one"]
    rates: Float64[np.ndarray, " classes"]
    match: UInt32[np.ndarray, "bands bands"] | None
    # Of edges that change with the day; ``pointers`` and ``members`` are those of the first day.
    timetable: Timetable | None = None


@dataclass(frozen=True)
class World:
    """Static shapes of a run; networks are sorted by name, whatever their order in the file."""

    people: People
    age_band: UInt8[np.ndarray, " agents"]
    region: UInt16[np.ndarray, " agents"]
    networks: tuple[NetworkShape, ...]
    # People who are computed from their number: then `people` has no rows.
    crowd: Crowd | None = None

    @staticmethod
    def of(people: People, networks: Sequence[Network]) -> World:
        """Draw up every network on these people."""
        shapes = [
            network_shape(part.own_name, part.at_home, part.contacts(people), part.known_as)
            for part in sorted(networks, key=lambda part: part.own_name)
        ]
        return World.of_shapes(people, shapes)

    @staticmethod
    def of_shapes(
        people: People, shapes: Sequence[NetworkShape], crowd: Crowd | None = None
    ) -> World:
        """Put ready networks on these people."""
        if not shapes:
            raise ValueError("a project needs at least one network")
        band = people.age_band()
        band.flags.writeable = False
        ordered = tuple(sorted(shapes, key=lambda shape: shape.name))
        return World(people, band, plain(people.region_index), ordered, crowd)

    @property
    def agent_count(self) -> int:
        return self.crowd.agent_count if self.crowd else len(self.age_band)


def network_shape(name: str, at_home: bool, contacts: Contacts, kind: str = "") -> NetworkShape:
    """Turn one of the shapes of contacts into what the kernels read."""
    kind = kind or name
    none = plain(np.zeros(1, np.int32))
    key = name_key(name)
    match contacts:
        case Groups(group_of, pointers, members, by_size):
            shape = RANGES if members is None else MEMBERS
            rates = _group_rates(by_size)
            listed = none if members is None else plain(members)
            people = plain(group_of)
            return NetworkShape(
                name, kind, at_home, key, shape, people, plain(pointers), listed, rates, None
            )
        case Edges(pointers, targets, rate):
            degrees = np.arange(int(np.diff(pointers).max(initial=0)) + 1, dtype=np.float64)
            ends = plain(targets) if len(targets) else none
            return NetworkShape(
                name, kind, at_home, key, EDGES, none, plain(pointers), ends, rate * degrees, None
            )
        case TimedEdges(timetable, rate):
            pointers, ends = (plain(column) for column in timetable.on(FIRST_DAY))
            rates = rate * np.arange(timetable.most() + 1, dtype=np.float64)
            return NetworkShape(
                name, kind, at_home, key, EDGES, none, pointers, ends, rates, None, timetable
            )
        case Mixing(cell_of, pointers, per_day, shares):
            rates, match_ = _mixing_rates(per_day, shares)
            return NetworkShape(
                name,
                kind,
                at_home,
                key,
                CELLS,
                plain(cell_of),
                plain(pointers),
                none,
                rates,
                match_,
            )


def plain(column: np.ndarray) -> np.ndarray:
    """Return a read-only plain array: the kernels are compiled for that one type."""
    array = np.ascontiguousarray(column).view(np.ndarray)
    array.flags.writeable = False
    return array


def _group_rates(by_size: np.ndarray) -> np.ndarray:
    """Extend to all sizes, and make up for draws that hit the infector: n / (n - 1)."""
    sizes = np.arange(max(SIZE_CLASSES, len(by_size)))
    rates = by_size[np.minimum(sizes, len(by_size) - 1)].astype(np.float64)
    rates[:2] = 0.0
    rates[2:] *= sizes[2:] / (sizes[2:] - 1.0)
    return rates


def _mixing_rates(per_day: np.ndarray, shares: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return attempts a day by source band, and the chance of each target band against them.

    Targets are drawn evenly from the cell, so band a is met in proportion to contacts / share.
    """
    per_head = np.divide(per_day, shares, out=np.zeros_like(per_day), where=shares > 0)
    rates = per_head.max(axis=1)
    chance = np.zeros((AGE_BAND_COUNT, AGE_BAND_COUNT), np.uint32)
    for source in range(AGE_BAND_COUNT):
        chance[:, source] = relative_thresholds(per_head[source], bits=16)
    return rates, chance
