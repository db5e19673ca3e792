"""Outcomes: what is summed over infections, such as deaths in one borough by a date."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float64, Int32

from populace.engine.diseases.base import State, entered_by_infection
from populace.engine.errors import ProjectError, did_you_mean
from populace.engine.sensitivity.names import OUTCOMES
from populace.engine.simulation import Simulation

# What may be counted, and the states whose entry is; None: the infection itself.
_ENTERED: dict[str, Callable[[State], bool] | None] = {
    "infections": None,
    "admissions": lambda state: state.colour == "hospital",
    "intensive_care": lambda state: state.in_intensive_care,
    "deaths": lambda state: state.role == "dead",
}
assert tuple(_ENTERED) == OUTCOMES


@dataclass(frozen=True)
class Outcome:
    """A sum over people: ``table[day, place]`` for each who is infected, or enters a state.

    The places are the regions, or those of ``place`` where that is given.
    """

    name: str
    table: Float64[np.ndarray, "days regions"]
    wanted: Bool[np.ndarray, " states"]  # entering these counts; all False: the infection itself
    place: Int32[np.ndarray, " agents"] | None = None

    @staticmethod
    def of(
        name: str, simulation: Simulation, days: int, regions: np.ndarray | None = None,
        people: Bool[np.ndarray, " agents"] | None = None,
    ) -> "Outcome":  # fmt: skip
        """Return one of `OUTCOMES` up to a day, of everybody, some regions or some people."""
        if name not in _ENTERED:
            raise ProjectError(f'there is no outcome "{name}".{did_you_mean(name, OUTCOMES)}')
        entered = _ENTERED[name]
        states = simulation.in_force()[0].states
        wanted = np.array([entered is not None and entered(state) for state in states])
        if entered is not None and not wanted.any():
            raise ProjectError(f'the disease has no state that counts as "{name}".')
        if people is not None:
            table = np.zeros((days + 1, 2))
            table[:, 1] = 1.0
            return Outcome(name, table, wanted, people.astype(np.int32))
        table = np.zeros((days + 1, simulation.people.region_count))
        table[:, slice(None) if regions is None else regions] = 1.0
        return Outcome(name, table, wanted)

    def after(self, day: int) -> "Outcome":
        """Return what is counted of it from the next day on; from day 0 on where that is today."""
        table = self.table.copy()
        table[: day + 1 if day else 0] = 0.0
        return replace(self, table=table)

    def total(self, simulation: Simulation) -> float:
        """Return the outcome of a run that has reached the last day."""
        inside = min(len(self.table) - 1, simulation.day)
        if inside == simulation.day and self._is_everything(simulation):
            return float(simulation.ever_infected)
        entered = np.array(entered_by_infection(simulation.in_force()[0].states), bool)
        return float(sum(self._of_day(simulation, day, entered) for day in range(inside + 1)))

    def _is_everything(self, simulation: Simulation) -> bool:
        """Say whether each infection counts, and the run has counted them."""
        graph = simulation.in_force()[0]
        plain = not len(graph.catch) and not graph.turnover
        return plain and not self.wanted.any() and bool((self.table == 1.0).all())

    def place_of(self, simulation: Simulation) -> np.ndarray:
        """Return everybody's column of the table."""
        return simulation.world.region if self.place is None else self.place

    def _of_day(
        self, simulation: Simulation, day: int, entered: Bool[np.ndarray, " states"]
    ) -> float:
        found = 0.0
        # Block by block: a table of all events of a large city would be gigabytes.
        for block in simulation.log.day(day):
            if not self.wanted.any():
                # A newborn in the place of somebody who was never infected is no infection.
                counted = (block.before == 0) & (block.after != 0) | entered[block.after]
            else:
                counted = self.wanted[block.after] & ~self.wanted[block.before]
            place = self.place_of(simulation)[block.agent[counted]]
            found += self.table[day, place].sum()
        return found
