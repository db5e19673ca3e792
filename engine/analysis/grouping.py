"""Grouping: people put together by age, place or attribute, to be counted apart."""

from dataclasses import dataclass
from itertools import groupby, pairwise

import numpy as np
from jaxtyping import Int64

from populace.engine.analysis.record import Record
from populace.engine.analysis.table import Table
from populace.engine.errors import ProjectError, did_you_mean
from populace.engine.people import AGE_BAND_NAMES, Attribute

EVERYBODY, AGE, REGION, REGION_GROUP = "everybody", "age", "region", "group of regions"
WAYS = (EVERYBODY, AGE, REGION, REGION_GROUP)
ATTRIBUTE = "attribute"
QUARTILES = (0.25, 0.5, 0.75)
UNKNOWN = "unknown"  # people without a number
# Headings of the column of names; everybody needs none.
_HEADINGS = {AGE: "age", REGION: "region", REGION_GROUP: "region_group"}


@dataclass(frozen=True, eq=False)
class Grouping:
    """Each agent's group, the names of the groups, and the people in each."""

    way: str  # one of WAYS, or the name of an attribute
    names: tuple[str, ...]
    index: np.ndarray  # [agents] whole numbers
    people: Int64[np.ndarray, " groups"]

    def count(self, agents: np.ndarray) -> Int64[np.ndarray, " groups"]:
        """Count agents by group; who is listed twice counts twice."""
        return np.bincount(self.index[agents], minlength=len(self.names))

    def count_by_day(
        self, agents: np.ndarray, days: np.ndarray, day_count: int
    ) -> Int64[np.ndarray, "days groups"]:
        """Count agents by day and group; what falls outside the days is left out."""
        inside = (days >= 0) & (days < day_count)
        if not inside.all():
            agents, days = agents[inside], days[inside]
        groups = len(self.names)
        cells = days.astype(np.int64) * groups + self.index[agents]
        return np.bincount(cells, minlength=day_count * groups).reshape(day_count, groups)

    def headed(self, columns: dict[str, np.ndarray], repeat: int = 1) -> dict[str, np.ndarray]:
        """Put the column of names, ``repeat`` times, before others."""
        if self.way == EVERYBODY:
            return columns
        names = np.tile(np.array(self.names, object), repeat)
        heading = _HEADINGS.get(self.way, self.way)
        # An attribute may be called what a count is called.
        taken = (*columns, "day", "date")
        return {f"attribute_{heading}" if heading in taken else heading: names, **columns}


def grouping_of(record: Record, way: str) -> Grouping:
    """Group the people of a run in one of `WAYS`."""
    people, places = record.people, record.people.places
    if way == AGE:
        index, names = people.age_band(), AGE_BAND_NAMES
    elif way == REGION:
        index, names = people.region_index, record.region_names
    elif way == REGION_GROUP:
        names = tuple(name for name, _ in groupby(sorted(places.region_groups)))
        number = np.array([names.index(name) for name in places.region_groups], np.uint16)
        index = number[people.region_index]
    else:
        # One byte that stands for all: nothing is stored for each agent.
        index, names = np.broadcast_to(np.uint8(0), people.agent_count), (EVERYBODY,)
    return Grouping(way, names, index, np.bincount(index, minlength=len(names)))


def grouping_by_attribute(record: Record, name: str, edges: str = "") -> Grouping:
    """Group by an attribute: a category by its values, a number between edges or by quartiles."""
    known = record.people.attributes
    if name not in known:
        hint = did_you_mean(name, known)
        raise ProjectError(f'the people have no attribute "{name}".{hint}', place="by_attribute")
    attribute = known[name]
    index, names = attribute.values, attribute.names
    if not names:
        index, names = _between(attribute, edges_in(edges))
    return Grouping(name, names, index, np.bincount(index, minlength=len(names)))


def edges_in(text: str) -> tuple[float, ...]:
    """Return the numbers in a text, separated by commas; they must rise."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    try:
        edges = tuple(float(part) for part in parts)
    except ValueError:
        edges = (np.nan,)
    if not all(np.isfinite(edges)) or any(a >= b for a, b in pairwise(edges)):
        raise ProjectError(f'must be rising numbers such as "10, 20, 50", not "{text}".',
                           place="edges")  # fmt: skip
    return edges


def _between(attribute: Attribute, edges: tuple[float, ...]) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return each person's group of numbers, and the names of the groups."""
    values = attribute.values
    is_known = np.isfinite(values)
    if not edges and is_known.any():
        edges = tuple(np.unique(np.quantile(values[is_known], QUARTILES)).tolist())
    index = np.searchsorted(np.array(edges), values, side="right").astype(np.uint16)
    names = [f"{low:,.6g} to below {high:,.6g}" for low, high in pairwise(edges)]
    if edges:
        names = [f"below {edges[0]:,.6g}", *names, f"{edges[-1]:,.6g} and over"]
    if not is_known.all():
        index[~is_known] = len(names)
        names.append(UNKNOWN)
    return index, tuple(names) or (UNKNOWN,)


def daily_table(record: Record, grouping: Grouping, columns: dict[str, np.ndarray]) -> Table:
    """Return a row for each day and group, from arrays of days by groups."""
    groups = len(grouping.names)
    dated = {
        "day": np.repeat(np.arange(record.day_count), groups),
        "date": np.repeat(record.dates, groups),
    }
    counted = {name: np.ascontiguousarray(column).ravel() for name, column in columns.items()}
    return Table(dated | grouping.headed(counted, repeat=record.day_count))
