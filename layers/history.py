"""The people's states on the day that is drawn: a copy of the run's, moved by its events."""

import numpy as np
from jaxtyping import Int16, Int32, Int64, UInt8
from numba import njit

from populace.engine.diseases.base import INFECTED_ROLES
from populace.engine.snapshot import Snapshot, StateInfo

_MOST_DAYS = 2**15  # what an int16 holds: 89 years
# The days of "when infected" start when this share of the infections had happened, so that a slow
# start does not take half of the colours.
_EARLY_SHARE = 0.05
_SHORTEST_DAYS = 14
_KEPT_BYTES = 128 * 2**20
_KEPT_EVERY = 6  # days
_COPY_DAYS = 1  # to copy all states takes about as long as so many days of events


def infected_states(states: tuple[StateInfo, ...]) -> UInt8[np.ndarray, " states"]:
    """Return 1 for each state in which a person is infected: exposed or infectious."""
    return np.array([state.role in INFECTED_ROLES for state in states], np.uint8)


class History:
    """Each agent's state on a day that may be moved both ways, and their day of first infection.

    Every few days the states are kept as they were (a byte per agent, in `_KEPT_BYTES` at most):
    then any day is near one of them, however long the run. Not safe for two threads at once:
    whoever owns it holds a lock.
    """

    def __init__(self, agent_count: int, kept_bytes: int = _KEPT_BYTES) -> None:
        self.state: UInt8[np.ndarray, " agents"] = np.zeros(agent_count, np.uint8)
        # As far as the run was seen: a day after `day` is still to come. -1 = never so far
        self.first_day: Int16[np.ndarray, " agents"] = np.full(agent_count, -1, np.int16)
        # People first infected on each day
        self._first_infections: Int64[np.ndarray, " days"] = np.zeros(_MOST_DAYS, np.int64)
        self.day = 0
        self.run: str | None = None
        self.restarts = 0  # grows when everything derived from the states must be made again
        self._seen = 0  # the furthest day so far
        self._most_kept = max(2, kept_bytes // max(agent_count, 1))
        self._every = _KEPT_EVERY  # days
        self._kept: dict[int, UInt8[np.ndarray, " agents"]] = {}

    def advance(self, snapshot: Snapshot) -> None:
        """Go to the snapshot's day, forward or back, by the events of the days between."""
        if snapshot.run != self.run:
            self._restart(snapshot)
        self._start_near(snapshot.day)
        infected = infected_states(snapshot.states)
        for day in range(self.day + 1, snapshot.day + 1):
            new = day > self._seen
            for events in snapshot.log.day(day):
                move(events.agent, events.after, self.state)
                if new:
                    _note_first(
                        events.agent,
                        events.before,
                        events.after,
                        day,
                        infected,
                        self.first_day,
                        self._first_infections,
                    )
            if new:
                self._seen = day
                self._keep(day)
        for day in range(self.day, snapshot.day, -1):
            for events in snapshot.log.day(day):
                move(events.agent, events.before, self.state)
        self.day = snapshot.day

    def _start_near(self, day: int) -> None:
        """Begin from the states that were kept, where they are nearer than those of now."""
        nearest = min(self._kept, key=lambda kept: abs(kept - day))
        if abs(nearest - day) + _COPY_DAYS < abs(self.day - day):
            self.state[:] = self._kept[nearest]
            self.day = nearest

    def _keep(self, day: int) -> None:
        if day % self._every:
            return
        self._kept[day] = self.state.copy()
        while len(self._kept) > self._most_kept:
            self._every *= 2
            self._kept = {one: kept for one, kept in self._kept.items() if one % self._every == 0}

    def days_of_infection(self) -> tuple[int, int]:
        """Return the days from the early infections to today, at least two weeks apart."""
        so_far = np.cumsum(self._first_infections[: self.day + 1])
        early = int(np.searchsorted(so_far, _EARLY_SHARE * so_far[-1]))
        last = max(self.day, _SHORTEST_DAYS)
        return min(early, last - _SHORTEST_DAYS), last

    def _restart(self, snapshot: Snapshot) -> None:
        if len(snapshot.initial_state) != len(self.state):
            raise ValueError(
                f"the run has {len(snapshot.initial_state)} people, the map {len(self.state)}"
            )
        self.state[:] = snapshot.initial_state
        self.first_day[:] = -1
        self.first_day[infected_states(snapshot.states)[self.state] == 1] = 0
        self._first_infections[:] = 0
        self._first_infections[0] = np.count_nonzero(self.first_day == 0)
        self.day, self.run, self._seen = 0, snapshot.run, 0
        self._every, self._kept = _KEPT_EVERY, {0: snapshot.initial_state}
        self.restarts += 1


@njit(cache=True, nogil=True)
def move(
    agent: Int32[np.ndarray, " events"],
    to: UInt8[np.ndarray, " events"],
    state: UInt8[np.ndarray, " agents"],
) -> None:
    """Write the state after each event, or before it to go back."""
    for k in range(agent.size):
        state[agent[k]] = to[k]


@njit(cache=True, nogil=True)
def _note_first(
    agent: Int32[np.ndarray, " events"],
    before: UInt8[np.ndarray, " events"],
    after: UInt8[np.ndarray, " events"],
    day: int,
    infected: UInt8[np.ndarray, " states"],
    first_day: Int16[np.ndarray, " agents"],
    first_infections: Int64[np.ndarray, " days"],
) -> None:
    for k in range(agent.size):
        i = agent[k]
        if infected[after[k]] and not infected[before[k]] and first_day[i] < 0:
            first_day[i] = day
            first_infections[day] += 1
