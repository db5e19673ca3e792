"""Life: what is known of one person of a run, from the log alone and up to a day."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Int16, Int32, UInt8
from numba import njit

from populace.engine.diseases.base import INFECTED_ROLES
from populace.engine.events import BIRTH, Events
from populace.engine.people import People
from populace.engine.snapshot import Snapshot, StateInfo
from populace.engine.world import EDGES, RANGES, NetworkShape, World

_NOT_IN_TREE = -1
_MOST_GENERATIONS = 2**15 - 1  # of an int16
_MOST_AT_HOME = 40  # of whom each is listed; a dormitory is only counted
MOST_LINKS = 120  # of a tree that is listed one by one


@dataclass(frozen=True)
class Contacts:
    """Whom a person may meet on one network."""

    network: str
    others: int
    fixed: bool  # named people: the same ones every day; else drawn anew from a neighbourhood
    listed: tuple[tuple[int, StateInfo], ...] = ()  # those at home, with their state on the day


@dataclass(frozen=True)
class Step:
    """One change of a person's state. ``network`` is empty where nobody infected them."""

    day: int
    state: StateInfo
    born: bool = False  # somebody else died, and this person was born in their place
    infected: bool = False
    infector: int | None = None
    network: str = ""


@dataclass(frozen=True)
class Caused:
    """Somebody whom the person infected."""

    agent: int
    day: int
    network: str


@dataclass(frozen=True)
class Link:
    """One infection of a chain."""

    agent: int
    infector: int
    day: int
    network: str


@dataclass(frozen=True)
class Life:
    """One person: who they are, whom they meet, what happened to them and what came of it.

    ``tree`` counts the infections that go back to this person: those whom they infected, those
    whom these infected, and so on. ``links`` are the first of these, by day, `MOST_LINKS` at most;
    ``back`` leads from this person's last infection to the first case of the chain.
    """

    agent: int
    age: int
    region: str
    region_group: str
    attributes: tuple[tuple[str, str], ...]
    contacts: tuple[Contacts, ...]
    first_state: StateInfo
    state: StateInfo
    steps: tuple[Step, ...]
    caused: tuple[Caused, ...]
    tree: tuple[int, ...]
    links: tuple[Link, ...] = ()
    back: tuple[Link, ...] = ()


def life_of(agent: int, world: World, snapshot: Snapshot) -> Life:
    """Return what is known of a person on the snapshot's day; reads every event up to it once.

    Raises `IndexError` for somebody who does not exist.
    """
    people = world.people
    if not 0 <= agent < people.agent_count:
        raise IndexError(f"there are {people.agent_count:,} people, and no person {agent:,}")
    home = _home(agent, world)
    watched = np.array([agent, *home], np.int32)
    now = dict(zip(watched.tolist(), snapshot.initial_state[watched].tolist(), strict=True))
    first = snapshot.states[now[agent]]
    tree = _Tree(agent, people.agent_count, snapshot.states)
    steps: list[Step] = []
    caused: list[Caused] = []
    for day, events in _events(snapshot):
        tree.add(day, events)
        for row in np.flatnonzero(np.isin(events.agent, watched)).tolist():
            now[int(events.agent[row])] = int(events.after[row])
            if events.agent[row] == agent:
                steps.append(_step(day, events, row, snapshot))
        for row in np.flatnonzero(events.infector == agent):
            network = _network(events.network[row], snapshot)
            caused.append(Caused(int(events.agent[row]), day, network))
    places, region = people.places, int(people.region_index[agent])
    return Life(
        agent=agent,
        age=int(people.age[agent]),
        region=places.region_names[region],
        region_group=places.region_groups[region],
        attributes=tuple(_attributes(agent, people)),
        contacts=tuple(_contacts(agent, world, home, now, snapshot.states)),
        first_state=first,
        state=snapshot.states[now[agent]],
        steps=tuple(steps),
        caused=tuple(caused),
        tree=tree.generations(),
        links=tuple(
            Link(one, infector, day, _network(number, snapshot))
            for one, infector, day, number in tree.first()
        ),
        back=tuple(_back(agent, snapshot)),
    )


class _Tree:
    """Counts who was infected in a chain that begins with one person, generation by generation."""

    def __init__(self, agent: int, agent_count: int, states: tuple[StateInfo, ...]) -> None:
        self._generation: Int16[np.ndarray, " agents"] = np.full(
            agent_count, _NOT_IN_TREE, np.int16
        )
        self._generation[agent] = 0
        self._agent = agent
        self._counts = np.zeros(_MOST_GENERATIONS + 1, np.int64)
        self._infected = np.array([state.role in INFECTED_ROLES for state in states])
        self._links: list[tuple[int, int, int, int]] = []  # day, agent, infector, network
        self._listed_day = 0

    def add(self, day: int, events: Events) -> None:
        _follow(
            events.agent,
            events.before,
            events.after,
            events.infector,
            self._infected,
            self._agent,
            self._generation,
            self._counts,
        )
        # A day is listed whole: its blocks may come in any order.
        if len(self._links) < MOST_LINKS or day == self._listed_day:
            self._list(day, events)

    def _list(self, day: int, events: Events) -> None:
        """List today's infections of the tree: generation 1 and later, infected by somebody."""
        self._listed_day = day
        caused = (events.infector >= 0) & (self._generation[events.agent] > 0)
        columns = events.agent[caused], events.infector[caused], events.network[caused]
        rows = zip(*(column.tolist() for column in columns), strict=True)
        self._links += [(day, *row) for row in rows]

    def first(self) -> Iterator[tuple[int, int, int, int]]:
        """Yield agent, infector, day and network of the first infections of the tree."""
        for day, agent, infector, network in sorted(self._links)[:MOST_LINKS]:
            yield agent, infector, day, network

    def generations(self) -> tuple[int, ...]:
        last = int(np.flatnonzero(self._counts)[-1]) if self._counts.any() else 0
        return tuple(self._counts[1 : last + 1].tolist())


