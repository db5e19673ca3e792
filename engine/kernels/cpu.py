"""The fast kernel's memory: buffers that are allocated once, kept, and enlarged when full."""

import math
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from functools import cache
from typing import Any

import numpy as np

from populace.engine.acceptance import Acceptance, Bounds
from populace.engine.events import NOBODY, NOWHERE, EventLog, Events, first_infected
from populace.engine.graph import Graph
from populace.engine.kernels import fast
from populace.engine.kernels.base import NO_IMPORTS, NOBODY_BORN, Imports, Kernel
from populace.engine.people import AGE_BAND_COUNT
from populace.engine.tables import ATTEMPTS_MAX
from populace.engine.world import World, plain

# Below this many people a second thread costs more than it does (measured).
ONE_THREAD_BELOW = 300_000


def core_count() -> int:
    """Return the cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@cache
def _pool() -> ThreadPoolExecutor:
    """Return the threads that all runs of this process share."""
    return ThreadPoolExecutor(max(1, core_count()), thread_name_prefix="populace-kernel")


def run_in_threads(phase: Callable[..., None], threads: int, *arguments: Any) -> None:
    """Run a phase on all threads, this one included; the others' errors are raised here."""
    others = [_pool().submit(phase, thread, threads, *arguments) for thread in range(1, threads)]
    phase(0, threads, *arguments)
    for other in others:
        other.result()


