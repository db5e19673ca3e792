"""Susceptible, exposed, infectious, recovered."""

from populace.engine.component import Values
from populace.engine.diseases.base import Disease, Dwell, State, Transition, everyone
from populace.engine.quantities import Duration, Rate, Structure


class Seir(Disease):
    """Infected people infect nobody during the latent period; immunity lasts."""

    assumes = (
        "Nobody infects during the latent period; afterwards with the same strength to the end.",
        "Immunity is complete and for life.",
        "All ages are alike, and nobody dies.",
    )

    title = "SEIR"

    transmission = Rate(
        0.3,
        bounds=(0, 5),
        step=0.01,
        live=True,
        unit="infections per contact",
        source="assumption: replace with the disease under study",
        doc="Infections that one contact with an infectious person causes, on average.",
    )
    latent_period = Duration(
        3.0,
        bounds=(1, 60),
        step=0.5,
        source="assumption: replace with the disease under study",
        doc="Mean time from infection to becoming infectious.",
    )
    latent_shape = Structure(
        1,
        bounds=(0, 20),
        unit="Erlang stages (1 = exponential, 0 = fixed)",
        source="assumption: exponential, as in the SEIR equations",
        doc="How regular the latent period is.",
    )
    infectious_period = Duration(
        7.0,
        bounds=(1, 60),
        step=0.5,
        source="assumption: replace with the disease under study",
        doc="Mean time from becoming infectious to recovery.",
    )
    infectious_shape = Structure(
        1,
        bounds=(0, 20),
        unit="Erlang stages (1 = exponential, 0 = fixed)",
        source="assumption: exponential, as in the SEIR equations",
        doc="How regular the infectious period is.",
    )

    @classmethod
    def states(cls, values: Values) -> tuple[State, ...]:
        return (
            State("susceptible", "Susceptible", "susceptible", "susceptible"),
            State("exposed", "Exposed", "latent", "exposed"),
            State("infectious", "Infectious", "infectious", "infectious", 1.0, symptomatic=True),
            State("recovered", "Recovered", "removed", "recovered"),
        )

    @classmethod
    def transitions(cls, values: Values) -> tuple[Transition, ...]:
        latent = Dwell(values.latent_period, values.latent_shape)
        ill = Dwell(values.infectious_period, values.infectious_shape)
        return (
            Transition("exposed", "infectious", latent, everyone()),
            Transition("infectious", "recovered", ill, everyone()),
        )

    @classmethod
    def transmission_rate(cls, values: Values) -> float:
        return values.transmission
