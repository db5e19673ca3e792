"""A run day by day on the engine's own attempts, with rates that may differ by day and place.

With factors of 1 it infects whom the engine infects, on the same days. It keeps nobody's state but
the day of infection, so that a table of rates, or a rule that reads the curve so far, can be tried
without the engine's screens, policies and logs.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from populace.engine.kernels.draws import agent_key
from populace.engine.sensitivity.attempts import (
    COLUMNS,
    NEVER,
    TIE_HASH,
    TO,
    Course,
    Meetings,
    Path,
    Rules,
    attempts_of_a_day,
    compiled,
    path_of,
)
from populace.engine.sensitivity.history import Setting
from populace.engine.sensitivity.places import FACTOR_MAX
from populace.engine.sensitivity.standing import Standing
from populace.engine.tables import ATTEMPTS_MAX, slab_count

# Called in the morning of each day with that day and everybody's day of infection so far.
EachDay = Callable[[int, np.ndarray], None]


# Source, target and tie hash of an attempt; the hash is that of its target's draw.
Attempt = tuple[int, int, int]
NONE: Attempt = (-1, -1, 0)


class Infectious(NamedTuple):
    """Stays in infectious states, those that have ended apart from the others."""

    agent: np.ndarray  # [room]
    state: np.ndarray
    first: np.ndarray  # first and last day on which they make attempts
    last: np.ndarray


def sweep(
    setting: Setting, rules: Rules, first_infected: np.ndarray, standing: Standing,
    each_day: EachDay = lambda day, infected_on: None, removed: Attempt = NONE,
) -> np.ndarray:  # fmt: skip
    """Return everybody's day of infection, NEVER for most.

    Without the attempt ``removed``: what leave one out finds by following those who differ, found
    by running everybody again.
    """
    agents = len(setting.meetings.band)
    infected_on = np.full(agents, NEVER, np.int32)
    infected_on[first_infected] = 0
    new = np.empty(agents, np.int32)
    new[: len(first_infected)] = first_infected
    room = agents * max(1, int(setting.course.infectious.sum()))
    stays = Infectious(*(np.empty(room, np.int32) for _ in range(4)))
    made = np.empty((_most_attempts(rules), COLUMNS), np.uint32)
    path = Path.fresh()
    import_days, imported = standing.imports()
    fixed = setting.course, setting.meetings, rules
    count = _enter(new, len(first_infected), 0, setting.days, *fixed, path, stays, 0)
    for day in range(1, setting.days + 1):
        each_day(day, infected_on)
        found, count = _one_day(day, infected_on, *fixed, stays, count, made, new, *removed)
        if found < 0:
            raise RuntimeError("more attempts of one person on one day than there is room for")
        for agent in imported[import_days == day]:
            if infected_on[agent] >= NEVER:
                infected_on[agent] = day
                new[found] = agent
                found += 1
        count = _enter(new, found, day, setting.days, *fixed, path, stays, count)
    return infected_on


def _most_attempts(rules: Rules) -> int:
    """Return the most attempts that one person can make on a day."""
    factor = int(FACTOR_MAX) if len(rules.place) else 1
    slabs = slab_count(rules.marks, rules.gain) * factor
    return slabs * rules.marks.shape[1] * ATTEMPTS_MAX


@compiled()
def _enter(new: np.ndarray, found: int, day: int, horizon: int, course: Course,
           meetings: Meetings, rules: Rules, path: Path, stays: Infectious,
           count: int) -> int:  # fmt: skip
    """Note when the newly infected will be infectious; return how many stays there are."""
    for position in range(found):
        agent = np.int64(new[position])
        start = course.start if day == 0 else course.entry
        steps = path_of(agent, start, course, meetings, rules, path)
        for step in range(steps):
            if not course.infectious[path.states[step]]:
                continue
            stays.agent[count], stays.state[count] = agent, path.states[step]
            stays.first[count] = day + path.lags[step] + 1
            stays.last[count] = day + path.lags[step + 1] if step + 1 < steps else horizon
            count += 1
    return count


@compiled()
def _one_day(day: int, infected_on: np.ndarray, course: Course, meetings: Meetings, rules: Rules,
             stays: Infectious, count: int, made: np.ndarray, new: np.ndarray,
             source: int, victim: int, tie: int) -> tuple[int, int]:  # fmt: skip
    """Infect those whom an attempt reaches; return how many, and how many stays are left."""
    found = position = 0
    while position < count:
        if stays.last[position] < day:
            # The last takes the place of one that has ended.
            count -= 1
            stays.agent[position], stays.state[position] = stays.agent[count], stays.state[count]
            stays.first[position], stays.last[position] = stays.first[count], stays.last[count]
            continue
        if stays.first[position] <= day:
            agent = np.int64(stays.agent[position])
            state = np.int64(stays.state[position])
            key = agent_key(agent, 0, rules.run_key)
            lag = day - np.int64(infected_on[agent])
            tries = attempts_of_a_day(agent, key, state, lag, day, meetings, rules, made, 0)
            if tries < 0:
                return -1, count
            for row in range(tries):
                target = np.int64(made[row, TO])
                if agent == source and target == victim and np.int64(made[row, TIE_HASH]) == tie:
                    continue
                if infected_on[target] >= NEVER:
                    infected_on[target] = day
                    new[found] = target
                    found += 1
        position += 1
    return found, count
