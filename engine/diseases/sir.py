"""Susceptible, infectious, recovered: the simplest epidemic."""

from populace.engine.component import Values
from populace.engine.diseases import _compartments as declare
from populace.engine.diseases._compartments import INFECTIOUS, RECOVERED, SUSCEPTIBLE
from populace.engine.diseases.base import Disease, Dwell, State, Transition, everyone


class Sir(Disease):
    """Everybody infected is infectious from the next day on, then immune for good."""

    assumes = (
        "Infectious from the day after infection to recovery, with the same strength all the time.",
        "Immunity is complete and for life.",
        "All ages are alike, and nobody dies.",
    )

    title = "SIR"

    transmission = declare.transmission()
    infectious_period = declare.infectious_period(doc="Mean time from infection to recovery.")
    infectious_shape = declare.shape(
        "How regular the infectious period is.",
        "Kermack and McKendrick 1927, Proc R Soc A 115:700: exponential",
    )

    @classmethod
    def states(cls, values: Values) -> tuple[State, ...]:
        return (SUSCEPTIBLE, INFECTIOUS, RECOVERED)

    @classmethod
    def transitions(cls, values: Values) -> tuple[Transition, ...]:
        stay = Dwell(values.infectious_period, values.infectious_shape)
        return (Transition("infectious", "recovered", stay, everyone()),)

    @classmethod
    def transmission_rate(cls, values: Values) -> float:
        return values.transmission
