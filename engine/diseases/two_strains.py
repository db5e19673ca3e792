"""Two strains of one disease: who had one may catch the other, which may evade vaccines."""

from populace.engine.component import Values
from populace.engine.diseases import _compartments as declare
from populace.engine.diseases.base import (
    Catch,
    Disease,
    Dwell,
    Introduction,
    State,
    Strain,
    Transition,
    everyone,
)
from populace.engine.quantities import Probability, Quantity, Structure

_NEW = "assumption: replace with the strains under study"
_EXPONENTIAL = "assumption: exponential, as in the SEIR equations"
_AS_FIRST = "The same for the second strain."
# One path through an infection: who was susceptible, and who had the other strain before.
_FIRST = ("exposed_first", "infectious_first", "recovered_first")
_SECOND = ("exposed_second", "infectious_second", "recovered_second")
_FIRST_AFTER = ("exposed_first_again", "infectious_first_again", "recovered_both")
_SECOND_AFTER = ("exposed_second_again", "infectious_second_again", "recovered_both")


def _cross_immunity(default: float, source: str, what: str) -> Probability:
    return Probability(default, step=0.05, live=True, source=source, doc=f"Cross-immunity: {what}.")


class TwoStrains(Disease):
    """SEIR for each of two strains; nobody has both at once, and who had both is immune.

    People recovered from one strain catch the other with 1 - cross-immunity of the chance of those
    who never had any. The second strain arrives later. Its `escape` is the share of the protection
    at a contact, by vaccines and the like, that does not hold against it. On maps and curves the
    infected of the first strain have the colour of the exposed, those of the second that of the
    infectious.
    """

    assumes = (
        "Nobody carries both strains at once: the second attempt of a day fails.",
        "Immunity against the own strain is complete and for life; against the other it is leaky.",
        "All ages are alike, and nobody dies.",
    )

    title = "Two strains"

    transmission = declare.transmission(
        0.03,
        "assumption: with the 13.4 contacts a day of Mossong et al. 2008, PLoS Med 5:e74, R0 is "
        "2.8; the strains of SARS-CoV-2 of 2020 had 2.87 (Billah et al. 2020, PLoS ONE "
        "15:e0242128); plausible .01 to .1",
        "Infections that one contact with somebody infectious with the first strain causes.",
        step=0.001,
    )
    advantage = Quantity(
        1.5,
        bounds=(0, 5),
        step=0.05,
        live=True,
        unit="times the first strain",
        source="Davies et al. 2021, Science 372:eabg3055: Alpha 1.43 to 1.90 times the strains "
        "before it",
        doc="Transmission of the second strain against the first.",
    )
    latent_period = declare.latent_period(
        _NEW, "Mean time from infection with the first strain to becoming infectious."
    )
    second_latent_period = declare.latent_period(_NEW, _AS_FIRST)
    latent_shape = declare.shape("How regular the latent periods are.", _EXPONENTIAL)
    infectious_period = declare.infectious_period(
        source=_NEW, doc="Mean time of being infectious with the first strain."
    )
    second_infectious_period = declare.infectious_period(source=_NEW, doc=_AS_FIRST)
    infectious_shape = declare.shape("How regular the infectious periods are.", _EXPONENTIAL)
    immunity_to_second = _cross_immunity(
        0.7,
        "assumption; plausible 0.2 to 0.95",
        "protection against the second strain of those who had the first",
    )
    immunity_to_first = _cross_immunity(
        0.9,
        "assumption; plausible 0.2 to 1",
        "protection against the first strain of those who had the second",
    )
    escape = Probability(
        0.3,
        step=0.05,
        live=True,
        source="assumption; plausible 0 to 0.8",
        doc="Share of the protection by vaccines and the like that the second strain evades.",
    )
    second_day = Structure(
        30,
        bounds=(1, 36_500),
        unit="day of the run",
        source=_NEW,
        doc="Day on which the second strain arrives.",
    )
    second_people = Quantity(
        20.0,
        bounds=(0, 1_000_000),
        step=1,
        supply=True,
        unit="people",
        source=_NEW,
        doc="People whom it reaches on that day, drawn at random where imports live. Who is immune "
        "or infected is not infected by it.",
    )
    second_imports_per_week = Quantity(
        0.0,
        bounds=(0, 1_000_000),
        step=1,
        live=True,
        supply=True,
        unit="people per week",
        source="assumption: it does not come back from elsewhere",
        doc="People who live here and catch the second strain elsewhere, on average, from its "
        "arrival on.",
    )

    @classmethod
    def states(cls, values: Values) -> tuple[State, ...]:
        anyway = (Catch(1.0, _FIRST[0]), Catch(1.0, _SECOND[0]))
        # Own immunity to the same strain is complete; where it leads to is never used.
        after_first = (
            Catch(0.0, _FIRST[0]),
            Catch(1.0 - values.immunity_to_second, _SECOND_AFTER[0]),
        )
        after_second = (
            Catch(1.0 - values.immunity_to_first, _FIRST_AFTER[0]),
            Catch(0.0, _SECOND[0]),
        )
        strength = values.advantage
        return (
            State("susceptible", "Susceptible", "susceptible", "susceptible", catches=anyway),
            *_infected(_FIRST, "first strain", 0, 1.0),
            State(
                _FIRST[2], "Recovered, first strain", "removed", "recovered", catches=after_first
            ),
            *_infected(_SECOND, "second strain", 1, strength),
            State(
                _SECOND[2], "Recovered, second strain", "removed", "recovered", catches=after_second
            ),
            *_infected(_FIRST_AFTER, "first strain after the second", 0, 1.0),
            *_infected(_SECOND_AFTER, "second strain after the first", 1, strength),
            State("recovered_both", "Recovered, both strains", "removed", "recovered"),
        )

    @classmethod
    def transitions(cls, values: Values) -> tuple[Transition, ...]:
        first = values.latent_period, values.infectious_period
        second = values.second_latent_period, values.second_infectious_period
        found: list[Transition] = []
        for path, (latent, ill) in (
            (_FIRST, first),
            (_SECOND, second),
            (_FIRST_AFTER, first),
            (_SECOND_AFTER, second),
        ):
            exposed, infectious, recovered = path
            waiting = Dwell(latent, values.latent_shape)
            infecting = Dwell(ill, values.infectious_shape)
            found.append(Transition(exposed, infectious, waiting, everyone()))
            found.append(Transition(infectious, recovered, infecting, everyone()))
        return tuple(found)

    @classmethod
    def transmission_rate(cls, values: Values) -> float:
        return values.transmission

    @classmethod
    def strains(cls, values: Values) -> tuple[Strain, ...]:
        return (Strain("First strain"), Strain("Second strain", values.escape))

    @classmethod
    def imports(cls, values: Values, day: int) -> tuple[float, ...]:
        arrived = day >= values.second_day
        return (values.imports_per_week, values.second_imports_per_week if arrived else 0.0)

    @classmethod
    def introductions(cls, values: Values) -> tuple[Introduction, ...]:
        return (Introduction(values.second_day, 1, round(values.second_people)),)


def _infected(
    path: tuple[str, str, str], label: str, strain: int, infectiousness: float
) -> tuple[State, State]:
    """Return the latent and the infectious state of a path."""
    exposed, infectious, _ = path
    # By strain and not by stage: no theme has more colours for the infected.
    colour = ("exposed", "infectious")[strain]
    return (
        State(exposed, f"Exposed, {label}", "latent", colour, strain=strain),
        State(
            infectious,
            f"Infectious, {label}",
            "infectious",
            colour,
            infectiousness,
            symptomatic=True,
            strain=strain,
        ),
    )
