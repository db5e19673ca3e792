"""Susceptible, infectious, susceptible again: an infection that leaves no immunity."""

from populace.engine.component import Values
from populace.engine.diseases.base import Disease, Dwell, State, Transition, everyone
from populace.engine.quantities import Duration, Rate, Structure


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

    transmission = Rate(
        0.2,
        bounds=(0, 5),
        step=0.01,
        live=True,
        unit="infections per contact",
        source="assumption: replace with the disease under study",
        doc="Infections that one contact with an infectious person causes, on average.",
    )
    infectious_period = Duration(
        10.0,
        bounds=(1, 400),
        step=0.5,
        source="assumption: replace with the disease under study",
        doc="Mean time from infection to being susceptible again.",
    )
    infectious_shape = Structure(
        1,
        bounds=(0, 20),
        unit="Erlang stages (1 = exponential, 0 = fixed)",
        source="assumption: exponential, as in the SIS equation",
        doc="How regular the infectious period is.",
    )

    @classmethod
    def states(cls, values: Values) -> tuple[State, ...]:
        return (
            State("susceptible", "Susceptible", "susceptible", "susceptible"),
            State("infectious", "Infectious", "infectious", "infectious", 1.0, symptomatic=True),
        )

    @classmethod
    def transitions(cls, values: Values) -> tuple[Transition, ...]:
        stay = Dwell(values.infectious_period, values.infectious_shape)
        return (Transition("infectious", "susceptible", stay, everyone()),)

    @classmethod
    def transmission_rate(cls, values: Values) -> float:
        return values.transmission
