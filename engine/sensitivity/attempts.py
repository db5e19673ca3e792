"""Whom one infected person would infect: regenerated from the keys of the draws, not stored.

The course of an infection and its attempts depend on the person's key and on the day of the
infection alone. So what would have happened had somebody been infected on another day, or not at
all, is found without running the epidemic again. The contract is that of `kernels.reference`.
"""

from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from populace.engine.kernels.fast import CELLS, EDGES, FULL, MEMBERS
from populace.engine.streams import (
    BRANCH,
    DWELL,
    G1,
    SPREADER,
    TARGET,
    TIE,
    agent_key,
    below,
    mix,
    state_draw,
)
from populace.engine.tables import ATTEMPTS_MAX

u32, u64 = np.uint32, np.uint64
# `Any`: a compiled function takes whole numbers of every kind.
compiled: Any = partial(njit, cache=True, nogil=True)
NEVER = 1 << 29  # the day of infection of those who never were
# Columns of an attempt that is accepted if its target is susceptible.
TO, DAY, TIE_HASH, NETWORK, INFECTOR, CLASS = 0, 1, 2, 3, 4, 5
COLUMNS = 6
PATH_MAX = 16  # states that an infection can go through: no state comes twice


class Course(NamedTuple):
    """The disease (see graph.Graph), the same on all days."""

    first_exit: np.ndarray
    after: np.ndarray
    shares: np.ndarray  # [exits, bands]
    dwell: np.ndarray
    infectious: np.ndarray
    entry: int
    start: int  # the state of the first infected


class Meetings(NamedTuple):
    """The world (see world.World); the last three are one array per network."""

    band: np.ndarray
    keys: np.ndarray
    shape: np.ndarray
    class_count: np.ndarray
    match: np.ndarray
    group_of: tuple
    pointers: tuple
    members: tuple


class Rules(NamedTuple):
    """The integer tables in force. ``version[day]`` says which of the stacked ones."""

    version: np.ndarray
    poisson: np.ndarray
    marks: np.ndarray  # [versions, networks, infectors, classes]
    gain: np.ndarray  # [classes of infectiousness]
    conduct_keys: np.ndarray
    conduct_marks: np.ndarray  # [versions, behaviours, states]
    susceptibility: np.ndarray
    run_key: np.uint32


@compiled()
def path_of(agent: int, start: int, course: Course, meetings: Meetings, rules: Rules,
            states: np.ndarray, lags: np.ndarray) -> int:  # fmt: skip
    """Write the states of an infection and the days since it on which each is entered.

    Return how many. The last state is never left, or its end is the next entry.
    """
    key = agent_key(agent, 0, rules.run_key)
    band = np.int64(meetings.band[agent])
    state, lag, count = np.int64(start), np.int64(0), 0
    while True:
        states[count], lags[count] = state, lag
        count += 1
        row = course.first_exit[state]
        last = course.first_exit[state + 1] - 1
        if row > last:
            return count
        if row < last:
            draw = u64(state_draw(BRANCH, state, key))
            while row < last and draw >= course.shares[row, band]:
                row += 1
        bits = np.int64(state_draw(DWELL, state, key)) & (course.dwell.shape[1] - 1)
        lag += np.int64(course.dwell[row, bits])
        state = np.int64(course.after[row])


@compiled()
def attempts_from(agent: int, day: int, first: bool, horizon: int, course: Course,
                  meetings: Meetings, rules: Rules, out: np.ndarray) -> int:  # fmt: skip
    """Write the attempts of somebody infected on ``day`` that succeed on susceptible targets.

    ``first``: among those infected on day 0 from outside. Return how many, or -1 where ``out`` is
    too small. Rows are sorted by day.
    """
    states = np.empty(PATH_MAX, np.int64)
    lags = np.empty(PATH_MAX, np.int64)
    start = course.start if first else course.entry
    count = path_of(agent, start, course, meetings, rules, states, lags)
    key = agent_key(agent, 0, rules.run_key)
    written = 0
    for step in range(count):
        if not course.infectious[states[step]]:
            continue
        end = lags[step + 1] if step + 1 < count else np.int64(horizon)
        for lag in range(lags[step] + 1, min(end, horizon - day) + 1):
            written = _of_a_day(agent, key, states[step], lag, day + lag, meetings, rules,
                                out, written)  # fmt: skip
            if written < 0:
                return -1
    return written


