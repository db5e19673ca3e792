"""Susceptible, exposed, infectious, recovered, and susceptible again."""

from populace.engine.component import Values
from populace.engine.diseases import _compartments as declare
from populace.engine.diseases._compartments import (
    EXPOSED,
    INFECTIOUS,
    SUSCEPTIBLE,
    through_infection,
)
from populace.engine.diseases.base import Disease, Dwell, State, Transition, everyone
from populace.engine.quantities import Duration

_EXPONENTIAL = "assumption: exponential, as in the SEIRS equations"


class Seirs(Disease):
    """As SEIR, but immunity wanes: after some time people can be infected again."""

    assumes = (
        "Nobody infects during the latent period; afterwards with the same strength to the end.",
        "Immunity is complete until the day on which it ends, and then it is gone.",
        "A second infection is like the first.",
        "All ages are alike, and nobody dies.",
    )

    title = "SEIRS"

    transmission = declare.transmission()
    latent_period = declare.latent_period()
    latent_shape = declare.shape("How regular the latent period is.", _EXPONENTIAL)
    infectious_period = declare.infectious_period()
    infectious_shape = declare.shape("How regular the infectious period is.", _EXPONENTIAL)
    immune_period = Duration(
        365.0,
        bounds=(1, 4_000),
        step=5,
        source="assumption: a year; replace with the disease under study",
        doc="Mean time from recovery to being susceptible again.",
    )
    immune_shape = declare.shape("How regular the loss of immunity is.", _EXPONENTIAL)

    @classmethod
    def states(cls, values: Values) -> tuple[State, ...]:
        immune = State("recovered", "Immune for now", "removed", "recovered")
        return (SUSCEPTIBLE, EXPOSED, INFECTIOUS, immune)

    @classmethod
    def transitions(cls, values: Values) -> tuple[Transition, ...]:
        immune = Dwell(values.immune_period, values.immune_shape)
        return (
            *through_infection(values),
            Transition("recovered", "susceptible", immune, everyone()),
        )

    @classmethod
    def transmission_rate(cls, values: Values) -> float:
        return values.transmission
