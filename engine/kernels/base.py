"""What a kernel promises, whatever device it runs on."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Int32, Int64, UInt8, UInt32

    from populace.engine.acceptance import Acceptance
    from populace.engine.events import EventLog
    from populace.engine.graph import Graph
    from populace.engine.snapshot import RegionInfections

NOBODY_BORN = np.zeros(0, np.int32)


@dataclass(frozen=True)
class Imports:
    """Whom an infection from elsewhere reaches on one day: each person once, sorted.

    They are infected if ``mark`` is below their relative susceptibility to the strain.
    """

    agent: Int32[np.ndarray, " imports"]
    strain: UInt8[np.ndarray, " imports"]
    mark: UInt32[np.ndarray, " imports"]


NO_IMPORTS = Imports(np.zeros(0, np.int32), np.zeros(0, np.uint8), np.zeros(0, np.uint32))


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
    def advance(
        self, day: int, imports: Imports = NO_IMPORTS, born: np.ndarray = NOBODY_BORN
    ) -> None:
        """Simulate one day: attempts read the day before, changes are seen the day after.

        ``imports`` are those whom an infection from elsewhere reaches on this day; those in the
        rows ``born``, sorted, die of other causes, and newborns have their places.
        """

    @abstractmethod
    def counts(self) -> Int64[np.ndarray, "regions states"]:
        """Count people by region and state."""

    @abstractmethod
    def new_infections(self) -> Int64[np.ndarray, " networks"]:
        """Count today's infections by network; those from elsewhere are in none."""

    @abstractmethod
    def imported(self) -> int:
        """Count today's infections from elsewhere."""

    @abstractmethod
    def infections_by_lag(self) -> Int64[np.ndarray, " lags"]:
        """Count today's infections by the days since the infector's own infection."""

    def infections(self) -> RegionInfections | None:
        """Count infections by region; None where the log tells."""
        return None

    @abstractmethod
    def state(self) -> UInt8[np.ndarray, " agents"]:
        """Return everybody's state."""

    @abstractmethod
    def state_of(self, agents: Int32[np.ndarray, " chosen"]) -> UInt8[np.ndarray, " chosen"]:
        """Return the states of some people."""

    @abstractmethod
    def infected_on(self, agents: Int32[np.ndarray, " chosen"]) -> Int32[np.ndarray, " chosen"]:
        """Return the day of some people's last infection, 0 for those who never had one."""

    @abstractmethod
    def protect(
        self, agents: Int32[np.ndarray, " chosen"], classes: UInt8[np.ndarray, " chosen"]
    ) -> None:
        """Put people, each named once, into classes of protection from the next day on."""

    @abstractmethod
    def rewire(
        self,
        network: int,
        pointers: Int64[np.ndarray, " agents_and_end"],
        members: Int32[np.ndarray, " ends_or_one"],
    ) -> None:
        """Replace the contact list of a network of edges from the next day on.

        Nobody has more edges than the network's rates are for.
        """

    @abstractmethod
    def grow_older(self, agents: Int32[np.ndarray, " chosen"]) -> None:
        """Put people into the next age band, from the next day on; the last has none."""

    @abstractmethod
    def fork(self) -> Kernel:
        """Return an independent copy that continues with the same events."""