@compiled()
def _of_a_day(agent: int, key: np.uint32, state: int, lag: int, day: int, meetings: Meetings,
              rules: Rules, out: np.ndarray, written: int) -> int:  # fmt: skip
    version = rules.version[day]
    behaviours = len(rules.conduct_keys)
    infector = state << behaviours
    for behaviour in range(behaviours):
        limit = rules.conduct_marks[version, behaviour, state]
        if limit > u64(0) and u64(mix(u32(key ^ rules.conduct_keys[behaviour]))) < limit:
            infector |= 1 << behaviour
    gain = u64(rules.gain[np.int64(mix(u32(key ^ SPREADER))) & (len(rules.gain) - 1)])
    band = np.int64(meetings.band[agent])
    for network in range(len(meetings.keys)):
        start, size = _group(agent, network, meetings)
        if size == 0:
            continue
        kind = band
        if meetings.shape[network] != CELLS:
            kind = min(size, meetings.class_count[network] - 1)
        level = rules.marks[version, network, infector, kind]
        if len(rules.gain) > 1:
            level = ((level >> u64(8)) * gain) >> u64(8)
        slab = -1
        while level > u64(0):
            slab += 1
            limit = min(level, FULL)
            level -= limit
            day_key = mix(u32(key + u32(u32(lag | (slab << 16)) * G1)))
            draw = mix(u32(day_key ^ meetings.keys[network]))
            attempt = 0
            while attempt < ATTEMPTS_MAX and draw >= rules.poisson[network, kind, attempt]:
                attempt += 1
                mark = mix(u32(draw + u32(u32(attempt) * G1)))
                if u64(mark) >= limit:
                    continue
                where = mix(u32(mark ^ TARGET))
                target = start + below(where, size)
                if meetings.shape[network] == MEMBERS or meetings.shape[network] == EDGES:
                    target = np.int64(meetings.members[network][target])
                other = np.int64(meetings.band[target])
                bar = (limit * u64(rules.susceptibility[other])) >> u64(24)
                if meetings.shape[network] == CELLS:
                    bar = (bar * u64(meetings.match[network, other, band])) >> u64(16)
                if u64(mark) >= bar or target == agent:
                    continue
                if written == len(out):
                    return -1
                out[written, TO], out[written, DAY] = target, day
                out[written, TIE_HASH] = mix(u32(where ^ TIE))
                out[written, NETWORK], out[written, INFECTOR] = network, infector
                out[written, CLASS] = kind
                written += 1
    return written


@compiled()
def _group(agent: int, network: int, meetings: Meetings) -> tuple[int, int]:
    """Return where in its list the person's group begins, and its size."""
    pointers = meetings.pointers[network]
    group = np.int64(agent)
    if meetings.shape[network] != EDGES:
        group = np.int64(meetings.group_of[network][agent])
    if group < 0:
        return 0, 0
    return int(pointers[group]), int(pointers[group + 1] - pointers[group])


@compiled()
def record(infected: np.ndarray, infected_on: np.ndarray, horizon: int, course: Course,
           meetings: Meetings, rules: Rules, out: np.ndarray, ends: np.ndarray) -> int:  # fmt: skip
    """Write the attempts of several people, one after the other; ``ends[i]`` is where i's end.

    Return how many people were done before ``out`` was full.
    """
    written = 0
    for position in range(len(infected)):
        agent = infected[position]
        day = infected_on[agent]
        count = attempts_from(agent, day, day == 0, horizon, course, meetings, rules, out[written:])
        if count < 0:
            return position
        written += count
        ends[position] = written
    return len(infected)


@compiled()
def event_lags(agents: np.ndarray, infected_on: np.ndarray, wanted: np.ndarray, course: Course,
               meetings: Meetings, rules: Rules, out: np.ndarray) -> None:  # fmt: skip
    """Write after how many days each infection first enters a wanted state, or NEVER."""
    states = np.empty(PATH_MAX, np.int64)
    lags = np.empty(PATH_MAX, np.int64)
    for agent in agents:
        out[agent] = lag_to(agent, infected_on[agent] == 0, wanted, course, meetings, rules,
                            states, lags)  # fmt: skip


@compiled()
def lag_to(agent: int, first: bool, wanted: np.ndarray, course: Course, meetings: Meetings,
           rules: Rules, states: np.ndarray, lags: np.ndarray) -> int:  # fmt: skip
    """Return after how many days an infection first enters a wanted state, or NEVER."""
    start = course.start if first else course.entry
    count = path_of(agent, start, course, meetings, rules, states, lags)
    for step in range(count):
        if wanted[states[step]]:
            return lags[step]
    return NEVER
