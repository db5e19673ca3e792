"""Anchors with an exact simulation or a branching argument as reference."""

from collections.abc import Iterator

import numpy as np

from populace.engine.checks.result import Figure, mean_against
from populace.engine.checks.theory import one_case_each
from populace.engine.checks.trial import ever_infected, grouped_world, plain_people, run_out, runs
from populace.engine.contacts import Edges
from populace.engine.project import Project
from populace.engine.simulation import Simulation
from populace.engine.world import World, network_shape

# So long that a day is a small step: then the daily scheme and continuous time are one.
_PERIOD = 60.0
_R0 = 2.0
# Two samples of n differ by more than this over sqrt(n / 2) in one case of a hundred.
_KOLMOGOROV_1_PERCENT = 1.628


def gillespie(people: int, trials: int) -> Iterator[Figure]:
    """Hold sizes and lengths of SIR in closed groups against exact simulation, event by event."""
    rate = _R0 / _PERIOD
    project = one_case_each(rate / (people - 1), shape=1, period=_PERIOD, network="household")
    first = np.arange(trials, dtype=np.int32) * people
    run = Simulation(project, world=grouped_world(people, trials), first_infected=first)
    run_out(run)
    sizes = np.bincount(ever_infected(run) // people, minlength=trials)
    events = run.events()
    last = np.zeros(trials)
    over = events.after == 2
    np.maximum.at(last, events.agent[over] // people, events.day[over])
    exact_sizes, exact_lengths = exact_sir(people, trials, rate, 1 / _PERIOD)
    allowed = _KOLMOGOROV_1_PERCENT / (trials / 2) ** 0.5
    beside = "largest distance of two distribution functions"
    yield Figure("final size", distance(sizes, exact_sizes), 0.0, allowed, beside)
    yield Figure("length", distance(last, exact_lengths), 0.0, allowed, beside)


def exact_sir(
    people: int, trials: int, rate: float, recovery: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return final sizes and lengths (days, rounded up) of well-mixed SIR from one case.

    After Gillespie 1977, J Phys Chem 81:2340: exponential waits, and one event after the other.
    All trials take their next event at once.
    """
    draw = np.random.default_rng(1977)
    susceptible = np.full(trials, people - 1)
    infectious = np.ones(trials, int)
    time = np.zeros(trials)
    while (going := np.flatnonzero(infectious)).size:
        s, i = susceptible[going], infectious[going]
        infections = rate * s * i / (people - 1)
        total = infections + recovery * i
        time[going] += draw.exponential(1 / total)
        infected = draw.random(len(going)) * total < infections
        susceptible[going] -= infected
        infectious[going] += np.where(infected, 1, -1)
    return people - susceptible, np.ceil(time)


def distance(one: np.ndarray, other: np.ndarray) -> float:
    """Return the largest difference of two empirical distribution functions."""
    points = np.union1d(one, other)
    ranks = (np.searchsorted(np.sort(sample), points, "right") / len(sample)
             for sample in (one, other))  # fmt: skip
    return float(np.abs(np.subtract(*ranks)).max())


def random_graph(people: int, seeds: int) -> Iterator[Figure]:
    """Hold an outbreak on a static Poisson graph, 10 contacts each, against its own theory.

    A contact infects with p = .03 a day while the infector is ill, 7 days on average. Whoever is
    infected from outside reaches each of the others with T = p / (p + g - p g), g = 1/7 a day; the
    share infected solves z = 1 - exp(-10 T z) (Newman 2002, Phys Rev E 66:016128).
    """
    p, mean_contacts, first = 0.03, 10.0, people // 1_000
    draw = np.random.default_rng(10)
    pairs = draw.integers(0, people, (2, round(people * mean_contacts / 2)))
    first_end, second_end = pairs[:, pairs[0] != pairs[1]]
    edges = Edges.of_pairs(people, first_end, second_end, 1.0)
    world = World.of_shapes(plain_people(people), [network_shape("contact", False, edges)])
    project = _graph_project(-np.log1p(-p), first)
    escape = _escape_one(project, p)
    sizes = []
    for run in runs(project, seeds, world):
        run_out(run)
        sizes.append(run.ever_infected / people)
    reference = _graph_size(1 - escape, mean_contacts, first / people)
    classic = "with one transmissibility for all contacts of a person .7246, an upper bound"
    yield mean_against("share infected", sizes, reference, classic)


def _escape_one(project: Project, p: float) -> float:
    """Return the chance that one contact of an infected person is never infected by them."""
    stay = project.disease.transitions(project.disease.values())[0].dwell.days()
    return float(np.mean((1 - p) ** np.array(stay)))


def _graph_size(transmissibility: float, mean_contacts: float, first: float) -> float:
    z = 0.5
    for _ in range(10_000):
        z = 1 - (1 - first) * np.exp(-mean_contacts * transmissibility * z)
    return float(z)


def _graph_project(transmission: float, first: int) -> Project:
    disease = {
        "kind": "sir",
        "transmission": float(transmission),
        "infectious_period": 7.0,
        "infectious_shape": 1,
        "initial_infected": first,
    }
    return Project.from_spec(
        {
            "name": "Check",
            "population": {"kind": "well_mixed"},
            "networks": [{"kind": "well_mixed"}],
            "disease": disease,
        }
    )
