"""Episodes: the infections of a run in which people can be infected again.

A person's n-th infection has a key of its own, whenever it comes: so its course and its attempts
are made again from that number and the day, as those of a first one are. Between an infection and
the day on which the person is susceptible again nothing reaches them.
"""

from typing import NamedTuple

import numpy as np

from populace.engine.sensitivity.attempts import (
    DAY,
    NEVER,
    TO,
    Course,
    Meetings,
    Path,
    Rules,
    compiled,
    path_of,
)
from populace.engine.sensitivity.counterfactual import Run
from populace.engine.simulation import Simulation


class Episodes(NamedTuple):
    """The infections of a run, by person and day; the rows of `Run` are these."""

    who: np.ndarray  # [infections]
    number: np.ndarray  # [infections] how many this person had before
    busy: np.ndarray  # [infections] last day on which nothing reaches them; NEVER: for good
    first: np.ndarray  # [agents + 1] rows of each person
    origin: np.ndarray  # [attempts] the infection that they belong to, or NOBODY


def infections_of(simulation: Simulation) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return whom the log names, on which days and by whom infected, and how often before."""
    agents, days, infectors = [], [], []
    for day in range(simulation.day + 1):
        for block in simulation.log.day(day):
            infections = block.before == 0
            agents.append(block.agent[infections])
            infectors.append(block.infector[infections])
            days.append(np.full(len(agents[-1]), day, np.int32))
    who, day, by = (np.concatenate(each) for each in (agents, days, infectors))
    order = np.lexsort((day, who))
    who, day, by = who[order].astype(np.int32), day[order], by[order]
    begins = np.flatnonzero(np.diff(who, prepend=-1))
    number = np.arange(len(who)) - np.repeat(begins, np.diff(begins, append=len(who)))
    return who, day, by, number.astype(np.int32)


def episodes_of(
    who: np.ndarray, day: np.ndarray, number: np.ndarray, origin: np.ndarray, course: Course,
    meetings: Meetings, rules: Rules,
) -> Episodes:  # fmt: skip
    """Return the infections of a run with the days on which they end."""
    busy = np.empty(len(who), np.int32)
    _ends(who, day, number, course, meetings, rules, Path.fresh(), busy)
    first = np.searchsorted(who, np.arange(len(meetings.band) + 1))
    return Episodes(who, number, busy, first, origin)


def unexplained(run: Run, episodes: Episodes) -> int:
    """Return how many infections come too early, and how many attempts should have infected."""
    same = episodes.who[1:] == episodes.who[:-1]
    early = int(np.count_nonzero(same & (run.infected_on[1:] <= episodes.busy[:-1])))
    return early + int(_missed(run, episodes))


@compiled()
def busy_until(agent: int, day: int, number: int, course: Course, meetings: Meetings, rules: Rules,
               path: Path) -> int:  # fmt: skip
    """Return the last day on which nothing reaches somebody infected on ``day``, or NEVER."""
    start = course.start if day == 0 else course.entry
    count = path_of(agent, start, course, meetings, rules, path, number)
    if path.states[count - 1] != 0:
        return NEVER
    return int(day + path.lags[count - 1])


@compiled()
def _ends(who: np.ndarray, day: np.ndarray, number: np.ndarray, course: Course, meetings: Meetings,
          rules: Rules, path: Path, busy: np.ndarray) -> None:  # fmt: skip
    for row in range(len(who)):
        busy[row] = busy_until(np.int64(who[row]), np.int64(day[row]), np.int64(number[row]),
                               course, meetings, rules, path)  # fmt: skip


@compiled()
def _missed(run: Run, episodes: Episodes) -> int:
    """Count attempts on people who could be infected that day, and were not."""
    found = 0
    for attempt in range(len(run.out)):
        agent, day = run.out[attempt, TO], run.out[attempt, DAY]
        free = True
        for row in range(episodes.first[agent], episodes.first[agent + 1]):
            if run.infected_on[row] <= day <= episodes.busy[row]:
                free = False
        if free:
            found += 1
    return found
