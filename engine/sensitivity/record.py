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

# Of each infection whom, on which day, and how many this person had before.
Infections = tuple[np.ndarray, np.ndarray, np.ndarray]
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
    everybody, first = np.arange(agents, dtype=np.int32), np.zeros(agents, np.int32)
    run, how, _ = run_of_infections(
        everybody, infected_on, first, agents, days, course, meetings, rules, imports,
        constant=constant,
    )  # fmt: skip
    return run, how


def run_of_infections(
    who: np.ndarray, day: np.ndarray, episode: np.ndarray, agents: int, days: int, course: Course,
    meetings: Meetings, rules: Rules, imports: tuple[np.ndarray, np.ndarray], *, constant: bool,
) -> tuple[Run, np.ndarray, np.ndarray]:  # fmt: skip
    """Do so for infections, one a row, of which a person may have several, or none on day NEVER.

    Also return from which row each attempt comes.
    """
    rows = np.flatnonzero(day < NEVER)
    infections = who[rows], day[rows], episode[rows]
    made, counts = _all_attempts(infections, days, course, meetings, rules)
    origin = np.repeat(rows, counts).astype(np.int32)
    made, source = _with_imports(made, who[origin], days, *imports)
    origin = np.concatenate([origin, source[len(origin) :]])
    out_start = np.zeros(len(who) + 1, np.int64)
    out_start[rows + 1] = counts
    np.cumsum(out_start, out=out_start)
    in_start = np.zeros(agents + 1, np.int64)
    into = np.empty(len(made), np.int32)
    _group_by_target(made, in_start, into)
    winner = np.full(len(who), -1, np.int32)
    how = np.zeros((len(who), 4), np.int32)
    _find_winners(made, source, who, day, in_start, into, winner, how)
    kept = made[:, [TO, DAY]].astype(np.int32)
    run = Run(day, winner, out_start, kept, in_start, into, source, constant, days)
    return run, how, origin


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
    infections: Infections, days: int, course: Course, meetings: Meetings, rules: Rules
) -> tuple[np.ndarray, np.ndarray]:
    count = len(infections[0])
    parts = core_count() if count >= _ONE_THREAD_BELOW else 1
    ends = [len(part) for part in np.array_split(infections[0], parts)]
    with ThreadPoolExecutor(parts) as pool:
        tasks = [
            pool.submit(_attempts_of, _rows(infections, end - size, end), days, course, meetings,
                        rules)
            for size, end in zip(ends, np.cumsum(ends), strict=True)
        ]  # fmt: skip
        found = [task.result() for task in tasks]
    return np.concatenate([made for made, _ in found]), np.concatenate([each for _, each in found])


def _rows(infections: Infections, begin: int, end: int | None = None) -> Infections:
    who, day, episode = infections
    return who[begin:end], day[begin:end], episode[begin:end]


def _attempts_of(
    infections: Infections, days: int, course: Course, meetings: Meetings, rules: Rules
) -> tuple[np.ndarray, np.ndarray]:
    """Return the attempts of some infections, and how many each made."""
    count = len(infections[0])
    blocks, counts = [np.empty((0, COLUMNS), np.uint32)], [np.empty(0, np.int64)]
    room, done, path = _FIRST_ROOM + 3 * count, 0, Path.fresh()
    while done < count:
        out = np.empty((room, COLUMNS), np.uint32)
        ends = np.zeros(count - done, np.int64)
        served = record(*_rows(infections, done), days, course, meetings, rules, path, out, ends)
        ends = ends[:served]
        blocks.append(out[: ends[-1] if served else 0])
        counts.append(np.diff(ends, prepend=0))
        done += served
        room = 2 * room
    return np.concatenate(blocks), np.concatenate(counts)


@compiled()
def record(who: np.ndarray, days: np.ndarray, episodes: np.ndarray, horizon: int, course: Course,
           meetings: Meetings, rules: Rules, path: Path, out: np.ndarray,
           ends: np.ndarray) -> int:  # fmt: skip
    """Write the attempts of several infections one after the other; ``ends[i]`` is where i's end.

    Return how many were done before ``out`` was full.
    """
    written = 0
    for position in range(len(who)):
        agent, day = np.int64(who[position]), np.int64(days[position])
        count = attempts_from(agent, day, day == 0, horizon, course, meetings, rules, path, out,
                              written, np.int64(episodes[position]))  # fmt: skip
        if count < 0:
            return position
        written = count
        ends[position] = written
    return len(who)


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
def _find_winners(made: np.ndarray, source: np.ndarray, who: np.ndarray, day: np.ndarray,
                  in_start: np.ndarray, into: np.ndarray, winner: np.ndarray,
                  how: np.ndarray) -> None:  # fmt: skip
    """Write the attempt of each infection: lowest tie, then source, then network."""
    for infection in range(len(winner)):
        agent, best = who[infection], -1
        for position in range(in_start[agent], in_start[agent + 1]):
            row = into[position]
            if source[row] < 0 or np.int64(made[row, DAY]) != day[infection]:
                continue
            if best < 0 or _comes_first(row, best, made, source):
                best = row
        winner[infection] = best
        if best >= 0:
            how[infection, 0], how[infection, 1] = made[best, DAY], made[best, NETWORK]
            how[infection, 2], how[infection, 3] = made[best, INFECTOR], made[best, CLASS]


@compiled()
def _comes_first(row: int, best: int, made: np.ndarray, source: np.ndarray) -> bool:
    if made[row, TIE_HASH] != made[best, TIE_HASH]:
        return made[row, TIE_HASH] < made[best, TIE_HASH]
    if source[row] != source[best]:
        return source[row] < source[best]
    return made[row, NETWORK] < made[best, NETWORK]
