"""A project's networks, one by one: a first day of infections against what the contacts say."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from jaxtyping import Bool, Float64

from populace.engine.checks.result import Figure
from populace.engine.checks.trial import AGE
from populace.engine.project import Project
from populace.engine.simulation import Simulation
from populace.engine.world import CELLS, EDGES, RANGES, NetworkShape, World

# Few enough infect that nearly every infection is somebody's first and only.
_SHARE_INFECTIOUS = 0.02
_TRANSMISSION = 0.2
_SOURCE = {"kind": "sir", "transmission": _TRANSMISSION, "infectious_period": 30}


def each_network(project: Project, seeds: int) -> Iterator[Figure]:
    """Hold the infections of one day, over one network alone, against a sum over its contacts."""
    world = World.of(project.population.build(lambda message, share: None), project.networks)
    first = max(1, int(world.agent_count * _SHARE_INFECTIOUS))
    for network, shape in zip(sorted_networks(project), world.networks, strict=True):
        alone = Project.from_spec(
            {
                "name": "Check",
                "population": {"kind": "well_mixed", "people": max(2, first), "age": AGE},
                "networks": [network.spec() | {"intensity": 1.0}],
                "disease": _SOURCE | {"initial_infected": first},
            },
            folder=project.folder,
        )
        yield _first_day(alone, replace(world, networks=(shape,)), shape, seeds)


def sorted_networks(project: Project) -> list:
    """Return the networks in the order of the world's shapes."""
    return sorted(project.networks, key=lambda network: network.own_name)


def _first_day(project: Project, world: World, shape: NetworkShape, seeds: int) -> Figure:
    differences, expected = [], 0.0
    for seed in range(seeds):
        run = Simulation(project, world=world, seed=seed)
        before = run.ever_infected
        chances = first_day_chances(shape, run.state == 1, world)
        run.step()
        expected += float(chances.sum()) / seeds
        spread = float((chances * (1 - chances)).sum())
        differences.append((run.ever_infected - before - float(chances.sum()), spread))
    error = sum(spread for _, spread in differences) ** 0.5 / seeds
    measured = expected + sum(difference for difference, _ in differences) / seeds
    # People of one group are infected together, which widens the spread of their sum a little.
    return Figure(f"{shape.name}: infections of a day", measured, expected, 4 * error + 1e-9)


def first_day_chances(
    shape: NetworkShape, infectious: Bool[np.ndarray, " agents"], world: World
) -> Float64[np.ndarray, " agents"]:
    """Return everybody's chance to be infected on a day; nobody's, where they already are.

    Written from the meaning of the shapes and not from the kernel: it looks at those who are
    infected and asks who reaches them, while the kernel asks whom the infectious reach.
    """
    if shape.shape == EDGES:
        force = _over_edges(shape, infectious)
    elif shape.shape == CELLS:
        force = _over_cells(shape, infectious, world)
    else:
        force = _over_groups(shape, infectious)
    return np.where(infectious, 0.0, -np.expm1(-_TRANSMISSION * force))


def _over_edges(shape: NetworkShape, infectious: np.ndarray) -> np.ndarray:
    degree = np.diff(shape.pointers)
    source = np.repeat(np.arange(len(degree)), degree)
    # A person's contacts are spread evenly over their edges.
    per_edge = shape.rates[degree[source]] / np.maximum(degree[source], 1)
    ends = shape.members[: len(source)]
    weights = np.where(infectious[source], per_edge, 0.0)
    return np.bincount(ends, weights, len(infectious))


def _over_groups(shape: NetworkShape, infectious: np.ndarray) -> np.ndarray:
    size = np.diff(shape.pointers)
    people = np.arange(len(infectious)) if shape.shape == RANGES else shape.members
    group = shape.group_of[people]
    people, group = people[group >= 0], group[group >= 0]
    ill = np.bincount(group, infectious[people].astype(float), len(size))
    # One draw may hit any of the n members, the infector too: each is met at rate / n.
    rate = shape.rates[np.minimum(size, len(shape.rates) - 1)]
    pressure = ill * rate / np.maximum(size, 1)
    force = np.zeros(len(infectious))
    force[people] = pressure[group]
    return force


def _over_cells(shape: NetworkShape, infectious: np.ndarray, world: World) -> np.ndarray:
    assert shape.match is not None
    size = np.maximum(np.diff(shape.pointers), 1)
    bands = shape.match.shape[0]
    inside = shape.group_of >= 0
    cell, band = shape.group_of[inside].astype(np.int64), world.age_band[inside].astype(np.int64)
    rate = shape.rates[np.minimum(band, len(shape.rates) - 1)]
    weights = np.where(infectious[inside], rate, 0.0)
    ill = np.bincount(cell * bands + band, weights, len(size) * bands).reshape(-1, bands)
    met = ill @ (shape.match.T / 2.0**16) / size[:, None]
    force = np.zeros(len(infectious))
    force[inside] = met[cell, band]
    return force
