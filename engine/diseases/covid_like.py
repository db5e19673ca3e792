"""A respiratory infection like COVID-19 in 2020, without vaccines."""

from populace.engine.component import Values
from populace.engine.diseases.base import Disease, Dwell, State, Transition, everyone, rest_of
from populace.engine.quantities import Duration, Probability, Quantity, Rate

DAVIES = "Davies et al. 2020, Nat Med 26:1205"
REPORT_9 = "Ferguson et al. 2020, Imperial College Report 9"


def by_decade(*shares: float) -> tuple[float, ...]:
    """Spread nine values for ages 0-9 ... 70-79, 80+ over the sixteen five-year bands.

    The last band, 75 and over, takes the mean of the last two values.
    """
    return (*(share for share in shares[:7] for _ in range(2)), shares[7], sum(shares[7:]) / 2)


# Relative susceptibility and share with symptoms: Davies et al. 2020 (70+ is one group there).
SUSCEPTIBILITY = by_decade(0.40, 0.38, 0.79, 0.86, 0.80, 0.82, 0.88, 0.74, 0.74)
SYMPTOMATIC = by_decade(0.29, 0.21, 0.27, 0.33, 0.40, 0.49, 0.63, 0.69, 0.69)
# Of those with symptoms, and of those in hospital: Report 9, table 1.
HOSPITALISED = by_decade(0.001, 0.003, 0.012, 0.032, 0.049, 0.102, 0.166, 0.243, 0.273)
INTENSIVE = by_decade(0.05, 0.05, 0.05, 0.05, 0.063, 0.122, 0.274, 0.432, 0.709)
# Deaths on the ward: what table 1's infection fatality leaves after half of those in intensive
# care have died and two thirds of the infected had symptoms.
WARD_DEATHS = by_decade(0.005, 0.005, 0.013, 0.013, 0.015, 0.031, 0.085, 0.174, 0.537)


