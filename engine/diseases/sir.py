"""Susceptible, infectious, recovered: the simplest epidemic."""

from populace.engine.component import Values
from populace.engine.diseases.base import Disease, Dwell, State, Transition, everyone
from populace.engine.quantities import Duration, Rate, Structure


class Sir(Disease):
    """Everybody infected is infectious from the next day on, then immune for good."""

    assumes = (
        "Infectious from the day after infection to recovery, with the same strength all the time.",
        "Immunity is complete and for life.",
        "All ages are alike, and nobody dies.",
    )

    title = "SIR"

    transmission = Rate(
        0.3,
        bounds=(0, 5),
        step=0.01,
        live=True,
        unit="infections per contact",
        source="assumption: replace with the disease under study",
        doc="Infections that one contact with an infectious person causes, on average.",
    )
    infectious_period = Duration(
        7.0,
        bounds=(1, 60),
        step=0.5,
        source="assumption: replace with the disease under study",
        doc="Mean time from infection to recovery.",
    )
    infectious_shape = Structure(
        1,
        bounds=(0, 20),
        unit="Erlang stages (1 = exponential, 0 = fixed)",
        source="Kermack and McKendrick 1927, Proc R Soc A 115:700: exponential",
        doc="How regular the infectious period is.",
    )

    @classmethod
    def states(cls, values: Values) -> tuple[State, ...]:
        return (
            State("susceptible", "Susceptible", "susceptible", "susceptible"),
            State("infectious", "Infectious", "infectious", "infectious", 1.0, symptomatic=True),
            State("recovered", "Recovered", "removed", "recovered"),
        )

    @classmethod
    def transitions(cls, values: Values) -> tuple[Transition, ...]:
        stay = Dwell(values.infectious_period, values.infectious_shape)
        return (Transition("infectious", "recovered", stay, everyone()),)

    @classmethod
    def transmission_rate(cls, values: Values) -> float:
        return values.transmission
