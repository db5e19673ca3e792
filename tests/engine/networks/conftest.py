"""People on a map, and ways to look at a network."""

import numpy as np
import pytest

from populace.engine.people import People, Places
from populace.engine.registry import kind


def towns_of(count, regions=5, seed=1, home=1, spread=1_000.0, origin_lat=40.0, **more):
    """Return people who live around the centres of their regions, ``home`` in a dwelling."""
    draw = np.random.default_rng(seed)
    region = np.sort(np.arange(count) // home % max(regions, 1)).astype(np.uint16)
    centres = draw.uniform(-20_000, 20_000, (regions, 2))
    dwelling = (np.arange(count) // home).astype(np.int32)
    places = draw.normal(0, spread, (count, 2))[dwelling] + centres[region[dwelling * home]]
    names = tuple(f"r{number}" for number in range(regions))
    return People(
        age=draw.integers(0, 95, count).astype(np.uint8),
        region_index=region,
        dwelling=dwelling,
        x=places[:, 0].astype(np.float32),
        y=places[:, 1].astype(np.float32),
        places=Places(names, names, ("",) * regions, 0.0, origin_lat),
        **more,
    )


def pairs_of_edges(edges):
    """Return both ends of every entry of the lists."""
    return np.repeat(np.arange(len(edges.pointers) - 1), np.diff(edges.pointers)), edges.targets


@pytest.fixture(scope="session")
def towns():
    return towns_of


@pytest.fixture(scope="session")
def ends_of():
    return pairs_of_edges


@pytest.fixture(scope="session")
def drawn():
    """Draw a network of a kind: ``drawn("erdos_renyi", people, edges_each=4.0)``."""

    def draw(name, people, **settings):
        return kind("networks", name)(**settings).contacts(people)

    return draw


@pytest.fixture(scope="session")
def degrees():
    return lambda edges: np.diff(edges.pointers)
