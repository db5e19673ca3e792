"""Standing: everybody's class of protection day by day, and who is infected from elsewhere when.

Both are noted from a run, and depend on nothing that happens in it: a policy for some people alone
has the same people throughout, doses go down a queue, and infections from elsewhere are drawn by
the day. So they stay as they are in whatever might have been.
"""

from dataclasses import dataclass, field

import numpy as np

from populace.engine.simulation import Simulation


@dataclass
class Standing:
    """Notes of one run; ``note`` is called each evening."""

    first: np.ndarray  # [agents] class on day 0, or nobody where all are of one
    _now: np.ndarray
    _changed: list[tuple[int, np.ndarray, np.ndarray]] = field(default_factory=list)
    _imported: list[tuple[int, np.ndarray]] = field(default_factory=list)

    @staticmethod
    def of(simulation: Simulation) -> "Standing":
        """Begin with a run that stands on day 0."""
        return Standing(simulation.classes.copy(), simulation.classes.copy())

    def note(self, simulation: Simulation) -> None:
        """Take note of the day that is over."""
        day, now = simulation.day, simulation.classes
        if len(now):
            who = np.flatnonzero(now != self._now)
            if len(who):
                self._changed.append((day, who, now[who].copy()))
                self._now[who] = now[who]
        self.note_imports(simulation, day)

    def note_imports(self, simulation: Simulation, day: int) -> None:
        """Take note of those alone whom an infection from elsewhere reaches on a day."""
        agents = simulation.imports_on(day).agent
        if len(agents):
            self._imported.append((day, agents))

    @property
    def changes(self) -> bool:
        """Whether somebody's class is another on some day."""
        return bool(self._changed)

    def imports(self) -> tuple[np.ndarray, np.ndarray]:
        """Return days and agents of all infections from elsewhere, by day."""
        days = [np.full(len(agents), day, np.int32) for day, agents in self._imported]
        nobody = np.zeros(0, np.int32)
        agents = [agents.astype(np.int32) for _, agents in self._imported]
        return np.concatenate([nobody, *days]), np.concatenate([nobody, *agents])

    def tables(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Return the classes of day 0, and each person's later changes: rows, days, classes."""
        agents, nobody = len(self.first), np.zeros(0, np.int64)
        who = np.concatenate([nobody, *(one for _, one, _ in self._changed)])
        days = np.concatenate([nobody, *(np.full(len(one), day) for day, one, _ in self._changed)])
        to = np.concatenate([nobody, *(one for _, _, one in self._changed)])
        # Stable: the days of each person stay in their order.
        order = np.argsort(who, kind="stable")
        start = np.zeros(agents + 1, np.int64)
        start[1:] = np.cumsum(np.bincount(who, minlength=agents))
        return self.first, start, days[order].astype(np.int32), to[order].astype(np.uint8)
