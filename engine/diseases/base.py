"""The abstract base of diseases, and the parts of their graphs."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from populace.engine.component import Component, Values
from populace.engine.people import AGE_BAND_COUNT
from populace.engine.quantities import Structure

ROLES = ("susceptible", "latent", "infectious", "removed", "dead")


@dataclass(frozen=True)
class State:
    """One state of a disease. The first state of a graph is the susceptible one."""

    name: str
    label: str
    role: str  # one of ROLES
    colour: str  # key of the map's theme
    infectiousness: float = 0.0  # relative; 1 is the reference
    symptomatic: bool = False


@dataclass(frozen=True)
class Dwell:
    """The time from entering a state to leaving it, in whole simulated days.

    ``shape`` k makes an Erlang distribution; 1 is exponential; 0 is a fixed time.
    """

    mean: float  # days, at least 1 after discretising
    shape: int


@dataclass(frozen=True)
class Transition:
    """A way out of a state. ``share`` by age band; the shares out of a state sum to 1."""

    before: str
    after: str
    dwell: Dwell
    share: tuple[float, ...]


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
