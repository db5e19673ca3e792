"""Area: the people inside a line on the map, and their part in the epidemic, day by day."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float32, Float64, Int32, Int64, UInt8
from numba import njit

from populace.engine.diseases.base import INFECTED_ROLES
from populace.engine.events import BIRTH
from populace.engine.snapshot import Snapshot, StateInfo

# Lower ends of the age groups: school age, younger and older adults, those of retirement age.
_AGES_FROM = (0, 18, 40, 65)
AGE_NAMES = ("0 to 17", "18 to 39", "40 to 64", "65 and over")
_MOST_STRIPS = 2_048
# Rows of what one day adds up.
_HERE, _BY_HERE, _BY_AROUND, _PASSED_ON, _EVERYWHERE, _EVER, _DIED, _TALLIES = range(8)


def inside(
    x: Float32[np.ndarray, " agents"],
    y: Float32[np.ndarray, " agents"],
    corners_x: Sequence[float],
    corners_y: Sequence[float],
) -> Bool[np.ndarray, " agents"]:
    """Mark who lives inside a closed line; the last corner need not be the first again.

    Where the line crosses itself, what it goes round twice is outside, as it is drawn.
    """
    cx, cy = np.array(corners_x, np.float64), np.array(corners_y, np.float64)
    if len(cx) != len(cy) or not (np.isfinite(cx).all() and np.isfinite(cy).all()):
        raise ValueError("a line needs as many finite x as y")
    marked = np.zeros(len(x), bool)
    if len(cx) >= 3 and cy.min() < cy.max():
        first, edges = _strips(cy, min(_MOST_STRIPS, 2 * len(cx)))
        _mark_inside(x, y, cx, cy, first, edges, marked)
    return marked


@dataclass(frozen=True)
class AgePart:
    """One age group of an area."""

    name: str
    people: int
    infected: int  # at least once so far
    died: int


@dataclass(frozen=True, eq=False)
class AreaDay:
    """An area up to the evening of one day, beside everybody.

    ``infections`` divide by who caused them: somebody of the area, somebody who lives elsewhere,
    or nobody who is known (the first infected and those infected abroad).
    """

    day: int
    people: int
    everybody: int
    infected: int  # of those who live here now, at least once so far
    infected_everywhere: int
    infected_now: int
    infectious_now: int
    died: int
    died_everywhere: int
    infections: int
    by_people_here: int
    by_people_around: int
    passed_on: int  # infections of people elsewhere by somebody of the area
    ages: tuple[AgePart, ...]
    daily: Int64[np.ndarray, " days"]  # infections in the area on each day, day 0 first
    daily_everywhere: Int64[np.ndarray, " days"]

    @property
    def of_unknown_source(self) -> int:
        """Return the infections that nobody in the run caused."""
        return self.infections - self.by_people_here - self.by_people_around


class AreaCourse:
    """Reads a run's log once, day by day, and tells of an area on any day read so far.

    Not safe for two threads at once: whoever owns it lets one read at a time.
    """

    def __init__(self, marked: Bool[np.ndarray, " agents"], age: UInt8[np.ndarray, " agents"]
                 ) -> None:  # fmt: skip
        self._marked = marked
        self._group = (np.searchsorted(_AGES_FROM, age, side="right") - 1).astype(np.uint8)
        self._people = np.bincount(self._group[marked], minlength=len(AGE_NAMES))
        self._ever: UInt8[np.ndarray, " agents"] = np.zeros(len(age), np.uint8)
        self._run: str | None = None
        self._days: list[_Sums] = []

    def at(self, snapshot: Snapshot) -> AreaDay:
        """Return the area on a day, reading the days that have come since."""
        if snapshot.run != self._run:
            self._restart(snapshot)
        for day in range(len(self._days), snapshot.day + 1):
            self._days.append(self._next(day, snapshot))
        days = self._days[: snapshot.day + 1]
        last = days[-1]
        sums, states = last.tally, last.states
        return AreaDay(
            day=snapshot.day,
            people=int(self._people.sum()),
            everybody=len(self._ever),
            infected=int(last.ever.sum()),
            infected_everywhere=int(sums[_EVER]),
            infected_now=int(states[_playing(snapshot.states, *INFECTED_ROLES)].sum()),
            infectious_now=int(states[_playing(snapshot.states, "infectious")].sum()),
            died=int(last.died.sum()),
            died_everywhere=int(sums[_DIED]),
            infections=int(sums[_HERE]),
            by_people_here=int(sums[_BY_HERE]),
            by_people_around=int(sums[_BY_AROUND]),
            passed_on=int(sums[_PASSED_ON]),
            ages=tuple(
                AgePart(name, int(people), int(ever), int(died))
                for name, people, ever, died in zip(
                    AGE_NAMES, self._people, last.ever, last.died, strict=True
                )
            ),
            daily=np.diff([one.tally[_HERE] for one in days], prepend=0),
            daily_everywhere=np.diff([one.tally[_EVERYWHERE] for one in days], prepend=0),
        )

    def _restart(self, snapshot: Snapshot) -> None:
        """Begin again from the first infected."""
        self._run = snapshot.run
        first = _playing(snapshot.states, *INFECTED_ROLES)[snapshot.initial_state]
        self._ever = first.astype(np.uint8)
        here = first & self._marked
        sums = _Sums.none(len(snapshot.states))
        began = snapshot.initial_state[self._marked]
        sums.states[:] = np.bincount(began, minlength=len(snapshot.states))
        sums.ever[:] = np.bincount(self._group[here], minlength=len(AGE_NAMES))
        sums.tally[_HERE] = here.sum()
        sums.tally[_EVERYWHERE] = sums.tally[_EVER] = first.sum()
        self._days = [sums]

    def _next(self, day: int, snapshot: Snapshot) -> "_Sums":
        sums = self._days[-1].copy()
        infected = _playing(snapshot.states, *INFECTED_ROLES)
        dead = _playing(snapshot.states, "dead")
        for events in snapshot.log.day(day):
            _add(
                events.agent, events.before, events.after, events.infector, events.network,
                infected, dead, self._marked, self._group, self._ever,
                sums.tally, sums.states, sums.ever, sums.died,
            )  # fmt: skip
        return sums


@dataclass(frozen=True, eq=False)
class _Sums:
    """What has added up by the evening of a day."""

    tally: Int64[np.ndarray, " tallies"]
    states: Int64[np.ndarray, " states"]
    ever: Int64[np.ndarray, " ages"]
    died: Int64[np.ndarray, " ages"]

    @staticmethod
    def none(states: int) -> "_Sums":
        return _Sums(*(np.zeros(n, np.int64) for n in (_TALLIES, states, *[len(AGE_NAMES)] * 2)))

    def copy(self) -> "_Sums":
        return _Sums(self.tally.copy(), self.states.copy(), self.ever.copy(), self.died.copy())


def _playing(states: tuple[StateInfo, ...], *roles: str) -> Bool[np.ndarray, " states"]:
    return np.array([state.role in roles for state in states])


@njit(cache=True, nogil=True)
def _add(
    agent: Int32[np.ndarray, " events"],
    before: UInt8[np.ndarray, " events"],
    after: UInt8[np.ndarray, " events"],
    infector: Int32[np.ndarray, " events"],
    network: UInt8[np.ndarray, " events"],
    infected: Bool[np.ndarray, " states"],
    dead: Bool[np.ndarray, " states"],
    marked: Bool[np.ndarray, " agents"],
    group: UInt8[np.ndarray, " agents"],
    ever: UInt8[np.ndarray, " agents"],
    tally: Int64[np.ndarray, " tallies"],
    states: Int64[np.ndarray, " states"],
    ever_here: Int64[np.ndarray, " ages"],
    died_here: Int64[np.ndarray, " ages"],
) -> None:
    """Add one day's block of events; each person has at most one a day."""
    for k in range(agent.size):
        one, source = agent[k], infector[k]
        here, age = marked[one], group[one]
        if here:
            states[before[k]] -= 1
            states[after[k]] += 1
        if network[k] == BIRTH:  # another person, never infected so far
            tally[_EVER] -= ever[one]
            if here:
                ever_here[age] -= ever[one]
            ever[one] = 0
            continue
        if dead[after[k]] and not dead[before[k]]:
            tally[_DIED] += 1
            if here:
                died_here[age] += 1
        if source < 0 and not (infected[after[k]] and not infected[before[k]]):
            continue
        tally[_EVERYWHERE] += 1
        if ever[one] == 0:
            ever[one] = 1
            tally[_EVER] += 1
            if here:
                ever_here[age] += 1
        by_here = source >= 0 and marked[source]
        if here:
            tally[_HERE] += 1
            if by_here:
                tally[_BY_HERE] += 1
            elif source >= 0:
                tally[_BY_AROUND] += 1
        elif by_here:
            tally[_PASSED_ON] += 1


