"""Susceptible, exposed, infectious, recovered."""

from populace.engine.component import Values
from populace.engine.diseases import _compartments as declare
from populace.engine.diseases._compartments import (
    EXPOSED,
    INFECTIOUS,
    RECOVERED,
    SUSCEPTIBLE,
    through_infection,
)
from populace.engine.diseases.base import Disease, State, Transition

_EXPONENTIAL = "assumption: exponential, as in the SEIR equations"


class Seir(Disease):
    """Infected people infect nobody during the latent period; immunity lasts."""

    assumes = (
        "Nobody infects during the latent period; afterwards with the same strength to the end.",
        "Immunity is complete and for life.",
        "All ages are alike, and nobody dies.",
    )

    title = "SEIR"

    transmission = declare.transmission()
    latent_period = declare.latent_period()
    latent_shape = declare.shape("How regular the latent period is.", _EXPONENTIAL)
    infectious_period = declare.infectious_period()
    infectious_shape = declare.shape("How regular the infectious period is.", _EXPONENTIAL)

    @classmethod
    def states(cls, values: Values) -> tuple[State, ...]:
        return (SUSCEPTIBLE, EXPOSED, INFECTIOUS, RECOVERED)

    @classmethod
    def transitions(cls, values: Values) -> tuple[Transition, ...]:
        return through_infection(values)

    @classmethod
    def transmission_rate(cls, values: Values) -> float:
        return values.transmission
