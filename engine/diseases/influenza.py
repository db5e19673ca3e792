"""Seasonal influenza, in people who have no immunity to the strain."""

from populace.engine.component import Values
from populace.engine.diseases.base import Disease, Dwell, State, Transition, everyone
from populace.engine.quantities import Duration, Probability, Quantity, Rate

LONGINI = "Longini et al. 2004, Am J Epidemiol 159:623"


class Influenza(Disease):
    """A short infection; a third of the infected have no symptoms and infect less.

    All ages are equally susceptible, nobody is immune at the start, and nobody dies: three
    simplifications. Latent and infectious times are gamma distributions with shape 4, an
    assumption.
    """

    assumes = (
        "Nobody is immune at the start, and all ages are equally susceptible.",
        "The infected without symptoms infect for as long as the others, and less.",
        "Nobody goes to hospital or dies: it is a model of infections.",
        "Immunity lasts for the season.",
    )

    transmission = Rate(
        0.028,
        bounds=(0, 0.5),
        step=0.001,
        live=True,
        unit="infections per contact",
        source="assumption: with the 13.4 contacts a day of Mossong et al. 2008, PLoS Med 5:e74, "
        "R0 is 1.3, the median of seasonal influenza in Biggerstaff et al. 2014, BMC Infect Dis "
        "14:480; plausible .02 to .06",
        doc="Infections that one contact with an infectious, symptomatic person causes.",
    )
    latent_period = Duration(
        1.9,
        bounds=(1, 5),
        step=0.1,
        source=f"{LONGINI}: 1.9 days; plausible 1 to 3",
        doc="Mean time from infection to becoming infectious.",
    )
    infectious_period = Duration(
        4.1,
        bounds=(1, 15),
        step=0.1,
        source=f"{LONGINI}: 4.1 days; virus is shed for 4.8 days in Carrat et al. 2008, "
        "Am J Epidemiol 167:775; plausible 2 to 6",
        doc="Mean time infectious, with symptoms or without.",
    )
    symptomatic_share = Probability(
        0.67,
        step=0.01,
        source="Carrat et al. 2008, Am J Epidemiol 167:775: 66.9 % of the infected; plausible "
        ".58 to .75",
        doc="Share of the infected who get symptoms.",
    )
    infectiousness_without_symptoms = Quantity(
        0.5,
        bounds=(0.01, 2),
        unit="relative to somebody with symptoms",
        source=f"assumption of {LONGINI}: half; plausible .2 to 1",
        doc="Infectiousness of people who never get symptoms.",
    )

    @classmethod
    def states(cls, values: Values) -> tuple[State, ...]:
        quiet = values.infectiousness_without_symptoms
        return (
            State("susceptible", "Susceptible", "susceptible", "susceptible"),
            State("exposed", "Exposed", "latent", "exposed"),
            State("asymptomatic", "Infectious, no symptoms", "infectious", "infectious", quiet),
            State("symptomatic", "With symptoms", "infectious", "infectious", 1.0, True),
            State("recovered", "Recovered", "removed", "recovered"),
        )

    @classmethod
    def transitions(cls, values: Values) -> tuple[Transition, ...]:
        latent = Dwell(values.latent_period, 4)
        ill = Dwell(values.infectious_period, 4)
        share = values.symptomatic_share
        return (
            Transition("exposed", "symptomatic", latent, everyone(share)),
            Transition("exposed", "asymptomatic", latent, everyone(1.0 - share)),
            Transition("asymptomatic", "recovered", ill, everyone()),
            Transition("symptomatic", "recovered", ill, everyone()),
        )

    @classmethod
    def transmission_rate(cls, values: Values) -> float:
        return values.transmission
