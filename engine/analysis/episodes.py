"""Episodes: the infections of a run, each with what led to it and what came of it."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Int32, UInt8, UInt16

from populace.engine.events import BIRTH, EventTable

NONE = -1  # no source, no such day


@dataclass(frozen=True, eq=False)
class Episodes:
    """One row for each infection, in the order of the log: by day, then by agent.

    ``source`` is the row of the infection that caused it, `NONE` for the first infected and those
    infected from outside; ``previous`` is the row of the agent's own infection before. ``owner``
    tells for each event of the log the infection it belongs to.
    """

    agent: Int32[np.ndarray, " infections"]
    day: Int32[np.ndarray, " infections"]
    network: UInt8[np.ndarray, " infections"]
    source: Int32[np.ndarray, " infections"]
    previous: Int32[np.ndarray, " infections"]
    number: UInt16[np.ndarray, " infections"]  # 0 for the first infection of an agent, 1, 2 ...
    last_state: UInt8[np.ndarray, " infections"]  # when the run ends
    owner: Int32[np.ndarray, " events"]
    events: EventTable

    def __len__(self) -> int:
        return len(self.agent)

    @property
    def first(self) -> Bool[np.ndarray, " infections"]:
        """Mark the infections of people who were never infected before."""
        return self.number == 0

    @property
    def victims(self) -> Int32[np.ndarray, " infections"]:
        """Return how many infections each infection caused."""
        caused = self.source[self.source >= 0]
        return np.bincount(caused, minlength=len(self)).astype(np.int32)

    @property
    def first_state(self) -> UInt8[np.ndarray, " infections"]:
        """Return the state that each infection led to."""
        rows = np.flatnonzero(self.owner >= 0)[::-1]
        found = np.zeros(len(self), np.uint8)
        # From the last event to the first: what stays is the infection itself.
        found[self.owner[rows]] = self.events.after[rows]
        return found

    def first_day_in(self, states: Bool[np.ndarray, " states"]) -> Int32[np.ndarray, " infections"]:
        """Return the day on which each infection first enters one of the states, or `NONE`."""
        rows = np.flatnonzero(states[self.events.after] & (self.owner >= 0))[::-1]
        found = np.full(len(self), NONE, np.int32)
        # From the last event to the first: what stays is the earliest.
        found[self.owner[rows]] = self.events.day[rows]
        return found


def episodes_of(
    events: EventTable,
    agent_count: int,
    last_day: int,
    entered: Bool[np.ndarray, " states"] | None = None,
) -> Episodes:
    """Put the infections together, in one pass over the days.

    ``entered`` marks the states that infection alone leads to, from whatever state.
    """
    infected = (events.before == 0) & (events.after != 0)
    if entered is not None and entered.any():
        infected = infected | entered[events.after]
    infecting = np.flatnonzero(infected)
    agent, infector = events.agent[infecting], events.infector[infecting]
    source = np.full(len(infecting), NONE, np.int32)
    previous, number = np.full_like(source, NONE), np.zeros(len(infecting), np.uint16)
    owner = np.full(len(events.day), NONE, np.int32)
    latest = np.full(agent_count, NONE, np.int32)  # row of everybody's latest infection
    ends = np.searchsorted(events.day, np.arange(-1, last_day + 1), "right")
    ends_infecting = np.searchsorted(infecting, ends)
    for day in range(last_day + 1):
        rows = slice(ends[day], ends[day + 1])
        new = slice(ends_infecting[day], ends_infecting[day + 1])
        # Before today's infections are entered: whoever infects today was infected before.
        known = infector[new] >= 0
        source[new] = np.where(known, latest[infector[new]], NONE)
        previous[new] = latest[agent[new]]
        number[new] = np.where(previous[new] >= 0, number[previous[new]] + 1, 0)
        latest[agent[new]] = np.arange(new.start, new.stop, dtype=np.int32)
        owner[rows] = latest[events.agent[rows]]
        latest[events.agent[rows][events.network[rows] == BIRTH]] = NONE  # another person
    last_state = np.zeros(len(infecting), np.uint8)
    owned = owner >= 0
    last_state[owner[owned]] = events.after[owned]
    return Episodes(
        agent,
        events.day[infecting],
        events.network[infecting],
        source,
        previous,
        number,
        last_state,
        owner,
        events,
    )
