"""The scenarios of the benchmarks, as Populace runs them."""

import dataclasses
import datetime as dt
import math

import numpy as np

from populace.benchmarks import peers, world
from populace.engine.component import Values
from populace.engine.contacts import Edges, Groups, Mixing
from populace.engine.diseases.base import Disease, Dwell, State, Transition, everyone, rest_of
from populace.engine.diseases.seir import Seir
from populace.engine.graph import Graph
from populace.engine.networks.well_mixed import WellMixed
from populace.engine.people import AGE_BAND_COUNT, People, Places
from populace.engine.populations.well_mixed import WellMixed as OnePlace
from populace.engine.project import Project
from populace.engine.quantities import Rate
from populace.engine.simulation import Simulation
from populace.engine.tables import DWELL_ENTRIES
from populace.engine.world import NetworkShape, World, network_shape


class MadeUp(Disease):
    """The disease of the C++ bound: only its third state infects."""

    transmission = Rate(
        world.Rates().transmission,
        live=True,
        unit="infections per contact",
        source="made up for the benchmark",
        doc="Infections per contact at susceptibility 1.",
    )

    @classmethod
    def states(cls, values: Values) -> tuple[State, ...]:
        return (
            State("susceptible", "Susceptible", "susceptible", "susceptible"),
            State("exposed", "Exposed", "latent", "exposed"),
            State("infectious", "Infectious", "infectious", "infectious", 1.0),
            State("hospital", "In hospital", "removed", "hospital"),
            State("recovered", "Recovered", "removed", "recovered"),
            State("dead", "Dead", "dead", "dead"),
        )

    @classmethod
    def transitions(cls, values: Values) -> tuple[Transition, ...]:
        latent, ill, in_hospital = (Dwell(mean, stages) for mean, stages in world.DWELL)
        severe = tuple(of_256 / 256 for of_256 in world.TO_HOSPITAL)
        fatal = everyone(world.TO_DEATH / 256)
        return (
            Transition("exposed", "infectious", latent, everyone()),
            Transition("infectious", "hospital", ill, severe),
            Transition("infectious", "recovered", ill, rest_of(severe)),
            Transition("hospital", "dead", in_hospital, fatal),
            Transition("hospital", "recovered", in_hospital, rest_of(fatal)),
        )

    @classmethod
    def transmission_rate(cls, values: Values) -> float:
        return values.transmission

    @classmethod
    def susceptibility(cls, values: Values) -> tuple[float, ...]:
        return tuple(world.susceptibility())


class PeersSimulation(Simulation):
    """A run whose stays end with the same chance every day, as those of the Numba peer do."""

    def _compile_graph(self) -> Graph:
        graph = super()._compile_graph()
        means = {"exposed": peers.LATENT_DAYS, "infectious": peers.INFECTIOUS_DAYS}
        rows = [means[state.name] for state in graph.states if state.name in means]
        return dataclasses.replace(graph, dwell=np.array([geometric_row(mean) for mean in rows]))


def bound_simulation(made: world.World, infected: int, seed: int) -> Simulation:
    """Return the epidemic that `event3.cpp` runs: the same world, rates, stays and risks."""
    people = _people(made.band.astype(np.uint8) * np.uint8(5), made.household_of)
    shapes = bound_networks(made, world.Rates())
    disease = MadeUp(initial_infected=infected, initial_state="infectious")
    return Simulation(_project(disease), seed=seed, world=World.of_shapes(people, shapes))


def bound_networks(made: world.World, rates: world.Rates) -> list[NetworkShape]:
    """Return the four networks of the made-up world."""
    # In the C++ a draw may hit oneself; Populace's rates count others, so n - 1 of n at work.
    sizes = np.maximum(np.arange(int(np.diff(made.work_start).max()) + 1), 1)
    home = Groups.of_sorted(made.household_of, rates.home * world.household_contacts())
    work = Groups(
        made.work_of,
        made.work_start.astype(np.int64),
        made.work_member,
        rates.work * (sizes - 1.0) / sizes,
    )
    shares = np.bincount(made.band, minlength=AGE_BAND_COUNT) / made.agent_count
    cell_sizes = np.diff(made.cell_start)
    community = Mixing(
        np.repeat(np.arange(len(cell_sizes), dtype=np.int32), cell_sizes),
        made.cell_start.astype(np.int64),
        # Contacts with band a are in proportion to its people; the mixing is symmetric.
        rates.community * world.mixing() * shares[None, :],
        shares,
    )
    contact = Edges(made.edge_start, made.edge_target, rates.contact)
    return [
        network_shape("household", True, home),
        network_shape("work", False, work),
        network_shape("community", False, community),
        network_shape("contact", False, contact),
    ]


def static_simulation(agent_count: int, seed: int) -> Simulation:
    """Return the peers' scenario: about ten contacts each, the same throughout."""
    people = _people(np.full(agent_count, 30, np.uint8), np.arange(agent_count, dtype=np.int32))
    start, target = peers.contact_lists(np.random.default_rng(seed), agent_count)
    disease = _peers_disease(agent_count)
    # As a rate: who is not infected along an edge in a day escapes with 1 - .03.
    contacts = -math.log1p(-peers.INFECTION) / disease.transmission
    edges = network_shape("contact", False, Edges(start, target, contacts))
    shapes = World.of_shapes(people, [edges])
    return PeersSimulation(_project(disease), seed=seed, world=shapes)


def mixed_simulation(agent_count: int, seed: int) -> Simulation:
    """Return the peers' scenario with everybody in one place."""
    people = _people(np.full(agent_count, 30, np.uint8), np.arange(agent_count, dtype=np.int32))
    shapes = World.of(people, [WellMixed()])
    return Simulation(_project(_peers_disease(agent_count)), seed=seed, world=shapes)


def geometric_row(mean: float) -> np.ndarray:
    """Return equally likely whole days of a stay that ends with chance 1 / mean every day."""
    middle = (np.arange(DWELL_ENTRIES) + 0.5) / DWELL_ENTRIES
    days = np.ceil(np.log1p(-middle) / math.log1p(-1.0 / mean))
    return np.maximum(days, 1).astype(np.int16)


def _peers_disease(agent_count: int) -> Seir:
    """Return the peers' disease; one contact a day here stands for ten of theirs."""
    return Seir(
        transmission=peers.CONTACTS * peers.INFECTION,
        latent_period=peers.LATENT_DAYS,
        infectious_period=peers.INFECTIOUS_DAYS,
        initial_infected=max(1, int(agent_count * peers.INFECTED_AT_START)),
        initial_state="infectious",
    )


def _people(age: np.ndarray, dwelling: np.ndarray) -> People:
    """Return people who all live at one point of one region."""
    nowhere = np.zeros(len(age), np.float32)
    places = Places(("all",), ("Everywhere",), ("",))
    region = np.zeros(len(age), np.uint16)
    return People(age, region, dwelling, nowhere, nowhere.copy(), places)


def _project(disease: Disease) -> Project:
    """Return a project for ready people and networks: these are given to the run directly."""
    return Project(
        name="Benchmark",
        description="",
        start_date=dt.date(2020, 1, 1),
        days=120,
        seed=1,
        headroom=4.0,
        population=OnePlace(),
        attributes=(),
        networks=(),
        disease=disease,
        behaviours=(),
        policies=(),
        observations=(),
        folder=None,
    )