class ChunkLog(EventLog):
    """The events as the fast kernel writes them: one strip of memory per chunk."""

    def __init__(self, chunks: int, room: int) -> None:
        self.strips = _strips(chunks, room, max(room // 2, 16))
        self._ends: list[tuple[np.ndarray, np.ndarray]] = []
        self._first = first_infected(np.zeros(0, np.int32), 0)

    def begin(self, first: Events) -> None:
        """Note the first infected; they stand in no strip."""
        self._first = first
        self.close_day()

    def close_day(self) -> None:
        """Remember where a day ends in each strip: from now on it can be read."""
        self._ends.append((self.strips.written.copy(), self.strips.infections.copy()))

    def day(self, day: int) -> Iterator[Events]:
        if day == 0:
            yield self._first
            return
        strips = self.strips  # enlarging replaces the arrays; these stay true for past days
        (starts, first_infection), (ends, last_infection) = self._ends[day - 1], self._ends[day]
        for chunk in np.flatnonzero(ends > starts):
            low, high = starts[chunk], ends[chunk]
            change = strips.change[chunk, low:high]
            count = last_infection[chunk] - first_infection[chunk]
            infector = np.full(high - low, NOBODY, np.int32)
            network = np.full(high - low, NOWHERE, np.uint8)
            if count:  # infections come last in a day
                rows = slice(first_infection[chunk], last_infection[chunk])
                infector[-count:] = strips.infector[chunk, rows]
                network[-count:] = strips.network[chunk, rows]
            agent = strips.agent[chunk, low:high]
            yield Events(agent, change >> 4, change & 15, infector, network)

    def size_bytes(self) -> int:
        return int(5 * (self.strips.written.sum() + self.strips.infections.sum()))

    def enlarge(self) -> None:
        """Double the room; the old arrays live on with whoever still reads them."""
        old = self.strips
        chunks, room = old.agent.shape
        new = _strips(chunks, 2 * room, 2 * old.infector.shape[1])
        for chunk in range(chunks):
            count, infections = old.written[chunk], old.infections[chunk]
            new.agent[chunk, :count] = old.agent[chunk, :count]
            new.change[chunk, :count] = old.change[chunk, :count]
            new.infector[chunk, :infections] = old.infector[chunk, :infections]
            new.network[chunk, :infections] = old.network[chunk, :infections]
        new.written[:], new.infections[:] = old.written, old.infections
        self.strips = new

    def copy(self) -> "ChunkLog":
        """Return an independent copy."""
        twin = ChunkLog.__new__(ChunkLog)
        twin._first, twin._ends = self._first, list(self._ends)
        twin.strips = _copy_used(self.strips)
        return twin


class FastKernel(Kernel):
    """Numba on the CPU's cores."""

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
        self._world, self._bounds, self._key = world, bounds, run_key
        agents = world.agent_count
        wanted = chunks or (4 if agents <= 20_000 else 16 if agents < 3_000_000 else 32)
        self._shift = max(1, math.ceil(math.log2(max(2, agents / wanted))))
        self._chunks = ((agents - 1) >> self._shift) + 1 if agents else 1
        usual = 1 if agents < ONE_THREAD_BELOW else core_count()
        self._threads = min(threads or usual, self._chunks)
        self._shapes, self._groups = shapes_of(world), groups_of(world)
        self._run = _buffers(world, graph, self._shift, self._chunks, self._threads)
        room = min(4 << self._shift, max(64, 4 * agents))
        self._log = ChunkLog(self._chunks, room)
        self.use(graph, acceptance)

    @property
    def log(self) -> ChunkLog:
        return self._log

    def begin(self, agents: np.ndarray) -> None:
        fast.begin(
            agents,
            self._start,
            self._key,
            self._shift,
            self._shapes,
            self._groups,
            self._rules,
            self._run,
        )
        self._log.begin(first_infected(agents, self._start))

    def use(self, graph: Graph, acceptance: Acceptance) -> None:
        self._start = graph.start
        self._rules = fast.Rules(
            poisson=self._bounds.poisson,
            marks=acceptance.marks,
            gain=acceptance.gain,
            conduct_keys=acceptance.conduct_keys,
            conduct_marks=acceptance.conduct_marks,
            conduct_bits=acceptance.conduct_bits,
            susceptibility=graph.susceptibility,
            spread=acceptance.spread,
            shield=acceptance.shield,
            abroad=acceptance.abroad,
            risk=acceptance.risk,
            first_exit=graph.first_exit,
            after=graph.after,
            shares=acceptance.shares,
            dwell=graph.dwell,
            infectious=graph.infectious,
            slabs=acceptance.slabs,
            strain=graph.strain,
            entries=graph.entries,
            catch=graph.catch,
            turnover=graph.turnover,
        )
        # A batch holds all that one person can try in a day, and some more.
        most = acceptance.marks.shape[0] * acceptance.slabs * ATTEMPTS_MAX
        if self._run.tries.shape[1] < 2 * most:
            threads = self._run.tries.shape[0]
            self._run = self._run._replace(**_batch(threads, 2 * most))

    def advance(
        self, day: int, imports: Imports = NO_IMPORTS, born: np.ndarray = NOBODY_BORN
    ) -> None:
        world = self._shapes, self._groups
        edges = np.arange(self._chunks + 1) << self._shift
        first, first_born = (np.searchsorted(rows, edges) for rows in (imports.agent, born))
        arriving = fast.Imports(
            imports.agent, imports.strain, imports.mark, first, born, first_born
        )
        while True:
            self._together(fast.attempts_of, day, self._shift, *world, self._rules, self._run)
            outcome = fast.room_for(day, arriving, self._run, self._log.strips)
            if outcome == fast.ROOMY:
                break
            self._enlarge(outcome)
        log = self._log.strips
        tables = self._rules, arriving, self._run
        self._together(fast.changes_of, day, self._key, self._shift, *world, *tables, log)
        self._log.close_day()

    def _together(self, phase: Callable[..., None], *arguments: Any) -> None:
        run_in_threads(phase, self._threads, *arguments)

    def _enlarge(self, outcome: int) -> None:
        """Make room where it ran out; nothing of the day has happened yet."""
        if outcome == fast.LOG_FULL:
            self._log.enlarge()
            return
        if outcome == fast.CALENDAR_FULL:
            self._run = _larger_calendar(self._run)
            return
        room = 2 * self._run.found.shape[1]
        found, ordered = (np.empty((self._chunks, room, 4), np.uint32) for _ in range(2))
        self._run = self._run._replace(found=found, sorted_found=ordered)

    def counts(self) -> np.ndarray:
        return self._run.counts.sum(axis=0, dtype=np.int64)

    def new_infections(self) -> np.ndarray:
        return self._run.by_network.sum(axis=0)

    def imported(self) -> int:
        return int(self._run.imported.sum())

    def infections_by_lag(self) -> np.ndarray:
        return self._run.by_lag.sum(axis=0)

    def state(self) -> np.ndarray:
        return (self._run.word & np.uint16(15)).astype(np.uint8)

    def state_of(self, agents: np.ndarray) -> np.ndarray:
        return (self._run.word[agents] & np.uint16(15)).astype(np.uint8)

    def infected_on(self, agents: np.ndarray) -> np.ndarray:
        return (self._run.infection[agents] & np.uint32(0xFFFF)).astype(np.int32)

    def protect(self, agents: np.ndarray, classes: np.ndarray) -> None:
        kept = self._run.word[agents] & np.uint16(255)
        self._run.word[agents] = kept | classes.astype(np.uint16) << np.uint16(8)

    def rewire(self, network: int, pointers: np.ndarray, members: np.ndarray) -> None:
        changed = {"pointers": plain(pointers), "members": plain(members)}
        for name, column in changed.items():
            columns = getattr(self._groups, name)
            columns = (*columns[:network], column, *columns[network + 1 :])
            self._groups = self._groups._replace(**{name: columns})
        fast.complete_anew(self._shapes, self._groups, self._run)

    def grow_older(self, agents: np.ndarray) -> None:
        word = self._run.word[agents]
        step = (word >> np.uint16(4) & np.uint16(15)) < AGE_BAND_COUNT - 1
        self._run.word[agents] = word + (step.astype(np.uint16) << np.uint16(4))

    def fork(self) -> "FastKernel":
        twin = copy(self)
        twin._run, twin._log = _copy_used(self._run), self._log.copy()
        return twin


def _batch(threads: int, room: int) -> dict[str, np.ndarray]:
    """Return scratch for attempts that are looked at together."""
    return {
        "tries": np.empty((threads, room, 4), np.uint32),
        "bars": np.empty((threads, room), np.uint64),
        "targets": np.empty((threads, room), np.int64),
        "words": np.empty((threads, room), np.uint16),
    }


def _strips(chunks: int, room: int, infections: int) -> fast.Log:
    return fast.Log(
        agent=np.empty((chunks, room), np.int32),
        change=np.empty((chunks, room), np.uint8),
        infector=np.empty((chunks, infections), np.int32),
        network=np.empty((chunks, infections), np.uint8),
        written=np.zeros(chunks, np.int64),
        infections=np.zeros(chunks, np.int64),
    )


def shapes_of(world: World) -> fast.Shapes:
    """Return what the kernels read of a world, as far as it is one array for all networks."""
    parts = world.networks
    match = np.zeros((len(parts), 16, 16), np.uint32)
    for row, part in enumerate(parts):
        if part.match is not None:
            match[row] = part.match
    return fast.Shapes(
        region=world.region,
        keys=np.array([part.key for part in parts], np.uint32),
        shape=np.array([part.shape for part in parts], np.int64),
        class_count=np.array([len(part.rates) for part in parts], np.int64),
        match=match,
    )


def groups_of(world: World) -> fast.Groups:
    """Return the rest of a world: one array per network."""
    # Always a multiple of four: the kernel is compiled once for each length of these tuples.
    parts = world.networks
    parts = parts + parts[-1:] * (-len(parts) % 4)
    return fast.Groups(
        group_of=tuple(part.group_of for part in parts),
        pointers=tuple(part.pointers for part in parts),
        members=tuple(part.members for part in parts),
    )


def _buffers(world: World, graph: Graph, shift: int, chunks: int, threads: int) -> fast.Run:
    """Allocate for the worst case: memory that is never written is never taken."""
    agents, size = world.agent_count, 1 << shift
    networks = len(world.networks)
    blocks = size // fast.BLOCK + 2 * fast.RING + 8
    return fast.Run(
        word=world.age_band.astype(np.uint16) << np.uint16(4),
        infection=np.zeros(agents, np.uint32),
        until=np.zeros(agents if graph.interrupts else 0, np.uint16),
        records=np.empty((chunks, 2 * size, fast.PLACES + 2 * networks), np.int32),
        record_count=np.zeros(chunks, np.int64),
        complete=np.zeros(chunks, np.int64),
        arena=np.empty((chunks, blocks, fast.BLOCK), np.int32),
        following=np.empty((chunks, blocks), np.int32),
        head=np.full((chunks, fast.RING), -1, np.int32),
        fill=np.zeros((chunks, fast.RING), np.int32),
        due=np.zeros((chunks, fast.RING), np.int64),
        free=np.tile(np.arange(blocks - 1, -1, -1, dtype=np.int32), (chunks, 1)),
        free_count=np.full(chunks, blocks, np.int64),
        far_agent=np.empty((chunks, size), np.int32),
        far_day=np.empty((chunks, size), np.int32),
        far_count=np.zeros(chunks, np.int64),
        found=np.empty((chunks, size, 4), np.uint32),
        sorted_found=np.empty((chunks, size, 4), np.uint32),
        offsets=np.zeros((chunks, chunks + 1), np.int64),
        room_left=np.ones(chunks, np.int64),
        **_batch(threads, fast.BATCH),
        slot=np.empty((threads, size), np.int32),
        winner=np.empty((threads, size, 6), np.uint32),
        counts=np.zeros((chunks, world.people.region_count, graph.state_count), np.int32),
        by_network=np.zeros((chunks, networks), np.int64),
        by_lag=np.zeros((chunks, fast.LAGS), np.int64),
        imported=np.zeros(chunks, np.int64),
    )


def _larger_calendar(run: fast.Run) -> fast.Run:
    """Return the same with twice the blocks, and twice the room for what is far."""
    chunks, blocks, _ = run.arena.shape
    arena = np.empty((chunks, 2 * blocks, fast.BLOCK), np.int32)
    following, free = (np.empty((chunks, 2 * blocks), np.int32) for _ in range(2))
    arena[:, :blocks], following[:, :blocks], free[:, :blocks] = run.arena, run.following, run.free
    for chunk, count in enumerate(run.free_count):
        free[chunk, count : count + blocks] = np.arange(2 * blocks - 1, blocks - 1, -1)
    far = [np.empty((chunks, 2 * run.far_agent.shape[1]), np.int32) for _ in range(2)]
    for chunk, count in enumerate(run.far_count):
        far[0][chunk, :count] = run.far_agent[chunk, :count]
        far[1][chunk, :count] = run.far_day[chunk, :count]
    return run._replace(
        arena=arena,
        following=following,
        free=free,
        free_count=run.free_count + blocks,
        far_agent=far[0],
        far_day=far[1],
    )


# Buffers that hold something only below a count, and buffers that hold nothing between two days.
_USED = {
    "records": "record_count",
    "far_agent": "far_count",
    "far_day": "far_count",
    "agent": "written",
    "change": "written",
    "infector": "infections",
    "network": "infections",
}
_SCRATCH = ("found", "sorted_found", "tries", "bars", "targets", "words", "slot", "winner")


def _copy_used(arrays: Any) -> Any:
    """Copy what is in use and leave the untouched rest untouched."""
    copies = {}
    for name, array in arrays._asdict().items():
        if name in _SCRATCH:
            copies[name] = np.empty_like(array)
        elif name in _USED:
            copies[name] = np.empty_like(array)
            for chunk, count in enumerate(getattr(arrays, _USED[name])):
                copies[name][chunk, :count] = array[chunk, :count]
        else:
            copies[name] = array.copy()
    return type(arrays)(**copies)
