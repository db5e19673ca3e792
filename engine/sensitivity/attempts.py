"""Whom one infected person would infect: regenerated from the keys of the draws, not stored.

The course of an infection and its attempts depend on the person's key and on the day of the
infection alone. So what would have happened had somebody been infected on another day, or not at
all, is found without running the epidemic again. The contract is that of `kernels.reference`.
"""

from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from populace.engine.kernels.draws import agent_key, below, mix, state_draw
from populace.engine.kernels.fast import CELLS, EDGES, FULL, MEMBERS
from populace.engine.streams import (
    BRANCH,
    DWELL,
    G1,
    SPREADER,
    TARGET,
    TIE,
)
from populace.engine.tables import ATTEMPTS_MAX

u32, u64 = np.uint32, np.uint64
# `Any`: a compiled function takes whole numbers of every kind. `_nrt=False`: nothing here
# allocates, and counting references took more time than the work (docs/decisions/0007).
compiled: Any = partial(njit, cache=True, nogil=True, _nrt=False)  # pyright: ignore[reportCallIssue]
NEVER = 1 << 29  # the day of infection of those who never were
# Columns of an attempt that is accepted if its target is susceptible.
TO, DAY, TIE_HASH, NETWORK, INFECTOR, CLASS = 0, 1, 2, 3, 4, 5
COLUMNS = 6
PATH_MAX = 16  # states that an infection can go through: no state comes twice
ONE = 1 << 16  # of the factors of places, 16 bits


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
    region: np.ndarray
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
    conduct_applies: np.ndarray  # [behaviours, states] also where nobody takes it up
    conduct_bits: np.ndarray  # [agents] behaviours that are for them; no agents: all
    susceptibility: np.ndarray
    run_key: np.uint32
    # Behaviours that somebody takes up whatever the draw says, as bits; no agents: nobody.
    forced: np.ndarray  # [agents]
    # Everybody's class of protection (see standing.Standing); no agents: all are of one.
    first_class: np.ndarray  # [agents] on day 0
    change_start: np.ndarray  # [agents + 1] rows of the next two
    change_day: np.ndarray  # from which on the class is another
    change_to: np.ndarray
    spread: np.ndarray  # [versions, networks, classes] 16 bits
    shield: np.ndarray  # [versions, networks, blocks of the source, classes]
    abroad: np.ndarray  # [versions, networks, blocks, blocks] between regions; none: no limits
    # Factors of the rates by where the target lives (see places.Factors); no places: none.
    place: np.ndarray  # [agents]
    part: np.ndarray  # [networks, days, places] 16 bits, against the largest of the day
    most: np.ndarray  # [networks, days] 16 bits


class Path(NamedTuple):
    """Memory for the course of one infection: its states, and the days on which they begin."""

    states: np.ndarray  # [PATH_MAX]
    lags: np.ndarray

    @staticmethod
    def fresh() -> "Path":
        """Return memory for one thread."""
        return Path(np.empty(PATH_MAX, np.int64), np.empty(PATH_MAX, np.int64))


@compiled()
def path_of(agent: int, start: int, course: Course, meetings: Meetings, rules: Rules,
            path: Path, episode: int = 0) -> int:  # fmt: skip
    """Write the states of an infection and the days since it on which each is entered.

    Return how many. The last state is never left, or is that of the susceptible. ``episode``: how
    many infections this person had before.
    """
    key = agent_key(agent, episode, rules.run_key)
    band = np.int64(meetings.band[agent])
    state, lag, count = np.int64(start), np.int64(0), 0
    while True:
        path.states[count], path.lags[count] = state, lag
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
                  meetings: Meetings, rules: Rules, path: Path, out: np.ndarray,
                  written: int, episode: int = 0) -> int:  # fmt: skip
    """Write the attempts of somebody infected on ``day`` that succeed on susceptible targets.

    ``first``: among those infected on day 0 from outside. Rows go behind the ``written`` ones,
    sorted by day. Return how many there are then, or -1 where ``out`` is too small.
    """
    start = course.start if first else course.entry
    count = path_of(agent, start, course, meetings, rules, path, episode)
    key = agent_key(agent, episode, rules.run_key)
    for step in range(count):
        state = path.states[step]
        if not course.infectious[state]:
            continue
        end = path.lags[step + 1] if step + 1 < count else np.int64(horizon)
        for lag in range(path.lags[step] + 1, min(end, horizon - day) + 1):
            written = attempts_of_a_day(agent, key, state, lag, day + lag, meetings, rules,
                                        out, written)  # fmt: skip
            if written < 0:
                return -1
    return written


