"""The picture of a transmission tree: every infection once, joined to whoever caused it."""

import re

import numpy as np

from populace.engine.analysis.life import MOST_LINKS, Link, life_of
from populace.engine.project import Project
from populace.engine.simulation import Simulation
from populace.studio.views.life_tree import _Nodes, picture, way_back
from populace.studio.views.life_words import page

TOWN = {
    "name": "Town",
    "days": 40,
    "population": {"kind": "town", "people": 3_000},
    "networks": [{"kind": name} for name in ("household", "school", "community")],
    "disease": {"kind": "seirs", "transmission": 0.1, "initial_infected": 20},
}


def lives():
    """Return those who infected most, of a real run."""
    run = Simulation(Project.from_spec(TOWN))
    run.run(40)
    table = run.events()
    sources, counts = np.unique(table.infector[table.infector >= 0], return_counts=True)
    chosen = sources[np.argsort(counts)[-12:]].tolist()
    return run.project, [life_of(agent, run.world, run.snapshot()) for agent in chosen]


def test_every_infection_is_a_dot_on_its_day_below_or_beside_its_cause():
    project, found = lives()
    cut = whole = 0
    for life in found:
        nodes = _Nodes(life)
        svg = picture(life, project)
        people = [int(one) for one in re.findall(r'data-person="(\d+)"', svg)]
        assert people == [link.agent for link in life.links]
        for number, link in enumerate(life.links, start=1):
            parent = nodes.parent[number]
            cause = life.agent if parent == 0 else life.links[parent - 1].agent
            assert cause == link.infector
            assert nodes.day[parent] < nodes.day[number] == link.day
            assert nodes.row[parent] <= nodes.row[number]
        # Two dots never share a place.
        assert len(set(zip(nodes.row, nodes.day, strict=True))) == len(nodes.row)
        is_cut = sum(life.tree) > MOST_LINKS
        assert (f"The first {MOST_LINKS} of {sum(life.tree):,}" in svg) == is_cut
        cut += is_cut
        whole += not is_cut
        assert "Whom it led to" in page(life, project)
    assert cut
    assert whole


def test_a_long_way_back_says_its_ends_and_how_many_are_between():
    links = tuple(Link(number, number - 1, number, "household") for number in range(10, 0, -1))
    assert way_back(links) == ((0, 5, 6, 7, 8, 9), 4)
    assert way_back(links[-3:]) == ((0, 1, 2), 0)
