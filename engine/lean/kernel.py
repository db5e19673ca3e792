"""The lean kernel's memory: a byte for each person, and what the infected need meanwhile."""

import math
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import numpy as np

from populace.engine.acceptance import Acceptance, Bounds
from populace.engine.errors import ProjectError
from populace.engine.events import EventLog, Events
from populace.engine.graph import Graph
from populace.engine.kernels.base import NO_IMPORTS, NOBODY_BORN, Imports, Kernel
from populace.engine.kernels.cpu import ONE_THREAD_BELOW, core_count
from populace.engine.lean import days
from populace.engine.lean.crowd import Crowd
from populace.engine.lean.memory import untouched
from populace.engine.lean.networks import KINDS
from populace.engine.snapshot import RegionInfections
from populace.engine.tables import ATTEMPTS_MAX
from populace.engine.world import World

_FEWEST = 1 << 10  # people of a chunk
# A project that would come so far is refused before: see `computed`.
_NOBODY = "people are computed: nothing more than the state of each is known."


@cache
def _pool() -> ThreadPoolExecutor:
    """Return the threads that all runs of this process share."""
    return ThreadPoolExecutor(max(1, core_count()), thread_name_prefix="populace-lean")


class NoLog(EventLog):
    """The log of a run that keeps none."""

    def day(self, day: int) -> Iterator[Events]:
        yield from ()

    def size_bytes(self) -> int:
        return 0


class LeanKernel(Kernel):
    """Numba on the CPU's cores, for people who are computed."""

    def __init__(
        self,
        world: World,
        graph: Graph,
        bounds: Bounds,
        acceptance: Acceptance,
        run_key: np.uint32,
        chunks: int | None = None,
        threads: int | None = None,
    ) -> None:
        crowd = world.crowd
        assert crowd is not None
        people = crowd.agent_count
        self._crowd, self._bounds, self._key = crowd, bounds, run_key
        wanted = chunks or (4 if people <= 20_000 else 16 if people < 3_000_000 else 64)
        shift = math.ceil(math.log2(max(_FEWEST, people / wanted)))
        self._shift = min(shift, days.CHUNK_BITS)
        self._chunks = ((people - 1) >> self._shift) + 1
        usual = 1 if people < ONE_THREAD_BELOW else core_count()
        self._threads = min(threads or usual, self._chunks)
        self._shapes = _shapes(world)
        self._run = _buffers(crowd, self._shift, self._chunks, self._threads, graph, world)
        self._log = NoLog()
        self.use(graph, acceptance)

    @property
    def log(self) -> EventLog:
        return self._log

    def begin(self, agents: np.ndarray) -> None:
        days.begin(agents, self._start, *self._constants(), self._rules, self._run)
        first = -self._run.moved[0, :, 0]
        self._infections = RegionInfections(first, first, np.zeros_like(first))

    def use(self, graph: Graph, acceptance: Acceptance) -> None:
        self._start = graph.start
        self._rules = days.Rules(
            poisson=self._bounds.poisson,
            marks=acceptance.marks,
            slabs=acceptance.slabs,
            gain=acceptance.gain,
            conduct_keys=acceptance.conduct_keys,
            conduct_marks=acceptance.conduct_marks,
            abroad=acceptance.abroad,
            susceptibility=graph.susceptibility,
            first_exit=graph.first_exit,
            after=graph.after,
            shares=acceptance.shares,
            dwell=graph.dwell,
            infectious=graph.infectious,
            entry=graph.entry,
        )
        # A batch holds all that one person can try in a day, and some more.
        most = acceptance.marks.shape[0] * acceptance.slabs * ATTEMPTS_MAX
        if self._run.tries.shape[1] < 2 * most:
            tries = untouched((self._threads, 2 * most), days.TRY)
            self._run = self._run._replace(tries=tries)

    def advance(
        self, day: int, imports: Imports = NO_IMPORTS, born: np.ndarray = NOBODY_BORN
    ) -> None:
        constants = self._constants()
        edges = np.arange(self._chunks + 1) << self._shift
        reached = imports.agent.astype(np.int64)
        arriving = days.Imports(reached, np.searchsorted(reached, edges))
        while True:
            self._together(days.attempts_of, day, *constants, self._shapes, self._rules)
            if self._run.room_left.all():
                break
            self._enlarge()
        self._together(days.changes_of, day, *constants, self._rules, arriving)
        today, before = self._run.by_region.sum(axis=0), self._infections
        self._infections = RegionInfections(today, before.so_far + today, before.days + day * today)

    def counts(self) -> np.ndarray:
        counts = self._run.moved.sum(axis=0)
        counts[:, 0] += self._crowd.region_sizes()
        return counts

    def new_infections(self) -> np.ndarray:
        return self._run.by_network.sum(axis=0)

    def imported(self) -> int:
        return int(self._run.imported.sum())

    def infections_by_lag(self) -> np.ndarray:
        return self._run.by_lag.sum(axis=0)

    def infections(self) -> RegionInfections:
        return self._infections

    def state(self) -> np.ndarray:
        return self._run.person & np.uint8(15)

    def state_of(self, agents: np.ndarray) -> np.ndarray:
        return self._run.person[agents] & np.uint8(15)

    def totals(self) -> np.ndarray:
        """Count everybody anew: `counts` must agree, and is quicker."""
        counts = np.zeros(16, np.int64)
        days.count_states(self._run.person, counts)
        return counts[: self._run.moved.shape[2]]

    def infected_on(self, agents: np.ndarray) -> np.ndarray:
        raise ProjectError(_NOBODY)

    def protect(self, agents: np.ndarray, classes: np.ndarray) -> None:
        raise ProjectError(_NOBODY)

    def rewire(self, network: int, pointers: np.ndarray, members: np.ndarray) -> None:
        raise ProjectError(_NOBODY)

    def grow_older(self, agents: np.ndarray) -> None:
        raise ProjectError("nobody is kept who could grow older.")

    def fork(self) -> "LeanKernel":
        raise ProjectError("a run of computed people cannot be copied: begin it anew.")

    def _constants(self) -> tuple[Any, ...]:
        return self._shift, self._key, self._crowd.layout, self._crowd.blocks

    def _together(self, phase: Callable[..., None], *arguments: Any) -> None:
        """Run a phase on all threads, this one included; the others' errors are raised here."""
        others = [
            _pool().submit(phase, thread, self._threads, *arguments, self._run)
            for thread in range(1, self._threads)
        ]
        phase(0, self._threads, *arguments, self._run)
        for other in others:
            other.result()

    def _enlarge(self) -> None:
        """Make room for accepted attempts; nothing of the day has happened yet."""
        room = 2 * self._run.found.shape[1]
        self._run = self._run._replace(
            found=untouched((self._threads, room, 4), np.uint32),
            ordered=untouched((self._chunks, room, 3), np.uint32),
        )