@njit(cache=True, nogil=True)
def _strips(
    y: Float64[np.ndarray, " corners"], count: int
) -> tuple[Int64[np.ndarray, " strips"], Int64[np.ndarray, " touches"]]:
    """List for each of ``count`` strips from bottom to top the edges that touch it.

    A point then meets a few edges, however many corners the hand has drawn.
    """
    low, high, corners = y.min(), y.max(), y.size
    first = np.zeros(count + 1, np.int64)
    for k in range(corners):
        a, b = _strip(y[k], low, high, count), _strip(y[k - 1], low, high, count)
        for strip in range(min(a, b), max(a, b) + 1):
            first[strip + 1] += 1
    first = np.cumsum(first)
    place, edges = first.copy(), np.zeros(first[-1], np.int64)
    for k in range(corners):
        a, b = _strip(y[k], low, high, count), _strip(y[k - 1], low, high, count)
        for strip in range(min(a, b), max(a, b) + 1):
            edges[place[strip]] = k
            place[strip] += 1
    return first, edges


@njit(cache=True, nogil=True)
def _strip(y: float, low: float, high: float, count: int) -> int:
    return min(int((y - low) / (high - low) * count), count - 1)


@njit(cache=True, nogil=True)
def _mark_inside(
    x: Float32[np.ndarray, " agents"],
    y: Float32[np.ndarray, " agents"],
    corners_x: Float64[np.ndarray, " corners"],
    corners_y: Float64[np.ndarray, " corners"],
    first: Int64[np.ndarray, " strips"],
    edges: Int64[np.ndarray, " touches"],
    marked: Bool[np.ndarray, " agents"],
) -> None:
    """Count the edges to the right of each person: an odd number means inside."""
    west, east = corners_x.min(), corners_x.max()
    south, north = corners_y.min(), corners_y.max()
    count = first.size - 1
    for one in range(x.size):
        px, py = np.float64(x[one]), np.float64(y[one])
        if px < west or px > east or py < south or py > north:
            continue
        strip = _strip(py, south, north, count)
        odd = False
        for place in range(first[strip], first[strip + 1]):
            k = edges[place]
            ax, ay, bx, by = corners_x[k], corners_y[k], corners_x[k - 1], corners_y[k - 1]
            if (ay > py) != (by > py) and px < (bx - ax) * (py - ay) / (by - ay) + ax:
                odd = not odd
        marked[one] = odd
