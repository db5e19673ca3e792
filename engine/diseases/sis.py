"""Susceptible, infectious, susceptible again: an infection that leaves no immunity."""

from populace.engine.component import Values
from populace.engine.diseases import _compartments as declare
from populace.engine.diseases._compartments import INFECTIOUS, SUSCEPTIBLE
from populace.engine.diseases.base import Disease, Dwell, State, Transition, everyone


class Sis(Disease):
    """Whoever recovers can be infected again the next day.

    Where everybody meets everybody, the share of infectious people settles near 1 - 1/R0; steps of
    whole days put it lower by a little, and the more the shorter the infectious period is.
    """

    assumes = (
        "Recovery leaves no immunity.",
        "Every infection is like the first.",
        "All ages are alike, and nobody dies.",
    )

    title = "SIS"

    transmission = declare.transmission(0.2)
    infectious_period = declare.infectious_period(
        10.0, 400, doc="Mean time from infection to being susceptible again."
    )
    infectious_shape = declare.shape(
        "How regular the infectious period is.", "assumption: exponential, as in the SIS equation"
    )

    @classmethod
    def states(cls, values: Values) -> tuple[State, ...]:
        return (SUSCEPTIBLE, INFECTIOUS)

    @classmethod
    def transitions(cls, values: Values) -> tuple[Transition, ...]:
        stay = Dwell(values.infectious_period, values.infectious_shape)
        return (Transition("infectious", "susceptible", stay, everyone()),)

    @classmethod
    def transmission_rate(cls, values: Values) -> float:
        return values.transmission