class CovidLike(Disease):
    """Infectious before symptoms; risk of hospital, intensive care and death rises with age.

    Two simplifications: nobody returns from intensive care to the ward, and people in hospital
    infect nobody outside it.
    """

    assumes = (
        "Nobody is immune at the start; immunity is complete and lasts for the run.",
        "Risk of symptoms, hospital, intensive care and death depends on age alone.",
        "Nobody infects from hospital, and nobody returns from intensive care to the ward.",
        "The infectiousness of a person stays the same from its first day to its last.",
    )

    title = "COVID-like"

    transmission = Rate(
        0.052,
        bounds=(0, 0.3),
        step=0.001,
        live=True,
        unit="infections per contact",
        source="assumption: set so that about half of the city is infected in 120 days when "
        "nothing is done; plausible .02 to .12",
        doc="Infections that one contact with an infectious person causes, on average.",
    )
    latent_period = Duration(
        3.0,
        bounds=(1, 10),
        source=f"{DAVIES}: 3.0 days, gamma with shape 4; plausible 2 to 5",
        doc="Mean time from infection to becoming infectious.",
    )
    presymptomatic_period = Duration(
        2.1,
        bounds=(1, 7),
        source=f"{DAVIES}: 2.1 days, gamma with shape 4; plausible 1 to 4",
        doc="Mean time infectious before symptoms, for those who get them.",
    )
    asymptomatic_period = Duration(
        5.0,
        bounds=(1, 15),
        source=f"{DAVIES}: 5.0 days, gamma with shape 4; plausible 3 to 9",
        doc="Mean time infectious of those who never get symptoms.",
    )
    symptomatic_period = Duration(
        2.9,
        bounds=(1, 15),
        source=f"{DAVIES}: 2.9 days, gamma with shape 4; plausible 2 to 7",
        doc="Mean time infectious with symptoms, for those who recover at home.",
    )
    onset_to_hospital = Duration(
        5.0,
        bounds=(1, 20),
        source=f"{REPORT_9}: 5 days; plausible 3 to 8",
        doc="Mean time from symptoms to hospital.",
    )
    ward_stay = Duration(
        8.0,
        bounds=(1, 40),
        source=f"{REPORT_9}: 8 days; plausible 5 to 15",
        doc="Mean stay in hospital without intensive care.",
    )
    ward_to_intensive = Duration(
        3.0,
        bounds=(1, 20),
        source=f"assumption from {REPORT_9}: 16 days in hospital, 10 of them in intensive care",
        doc="Mean time in hospital before intensive care.",
    )
    intensive_stay = Duration(
        10.0,
        bounds=(1, 60),
        source=f"{REPORT_9}: 10 days; plausible 7 to 20",
        doc="Mean stay in intensive care.",
    )
    infectiousness_without_symptoms = Quantity(
        0.6,
        bounds=(0, 2),
        unit="relative to somebody with symptoms",
        source=f"{DAVIES}: .5 for the never symptomatic and 1 before symptoms, by time spent; "
        "plausible .35 to 1",
        doc="Infectiousness of people without symptoms.",
    )
    severity = Quantity(
        1.0,
        bounds=(0, 3),
        unit="x",
        source=f"1 is table 1 of {REPORT_9}; plausible .3 to 1.5",
        doc="Scales the risk of hospital at every age.",
    )
    intensive_deaths = Probability(
        0.5,
        source=f"{REPORT_9}: half; plausible .3 to .6",
        doc="Share of people in intensive care who die.",
    )

    @classmethod
    def states(cls, values: Values) -> tuple[State, ...]:
        quiet = values.infectiousness_without_symptoms
        return (
            State("susceptible", "Susceptible", "susceptible", "susceptible"),
            State("exposed", "Exposed", "latent", "exposed"),
            State("infectious", "Infectious, no symptoms", "infectious", "infectious", quiet),
            State("symptomatic", "With symptoms", "infectious", "infectious", 1.0, True),
            State("hospitalised", "In hospital", "removed", "hospital"),
            State("intensive", "Intensive care", "removed", "hospital"),
            State("recovered", "Recovered", "removed", "recovered"),
            State("dead", "Dead", "dead", "dead"),
        )

    @classmethod
    def transitions(cls, values: Values) -> tuple[Transition, ...]:
        hospital = tuple(min(1.0, share * values.severity) for share in HOSPITALISED)
        on_ward = rest_of(INTENSIVE)
        ward_deaths = tuple(a * b for a, b in zip(on_ward, WARD_DEATHS, strict=True))
        ward_exits = tuple(a - b for a, b in zip(on_ward, ward_deaths, strict=True))
        deaths = everyone(values.intensive_deaths)
        ward = Dwell(values.ward_stay, 4)
        intensive = Dwell(values.intensive_stay, 4)
        ill, before = Dwell(values.symptomatic_period, 4), Dwell(values.presymptomatic_period, 4)
        quiet = Dwell(values.asymptomatic_period, 4)
        return (
            Transition("exposed", "infectious", Dwell(values.latent_period, 4), everyone()),
            Transition("infectious", "symptomatic", before, SYMPTOMATIC),
            Transition("infectious", "recovered", quiet, rest_of(SYMPTOMATIC)),
            Transition("symptomatic", "hospitalised", Dwell(values.onset_to_hospital, 4), hospital),
            Transition("symptomatic", "recovered", ill, rest_of(hospital)),
            Transition("hospitalised", "intensive", Dwell(values.ward_to_intensive, 4), INTENSIVE),
            Transition("hospitalised", "dead", ward, ward_deaths),
            Transition("hospitalised", "recovered", ward, ward_exits),
            Transition("intensive", "dead", intensive, deaths),
            Transition("intensive", "recovered", intensive, rest_of(deaths)),
        )

    @classmethod
    def transmission_rate(cls, values: Values) -> float:
        return values.transmission

    @classmethod
    def susceptibility(cls, values: Values) -> tuple[float, ...]:
        return SUSCEPTIBILITY
