"""What would have become of an epidemic without one infection: only those who differ are followed.

Somebody is not infected by the attempt that infected them. Other attempts may infect them later;
what they would have passed on comes later or not at all, and so on, until nobody differs. Days are
gone through in order; on each, those are looked at who may differ from that day on.
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
    attempts_from,
    compiled,
    lag_to,
)

SAME, SPARED, MOVED = 0, 1, 2  # as in the run; not infected so far; infected on another day


class Run(NamedTuple):
    """A finished run: who was infected when, by which attempt, and all that tried.

    Infections are one for each person; where people can be infected again, see `episodes`.
    """

    infected_on: np.ndarray  # [infections] NEVER for most
    winner: np.ndarray  # [infections] row of the attempt that infected them, -1 for none
    out_start: np.ndarray  # [infections + 1] rows of `out`, by source
    out: np.ndarray  # [attempts, 2] target and day
    in_start: np.ndarray  # [agents + 1] rows of `into`, by target
    into: np.ndarray  # [attempts] row in `out`
    source: np.ndarray  # [attempts] the person, or NOBODY
    constant: bool  # one set of tables for all days: then attempts move with the infection
    horizon: int


class Worth(NamedTuple):
    """What an infection counts for the outcome."""

    table: np.ndarray  # [days, regions]
    region: np.ndarray  # [agents]
    lag: np.ndarray  # [agents] days from infection to what is counted; NEVER: does not count
    wanted: np.ndarray  # [states] entering these is counted; all False: the infection itself
    any_state: bool  # whether any is


class Scratch(NamedTuple):
    """Memory of one thread, clean between two deletions."""

    now: np.ndarray  # [agents] day of infection as it would have been
    status: np.ndarray  # [agents]
    hit_on: np.ndarray  # [agents] last day on which a moved person's attempt succeeded
    head: np.ndarray  # [days] first entry of each day's list
    person: np.ndarray  # [room]
    hit: np.ndarray  # [room] 1: an attempt of a moved person reaches them
    following: np.ndarray  # [room]
    changed: np.ndarray  # [room] people who differ
    made: np.ndarray  # [room, COLUMNS] attempts of one person
    path: Path


@compiled()
def _push(day: int, person: int, hit: int, count: int, scratch: Scratch) -> int:
    if count < len(scratch.person):
        scratch.person[count], scratch.hit[count] = person, hit
        scratch.following[count] = scratch.head[day]
        scratch.head[day] = count
    return count + 1


@compiled()
def _worth(agent: int, day: int, run: Run, worth: Worth, course: Course, meetings: Meetings,
           rules: Rules, path: Path) -> float:  # fmt: skip
    if day >= NEVER:
        return 0.0
    lag = np.int64(worth.lag[agent])
    if run.infected_on[agent] >= NEVER and worth.any_state:
        # Nobody looked at the course of somebody who was never infected.
        lag = lag_to(agent, False, worth.wanted, course, meetings, rules, path, 0)
    if day + lag > run.horizon:
        return 0.0
    return worth.table[day + lag, worth.region[agent]]


@compiled()
def _reached(agent: int, day: int, removed: int, run: Run, scratch: Scratch) -> bool:
    """Say whether an attempt of somebody who is as in the run reaches a person on a day."""
    for position in range(run.in_start[agent], run.in_start[agent + 1]):
        row = run.into[position]
        if run.out[row, DAY] != day or row == removed:
            continue
        source = run.source[row]
        if source < 0:
            return True  # from elsewhere
        if scratch.status[source] == SAME and scratch.now[source] < day:
            return True
    return False


@compiled()
def _spare(agent: int, day: int, count: int, run: Run, scratch: Scratch) -> int:
    """Somebody is not infected on their day: look again at all that hung on it."""
    for row in range(run.out_start[agent], run.out_start[agent + 1]):
        target = run.out[row, TO]
        if run.winner[target] == row and scratch.status[target] == SAME:
            count = _push(run.out[row, DAY], target, 0, count, scratch)
    for position in range(run.in_start[agent], run.in_start[agent + 1]):
        later = run.out[run.into[position], DAY]
        if later > day:
            count = _push(later, agent, 0, count, scratch)
    return count


@compiled()
def _move(agent: int, day: int, count: int, run: Run, scratch: Scratch, course: Course,
          meetings: Meetings, rules: Rules) -> int:  # fmt: skip
    """Somebody is infected on another day than in the run: their attempts come on other days.

    Also those on people who were infected before: until then, these may come to be spared.
    """
    base = run.infected_on[agent]
    if day < base < NEVER:
        # Those whom they infected later in the run: that attempt is not made.
        for row in range(run.out_start[agent], run.out_start[agent + 1]):
            target = run.out[row, TO]
            if run.winner[target] == row and scratch.status[target] == SAME:
                count = _push(run.out[row, DAY], target, 0, count, scratch)
    if run.constant and base < NEVER:
        for row in range(run.out_start[agent], run.out_start[agent + 1]):
            moved = run.out[row, DAY] - base + day
            if moved <= run.horizon:
                count = _push(moved, run.out[row, TO], 1, count, scratch)
        return count
    made = attempts_from(agent, day, False, run.horizon, course, meetings, rules, scratch.path,
                         scratch.made, 0, 0)  # fmt: skip
    if made < 0:
        return len(scratch.person) + 1
    for row in range(made):
        count = _push(scratch.made[row, DAY], scratch.made[row, TO], 1, count, scratch)
    return count


@compiled()
def without(victim: int, run: Run, worth: Worth, scratch: Scratch, course: Course,
            meetings: Meetings, rules: Rules) -> tuple[float, int]:  # fmt: skip
    """Return how much less the outcome is without the attempt that infected somebody.

    The second number is how many people were looked at differently; -1 where there was no room.
    """
    day = np.int64(run.infected_on[victim])
    count = _push(day, victim, 0, 0, scratch)
    return _follow(day, count, 0, run.winner[victim], run, worth, scratch, course, meetings, rules)


@compiled()
def with_behaviour(agent: int, bit: int, run: Run, worth: Worth, scratch: Scratch, course: Course,
                   meetings: Meetings, rules: Rules) -> tuple[float, int]:  # fmt: skip
    """Return how much less the outcome is if somebody who did not takes up a behaviour.

    They are infected as in the run, and from then on make other attempts: fewer, as a rule.
    """
    day = np.int64(run.infected_on[agent])
    rules.forced[agent] = 1 << bit
    scratch.changed[0], scratch.status[agent] = agent, MOVED
    count = 0
    for row in range(run.out_start[agent], run.out_start[agent + 1]):
        target = run.out[row, TO]
        if run.winner[target] == row:
            count = _push(run.out[row, DAY], target, 0, count, scratch)
    made = attempts_from(agent, day, day == 0, run.horizon, course, meetings, rules, scratch.path,
                         scratch.made, 0, 0)  # fmt: skip
    for row in range(made):
        count = _push(scratch.made[row, DAY], scratch.made[row, TO], 1, count, scratch)
    if made < 0:
        count = len(scratch.person) + 1
    found = _follow(day, count, 1, -1, run, worth, scratch, course, meetings, rules)
    rules.forced[agent] = 0
    return found


@compiled()
def _follow(day: int, count: int, changes: int, removed: int, run: Run, worth: Worth,
            scratch: Scratch, course: Course, meetings: Meetings,
            rules: Rules) -> tuple[float, int]:  # fmt: skip
    """Go through the days from one on, until nobody is left to look at; then clean up."""
    done = 0
    room = len(scratch.person)
    while done < count and day <= run.horizon and count <= room and changes < len(scratch.changed):
        first = scratch.head[day]
        scratch.head[day] = -1
        entry = first
        while entry >= 0:
            if scratch.hit[entry]:
                scratch.hit_on[scratch.person[entry]] = day
            entry = scratch.following[entry]
        entry = first
        while entry >= 0:
            agent = np.int64(scratch.person[entry])
            entry = scratch.following[entry]
            done += 1
            status = scratch.status[agent]
            now = scratch.now[agent]
            if now < day or (now == day and status != SAME):
                continue
            infected = scratch.hit_on[agent] == day or _reached(agent, day, removed, run, scratch)
            if infected == (now == day):
                continue
            if status == SAME:
                scratch.changed[changes] = agent
                changes += 1
                if changes == len(scratch.changed):
                    break
            if infected:
                scratch.now[agent], scratch.status[agent] = day, MOVED
                count = _move(agent, day, count, run, scratch, course, meetings, rules)
            else:
                scratch.now[agent], scratch.status[agent] = NEVER, SPARED
                count = _spare(agent, day, count, run, scratch)
            if count > room:
                break
        day += 1
    full = count > room or changes == len(scratch.changed)
    difference = 0.0
    for position in range(changes):
        agent = scratch.changed[position]
        base = run.infected_on[agent]
        if not full:
            now = scratch.now[agent]
            difference += _worth(agent, base, run, worth, course, meetings, rules, scratch.path)
            difference -= _worth(agent, now, run, worth, course, meetings, rules, scratch.path)
        scratch.now[agent], scratch.status[agent] = base, SAME
    for position in range(min(count, room)):
        scratch.hit_on[scratch.person[position]] = -1
    if done < count or full:
        scratch.head[:] = -1
    return difference, -1 if full else changes


@compiled()
def without_each(victims: np.ndarray, begin: int, step: int, bit: int, run: Run, worth: Worth,
                 scratch: Scratch, course: Course, meetings: Meetings, rules: Rules,
                 difference: np.ndarray, touched: np.ndarray) -> int:  # fmt: skip
    """Do so for every ``step``-th of the victims; return where there was no room, else -1.

    ``bit`` of a behaviour: they take it up, rather than not being infected; -1: none.
    """
    for position in range(begin, len(victims), step):
        victim = victims[position]
        if bit < 0:
            found, people = without(victim, run, worth, scratch, course, meetings, rules)
        else:
            found, people = with_behaviour(
                victim, bit, run, worth, scratch, course, meetings, rules
            )
        if people < 0:
            return position
        difference[position], touched[position] = found, people
    return -1
