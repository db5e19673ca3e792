"""What is wrong with a user's file, row by row, and what can be done about it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

SHOWN_MAX = 200  # of one kind: more rows are counted, not listed


@dataclass(frozen=True)
class Finding:
    """One faulty row. ``row`` counts as a spreadsheet does: the heading is row 1; 0 is no row."""

    row: int
    column: str
    value: str
    message: str


@dataclass(frozen=True)
class Group:
    """All faults of one kind, and the choice what to do with them."""

    kind: str  # "missing", by which a decision names it
    title: str  # "No number in the row"
    actions: tuple[tuple[str, str], ...]  # key and label of each; the first is the default
    count: int
    first: tuple[Finding, ...]  # at most SHOWN_MAX
    chosen: str = ""

    @property
    def action(self) -> str:
        """Return what will be done."""
        return self.chosen or self.actions[0][0]


@dataclass(frozen=True)
class Problems:
    """The problems of a file under the decisions; each kind of data adds what is left of it."""

    groups: tuple[Group, ...]
    notes: tuple[str, ...]

    @property
    def problem_count(self) -> int:
        """Return how many there are."""
        return sum(group.count for group in self.groups)


@dataclass
class Findings:
    """Collects groups in order; ``decisions`` are what the user chose, by kind."""

    decisions: Mapping[str, str] = field(default_factory=dict)
    groups: list[Group] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(
        self,
        kind: str,
        title: str,
        actions: tuple[tuple[str, str], ...],
        positions: np.ndarray,
        finding: Callable[[int], Finding],
    ) -> str:
        """Note rows by their positions and return what is to be done with them."""
        chosen = self.decisions.get(kind, "")
        if chosen not in dict(actions):
            chosen = actions[0][0]
        if len(positions):
            first = tuple(finding(int(at)) for at in positions[:SHOWN_MAX])
            self.groups.append(Group(kind, title, actions, len(positions), first, chosen))
        return chosen


LEAVE_OUT = ("leave_out", "Leave out the row")
ZERO = ("zero", "Take it as 0")
KEEP = ("keep", "Keep it as it is")
