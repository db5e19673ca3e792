"""Epidemics on drawn networks against theory."""

import math

import numpy as np
import pytest

from populace.engine.project import Project
from populace.engine.simulation import Simulation
from populace.engine.tables import dwell_row
from populace.engine.world import World

PEOPLE, SEEDS, FIRST = 100_000, 20, 100


def on_poisson(daily, networks=None, people=PEOPLE):
    """Return a project: SIR with a mean of 7 days, a chance ``daily`` a day along each edge."""
    return Project.from_spec(
        {
            "name": "Poisson",
            "days": 400,
            "population": {"kind": "well_mixed", "people": people},
            "networks": networks or [{"kind": "configuration"}],
            "disease": {
                "kind": "sir",
                "transmission": -math.log1p(-daily),
                "infectious_period": 7,
                "infectious_shape": 1,
                "initial_infected": FIRST,
            },
        }
    )


def transmissibility(daily):
    """Return the chance that an edge is crossed, from the days that the engine simulates."""
    return 1 - np.mean((1 - daily) ** np.array(dwell_row(7.0, 1)))


def final_size(r0, first):
    """Return the attack rate on a Poisson network: z = 1 - (1 - first) exp(-R0 z)."""
    z = 0.9
    for _ in range(500):
        z = 1 - (1 - first) * math.exp(-r0 * z)
    return z


def attack_rates(project, seeds=SEEDS):
    people = project.population.build(lambda message, share: None)
    world = World.of(people, project.networks)
    for seed in range(seeds):
        run = Simulation(project, world=world, seed=seed)
        run.run(400)
        yield run.ever_infected / people.agent_count


def test_the_attack_rate_on_a_poisson_network_is_that_of_theory():
    daily = 0.03
    textbook = daily / (daily + 1 / 7 - daily / 7)
    # Stays are whole days with a mean of 7, all but geometric: T is .1761 instead of .1780.
    assert transmissibility(daily) == pytest.approx(textbook, rel=0.012)
    assert final_size(10 * textbook, 0.0) == pytest.approx(0.7246, abs=1e-4)
    found = list(attack_rates(on_poisson(daily)))
    expected = final_size(10 * transmissibility(daily), FIRST / PEOPLE)
    error = 3 * np.std(found, ddof=1) / math.sqrt(len(found))
    assert abs(np.mean(found) - expected) < max(error, 0.01 * expected)
    assert np.mean(found) < 0.7246


def test_below_the_threshold_nearly_nobody_is_infected_and_above_it_many():
    """The threshold is 10 T = 1: at .0145 a day 10 T is .92, at .025 it is 1.5."""
    below = np.mean(list(attack_rates(on_poisson(0.0145), seeds=5)))
    assert 10 * transmissibility(0.0145) < 0.95
    assert below < 20 * FIRST / PEOPLE
    above = np.mean(list(attack_rates(on_poisson(0.025), seeds=5)))
    expected = final_size(10 * transmissibility(0.025), FIRST / PEOPLE)
    assert above == pytest.approx(expected, rel=0.03)


def test_the_order_of_networks_in_the_file_changes_nothing():
    kinds = ["configuration", "small_world", "erdos_renyi", "spatial_kernel"]
    digests = set()
    for order in (kinds, kinds[::-1], kinds[2:] + kinds[:2]):
        networks = [{"kind": kind, "edges_each": 4.0} for kind in order if kind != "small_world"]
        networks.insert(order.index("small_world"), {"kind": "small_world"})
        run = Simulation(on_poisson(0.01, networks, people=3_000))
        run.run(40)
        assert run.ever_infected > 2 * FIRST
        digests.add(run.events_sha256())
    assert len(digests) == 1


def test_the_network_does_not_depend_on_the_seed_of_the_run():
    projects = [
        Project.from_spec(on_poisson(0.03, people=2_000).spec() | {"seed": seed}) for seed in (1, 2)
    ]
    lists = [Simulation(project).world.networks[0].members for project in projects]
    np.testing.assert_array_equal(*lists)


@pytest.mark.parametrize("name", ["barabasi_albert", "gravity", "care_home"])
def test_both_kernels_write_the_same_events_on_a_drawn_network(make_town, towns, drawn, sirs, name):
    people = towns(1_500)
    settings = {"staff": 0.5, "size": 20} if name == "care_home" else {}
    town = make_town(people, {name: drawn(name, people, **settings)}, sirs())
    fast, reference = (town.run(town.start(kind), 25) for kind in ("fast", "reference"))
    assert len(fast.log.table(25).agent) > 100
    assert fast.log.table(25).sha256() == reference.log.table(25).sha256()


def test_hubs_spread_an_infection_that_dies_out_among_equals():
    """With R0 of about .8 among equals, the variance of a heavy tail lifts it well above 1."""
    spec = {"kind": "configuration", "distribution": "power_law", "fewest": 5, "most": 1_000}
    equals = np.mean(list(attack_rates(on_poisson(0.0125, people=30_000), seeds=4)))
    hubs = np.mean(list(attack_rates(on_poisson(0.0125, [spec], people=30_000), seeds=4)))
    assert equals < 0.03
    assert hubs > 0.06
