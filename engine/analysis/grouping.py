"""Grouping: people put together by age or place, to be counted apart."""

from dataclasses import dataclass
from itertools import groupby

import numpy as np
from jaxtyping import Int64

from populace.engine.analysis.record import Record
from populace.engine.analysis.table import Table
from populace.engine.people import AGE_BAND_NAMES

EVERYBODY, AGE, REGION, REGION_GROUP = "everybody", "age", "region", "group of regions"
WAYS = (EVERYBODY, AGE, REGION, REGION_GROUP)
# Headings of the column of names; everybody needs none.
_HEADINGS = {AGE: "age", REGION: "region", REGION_GROUP: "region_group"}


@dataclass(frozen=True, eq=False)
class Grouping:
    """Each agent's group, the names of the groups, and the people in each."""

    way: str  # one of WAYS
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
        return {_HEADINGS[self.way]: names, **columns}


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


def daily_table(record: Record, grouping: Grouping, columns: dict[str, np.ndarray]) -> Table:
    """Return a row for each day and group, from arrays of days by groups."""
    groups = len(grouping.names)
    dated = {
        "day": np.repeat(np.arange(record.day_count), groups),
        "date": np.repeat(record.dates, groups),
    }
    counted = {name: np.ascontiguousarray(column).ravel() for name, column in columns.items()}
    return Table(dated | grouping.headed(counted, repeat=record.day_count))
