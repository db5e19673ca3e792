"""Small worlds and runs for the checks."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from jaxtyping import Int32, Int64

from populace.engine.attributes.base import with_attributes
from populace.engine.contacts import Groups
from populace.engine.diseases.base import INFECTED_ROLES
from populace.engine.people import People, Places
from populace.engine.project import Project
from populace.engine.simulation import Simulation
from populace.engine.world import World, network_shape

# Nobody's age plays a part in these worlds.
AGE, BAND = 35, 7
DAYS_MAX = 3_000


def well_mixed(people: int, disease: Mapping[str, Any], contacts_a_day: float = 1.0) -> Project:
    """Return a project in which everybody meets everybody."""
    network: dict[str, Any] = {"kind": "well_mixed", "contacts_a_day": contacts_a_day}
    return Project.from_spec(
        {
            "name": "Check",
            "population": {"kind": "well_mixed", "people": people, "age": AGE},
            "networks": [network],
            "disease": dict(disease),
        }
    )


def world_of(project: Project) -> World:
    """Return people and networks of a project; its runs share them."""
    return World.of(people_of(project), project.networks)


def people_of(project: Project) -> People:
    """Build the people of a project, past the cache."""
    people = project.population.build(lambda message, share: None)
    return with_attributes(people, project.attributes)


def grouped_world(size: int, groups: int, network: str = "household") -> World:
    """Return groups of ``size`` people; a person has a contact a day with each other of them."""
    group = np.repeat(np.arange(groups, dtype=np.int32), size)
    contacts = Groups.of_sorted(group, np.arange(size + 1, dtype=np.float64) - 1)
    return World.of_shapes(plain_people(len(group)), [network_shape(network, True, contacts)])


def plain_people(count: int) -> People:
    """Return people of one age in one place."""
    return People(
        age=np.full(count, AGE, np.uint8),
        region_index=np.zeros(count, np.uint16),
        dwelling=np.arange(count, dtype=np.int32),
        x=np.zeros(count, np.float32),
        y=np.zeros(count, np.float32),
        places=Places(("check",), ("Check",), ("",)),
    )


def runs(project: Project, seeds: int, world: World | None = None) -> Iterator[Simulation]:
    """Yield a new run for each seed, on the same people and networks."""
    shared = world or world_of(project)
    for seed in range(seeds):
        yield Simulation(project, world=shared, seed=1_000 + seed)


def run_out(simulation: Simulation, days_max: int = DAYS_MAX) -> Int64[np.ndarray, "days states"]:
    """Run until nobody is infected any more; return counts by evening and state."""
    roles = [state.role in INFECTED_ROLES for state in simulation.states]
    counts = [simulation.counts.sum(axis=0)]
    while counts[-1][roles].any() and simulation.day < days_max:
        simulation.step()
        counts.append(simulation.counts.sum(axis=0))
    return np.array(counts)


def ever_infected(simulation: Simulation) -> Int32[np.ndarray, " infected"]:
    """Return everybody who was infected, in the order of the log."""
    events = simulation.events()
    return events.agent[events.before == 0]
