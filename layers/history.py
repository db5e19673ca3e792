"""The people's states on the day that is drawn: a copy of the run's, moved by its events."""

import numpy as np
from jaxtyping import Int16, Int32, Int64, UInt8
from numba import njit

from populace.engine.snapshot import Snapshot, StateInfo

INFECTED_ROLES = ("latent", "infectious")
_MOST_DAYS = 2**15  # what an int16 holds: 89 years
# The days of "when infected" start when this share of the infections had happened, so that a slow
# start does not take half of the colours.
_EARLY_SHARE = 0.05
_SHORTEST_DAYS = 14


def infected_states(states: tuple[StateInfo, ...]) -> UInt8[np.ndarray, " states"]:
    """Return 1 for each state in which a person is infected: exposed or infectious."""
    return np.array([state.role in INFECTED_ROLES for state in states], np.uint8)


class History:
    """Each agent's state and day of first infection, on a day that may be moved both ways.

    Not safe for two threads at once: whoever owns it holds a lock.
    """

    def __init__(self, agent_count: int) -> None:
        self.state: UInt8[np.ndarray, " agents"] = np.zeros(agent_count, np.uint8)
        # Day of the first infection; -1 = never so far
        self.first_day: Int16[np.ndarray, " agents"] = np.full(agent_count, -1, np.int16)
        # People first infected on each day
        self._first_infections: Int64[np.ndarray, " days"] = np.zeros(_MOST_DAYS, np.int64)
        self.day = 0
        self.run: str | None = None
        self.restarts = 0  # grows when everything derived from the states must be made again

    def advance(self, snapshot: Snapshot) -> None:
        """Go to the snapshot's day, forward or back, by the events of the days between."""
        if snapshot.run != self.run:
            self._restart(snapshot)
        infected = infected_states(snapshot.states)
        for day in range(self.day + 1, snapshot.day + 1):
            for events in snapshot.log.day(day):
                _apply(
                    events.agent,
                    events.before,
                    events.after,
                    day,
                    infected,
                    self.state,
                    self.first_day,
                    self._first_infections,
                )
        for day in range(self.day, snapshot.day, -1):
            for events in snapshot.log.day(day):
                _undo(
                    events.agent,
                    events.before,
                    day,
                    self.state,
                    self.first_day,
                    self._first_infections,
                )
        self.day = snapshot.day

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
        self.day, self.run = 0, snapshot.run
        self.restarts += 1


@njit(cache=True, nogil=True)
def _apply(
    agent: Int32[np.ndarray, " events"],
    before: UInt8[np.ndarray, " events"],
    after: UInt8[np.ndarray, " events"],
    day: int,
    infected: UInt8[np.ndarray, " states"],
    state: UInt8[np.ndarray, " agents"],
    first_day: Int16[np.ndarray, " agents"],
    first_infections: Int64[np.ndarray, " days"],
) -> None:
    for k in range(agent.size):
        i = agent[k]
        state[i] = after[k]
        if infected[after[k]] and not infected[before[k]] and first_day[i] < 0:
            first_day[i] = day
            first_infections[day] += 1


@njit(cache=True, nogil=True)
def _undo(
    agent: Int32[np.ndarray, " events"],
    before: UInt8[np.ndarray, " events"],
    day: int,
    state: UInt8[np.ndarray, " agents"],
    first_day: Int16[np.ndarray, " agents"],
    first_infections: Int64[np.ndarray, " days"],
) -> None:
    for k in range(agent.size):
        i = agent[k]
        state[i] = before[k]
        if first_day[i] == day:
            first_day[i] = -1
            first_infections[day] -= 1