def _shapes(world: World) -> days.Shapes:
    parts = world.networks
    match = np.zeros((len(parts), 16, 16), np.uint32)
    for row, part in enumerate(parts):
        if part.match is not None:
            match[row] = part.match
    return days.Shapes(
        keys=np.array([part.key for part in parts], np.uint32),
        kind=np.array([KINDS[part.kind] for part in parts], np.int64),
        class_count=np.array([len(part.rates) for part in parts], np.int64),
        match=match,
    )


def _buffers(
    crowd: Crowd, shift: int, chunks: int, threads: int, graph: Graph, world: World
) -> days.Run:
    """Allocate for the worst case: memory that is never written is never taken."""
    size, regions = 1 << shift, crowd.region_count
    blocks = size // days.CALENDAR_BLOCK + 2 * days.RING + 8
    return days.Run(
        person=untouched((crowd.agent_count,), np.uint8, large_pages=True),
        # Somebody who goes from one infectious state to another has two for a day.
        records=untouched((chunks, 2 * size), np.uint64),
        record_count=np.zeros(chunks, np.int64),
        arena=untouched((chunks, blocks, days.CALENDAR_BLOCK), np.uint32),
        following=untouched((chunks, blocks), np.int32),
        used=np.zeros(chunks, np.int64),
        free=np.full(chunks, -1, np.int32),
        head=np.full((chunks, days.RING), -1, np.int32),
        fill=np.zeros((chunks, days.RING), np.int32),
        far=untouched((chunks, size), np.uint64),
        far_count=np.zeros(chunks, np.int64),
        found=untouched((threads, size, 4), np.uint32),
        ordered=untouched((chunks, size, 3), np.uint32),
        offsets=np.zeros((chunks, chunks + 1), np.int32),
        room_left=np.ones(chunks, np.int64),
        tries=untouched((threads, days.BATCH), days.TRY),
        slot=untouched((threads, size), np.int32),
        winner=untouched((threads, size, 3), np.uint32),
        moved=np.zeros((threads, regions, graph.state_count), np.int64),
        by_network=np.zeros((threads, len(world.networks)), np.int64),
        by_lag=np.zeros((threads, days.LAGS), np.int64),
        by_region=np.zeros((threads, regions), np.int64),
        imported=np.zeros(threads, np.int64),
    )
