"""The made-up world on which Populace and the C++ bound run the same epidemic side by side.

People stand in a row: cells of about 1,000 are ranges of rows, and so are the households inside
them. Work groups gather people from near by, and everybody has about ten fixed contacts, most of
them near by. Ages and susceptibility are drawn without regard to place.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32, Float64, Int32, Int64, UInt8

from populace.engine.people import AGE_BAND_COUNT
from populace.engine.tables import DWELL_ENTRIES, dwell_row

HOUSEHOLD_SHARES = (0.20, 0.27, 0.18, 0.20, 0.10, 0.05)  # of 1 to 6 people
HOUSEHOLD_SIZE_MAX = len(HOUSEHOLD_SHARES)
CELL_SIZE = 1_000  # people
WORK_SIZE = 20  # people, on average
WORK_SPREAD = 50.0  # work groups, standard deviation of the distance
CONTACT_COUNT = 10  # fixed contacts per person, on average
CONTACT_SPREAD = 500.0  # rows, standard deviation of the near ones
CONTACTS_NEAR = 0.7  # share

# Mean days and Erlang stages of exposed, infectious and in hospital: made up, COVID-19-like.
DWELL = ((4.5, 4), (6.0, 3), (9.0, 2))
# Shares of 256, by age band, of the infectious who go to hospital, and of those who die there.
TO_HOSPITAL = (1, 1, 1, 1, 1, 2, 2, 3, 4, 5, 7, 9, 14, 19, 30, 40)
TO_DEATH = 40


@dataclass(frozen=True)
class Rates:
    """Contacts a day of the benchmark's epidemic, and infections per contact."""

    transmission: float = 0.09  # infections per contact at susceptibility 1
    home: float = 0.8  # x sqrt(others in the household)
    work: float = 1.0  # with anybody of the group, oneself included
    community: float = 0.6  # x the mixing of the ages
    contact: float = 0.12  # along each edge


@dataclass(frozen=True)
class World:
    """The static arrays; the C++ reads them by pointer, so their types are fixed."""

    cell_start: Int32[np.ndarray, " cells_and_end"]
    household_start: Int32[np.ndarray, " households_and_end"]
    household_of: Int32[np.ndarray, " agents"]
    band: UInt8[np.ndarray, " agents"]
    work_of: Int32[np.ndarray, " agents"]
    work_start: Int32[np.ndarray, " groups_and_end"]
    work_member: Int32[np.ndarray, " agents"]
    edge_start: Int64[np.ndarray, " agents_and_end"]
    edge_target: Int32[np.ndarray, " ends"]

    @property
    def agent_count(self) -> int:
        return len(self.band)


def make(agent_count: int, seed: int = 0) -> World:
    """Return a world of ``agent_count`` people, at least 1,000."""
    stream = np.random.default_rng(seed)
    cell_start = _even_starts(agent_count, max(1, agent_count // CELL_SIZE))
    sizes = stream.choice(np.arange(1, HOUSEHOLD_SIZE_MAX + 1), agent_count, p=HOUSEHOLD_SHARES)
    ends = np.cumsum(sizes)
    # A cell's border ends a household, so that households never cross it.
    starts = np.unique(np.concatenate([[0], ends[ends < agent_count], cell_start]))
    household_start = starts.astype(np.int32)
    household_of = np.repeat(np.arange(len(starts) - 1, dtype=np.int32), np.diff(starts))
    band = stream.integers(0, AGE_BAND_COUNT, agent_count, dtype=np.uint8)
    work_of = _work_groups(stream, agent_count)
    first, second = _pairs(stream, agent_count)
    edge_start, edge_target = _lists(
        np.concatenate([first, second]), np.concatenate([second, first]), agent_count
    )
    work_start, work_member = _lists(
        work_of, np.arange(agent_count, dtype=np.int32), int(work_of.max()) + 1
    )
    return World(
        cell_start.astype(np.int32), household_start, household_of, band,
        work_of, work_start.astype(np.int32), work_member, edge_start, edge_target,
    )  # fmt: skip


def susceptibility() -> Float64[np.ndarray, " bands"]:
    """Return .2 to 1.8 by age band, in an order that no contact matrix could favour."""
    order = np.argsort(np.arange(AGE_BAND_COUNT) * 7 % AGE_BAND_COUNT)
    return np.linspace(0.2, 1.8, AGE_BAND_COUNT)[order]


def mixing() -> Float64[np.ndarray, "bands bands"]:
    """Return how much two age bands meet, against even mixing; symmetric, 1 on average."""
    bands = np.arange(AGE_BAND_COUNT)
    weight = np.exp(-np.abs(np.subtract.outer(bands, bands)) / 5.0)
    return weight / weight.mean()


def household_contacts() -> Float64[np.ndarray, " sizes"]:
    """Return contacts a day with all others of a household, by its size, at weight 1."""
    return np.sqrt(np.maximum(np.arange(HOUSEHOLD_SIZE_MAX + 1) - 1.0, 0.0))


def dwell() -> UInt8[np.ndarray, "states entries"]:
    """Return equally likely whole days of each state; the tables of the engine itself."""
    table = np.ones((6, DWELL_ENTRIES), np.uint8)
    for state, (mean, stages) in enumerate(DWELL, start=1):
        table[state] = dwell_row(mean, stages)
    return table


def levels() -> Float32[np.ndarray, " levels"]:
    """Return the susceptibility of each age band, as the first of the C++ engine's 256 levels."""
    table = np.zeros(256, np.float32)
    table[:AGE_BAND_COUNT] = susceptibility()
    return table


def _even_starts(count: int, parts: int) -> Int64[np.ndarray, " parts_and_end"]:
    """Cut ``count`` rows into ranges whose lengths differ by one at most."""
    return np.arange(parts + 1, dtype=np.int64) * count // parts


def _work_groups(stream: np.random.Generator, agent_count: int) -> Int32[np.ndarray, " agents"]:
    group_count = max(1, agent_count // WORK_SIZE)
    near = np.arange(agent_count) / agent_count * group_count
    chosen = near + stream.normal(0.0, WORK_SPREAD, agent_count)
    # The row closes to a ring: a cut at its ends would make two giant groups.
    return (np.floor(chosen).astype(np.int64) % group_count).astype(np.int32)


def _pairs(stream: np.random.Generator, agent_count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return both ends of undirected contacts, in different rows."""
    count = agent_count * CONTACT_COUNT // 2
    first = stream.integers(0, agent_count, count)
    near = first + np.rint(stream.normal(0.0, CONTACT_SPREAD, count)).astype(np.int64)
    far = stream.integers(0, agent_count, count)
    second = np.where(stream.random(count) < CONTACTS_NEAR, near % agent_count, far)
    apart = first != second
    return first[apart].astype(np.int32), second[apart].astype(np.int32)


def _lists(keys: np.ndarray, values: np.ndarray, key_count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return where each key's values start, and the values sorted by key."""
    order = np.argsort(keys, kind="stable")
    starts = np.zeros(key_count + 1, np.int64)
    starts[1:] = np.cumsum(np.bincount(keys, minlength=key_count))
    return starts, values[order]