@njit(cache=True, nogil=True)
def _follow(
    agent: Int32[np.ndarray, " events"],
    before: UInt8[np.ndarray, " events"],
    after: UInt8[np.ndarray, " events"],
    infector: Int32[np.ndarray, " events"],
    infected: Bool[np.ndarray, " states"],
    person: int,
    generation: Int16[np.ndarray, " agents"],
    counts: np.ndarray,
) -> None:
    """Enter one day. Who infects today was infected before today, so the order is free."""
    for k in range(agent.size):
        new = infector[k] >= 0 or (infected[after[k]] and not infected[before[k]])
        if not new or agent[k] == person:
            continue
        source = infector[k]
        # A second infection may come from elsewhere: then what it causes is not of this tree.
        generation[agent[k]] = -1
        if source >= 0 and 0 <= generation[source] < _MOST_GENERATIONS:
            generation[agent[k]] = generation[source] + 1
            counts[generation[source] + 1] += 1


def _events(snapshot: Snapshot) -> Iterator[tuple[int, Events]]:
    for day in range(1, snapshot.day + 1):
        for events in snapshot.log.day(day):
            yield day, events


def _back(agent: int, snapshot: Snapshot) -> Iterator[Link]:
    """Yield who infected a person, who infected that one before, and so on."""
    for day in range(snapshot.day, 0, -1):
        for events in snapshot.log.day(day):
            rows = np.flatnonzero(events.agent == agent)
            if not len(rows):
                continue
            row = rows[0]
            before = snapshot.states[events.before[row]]
            after = snapshot.states[events.after[row]]
            infector, network = int(events.infector[row]), events.network[row]
            if infector >= 0:
                yield Link(agent, infector, day, _network(int(network), snapshot))
                agent = infector
                break  # who infects today was infected before today
            new = after.role in INFECTED_ROLES and before.role not in INFECTED_ROLES
            if new or network == BIRTH:
                return  # infected from elsewhere; or who lived here before was somebody else


def _step(day: int, events: Events, row: int, snapshot: Snapshot) -> Step:
    after, before = snapshot.states[events.after[row]], snapshot.states[events.before[row]]
    infector = int(events.infector[row])
    new = after.role in INFECTED_ROLES and before.role not in INFECTED_ROLES
    return Step(
        day=day,
        state=after,
        born=bool(events.network[row] == BIRTH),
        infected=infector >= 0 or new,
        infector=infector if infector >= 0 else None,
        network=_network(events.network[row], snapshot) if infector >= 0 else "",
    )


def _network(number: int, snapshot: Snapshot) -> str:
    return snapshot.network_names[number]


def _attributes(agent: int, people: People) -> Iterator[tuple[str, str]]:
    for name, attribute in people.attributes.items():
        value = attribute.values[agent]
        yield name, attribute.names[value] if attribute.names else f"{value:g}"


def _group(agent: int, shape: NetworkShape) -> tuple[int, int] | None:
    """Return where the rows of somebody's group begin and end; None for who belongs to none."""
    group = agent if shape.shape == EDGES else int(shape.group_of[agent])
    return None if group < 0 else (int(shape.pointers[group]), int(shape.pointers[group + 1]))


def _members(agent: int, shape: NetworkShape) -> list[int]:
    rows = _group(agent, shape)
    if rows is None:
        return []
    listed = range(*rows) if shape.shape == RANGES else shape.members[slice(*rows)].tolist()
    return [one for one in listed if one != agent]


def _home(agent: int, world: World) -> list[int]:
    at_home = [shape for shape in world.networks if shape.at_home and shape.match is None]
    found = {one for shape in at_home for one in _members(agent, shape)}
    return sorted(found) if len(found) <= _MOST_AT_HOME else []


def _contacts(
    agent: int,
    world: World,
    home: list[int],
    now: dict[int, int],
    states: tuple[StateInfo, ...],
) -> Iterator[Contacts]:
    for shape in world.networks:
        rows = _group(agent, shape)
        if rows is None:
            continue
        others = rows[1] - rows[0] - (shape.shape != EDGES)
        listed = tuple((one, states[now[one]]) for one in home) if shape.at_home else ()
        yield Contacts(shape.name, max(others, 0), shape.match is None, listed)
