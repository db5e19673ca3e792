"""View: one panel of the screen. Moment: the run as it stands when a view is drawn."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

from populace.engine.diseases.base import INFECTED_ROLES
from populace.engine.project import Project
from populace.engine.records import Applied, DayRecord
from populace.engine.snapshot import Snapshot, StateInfo
from populace.layers.themes import Theme


@dataclass(frozen=True)
class Moment:
    """The newest day of a run, and all that came before."""

    project: Project
    snapshot: Snapshot
    history: Sequence[DayRecord]  # of every day of this epoch, day 0 first
    epoch: int  # grows when the run is reset: whoever keeps rows starts again
    applied: tuple[Applied, ...]  # the changes of this epoch
    people: int  # everybody, the dead as well

    @property
    def states(self) -> tuple[StateInfo, ...]:
        """The states of the disease, in the order of every count."""
        return self.snapshot.states

    @property
    def infected_now(self) -> int:
        """People who are exposed or infectious, in hospital or not."""
        return self.total(*self.columns_of_role(*INFECTED_ROLES))

    def columns_of_role(self, *roles: str) -> tuple[int, ...]:
        """Return the columns of the states that play one of these roles."""
        return tuple(i for i, state in enumerate(self.states) if state.role in roles)

    def columns_of_colour(self, colour: str) -> tuple[int, ...]:
        """Return the columns of the states that are drawn in this colour."""
        return tuple(i for i, state in enumerate(self.states) if state.colour == colour)

    def total(self, *columns: int) -> int:
        """Count the people in these columns, everywhere."""
        return int(self.snapshot.counts[:, list(columns)].sum())


class View(ABC):
    """A panel that shows moments in the colours of a theme."""

    @abstractmethod
    def draw(self, moment: Moment) -> None:
        """Show the newest day; days may have been left out since the last call."""

    def paint(self, theme: Theme) -> None:  # noqa: B027 (a view of plain text has none)
        """Take the colours of another theme."""
