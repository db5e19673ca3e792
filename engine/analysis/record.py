"""Record: a completed run, as an observation reads it."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Bool, UInt8

from populace.engine.analysis.episodes import Episodes, episodes_of
from populace.engine.diseases.base import INFECTED_ROLES, State, entered_by_infection
from populace.engine.events import EventTable
from populace.engine.people import People

if TYPE_CHECKING:
    from populace.engine.project import Project
    from populace.engine.simulation import Simulation


@dataclass(frozen=True, eq=False)
class Record:
    """A run from day 0 to ``last_day``: its people, and all that happened to them.

    ``home_networks`` are those of ``network_names`` on which people meet at home.
    """

    project: "Project"
    people: People
    events: EventTable
    states: tuple[State, ...]
    network_names: tuple[str, ...]
    home_networks: tuple[str, ...]
    last_day: int
    seed: int
    policy_counts: tuple[dict[str, int], ...] = ()  # what policies did until each day, from day 1

    def __post_init__(self) -> None:
        for column in fields(self.events):
            getattr(self.events, column.name).flags.writeable = False

    @staticmethod
    def of(
        simulation: "Simulation", events: EventTable | None = None, last_day: int | None = None
    ) -> "Record":
        """Record a run up to today; ``events`` are its events, if they are at hand already.

        Another thread may record a run that goes on: with the events up to a ``last_day`` of it.
        """
        last_day = simulation.day if last_day is None else last_day
        disease = simulation.project.disease
        networks = simulation.world.networks
        return Record(
            project=simulation.project,
            people=simulation.people,
            events=simulation.events() if events is None else events,
            states=disease.states(disease.values()),
            network_names=simulation.network_names,
            home_networks=tuple(network.name for network in networks if network.at_home),
            last_day=last_day,
            seed=simulation.seed,
            policy_counts=simulation.policy_history()[:last_day],
        )

    @property
    def day_count(self) -> int:
        """Return the number of evenings, that of day 0 included."""
        return self.last_day + 1

    @property
    def dates(self) -> np.ndarray:
        """Return the date (datetime64[D]) of each day."""
        return np.datetime64(self.project.start_date, "D") + np.arange(self.day_count)

    @property
    def region_names(self) -> tuple[str, ...]:
        return self.people.places.region_names

    @cached_property
    def episodes(self) -> Episodes:
        """The infections of the run, put together once for all observations."""
        entered = np.array(entered_by_infection(self.states), bool)
        return episodes_of(self.events, self.people.agent_count, self.last_day, entered)

    def states_named(self, names: tuple[str, ...]) -> Bool[np.ndarray, " states"]:
        """Mark the states with these names."""
        return self._marked(lambda state: state.name in names)

    def states_of_role(self, *roles: str) -> Bool[np.ndarray, " states"]:
        """Mark the states with one of these roles."""
        return self._marked(lambda state: state.role in roles)

    def states_with_symptoms(self) -> Bool[np.ndarray, " states"]:
        """Mark the states in which people have symptoms."""
        return self._marked(lambda state: state.symptomatic)

    def networks_at_home(self) -> Bool[np.ndarray, " bytes"]:
        """Mark, for each possible network number, whether its people meet at home."""
        marked = np.zeros(256, bool)
        marked[: len(self.network_names)] = [
            name in self.home_networks for name in self.network_names
        ]
        return marked

    def onset(self) -> np.ndarray:
        """Return the day on which the symptoms of each infection begin, -1 where they do not."""
        return self.episodes.first_day_in(self.states_with_symptoms())

    def ends_infected(self) -> Bool[np.ndarray, " infections"]:
        """Mark the infections that are not over when the run ends: they may infect more."""
        return self.states_of_role(*INFECTED_ROLES)[self.episodes.last_state]

    def strain(self) -> UInt8[np.ndarray, " infections"]:
        """Return the number of each infection's strain."""
        return np.array([state.strain for state in self.states], np.uint8)[
            self.episodes.first_state
        ]

    def _marked(self, wanted: Callable[[State], bool]) -> np.ndarray:
        return np.array([wanted(state) for state in self.states], bool)