@compiled()
def not_taken_up(agents: np.ndarray, episodes: np.ndarray, behaviour: int, rules: Rules,
                 out: np.ndarray) -> None:  # fmt: skip
    """Mark the infections in which a behaviour might be taken up and is not, in whatever state."""
    for position in range(len(agents)):
        key = agent_key(agents[position], episodes[position], rules.run_key)
        draw = u64(mix(u32(key ^ rules.conduct_keys[behaviour])))
        out[position] = may_take_up(np.int64(agents[position]), behaviour, rules)
        for state in range(rules.conduct_marks.shape[2]):
            if draw < rules.conduct_marks[0, behaviour, state]:
                out[position] = False


@compiled()
def may_take_up(agent: int, behaviour: int, rules: Rules) -> bool:
    """Say whether a behaviour is for somebody."""
    if len(rules.conduct_bits) == 0:
        return True
    return (np.int64(rules.conduct_bits[agent]) >> behaviour) & 1 == 1


@compiled()
def class_on(agent: int, day: int, rules: Rules) -> int:
    """Return somebody's class of protection on a day."""
    if len(rules.first_class) == 0:
        return 0
    found = np.int64(rules.first_class[agent])
    for row in range(rules.change_start[agent], rules.change_start[agent + 1]):
        if rules.change_day[row] > day:
            break
        found = np.int64(rules.change_to[row])
    return int(found)


@compiled()
def classes_on(agents: np.ndarray, days: np.ndarray, rules: Rules, out: np.ndarray) -> None:
    """Write each one's class on a day of their own."""
    for position in range(len(agents)):
        out[position] = class_on(np.int64(agents[position]), np.int64(days[position]), rules)


@compiled()
def attempts_of_a_day(agent: int, key: np.uint32, state: int, lag: int, day: int,
                      meetings: Meetings, rules: Rules, out: np.ndarray,
                      written: int) -> int:  # fmt: skip
    """Write the attempts of one infectious person on one day behind those written before."""
    version = rules.version[day]
    behaviours = len(rules.conduct_keys)
    infector = state << behaviours
    forced = np.int64(rules.forced[agent]) if len(rules.forced) > 0 else np.int64(0)
    for behaviour in range(behaviours):
        limit = rules.conduct_marks[version, behaviour, state]
        if not may_take_up(agent, behaviour, rules):
            continue
        taken_up = u64(mix(u32(key ^ rules.conduct_keys[behaviour]))) < limit
        applies = rules.conduct_applies[behaviour, state]
        if taken_up or (applies and (forced >> behaviour) & 1):
            infector |= 1 << behaviour
    gain = u64(rules.gain[np.int64(mix(u32(key ^ SPREADER))) & (len(rules.gain) - 1)])
    band = np.int64(meetings.band[agent])
    own = np.int64(class_on(agent, day, rules))
    block = own % rules.shield.shape[2]
    for network in range(len(meetings.keys)):
        start, size = _group(agent, network, meetings)
        if size == 0:
            continue
        kind = band
        if meetings.shape[network] != CELLS:
            kind = min(size, meetings.class_count[network] - 1)
        level = rules.marks[version, network, infector, kind]
        if len(rules.first_class) > 0:
            level = (level * u64(rules.spread[version, network, own])) >> u64(16)
        if len(rules.gain) > 1:
            level = ((level >> u64(8)) * gain) >> u64(8)
        if len(rules.place) > 0:
            # In two halves: the product of the whole could take more than 64 bits.
            most = rules.most[network, day]
            level = (level >> u64(16)) * most + (((level & u64(ONE - 1)) * most) >> u64(16))
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
                if len(rules.first_class) > 0:
                    class_ = np.int64(class_on(target, day, rules))
                    left = rules.shield[version, network, block, class_]
                    bar = (bar * u64(left)) >> u64(16)
                if rules.abroad.shape[2] > 0 and meetings.region[agent] != meetings.region[target]:
                    class_ = np.int64(class_on(target, day, rules)) % rules.shield.shape[2]
                    bar = (bar * u64(rules.abroad[version, network, block, class_])) >> u64(16)
                if len(rules.place) > 0:
                    bar = (bar * rules.part[network, day, rules.place[target]]) >> u64(16)
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
def event_lags(rows: np.ndarray, who: np.ndarray, day: np.ndarray, episode: np.ndarray,
               wanted: np.ndarray, course: Course, meetings: Meetings, rules: Rules, path: Path,
               out: np.ndarray) -> None:  # fmt: skip
    """Write after how many days each infection first enters a wanted state, or NEVER."""
    for row in rows:
        out[row] = lag_to(np.int64(who[row]), day[row] == 0, wanted, course, meetings, rules, path,
                          np.int64(episode[row]))  # fmt: skip


@compiled()
def lag_to(agent: int, first: bool, wanted: np.ndarray, course: Course, meetings: Meetings,
           rules: Rules, path: Path, episode: int = 0) -> int:  # fmt: skip
    """Return after how many days an infection first enters a wanted state, or NEVER."""
    start = course.start if first else course.entry
    count = path_of(agent, start, course, meetings, rules, path, episode)
    for step in range(count):
        if wanted[path.states[step]]:
            return path.lags[step]
    return NEVER
