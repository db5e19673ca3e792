"""The abstract base of diseases, and the parts of their graphs."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from populace.engine.component import Component, Values
from populace.engine.distributions import table_mean
from populace.engine.people import AGE_BAND_COUNT
from populace.engine.quantities import Quantity, Structure
from populace.engine.tables import ALIKE, dwell_row, lognormal_row, table_row

ROLES = ("susceptible", "latent", "infectious", "removed", "dead")
INFECTED_ROLES = ("latent", "infectious")
COLOURS = ("susceptible", "exposed", "infectious", "hospital", "recovered", "dead")
LAWS = ("gamma", "lognormal", "table")


@dataclass(frozen=True)
class State:
    """One state of a disease. The first state of a graph is the susceptible one."""

    name: str
    label: str
    role: str  # one of ROLES
    colour: str  # key of the map's theme
    infectiousness: float = 0.0  # relative; 1 is the reference
    symptomatic: bool = False
    strain: int = 0  # of those who are infected in this state: a number in `Disease.strains`
    # How people in this state catch each strain. Empty: not at all, and in the first state
    # infection leads to the second, as with one strain.
    catches: tuple["Catch", ...] = ()
    intensive: bool | None = None  # None: if its name begins so

    @property
    def in_intensive_care(self) -> bool:
        """Return whether people in it fill a bed in intensive care."""
        return self.name.startswith("intensive") if self.intensive is None else self.intensive

    @property
    def in_hospital(self) -> bool:
        """Return whether people in it are in hospital, intensive care included."""
        return self.colour == "hospital" or self.in_intensive_care


@dataclass(frozen=True)
class Dwell:
    """The time from entering a state to leaving it, in whole simulated days.

    ``Dwell(mean, shape)`` is a gamma distribution: shape 1 is exponential, a whole number k has k
    Erlang stages, 0 is a fixed time. `lognormal` and `table` make the other distributions. The
    table of days that the engine draws from has the mean ``mean`` within 0.1 %.
    """

    mean: float  # days, 1 to 32,000
    shape: float = 1.0
    law: str = "gamma"  # one of LAWS
    deviation: float = 0.0  # days; of a log-normal distribution
    weights: tuple[tuple[int, float], ...] = ()  # (day, weight) pairs of a table

    @staticmethod
    def lognormal(mean: float, deviation: float) -> "Dwell":
        """Return a log-normal time of this mean and standard deviation, both in days."""
        return Dwell(mean, law="lognormal", deviation=deviation)

    @staticmethod
    def table(weights: Mapping[int, float]) -> "Dwell":
        """Return a time seen so often (weight) at each whole day; weights need not sum to 1."""
        pairs = tuple(sorted(weights.items()))
        return Dwell(table_mean(pairs), law="table", weights=pairs)

    def days(self) -> tuple[int, ...]:
        """Return 1,024 equally likely whole days, sorted, each at least 1."""
        if self.law == "lognormal":
            return lognormal_row(self.mean, self.deviation)
        if self.law == "table":
            return table_row(self.weights)
        return dwell_row(self.mean, self.shape)


@dataclass(frozen=True)
class Catch:
    """How people catch a strain: against the susceptible, and the state that it leads to."""

    relative: float  # 0 to 1, as 1 - immunity
    into: str


@dataclass(frozen=True)
class Strain:
    """One of the strains of a disease."""

    name: str
    escape: float = 0.0  # share of the protection by vaccines and the like that does not hold


@dataclass(frozen=True)
class Introduction:
    """People who arrive infected from elsewhere on one day."""

    day: int  # from 1; on day 0 there are the first infected
    strain: int
    people: int


@dataclass(frozen=True)
class Transition:
    """A way out of a state. ``share`` by age band; the shares out of a state sum to 1."""

    before: str
    after: str
    dwell: Dwell
    share: tuple[float, ...]


def entered_by_infection(states: Sequence[State]) -> list[bool]:
    """Mark the states that infection alone leads to: there, the state before does not tell it."""
    names = {catch.into for state in states for catch in state.catches}
    return [state.name in names for state in states]


def everyone(share: float = 1.0) -> tuple[float, ...]:
    """Return the same share for every age band."""
    return (share,) * AGE_BAND_COUNT


def rest_of(share: Sequence[float]) -> tuple[float, ...]:
    """Return what is left of 1 in every age band."""
    return tuple(1.0 - part for part in share)


class Disease(Component):
    """A graph of states and transitions, and the numbers on it."""

    family: ClassVar[str] = "diseases"

    initial_infected = Structure(
        100,
        bounds=(0, 1_000_000_000),
        unit="people",
        source="assumption: replace with the start under study",
        doc="People infected on day 0, drawn at random.",
    )
    initial_regions = Structure(
        0,
        bounds=(0, 65_535),
        unit="regions",
        source="assumption: 0 is everywhere; outbreaks begin in some places before others",
        doc="In how many regions, drawn at random, the first infected live. 0: everywhere.",
    )
    initial_state = Structure(
        "",
        doc="State of the first infected. Empty: the state that infection leads to.",
    )

    dispersion = Quantity(
        ALIKE,
        bounds=(0.05, ALIKE),
        step=0.05,
        unit="k",
        source="assumption: everybody alike; SARS .16 (.11 to .64), Lloyd-Smith et al. 2005, "
        "Nature 438:355; COVID-19 about .1 to .6",
        doc="How unevenly infectiousness is spread over people, as the shape k of a gamma "
        "distribution: with .16 few infect most. The mean stays. At 100 everybody is alike.",
    )
    imports_per_week = Quantity(
        0.0,
        bounds=(0, 1_000_000),
        step=1,
        live=True,
        supply=True,
        unit="people per week",
        source="assumption: a closed population; replace with the arrivals under study",
        doc="People who live here and catch the infection elsewhere, on average. Who is immune "
        "or infected already is drawn too, and nothing happens to them.",
    )
    import_places = Structure(
        "",
        doc="Where those people live: names of regions or groups of regions, separated by commas. "
        "Empty: everywhere.",
    )
    turnover = Structure(
        False,
        bounds=(0, 1),
        unit="yes or no",
        source="assumption: a run too short for births to matter",
        doc="Whether people die of other causes, newborns take their places, and all grow older: "
        "for what lasts for years. Their contacts stay those of the place.",
    )
    life_expectancy = Quantity(
        70.0,
        bounds=(1, 150),
        step=1,
        unit="years",
        source="United Nations, World Population Prospects 2024: 73.3 years, all countries, 2024",
        doc="Mean years of life, where people are born and die. They die at the same rate at every "
        "age.",
    )

    @classmethod
    @abstractmethod
    def states(cls, values: Values) -> tuple[State, ...]:
        """Return the states, the susceptible one first, then the one that infection leads to."""

    @classmethod
    @abstractmethod
    def transitions(cls, values: Values) -> tuple[Transition, ...]:
        """Return the ways out of each state."""

    @classmethod
    @abstractmethod
    def transmission_rate(cls, values: Values) -> float:
        """Return infections per contact, at infectiousness and susceptibility 1."""

    @classmethod
    def susceptibility(cls, values: Values) -> tuple[float, ...]:
        """Return the relative susceptibility by age band; 1 unless a disease says otherwise."""
        return everyone()

    @classmethod
    def strains(cls, values: Values) -> tuple[Strain, ...]:
        """Return the strains: one, unless a disease says otherwise."""
        return (Strain(""),)

    @classmethod
    def imports(cls, values: Values, day: int) -> tuple[float, ...]:
        """Return the people a week who catch each strain elsewhere, as on a day."""
        return (values.imports_per_week,)

    @classmethod
    def introductions(cls, values: Values) -> tuple[Introduction, ...]:
        """Return who arrives infected on single days after day 0."""
        return ()
