"""The memory of a pass over many scenarios, and the way to the next day for all of them.

A `Simulation` is made for every scenario, with its own policies; the kernel that it is given is an
`Alongside`, which shows that scenario's part of the `Pass`. The pass takes a day for all of them.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from jaxtyping import Int64, UInt8

from populace.engine.graph import Graph
from populace.engine.kernels import fast, one_pass
from populace.engine.kernels.alongside import Alongside, Memory, PassLog
from populace.engine.kernels.base import NOBODY_BORN, Imports
from populace.engine.kernels.cpu import (
    ONE_THREAD_BELOW,
    core_count,
    groups_of,
    run_in_threads,
    shapes_of,
)
from populace.engine.people import AGE_BAND_COUNT
from populace.engine.tables import ATTEMPTS_MAX, FULL

_BATCH = 1024  # attempts whose targets are read together
_WHOLE = 1 << 16  # of a 16-bit fraction: nothing is taken away
# Rows, attempts of a day and events for which there is room at first, per person.
ROOM = 1.0


class Pass:
    """All scenarios at once, for a number of days that is known from the start.

    The scenarios have the world, the key, the first infected and the disease's stays in common.
    """

    def __init__(
        self, scenarios: Sequence[Alongside], tops: Sequence[np.ndarray], days: int,
        memory: Memory,
    ) -> None:  # fmt: skip
        first = scenarios[0]
        self._scenarios, self._key, self._start = scenarios, first.key, first.graph.start
        agents = first.world.agent_count
        wanted = 4 if agents <= 20_000 else 16 if agents < 3_000_000 else 32
        self._shift = max(1, math.ceil(math.log2(max(2, agents / wanted))))
        self._chunks = ((agents - 1) >> self._shift) + 1 if agents else 1
        usual = 1 if agents < ONE_THREAD_BELOW else core_count()
        self._threads = min(usual, self._chunks)
        self._shapes, self._groups = shapes_of(first.world), groups_of(first.world)
        self._class_of, kinds = _kinds([one.classes for one in scenarios], agents)
        self._course = _course(scenarios, tops, days)
        self.levels: one_pass.Levels | None = None
        trying = _days_infectious(first.graph, days)
        self._most = len(first.world.networks) * self._course.slabs * ATTEMPTS_MAX * trying
        self._memory = memory
        self.run = self._buffers(days, kinds)
        self.log = PassLog(self._chunks, self._room(4 * len(scenarios)), first, memory)
        self._counts: np.ndarray | None = None
        for number, one in enumerate(scenarios):
            one.join(self, number)
        self._begin(first.first)

    def advance(self, day: int, imports: Imports) -> None:
        """Take a day in all scenarios."""
        if self.levels is None:
            self.levels = _levels(self._scenarios, self._class_of)
        edges = np.arange(self._chunks + 1) << self._shift
        nobody = np.zeros(self._chunks + 1, np.int64)
        first = np.searchsorted(imports.agent, edges)
        arriving = fast.Imports(
            imports.agent, imports.strain, imports.mark, first, NOBODY_BORN, nobody
        )
        while True:
            tables = self._shapes, self.levels, self._course
            self._together(one_pass.attempts_of, day, self._shift, *tables, self.run)
            outcome = one_pass.room_for(day, first, self.run, self.log.strips)
            if outcome == fast.ROOMY:
                break
            self._enlarge(outcome)
        log = self.log.strips
        rest = self._shapes, self._groups, self._course, arriving, self.run, log
        self._together(one_pass.changes_of, day, self._most, self._key, self._shift, *rest)
        if not self.run.room_left.all():
            self.run = _with_more_rows(self.run, self._memory)
            self._draw_rows(day, int(self._course.entry))
        self.log.close_day()
        self._counts = None

    def counts(self) -> Int64[np.ndarray, "regions states scenarios"]:
        """Count people by region and state in every scenario."""
        found = self._counts
        if found is None:
            found = self._counts = self.run.counts.sum(axis=0, dtype=np.int64)
        return found

    def _begin(self, agents: np.ndarray) -> None:
        everybody = (1 << len(self._scenarios)) - 1
        run = self.run
        rest = self._key, self._shift, everybody, self._shapes, self._course, run
        one_pass.begin(agents, self._start, *rest)
        self._draw_rows(0, self._start)
        self.log.close_day()

    def _draw_rows(self, day: int, state: int) -> None:
        while True:
            rest = self._shapes, self._groups, self._course, self.run
            self._together(one_pass.rows_of, day, state, self._most, self._key, *rest)
            if self.run.room_left.all():
                return
            self.run = _with_more_rows(self.run, self._memory)

    def _together(self, phase: Callable[..., None], *arguments: Any) -> None:
        run_in_threads(phase, self._threads, *arguments)

    def _enlarge(self, outcome: int) -> None:
        if outcome == fast.LOG_FULL:
            self.log.enlarge()
            return
        self.run = self.run._replace(**_candidates(self.run, 2 * self.run.found.shape[1]))

    def _room(self, each: int) -> int:
        return max(16, int(ROOM * each * (1 << self._shift)))

    def _buffers(self, days: int, kinds: np.ndarray) -> one_pass.Pass:
        """Allocate for the worst case: memory that is never written is never taken."""
        world, graph = self._scenarios[0].world, self._scenarios[0].graph
        count, chunks, threads = len(self._scenarios), self._chunks, self._threads
        agents, size, networks = world.agent_count, 1 << self._shift, len(world.networks)
        room = self._room(1)
        blocks = count * size // fast.BLOCK + days + 8
        all_scenarios = np.uint32((1 << count) - 1)
        band = world.age_band.astype(np.uint32) << np.uint32(one_pass.BAND_SHIFT)
        batch = _BATCH + 2 * networks * self._course.slabs * ATTEMPTS_MAX
        take = self._memory.take
        tried = one_pass.TRY_COLUMNS if len(self._course.each) else one_pass.TRY_ALIKE
        word = band | kinds << np.uint32(one_pass.KIND_SHIFT) | all_scenarios
        return one_pass.Pass(
            word=word,
            first_row=np.full(agents, -1, np.int32),
            row_count=np.zeros(agents, np.int32),
            rows=take(
                "rows", (chunks, self._room(4) + self._most, one_pass.ROW_COLUMNS), np.uint32
            ),
            filled=np.zeros(chunks, np.int64),
            groups=take("groups", (chunks, count * size + 1, one_pass.GROUP_COLUMNS), np.int32),
            group_count=np.zeros(chunks, np.int64),
            arena=take("arena", (chunks, blocks, fast.BLOCK, 2), np.int32),
            following=np.empty((chunks, blocks), np.int32),
            head=np.full((chunks, days + 1), -1, np.int32),
            fill=np.zeros((chunks, days + 1), np.int32),
            due=np.zeros((chunks, days + 1), np.int64),
            free=np.tile(np.arange(blocks - 1, -1, -1, dtype=np.int32), (chunks, 1)),
            free_count=np.full(chunks, blocks, np.int64),
            found=take("found", (chunks, room, one_pass.FOUND_COLUMNS), np.uint32),
            sorted_found=take("sorted_found", (chunks, room, one_pass.FOUND_COLUMNS), np.uint32),
            offsets=np.zeros((chunks, chunks + 1), np.int64),
            room_left=np.ones(chunks, np.int64),
            new=take("new", (chunks, 2 * size, 2), np.int32),
            new_count=np.zeros(chunks, np.int64),
            drawn=np.zeros(chunks, np.int64),
            tries=np.empty((threads, batch, tried), np.uint32),
            limits=np.empty((threads, batch), np.uint64),
            targets=np.empty((threads, batch), np.int64),
            words=np.empty((threads, batch), np.uint32),
            now=np.empty((threads, _BATCH), np.int32),
            due_now=np.empty((threads, batch, 2), np.int32),
            people=np.empty((threads, one_pass.PEOPLE, 2), np.int32),
            places=np.empty((threads, one_pass.PEOPLE, 2 * networks), np.int32),
            slot=np.full((threads, size), -1, np.int32),
            reached=np.empty((threads, size), np.int32),
            node=np.empty((threads, 2 * room, one_pass.FOUND_COLUMNS), np.uint32),
            link=np.empty((threads, 2 * room), np.int32),
            counts=np.zeros(
                (chunks, world.people.region_count, graph.state_count, one_pass.WIDTH), np.int32
            ),
            by_network=np.zeros((chunks, networks, count), np.int64),
            by_lag=np.zeros((chunks, fast.LAGS, count), np.int64),
            imported=np.zeros((chunks, count), np.int64),
        )


def _kinds(
    classes: Sequence[np.ndarray], agents: int
) -> tuple[UInt8[np.ndarray, "kinds scenarios"], np.ndarray]:
    """Return the classes of protection of each kind of people, and everybody's kind."""
    kind = np.zeros(agents, np.uint32)
    columns: list[np.ndarray] = []
    known = 1
    for of_people in classes:
        if len(of_people) == 0:
            columns.append(np.zeros(known, np.uint8))
            continue
        wide = int(of_people.max()) + 1
        joint = kind * np.uint32(wide) + of_people
        found = np.flatnonzero(np.bincount(joint, minlength=1))
        number = np.zeros(known * wide, np.uint32)
        number[found] = np.arange(len(found))
        kind, known = number[joint], len(found)
        columns = [*(column[found // wide] for column in columns), (found % wide).astype(np.uint8)]
    return np.stack(columns, axis=1), kind


def kinds_of(scenarios: Sequence[Alongside]) -> int:
    """Count the kinds of people that the policies' targets make."""
    agents = scenarios[0].world.agent_count
    return len(_kinds([one.classes for one in scenarios], agents)[0])


def _course(
    scenarios: Sequence[Alongside], tops: Sequence[np.ndarray], days: int
) -> one_pass.Course:
    """Return what the scenarios have in common, and the highest of what they have not."""
    graph, acceptance = scenarios[0].graph, scenarios[0].acceptance
    poisson = np.stack([one.bounds.poisson for one in scenarios])
    alike = bool((poisson == poisson[0]).all())
    top = np.max(tops, axis=0)
    strongest = int(top.max(initial=0)) * int(acceptance.gain.max()) >> 16
    return one_pass.Course(
        top=top,
        poisson=poisson.min(axis=0),
        each=poisson[:0] if alike else poisson,
        susceptibility=np.max([one.graph.susceptibility for one in scenarios], axis=0),
        gain=acceptance.gain,
        conduct_keys=acceptance.conduct_keys,
        conduct_marks=acceptance.conduct_marks,
        conduct_bits=acceptance.conduct_bits,
        entry=graph.entry,
        first_exit=graph.first_exit,
        after=graph.after,
        shares=graph.shares,
        dwell=graph.dwell,
        infectious=graph.infectious,
        slabs=max(1, math.ceil(strongest / FULL)),
        last_day=days,
    )


def _days_infectious(graph: Graph, days: int) -> int:
    """Return the most days on which a person can try to infect others."""
    longest = 0
    for state in np.flatnonzero(graph.infectious):
        exits = slice(graph.first_exit[state], graph.first_exit[state + 1])
        if exits.start == exits.stop or (graph.after[exits] <= state).any():
            return days  # without end, or perhaps not for the last time
        longest += int(graph.dwell[exits].max())
    return min(longest, days)


def _levels(scenarios: Sequence[Alongside], class_of: np.ndarray) -> one_pass.Levels:
    """Put the tables in force today next to each other."""
    tables = [one.acceptance for one in scenarios]
    networks = len(tables[0].marks)
    marks = np.stack([one.marks.ravel() for one in tables], axis=1)
    spread = _padded([one.spread for one in tables], networks)
    shield = _padded([one.shield for one in tables], networks)
    abroad = [one.abroad for one in tables]
    limited = any(one.size for one in abroad)
    blocks = max(one.shield.shape[1] for one in tables)
    none: np.ndarray = np.full((networks, 1, 1), _WHOLE, np.uint32)
    wide = [one if one.size else none for one in abroad]
    return one_pass.Levels(
        marks=marks,
        spread=spread,
        shield=shield,
        abroad=_padded(wide, networks, blocks)
        if limited
        else np.zeros((networks, 0, 0, len(tables)), np.uint32),
        class_of=class_of,
        susceptibility=np.stack(
            [one.graph.susceptibility[:AGE_BAND_COUNT] for one in scenarios], axis=1
        ),
    )


def _padded(tables: Sequence[np.ndarray], networks: int, least: int = 1) -> np.ndarray:
    """Stack tables of as many classes as each has; what nobody is in takes nothing away."""
    inner = [max(least, *(one.shape[axis] for one in tables)) for axis in range(1, tables[0].ndim)]
    stacked = np.full((networks, *inner, len(tables)), _WHOLE, np.uint32)
    for number, one in enumerate(tables):
        stacked[(slice(networks), *(slice(part) for part in one.shape[1:]), number)] = one
    return stacked


def _candidates(run: one_pass.Pass, room: int) -> dict[str, np.ndarray]:
    """Return more room for the attempts of a day."""
    columns = one_pass.FOUND_COLUMNS
    chunks, threads = len(run.group_count), len(run.node)
    return {
        "found": np.empty((chunks, room, columns), np.uint32),
        "sorted_found": np.empty((chunks, room, columns), np.uint32),
        "node": np.empty((threads, 4 * room, columns), np.uint32),
        "link": np.empty((threads, 4 * room), np.int32),
    }


def _with_more_rows(run: one_pass.Pass, memory: Memory) -> one_pass.Pass:
    """Return the same with twice the room for rows."""
    chunks, room, columns = run.rows.shape
    rows = memory.take("rows", (chunks, 2 * room, columns), np.uint32)
    for chunk, count in enumerate(run.filled):
        rows[chunk, :count] = run.rows[chunk, :count]
    return run._replace(rows=rows)
