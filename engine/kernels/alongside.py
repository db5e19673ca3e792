"""One scenario of a pass as a kernel of its own, and its events among those of all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

import numpy as np

from populace.engine.events import NOBODY, NOWHERE, EventLog, Events, first_infected
from populace.engine.kernels import one_pass
from populace.engine.kernels.base import NO_IMPORTS, NOBODY_BORN, Imports, Kernel

if TYPE_CHECKING:
    from jaxtyping import Int64, UInt8

    from populace.engine.acceptance import Acceptance, Bounds
    from populace.engine.graph import Graph
    from populace.engine.world import World


class Memory:
    """Large arrays that one pass after another uses: to touch fresh memory costs much of its time.

    A pass that is given the memory of an earlier one overwrites the events of that one.
    """

    def __init__(self) -> None:
        self._kept: dict[str, np.ndarray] = {}

    def take(self, name: str, shape: tuple[int, ...], kind: type[np.generic]) -> np.ndarray:
        """Return an array of at least this shape in its second place, with anything in it."""
        known = self._kept.get(name)
        if known is None or not _holds(known, shape):
            known = self._kept[name] = np.empty(shape, kind)
        return known


def _holds(known: np.ndarray, shape: tuple[int, ...]) -> bool:
    exact = (known.shape[0], *known.shape[2:]) == (shape[0], *shape[2:])
    return exact and known.shape[1] >= shape[1]


class Whole(Protocol):
    """The pass of which it is a part, see `side_by_side`."""

    run: one_pass.Pass
    log: PassLog
    levels: one_pass.Levels | None

    def counts(self) -> Int64[np.ndarray, "regions states scenarios"]:
        """Count people by region and state in every scenario."""
        ...


class Alongside(Kernel):
    """One scenario of a pass. It takes no day by itself: the pass does, for all."""

    def __init__(
        self, world: World, graph: Graph, bounds: Bounds, acceptance: Acceptance, key: np.uint32
    ) -> None:
        self.world, self.graph, self.bounds, self.key = world, graph, bounds, key
        self.acceptance = acceptance
        self.classes: UInt8[np.ndarray, " agents"] = np.zeros(0, np.uint8)
        self.first: np.ndarray = np.zeros(0, np.int32)
        self._pass: Whole | None = None
        self._number = 0

    def join(self, whole: Whole, number: int) -> None:
        """Become one of the scenarios of a pass."""
        self._pass, self._number = whole, number

    @property
    def together(self) -> Whole:
        """The pass that it is part of."""
        assert self._pass is not None, "a scenario has no days before its pass begins"
        return self._pass

    @property
    def log(self) -> EventLog:
        return _ScenarioLog(self.together.log, self._number)

    def begin(self, agents: np.ndarray) -> None:
        self.first = agents

    def use(self, graph: Graph, acceptance: Acceptance) -> None:
        # The graph is made anew from the same numbers: no quantity of a scenario ever moves.
        self.acceptance = acceptance
        self.together.levels = None

    def advance(
        self, day: int, imports: Imports = NO_IMPORTS, born: np.ndarray = NOBODY_BORN
    ) -> None:
        raise TypeError("a scenario of a pass takes no day by itself")

    def counts(self) -> np.ndarray:
        return self.together.counts()[:, :, self._number]

    def new_infections(self) -> np.ndarray:
        return self.together.run.by_network[:, :, self._number].sum(axis=0)

    def imported(self) -> int:
        return int(self.together.run.imported[:, self._number].sum())

    def infections_by_lag(self) -> np.ndarray:
        return self.together.run.by_lag[:, :, self._number].sum(axis=0)

    def state(self) -> np.ndarray:
        states = np.zeros(self.world.agent_count, np.uint8)
        states[self.first] = self.graph.start
        for events in self._past():
            states[events.agent] = events.after
        return states

    def state_of(self, agents: np.ndarray) -> np.ndarray:
        return self.state()[agents]

    def infected_on(self, agents: np.ndarray) -> np.ndarray:
        day_of = np.zeros(self.world.agent_count, np.int32)
        for day in range(1, self._days()):
            for events in self.log.day(day):
                day_of[events.agent[events.before == 0]] = day
        return day_of[agents]

    def protect(self, agents: np.ndarray, classes: np.ndarray) -> None:
        assert self._pass is None, "nobody's class changes during a pass"
        self.classes = np.zeros(self.world.agent_count, np.uint8)
        self.classes[agents] = classes

    def rewire(self, network: int, pointers: np.ndarray, members: np.ndarray) -> None:
        raise TypeError("no network changes during a pass")

    def grow_older(self, agents: np.ndarray) -> None:
        raise TypeError("nobody grows older during a pass")

    def fork(self) -> Alongside:
        raise TypeError("a scenario of a pass cannot be continued by itself")

    def _days(self) -> int:
        return 0 if self._pass is None else self._pass.log.day_count

    def _past(self) -> Iterator[Events]:
        for day in range(1, self._days()):
            yield from self.log.day(day)


class PassLog:
    """The events of all scenarios: one strip of memory per chunk, with a bit for each scenario."""

    def __init__(self, chunks: int, room: int, first: Alongside, memory: Memory) -> None:
        self._memory = memory
        self.strips = _strips(chunks, room, memory)
        self.ends: list[tuple[np.ndarray, np.ndarray]] = []
        self.first = first_infected(first.first, first.graph.start)

    @property
    def day_count(self) -> int:
        """Return how many days are complete, day 0 included."""
        return len(self.ends)

    def close_day(self) -> None:
        """Remember where a day ends in each strip."""
        self.ends.append((self.strips.written.copy(), self.strips.infections.copy()))

    def enlarge(self) -> None:
        """Double the room."""
        old = self.strips
        chunks, room = old.agent.shape
        new = _strips(chunks, 2 * room, self._memory)
        for chunk in range(chunks):
            count, infections = old.written[chunk], old.infections[chunk]
            for name in ("agent", "change", "scenarios"):
                getattr(new, name)[chunk, :count] = getattr(old, name)[chunk, :count]
            for name in ("infector", "network"):
                getattr(new, name)[chunk, :infections] = getattr(old, name)[chunk, :infections]
        new.written[:], new.infections[:] = old.written, old.infections
        self.strips = new


class _ScenarioLog(EventLog):
    """The events of one scenario among those of all."""

    def __init__(self, whole: PassLog, number: int) -> None:
        self._whole, self._bit = whole, np.uint16(1 << number)

    def day(self, day: int) -> Iterator[Events]:
        if day == 0:
            yield self._whole.first
            return
        strips, ends = self._whole.strips, self._whole.ends
        (starts, first_infection), (stops, last_infection) = ends[day - 1], ends[day]
        for chunk in np.flatnonzero(stops > starts):
            rows = slice(starts[chunk], stops[chunk])
            mine = (strips.scenarios[chunk, rows] & self._bit) != 0
            if not mine.any():
                continue
            infector = np.full(len(mine), NOBODY, np.int32)
            network = np.full(len(mine), NOWHERE, np.uint8)
            count = last_infection[chunk] - first_infection[chunk]
            if count:  # infections come last in a day
                infections = slice(first_infection[chunk], last_infection[chunk])
                infector[-count:] = strips.infector[chunk, infections]
                network[-count:] = strips.network[chunk, infections]
            agent, change = strips.agent[chunk, rows][mine], strips.change[chunk, rows][mine]
            yield Events(agent, change >> 4, change & 15, infector[mine], network[mine])

    def size_bytes(self) -> int:
        strips = self._whole.strips
        return int(7 * strips.written.sum() + 5 * strips.infections.sum())


def _strips(chunks: int, room: int, memory: Memory) -> one_pass.Log:
    return one_pass.Log(
        agent=memory.take("agent", (chunks, room), np.int32),
        change=memory.take("change", (chunks, room), np.uint8),
        scenarios=memory.take("scenarios", (chunks, room), np.uint16),
        infector=memory.take("infector", (chunks, room), np.int32),
        network=memory.take("network", (chunks, room), np.uint8),
        written=np.zeros(chunks, np.int64),
        infections=np.zeros(chunks, np.int64),
    )
