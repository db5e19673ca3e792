"""What a kernel promises, whatever device it runs on."""

from abc import ABC, abstractmethod

import numpy as np
from jaxtyping import Int32, Int64, UInt8

from populace.engine.acceptance import Acceptance
from populace.engine.events import EventLog
from populace.engine.graph import Graph


class Kernel(ABC):
    """The state of one run and the way to its next day. Equal inputs give equal events."""

    @property
    @abstractmethod
    def log(self) -> EventLog:
        """Return the events so far."""

    @abstractmethod
    def begin(self, agents: np.ndarray) -> None:
        """Infect the first people, on day 0."""

    @abstractmethod
    def use(self, graph: Graph, acceptance: Acceptance) -> None:
        """Take new tables from the next day on. Stays that have begun keep their end."""

    @abstractmethod
    def advance(self, day: int) -> None:
        """Simulate one day: attempts read the day before, changes are seen the day after."""

    @abstractmethod
    def counts(self) -> Int64[np.ndarray, "regions states"]:
        """Count people by region and state."""

    @abstractmethod
    def new_infections(self) -> Int64[np.ndarray, " networks"]:
        """Count today's infections by network."""

    @abstractmethod
    def infections_by_lag(self) -> Int64[np.ndarray, " lags"]:
        """Count today's infections by the days since the infector's own infection."""

    @abstractmethod
    def state(self) -> UInt8[np.ndarray, " agents"]:
        """Return everybody's state."""

    @abstractmethod
    def state_of(self, agents: Int32[np.ndarray, " chosen"]) -> UInt8[np.ndarray, " chosen"]:
        """Return the states of some people."""

    @abstractmethod
    def protect(
        self, agents: Int32[np.ndarray, " chosen"], classes: UInt8[np.ndarray, " chosen"]
    ) -> None:
        """Put people, each named once, into classes of protection from the next day on."""

    @abstractmethod
    def fork(self) -> "Kernel":
        """Return an independent copy that continues with the same events."""
