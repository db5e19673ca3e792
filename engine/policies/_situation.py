"""Situation: what an authority knows on the morning of a day."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Int32, UInt8

from populace.engine.diseases.base import State
from populace.engine.events import Events
from populace.engine.people import People

WEEK = 7


@dataclass(frozen=True)
class Situation:
    """Yesterday evening. ``events`` are yesterday's: a policy looks at those, not at everybody."""

    day: int
    run_key: np.uint32
    people: People
    states: tuple[State, ...]
    totals: Sequence[int]  # people by state
    incidence: Sequence[int]  # new infections of each of the last seven days
    events: tuple[Events, ...]
    found: Int32[np.ndarray, " found"]  # cases that tests found yesterday
    state_of: Callable[[Int32[np.ndarray, " chosen"]], UInt8[np.ndarray, " chosen"]]
    # The day of the last infection, 0 for those who never had one.
    infected_on: Callable[[Int32[np.ndarray, " chosen"]], Int32[np.ndarray, " chosen"]]
    # Those in whose places somebody was born yesterday, sorted.
    newborn: Int32[np.ndarray, " newborn"]
    # The day of everybody's birth, 0 for those of the start; None while nobody has been born.
    born_on: Int32[np.ndarray, " agents"] | None

    def per_100_000(self, what: str) -> float:
        """Return a figure that triggers follow: see `_schedule.TRIGGERS`."""
        if what == "incidence":
            count = sum(self.incidence)
        elif what == "intensive care":
            count = self.total(lambda state: state.in_intensive_care)
        else:
            count = self.total(lambda state: state.in_hospital)
        return 1e5 * count / max(1, sum(self.totals))

    def entered(self, chosen: Callable[[State], bool]) -> Int32[np.ndarray, " agents"]:
        """Return who entered one of the chosen states yesterday, sorted."""
        wanted = np.array([chosen(state) for state in self.states])
        blocks = [block.agent[wanted[block.after] & ~wanted[block.before]] for block in self.events]
        return np.sort(np.concatenate(blocks)) if blocks else np.empty(0, np.int32)

    def alive(self, agents: Int32[np.ndarray, " agents"]) -> Int32[np.ndarray, " alive"]:
        """Return those of the agents who are not dead."""
        dead = np.array([state.role == "dead" for state in self.states])
        return agents[~dead[self.state_of(agents)]]

    def were_there(
        self, agents: Int32[np.ndarray, " agents"], day: int
    ) -> Bool[np.ndarray, " agents"]:
        """Mark those who lived on the morning of a day: nobody was born in their places since."""
        return self.births(agents) < day

    def births(self, agents: Int32[np.ndarray, " agents"]) -> Int32[np.ndarray, " agents"]:
        """Return the day on which each was born, 0 for those who were there at the start."""
        return np.zeros(len(agents), np.int32) if self.born_on is None else self.born_on[agents]

    def total(self, chosen: Callable[[State], bool]) -> int:
        """Return how many people were in any of the chosen states yesterday evening."""
        pairs: Iterator[tuple[State, int]] = zip(self.states, self.totals, strict=True)
        return sum(int(count) for state, count in pairs if chosen(state))
