"""A small town, runs whose events are made up, and the log that holds them."""

import datetime as dt
from collections.abc import Iterator

import numpy as np
import pytest

from populace.engine.events import EventLog, Events
from populace.engine.people import People, Places
from populace.engine.snapshot import Snapshot, StateInfo
from populace.layers.view import View

STATES = (
    StateInfo("susceptible", "Susceptible", "susceptible", "susceptible"),
    StateInfo("exposed", "Exposed", "latent", "exposed"),
    StateInfo("infectious", "Infectious", "infectious", "infectious"),
    StateInfo("hospitalised", "In hospital", "removed", "hospital"),
    StateInfo("recovered", "Recovered", "removed", "recovered"),
    StateInfo("dead", "Dead", "dead", "dead"),
)
SUSCEPTIBLE, EXPOSED, INFECTIOUS, HOSPITALISED, RECOVERED, DEAD = range(len(STATES))


class MadeUpLog(EventLog):
    """A log written by hand: a list of blocks for each day."""

    def __init__(self) -> None:
        self.days: dict[int, list[Events]] = {}

    def day(self, day: int) -> Iterator[Events]:
        return iter(self.days.get(day, []))

    def size_bytes(self) -> int:
        return 0


class MadeUpRun:
    """A run in which random people move on by one state every day."""

    def __init__(
        self,
        people: People,
        initial: np.ndarray,
        days: int,
        *,
        name: str = "one",
        share: float = 0.2,
    ) -> None:
        self.people, self.name, self.log = people, name, MadeUpLog()
        self.initial = initial.astype(np.uint8)
        self.states = [self.initial.copy()]
        draw = np.random.default_rng(11)
        for day in range(1, days + 1):
            before = self.states[-1]
            agent = np.flatnonzero((draw.random(len(before)) < share) & (before < DEAD))
            draw.shuffle(agent)
            after = before.copy()
            after[agent] += 1
            self.states.append(after)
            halves = np.array_split(agent.astype(np.int32), 2)
            self.log.days[day] = [events_of(part, before[part], after[part]) for part in halves]

    def snapshot(self, day: int) -> Snapshot:
        state = self.states[day]
        regions = self.people.region_count
        counts = np.zeros((regions, len(STATES)), np.int64)
        np.add.at(counts, (self.people.region_index, state), 1)
        return Snapshot(
            run=self.name,
            day=day,
            date=dt.date(2020, 3, 1) + dt.timedelta(day),
            counts=counts,
            new_infections=np.zeros(1, np.int64),
            infections_by_lag=np.zeros(1, np.int64),
            ever_infected=0,
            states=STATES,
            network_names=("home",),
            initial_state=self.initial,
            log=self.log,
        )


def events_of(agent: np.ndarray, before: np.ndarray, after: np.ndarray) -> Events:
    """Return events without a word of who infected whom."""
    nobody = np.full(len(agent), -1, np.int32)
    return Events(agent, before, after, nobody, np.full(len(agent), 255, np.uint8))


def people_at(x: np.ndarray, y: np.ndarray, regions: int = 3) -> People:
    """Return people at these places, in so many regions of equal size."""
    count = len(x)
    region = (np.arange(count) * regions // max(count, 1)).astype(np.uint16)
    names = tuple(f"region {k}" for k in range(regions))
    return People(
        age=np.zeros(count, np.uint8),
        region_index=region,
        dwelling=np.arange(count, dtype=np.int32),
        x=x.astype(np.float32),
        y=y.astype(np.float32),
        places=Places(names, names, ("",) * regions),
    )


def clustered_people(count: int, extent: float = 4000.0) -> People:
    """Return people in buildings, all inside plus and minus `extent` metres."""
    draw = np.random.default_rng(5)
    centre = draw.uniform(-extent, extent, (max(count // 20, 1), 2))
    building = draw.integers(0, len(centre), count)
    place = np.clip(centre[building] + draw.normal(0, 10, (count, 2)), -extent, extent)
    return people_at(place[:, 0], place[:, 1])


def wide_view(width: int = 80, height: int = 60, **choices: str) -> View:
    """Return a view of the whole town."""
    return View(-4100.0, -4100.0, 4100.0, 4100.0, width, height, **choices)


@pytest.fixture(scope="session")
def city() -> People:
    """Give enough people that they are not drawn one by one."""
    return clustered_people(70_000)


@pytest.fixture(scope="session")
def town() -> People:
    """Give a few people: a street."""
    return clustered_people(400)


@pytest.fixture(scope="session")
def city_run(city: People) -> MadeUpRun:
    initial = np.zeros(city.agent_count, np.uint8)
    initial[::50] = EXPOSED
    return MadeUpRun(city, initial, 12, share=0.02)


@pytest.fixture(scope="session")
def town_run(town: People) -> MadeUpRun:
    initial = np.zeros(town.agent_count, np.uint8)
    initial[::20] = INFECTIOUS
    return MadeUpRun(town, initial, 8)
