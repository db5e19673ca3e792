"""All attempts of a run, made again from their keys and found by source and by target."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from populace.engine.events import NOBODY
from populace.engine.kernels.cpu import core_count
from populace.engine.sensitivity.attempts import (
    CLASS,
    COLUMNS,
    DAY,
    INFECTOR,
    NETWORK,
    NEVER,
    TIE_HASH,
    TO,
    Course,
    Meetings,
    Path,
    Rules,
    attempts_from,
    compiled,
)
from populace.engine.sensitivity.counterfactual import Run

_FIRST_ROOM = 1 << 16
# Below so many infected a second thread is not worth its start.
_ONE_THREAD_BELOW = 20_000


def run_of(
    infected_on: np.ndarray, days: int, course: Course, meetings: Meetings, rules: Rules,
    imports: tuple[np.ndarray, np.ndarray], *, constant: bool,
) -> tuple[Run, np.ndarray]:  # fmt: skip
    """Return who tried to infect whom, and of each winning attempt day, network, infector, class.

    ``infected_on`` is everybody's day of infection, NEVER for most. Whom an infection from
    elsewhere reaches, and on which day, comes behind the attempts of people, and has no source.
    """
    agents = len(infected_on)
    infected = np.flatnonzero(infected_on < NEVER)
    made, counts = _all_attempts(infected, infected_on, days, course, meetings, rules)
    source = np.repeat(infected, counts).astype(np.int32)
    made, source = _with_imports(made, source, days, *imports)
    out_start = np.zeros(agents + 1, np.int64)
    out_start[infected + 1] = counts
    np.cumsum(out_start, out=out_start)
    in_start = np.zeros(agents + 1, np.int64)
    into = np.empty(len(made), np.int32)
    _group_by_target(made, in_start, into)
    winner = np.full(agents, -1, np.int32)
    how = np.zeros((agents, 4), np.int32)
    _find_winners(made, source, infected_on, in_start, into, winner, how)
    kept = made[:, [TO, DAY]].astype(np.int32)
    return Run(infected_on, winner, out_start, kept, in_start, into, source, constant, days), how


def _with_imports(
    made: np.ndarray, source: np.ndarray, days: int, on: np.ndarray, agents: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    if len(agents) == 0:
        return made, source
    inside = on <= days
    rows = np.zeros((np.count_nonzero(inside), COLUMNS), np.uint32)
    rows[:, TO], rows[:, DAY] = agents[inside], on[inside]
    nobody = np.full(len(rows), NOBODY, np.int32)
    return np.concatenate([made, rows]), np.concatenate([source, nobody])


def _all_attempts(
    infected: np.ndarray, infected_on: np.ndarray, days: int, course: Course, meetings: Meetings,
    rules: Rules,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    parts = core_count() if len(infected) >= _ONE_THREAD_BELOW else 1
    with ThreadPoolExecutor(parts) as pool:
        tasks = [
            pool.submit(_attempts_of, part, infected_on, days, course, meetings, rules)
            for part in np.array_split(infected, parts)
        ]
        found = [task.result() for task in tasks]
    return np.concatenate([made for made, _ in found]), np.concatenate([each for _, each in found])


def _attempts_of(
    infected: np.ndarray, infected_on: np.ndarray, days: int, course: Course, meetings: Meetings,
    rules: Rules,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Return the attempts of some people, and how many each made."""
    blocks, counts = [np.empty((0, COLUMNS), np.uint32)], [np.empty(0, np.int64)]
    room, done, path = _FIRST_ROOM + 3 * len(infected), 0, Path.fresh()
    while done < len(infected):
        out = np.empty((room, COLUMNS), np.uint32)
        ends = np.zeros(len(infected) - done, np.int64)
        rest = infected[done:]
        served = record(rest, infected_on, days, course, meetings, rules, path, out, ends)
        ends = ends[:served]
        blocks.append(out[: ends[-1] if served else 0])
        counts.append(np.diff(ends, prepend=0))
        done += served
        room = 2 * room
    return np.concatenate(blocks), np.concatenate(counts)


@compiled()
def record(infected: np.ndarray, infected_on: np.ndarray, horizon: int, course: Course,
           meetings: Meetings, rules: Rules, path: Path, out: np.ndarray,
           ends: np.ndarray) -> int:  # fmt: skip
    """Write the attempts of several people one after the other; ``ends[i]`` is where i's end.

    Return how many people were done before ``out`` was full.
    """
    written = 0
    for position in range(len(infected)):
        agent = infected[position]
        day = infected_on[agent]
        count = attempts_from(agent, day, day == 0, horizon, course, meetings, rules, path,
                              out, written)  # fmt: skip
        if count < 0:
            return position
        written = count
        ends[position] = written
    return len(infected)


@compiled()
def _group_by_target(made: np.ndarray, in_start: np.ndarray, into: np.ndarray) -> None:
    """Write the rows by target, and inside a target in their own order, which is by source."""
    agents = len(in_start) - 1
    for row in range(len(made)):
        in_start[np.int64(made[row, TO]) + 1] += 1
    for agent in range(agents):
        in_start[agent + 1] += in_start[agent]
    for row in range(len(made)):
        target = np.int64(made[row, TO])
        into[in_start[target]] = row
        in_start[target] += 1
    for agent in range(agents, 0, -1):
        in_start[agent] = in_start[agent - 1]
    in_start[0] = 0


@compiled()
def _find_winners(made: np.ndarray, source: np.ndarray, infected_on: np.ndarray,
                  in_start: np.ndarray, into: np.ndarray, winner: np.ndarray,
                  how: np.ndarray) -> None:  # fmt: skip
    """Write the attempt that infected each person: lowest tie, then source, then network."""
    for agent in range(len(winner)):
        best = -1
        for position in range(in_start[agent], in_start[agent + 1]):
            row = into[position]
            if source[row] < 0 or np.int64(made[row, DAY]) != infected_on[agent]:
                continue
            if best < 0 or _comes_first(row, best, made, source):
                best = row
        winner[agent] = best
        if best >= 0:
            how[agent, 0], how[agent, 1] = made[best, DAY], made[best, NETWORK]
            how[agent, 2], how[agent, 3] = made[best, INFECTOR], made[best, CLASS]


@compiled()
def _comes_first(row: int, best: int, made: np.ndarray, source: np.ndarray) -> bool:
    if made[row, TIE_HASH] != made[best, TIE_HASH]:
        return made[row, TIE_HASH] < made[best, TIE_HASH]
    if source[row] != source[best]:
        return source[row] < source[best]
    return made[row, NETWORK] < made[best, NETWORK]
