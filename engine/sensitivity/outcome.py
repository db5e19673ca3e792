"""Outcomes: what is summed over infections, such as deaths in one borough by a date."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float64

from populace.engine.diseases.base import State
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
    """A sum over people: ``table[day, region]`` for each who is infected, or enters a state."""

    name: str
    table: Float64[np.ndarray, "days regions"]
    wanted: Bool[np.ndarray, " states"]  # entering these counts; all False: the infection itself

    @staticmethod
    def of(name: str, simulation: Simulation, days: int, regions: np.ndarray | None = None
           ) -> "Outcome":  # fmt: skip
        """Return one of `OUTCOMES` up to a day, of everybody or of those in some regions."""
        if name not in _ENTERED:
            raise ProjectError(f'there is no outcome "{name}".{did_you_mean(name, OUTCOMES)}')
        entered = _ENTERED[name]
        states = simulation.in_force()[0].states
        wanted = np.array([entered is not None and entered(state) for state in states])
        if entered is not None and not wanted.any():
            raise ProjectError(f'the disease has no state that counts as "{name}".')
        table = np.zeros((days + 1, simulation.people.region_count))
        table[:, slice(None) if regions is None else regions] = 1.0
        return Outcome(name, table, wanted)

    def total(self, simulation: Simulation) -> float:
        """Return the outcome of a run that has reached the last day."""
        events = simulation.events()
        if not self.wanted.any():
            counted = events.before == 0
        else:
            counted = self.wanted[events.after] & ~self.wanted[events.before]
        inside = counted & (events.day < len(self.table))
        region = simulation.people.region_index[events.agent[inside]]
        return float(self.table[events.day[inside], region].sum())
