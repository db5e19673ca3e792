"""A haemorrhagic fever like Ebola virus disease in West Africa, 2014."""

from populace.engine.component import Values
from populace.engine.diseases.base import Disease, Dwell, State, Transition, everyone
from populace.engine.quantities import Duration, Probability, Quantity, Rate

WHO = "WHO Ebola Response Team 2014, N Engl J Med 371:1481"
LEGRAND = "Legrand et al. 2007, Epidemiol Infect 135:610"
# R0 at home .8, in hospital .4, at funerals .6, and 1.8 in all: fits of the model of Legrand et al.
BY_PLACE = "Van Kerkhove et al. 2015, Sci Data 2:150019, table 6"


class EbolaLike(Disease):
    """Infectious with symptoms, in hospital, and at a funeral: the dead infect until buried.

    The model is that of Legrand et al. 2007, in whole days and person by person. Contacts of people
    in hospital and at funerals are those of their usual networks, weighted by the infectiousness
    there; staff and mourners are not told apart. Whoever is buried safely is never in the state
    of the unsafe funeral. Times are gamma distributions with shape 2, an assumption. The dead are
    counted when buried.
    """

    assumes = (
        "Infectious only with symptoms, in hospital and at a funeral.",
        "Staff and mourners are not told apart: the usual contacts count there, by a weight.",
        "All ages are alike.",
        "Immunity is complete and for life.",
    )

    title = "Ebola-like"

    transmission = Rate(
        0.0093,
        bounds=(0, 0.1),
        step=0.0001,
        live=True,
        unit="infections per contact",
        source="assumption: with 13.4 contacts a day (Mossong et al. 2008, PLoS Med 5:e74) R0 is "
        f"1.8; 1.7 to 2.0 by country in {WHO}",
        doc="Infections that one contact with somebody ill at home causes, on average.",
    )
    incubation_period = Duration(
        11.4,
        bounds=(1, 30),
        step=0.1,
        source=f"{WHO}: 11.4 days; plausible 6 to 13",
        doc="Mean time from infection to symptoms; infectious from then on.",
    )
    onset_to_hospital = Duration(
        5.0,
        bounds=(1, 20),
        step=0.1,
        source=f"{WHO}: 5.0 days; plausible 2 to 6",
        doc="Mean time from symptoms to hospital.",
    )
    onset_to_death = Duration(
        7.5,
        bounds=(1, 30),
        step=0.1,
        source=f"{WHO}: 7.5 days; plausible 6 to 10",
        doc="Mean time from symptoms to death, of those who die at home.",
    )
    onset_to_recovery = Duration(
        10.0,
        bounds=(1, 40),
        step=0.1,
        source=f"assumption of {LEGRAND}: 10 days until no longer infectious; survivors left "
        "hospital 16 days after onset in 2014; plausible 7 to 16",
        doc="Mean time from symptoms to recovery, of those who recover at home.",
    )
    hospital_to_death = Duration(
        4.2,
        bounds=(1, 30),
        step=0.1,
        source=f"{WHO}: 4.2 days; plausible 2 to 6",
        doc="Mean time in hospital of those who die there.",
    )
    hospital_to_recovery = Duration(
        11.8,
        bounds=(1, 40),
        step=0.1,
        source=f"{WHO}: 11.8 days until discharge; plausible 5 to 13",
        doc="Mean time in hospital of those who recover.",
    )
    funeral_period = Duration(
        2.0,
        bounds=(1, 14),
        step=0.1,
        source=f"assumption of {LEGRAND}: 2 days; plausible 1 to 4",
        doc="Mean time from death to an unsafe burial.",
    )
    hospitalised_share = Probability(
        0.55,
        step=0.01,
        source=f"assumption: a little over half in 2014; .8 in {LEGRAND}; plausible .4 to .9",
        doc="Share of the ill who are brought to hospital.",
    )
    case_fatality = Probability(
        0.71,
        step=0.01,
        source=f"{WHO}: 70.8 %; plausible .4 to .9",
        doc="Share of the ill who die, at home and in hospital.",
    )
    unsafe_burials = Probability(
        0.9,
        step=0.01,
        source="assumption: before burial teams, nearly all; plausible .1 to 1",
        doc="Share of the dead whose funeral is not made safe.",
    )
    infectiousness_in_hospital = Quantity(
        0.9,
        bounds=(0.01, 5),
        unit="relative to somebody ill at home",
        source=f"assumption from {BY_PLACE}: R0 .4 in hospital and .8 at home, over the days spent "
        "there; plausible .1 to 3",
        doc="Infectiousness of people in hospital.",
    )
    infectiousness_at_funeral = Quantity(
        3.8,
        bounds=(0.01, 30),
        unit="relative to somebody ill at home",
        source=f"assumption from {BY_PLACE}: R0 .6 at funerals and .8 at home, over the days spent "
        "there; plausible 1 to 15",
        doc="Infectiousness of the dead until an unsafe burial.",
    )

    @classmethod
    def states(cls, values: Values) -> tuple[State, ...]:
        ward, funeral = values.infectiousness_in_hospital, values.infectiousness_at_funeral
        return (
            State("susceptible", "Susceptible", "susceptible", "susceptible"),
            State("incubating", "Incubating", "latent", "exposed"),
            State("ill", "Ill at home", "infectious", "infectious", 1.0, symptomatic=True),
            State("hospitalised", "In hospital", "infectious", "hospital", ward),
            State("funeral", "Dead, unsafe funeral", "infectious", "dead", funeral),
            State("buried", "Dead and buried", "dead", "dead"),
            State("recovered", "Recovered", "removed", "recovered"),
        )

    @classmethod
    def transitions(cls, values: Values) -> tuple[Transition, ...]:
        hospital, deaths, unsafe = (
            values.hospitalised_share,
            values.case_fatality,
            values.unsafe_burials,
        )
        home = 1.0 - hospital
        ways = (
            ("ill", home, values.onset_to_death, values.onset_to_recovery),
            ("hospitalised", 1.0, values.hospital_to_death, values.hospital_to_recovery),
        )
        last = (
            part
            for state, share, to_death, to_recovery in ways
            for part in _outcomes(state, share, deaths, unsafe, to_death, to_recovery)
        )
        return (
            Transition("incubating", "ill", Dwell(values.incubation_period, 2), everyone()),
            Transition(
                "ill", "hospitalised", Dwell(values.onset_to_hospital, 2), everyone(hospital)
            ),
            *last,
            Transition("funeral", "buried", Dwell(values.funeral_period, 2), everyone()),
        )

    @classmethod
    def transmission_rate(cls, values: Values) -> float:
        return values.transmission


def _outcomes(
    state: str, share: float, deaths: float, unsafe: float, to_death: float, to_recovery: float
) -> tuple[Transition, ...]:
    """Return how an illness ends for a share of those in a state: by death or recovery."""
    dying = share * deaths
    return (
        Transition(state, "funeral", Dwell(to_death, 2), everyone(dying * unsafe)),
        Transition(state, "buried", Dwell(to_death, 2), everyone(dying * (1.0 - unsafe))),
        Transition(state, "recovered", Dwell(to_recovery, 2), everyone(share - dying)),
    )
