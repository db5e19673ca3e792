"""Measles, in people who are neither vaccinated nor have had it."""

from populace.engine.component import Values
from populace.engine.diseases.base import Disease, Dwell, State, Transition, everyone
from populace.engine.people import AGE_BAND_COUNT
from populace.engine.quantities import Duration, Probability, Rate

CDC = "CDC, Epidemiology and Prevention of Vaccine-Preventable Diseases (Pink Book), measles"


class Measles(Disease):
    """Very infectious from four days before the rash to four days after it; immune for life.

    Mothers' antibodies protect infants for some months. The engine knows ages in bands of five
    years, so the protected share of the band 0-4 lowers the susceptibility of everybody in it, and
    it does not wane during a run: right for the number of infections among young children early in
    an outbreak, and not for who of them is infected. Nobody else is immune at the start. Times are
    gamma distributions, the latent one with shape 20 and the others with shape 4: an assumption.
    """

    assumes = (
        "Nobody older than five is immune at the start: vaccinate, or choose who is infected.",
        "Maternal antibodies lower the susceptibility of all children under five, and do not wane.",
        "Immunity is complete and for life.",
        "Nobody dies: it is a model of infections.",
    )

    transmission = Rate(
        0.14,
        bounds=(0, 2),
        step=0.01,
        live=True,
        unit="infections per contact",
        source="assumption: with the 13.4 contacts a day of Mossong et al. 2008, PLoS Med 5:e74, "
        "R0 is 15; 12 to 18 is often cited (Guerra et al. 2017, Lancet Infect Dis 17:e420)",
        doc="Infections that one contact with an infectious person causes, on average.",
    )
    latent_period = Duration(
        10.0,
        bounds=(1, 21),
        step=0.5,
        source=f"{CDC}: 14 days from exposure to rash, infectious 4 days before it; plausible "
        "8 to 12",
        doc="Mean time from infection to becoming infectious.",
    )
    before_rash = Duration(
        4.0,
        bounds=(1, 10),
        step=0.5,
        source=f"{CDC}: 4 days; plausible 2 to 5",
        doc="Mean time infectious before the rash: fever and cough that are not yet known as "
        "measles.",
    )
    with_rash = Duration(
        4.0,
        bounds=(1, 10),
        step=0.5,
        source=f"{CDC}: 4 days; plausible 3 to 5",
        doc="Mean time infectious with the rash.",
    )
    case_fatality = Probability(
        0.002,
        step=0.001,
        source=f"{CDC}: 1 to 3 of 1,000 cases in the United States; far more in poor countries "
        "(Wolfson et al. 2009, Int J Epidemiol 38:192)",
        doc="Share of the infected who die.",
    )
    maternal_immunity = Probability(
        0.04,
        step=0.01,
        source="assumption from Leuridan et al. 2010, BMJ 340:c1626: immunity is lost at a median "
        "age of 2.6 months, of the 60 of the band; plausible .02 to .15",
        doc="Share of children under five who are protected by their mothers' antibodies.",
    )

    @classmethod
    def states(cls, values: Values) -> tuple[State, ...]:
        return (
            State("susceptible", "Susceptible", "susceptible", "susceptible"),
            State("exposed", "Exposed", "latent", "exposed"),
            State("before_rash", "Before the rash", "infectious", "infectious", 1.0),
            State("rash", "With rash", "infectious", "infectious", 1.0, symptomatic=True),
            State("recovered", "Immune for life", "removed", "recovered"),
            State("dead", "Dead", "dead", "dead"),
        )

    @classmethod
    def transitions(cls, values: Values) -> tuple[Transition, ...]:
        rash = Dwell(values.with_rash, 4)
        deaths = values.case_fatality
        return (
            Transition("exposed", "before_rash", Dwell(values.latent_period, 20), everyone()),
            Transition("before_rash", "rash", Dwell(values.before_rash, 4), everyone()),
            Transition("rash", "dead", rash, everyone(deaths)),
            Transition("rash", "recovered", rash, everyone(1.0 - deaths)),
        )

    @classmethod
    def transmission_rate(cls, values: Values) -> float:
        return values.transmission

    @classmethod
    def susceptibility(cls, values: Values) -> tuple[float, ...]:
        return (1.0 - values.maternal_immunity,) + (1.0,) * (AGE_BAND_COUNT - 1)
