"""What would have become of an epidemic without one infection, where people can be infected again.

As in `counterfactual`, days are gone through in order, and on each those are looked at who may
differ. But there is no day on which a person's story is over: an infection that does not happen
leaves them susceptible to the next attempt, and all their later infections come on other days or
are other ones, by number. So whoever differs once is looked at on every later day on which anything
reaches them.
"""

from typing import NamedTuple

import numpy as np

from populace.engine.sensitivity.attempts import (
    COLUMNS,
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
from populace.engine.sensitivity.counterfactual import Run, Worth
from populace.engine.sensitivity.episodes import Episodes, busy_until

NOT_NOW = -1  # nobody can infect them on this day


class Notes(NamedTuple):
    """Memory of one thread. Stamps grow with each deletion and day, and are never wiped."""

    gone: np.ndarray  # [infections] 1: did not happen as in the run
    newest: np.ndarray  # [agents] row of their last other infection, -1 for none
    hit_on: np.ndarray  # [agents] stamp of the day on which another infection reaches them
    seen_on: np.ndarray  # [agents] stamp of the day on which they were looked at
    differs: np.ndarray  # [agents] number of the deletion in which they do
    head: np.ndarray  # [days] first entry of each day's list
    person: np.ndarray  # [room]
    hit: np.ndarray  # [room] 1: an attempt of another infection reaches them
    following: np.ndarray  # [room]
    lost: np.ndarray  # [room] infections that did not happen
    who: np.ndarray  # [room] other infections
    day: np.ndarray  # [room]
    number: np.ndarray  # [room]
    busy: np.ndarray  # [room]
    before: np.ndarray  # [room] the person's other infection before this one
    made: np.ndarray  # [room, COLUMNS] attempts of one infection
    path: Path

    @staticmethod
    def fresh(agents: int, infections: int, horizon: int, room: int) -> "Notes":
        """Return clean memory for one thread."""
        whole, many = np.int32, np.int64
        return Notes(
            gone=np.zeros(infections, np.uint8),
            newest=np.full(agents, -1, whole),
            hit_on=np.zeros(agents, many),
            seen_on=np.zeros(agents, many),
            differs=np.zeros(agents, many),
            head=np.full(horizon + 2, -1, whole),
            person=np.empty(room, whole),
            hit=np.empty(room, np.uint8),
            following=np.empty(room, whole),
            lost=np.empty(room, whole),
            who=np.empty(room, whole),
            day=np.empty(room, whole),
            number=np.empty(room, whole),
            busy=np.empty(room, whole),
            before=np.empty(room, whole),
            made=np.empty((room, COLUMNS), np.uint32),
            path=Path.fresh(),
        )


class Counts(NamedTuple):
    """How much of the memory is in use, and how far a deletion has come."""

    entries: int
    lost: int
    other: int
    people: int  # who differ


@compiled()
def _push(day: int, person: int, hit: int, count: int, notes: Notes) -> int:
    if count < len(notes.person):
        notes.person[count], notes.hit[count] = person, hit
        notes.following[count] = notes.head[day]
        notes.head[day] = count
    return count + 1


@compiled()
def _number_on(agent: int, day: int, run: Run, episodes: Episodes, notes: Notes) -> int:
    """Return how many infections somebody had before a day, or NOT_NOW."""
    number = 0
    for row in range(episodes.first[agent], episodes.first[agent + 1]):
        if run.infected_on[row] >= day:
            break
        if notes.gone[row] == 0:
            number += 1
            if day <= episodes.busy[row]:
                return NOT_NOW
    row = notes.newest[agent]
    while row >= 0:
        if notes.day[row] < day:
            number += 1
            if day <= notes.busy[row]:
                return NOT_NOW
        row = notes.before[row]
    return number


@compiled()
def _reached(agent: int, day: int, removed: int, run: Run, episodes: Episodes,
             notes: Notes) -> bool:  # fmt: skip
    """Say whether an attempt of an infection that is as in the run reaches a person on a day."""
    for position in range(run.in_start[agent], run.in_start[agent + 1]):
        attempt = run.into[position]
        if run.out[attempt, DAY] != day or attempt == removed:
            continue
        origin = episodes.origin[attempt]
        if origin < 0 or notes.gone[origin] == 0:
            return True
    return False


@compiled()
def _row_on(agent: int, day: int, run: Run, episodes: Episodes) -> int:
    """Return the infection of the run that somebody had on a day, or -1."""
    for row in range(episodes.first[agent], episodes.first[agent + 1]):
        if run.infected_on[row] == day:
            return row
    return -1


@compiled()
def _note_that_differs(agent: int, day: int, deletion: int, counts: Counts, run: Run,
                       notes: Notes) -> Counts:  # fmt: skip
    """From a day on somebody differs: look at them whenever anything reaches them later."""
    if notes.differs[agent] == deletion:
        return counts
    notes.differs[agent] = deletion
    entries = counts.entries
    for position in range(run.in_start[agent], run.in_start[agent + 1]):
        later = run.out[run.into[position], DAY]
        if later > day:
            entries = _push(later, agent, 0, entries, notes)
    return Counts(entries, counts.lost, counts.other, counts.people + 1)


@compiled()
def _lose(row: int, counts: Counts, run: Run, notes: Notes) -> Counts:
    """Take an infection away: look again at all whom it reached."""
    notes.gone[row] = 1
    if counts.lost < len(notes.lost):
        notes.lost[counts.lost] = row
    entries = counts.entries
    for attempt in range(run.out_start[row], run.out_start[row + 1]):
        entries = _push(run.out[attempt, DAY], run.out[attempt, TO], 0, entries, notes)
    return Counts(entries, counts.lost + 1, counts.other, counts.people)


@compiled()
def _add(agent: int, day: int, number: int, counts: Counts, run: Run, notes: Notes, course: Course,
         meetings: Meetings, rules: Rules) -> Counts:  # fmt: skip
    """Add an infection: look at all whom it reaches."""
    entries, other = counts.entries, counts.other
    made = attempts_from(agent, day, day == 0, run.horizon, course, meetings, rules, notes.path,
                         notes.made, 0, number)  # fmt: skip
    if made < 0 or other == len(notes.who):
        return Counts(len(notes.person) + 1, counts.lost, other, counts.people)
    for row in range(made):
        entries = _push(np.int64(notes.made[row, DAY]), np.int64(notes.made[row, TO]), 1, entries,
                        notes)  # fmt: skip
    notes.who[other], notes.day[other], notes.number[other] = agent, day, number
    notes.busy[other] = busy_until(agent, day, number, course, meetings, rules, notes.path)
    notes.before[other] = notes.newest[agent]
    notes.newest[agent] = other
    return Counts(entries, counts.lost, other + 1, counts.people)


@compiled()
def _look(agent: int, day: int, hit: bool, deletion: int, removed: int, counts: Counts, run: Run,
          episodes: Episodes, notes: Notes, course: Course, meetings: Meetings,
          rules: Rules) -> Counts:  # fmt: skip
    """Find out whether somebody is infected on a day, and whether that is as in the run."""
    number = _number_on(agent, day, run, episodes, notes)
    infected = number != NOT_NOW and (hit or _reached(agent, day, removed, run, episodes, notes))
    row = _row_on(agent, day, run, episodes)
    if row < 0 and not infected:
        return counts
    if row >= 0 and infected and episodes.number[row] == number:
        return counts
    counts = _note_that_differs(agent, day, deletion, counts, run, notes)
    if row >= 0:
        counts = _lose(row, counts, run, notes)
    if infected:
        counts = _add(agent, day, number, counts, run, notes, course, meetings, rules)
    return counts


@compiled()
def _follow(day: int, deletion: int, removed: int, most: int, counts: Counts, run: Run,
            episodes: Episodes, notes: Notes, course: Course, meetings: Meetings,
            rules: Rules) -> Counts:  # fmt: skip
    """Go through the days from one on, until nobody is left to look at or too many differ."""
    done, room = 0, len(notes.person)
    while done < counts.entries <= room and day <= run.horizon and counts.people <= most:
        stamp = deletion * (run.horizon + 2) + day
        first = np.int64(notes.head[day])
        notes.head[day] = -1
        entry = first
        while entry >= 0:
            if notes.hit[entry]:
                notes.hit_on[notes.person[entry]] = stamp
            entry = np.int64(notes.following[entry])
        entry = first
        while entry >= 0 and counts.entries <= room and counts.people <= most:
            agent = np.int64(notes.person[entry])
            entry = np.int64(notes.following[entry])
            done += 1
            if notes.seen_on[agent] == stamp:
                continue
            notes.seen_on[agent] = stamp
            counts = _look(agent, day, notes.hit_on[agent] == stamp, deletion, removed, counts,
                           run, episodes, notes, course, meetings, rules)  # fmt: skip
        day += 1
    if done < counts.entries:
        notes.head[:] = -1
    return counts


@compiled()
def _settle(counts: Counts, valid: bool, run: Run, episodes: Episodes, worth: Worth, notes: Notes,
            course: Course, meetings: Meetings, rules: Rules) -> float:  # fmt: skip
    """Return how much less the outcome is, and clean up."""
    difference = 0.0
    for position in range(min(counts.lost, len(notes.lost))):
        row = notes.lost[position]
        notes.gone[row] = 0
        if valid:
            difference += _worth(np.int64(episodes.who[row]), np.int64(run.infected_on[row]),
                                 np.int64(worth.lag[row]), run, worth)  # fmt: skip
    for row in range(counts.other):
        agent, day = np.int64(notes.who[row]), np.int64(notes.day[row])
        notes.newest[agent] = -1
        if valid:
            lag = 0
            if worth.any_state:
                lag = lag_to(agent, day == 0, worth.wanted, course, meetings, rules, notes.path,
                             np.int64(notes.number[row]))  # fmt: skip
            difference -= _worth(agent, day, lag, run, worth)
    return difference


@compiled()
def _worth(agent: int, day: int, lag: int, run: Run, worth: Worth) -> float:
    if lag >= NEVER or day + lag > run.horizon:
        return 0.0
    return worth.table[day + lag, worth.region[agent]]


@compiled()
def without_each_again(rows: np.ndarray, begin: int, step: int, bit: int, most: int, run: Run,
                       episodes: Episodes, worth: Worth, notes: Notes, course: Course,
                       meetings: Meetings, rules: Rules, difference: np.ndarray,
                       touched: np.ndarray) -> int:  # fmt: skip
    """Delete every ``step``-th of the infections; return where there was no room, else -1.

    ``bit`` of a behaviour: whoever has the infection takes it up in its course, and it happens;
    -1: none. A deletion ends where more than ``most`` people differ, and then says nothing else.
    """
    room, nothing = len(notes.person), int(np.int64(0))
    for position in range(begin, len(rows), step):
        row, deletion = np.int64(rows[position]), position + 1
        agent, day = np.int64(episodes.who[row]), np.int64(run.infected_on[row])
        counts = Counts(nothing, nothing, nothing, nothing)
        removed = np.int64(-1)
        if bit < 0:
            removed = np.int64(run.winner[row])
            counts = Counts(_push(day, agent, 0, 0, notes), nothing, nothing, nothing)
        else:
            # The infection comes as it does, and makes other attempts: fewer, as a rule.
            counts = _note_that_differs(agent, day, deletion, counts, run, notes)
            counts = _lose(row, counts, run, notes)
            rules.forced[agent] = 1 << bit
            counts = _add(agent, day, np.int64(episodes.number[row]), counts, run, notes, course,
                          meetings, rules)  # fmt: skip
            rules.forced[agent] = 0
        counts = _follow(day, deletion, removed, most, counts, run, episodes, notes, course,
                         meetings, rules)  # fmt: skip
        full = counts.entries > room or counts.lost > len(notes.lost)
        valid = not full and counts.people <= most
        found = _settle(counts, valid, run, episodes, worth, notes, course, meetings, rules)
        if full:
            return position
        difference[position], touched[position] = found, counts.people
    return -1
