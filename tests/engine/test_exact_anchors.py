"""Anchors against exact simulation, against theory on graphs, and each network by itself."""

import numpy as np
import pytest

from populace.engine.checks import exact
from populace.engine.checks.networks import each_network, first_day_chances
from populace.engine.checks.recursion import dwell_shares, expected_shares
from populace.engine.checks.result import Result
from populace.engine.checks.theory import SEIR, growth
from populace.engine.checks.trial import BAND, grouped_world, well_mixed
from populace.engine.project import Project
from populace.engine.simulation import Simulation

KINDS = (
    "household", "school", "workplace", "community", "well_mixed", "erdos_renyi", "configuration",
    "barabasi_albert", "small_world", "spatial_kernel", "school_class", "work_team", "care_home",
)  # fmt: skip


def holds(figures):
    result = Result("anchor", tuple(figures))
    assert result.figures
    assert result.passed, result.line()


@pytest.mark.slow
def test_final_size_and_length_are_those_of_exact_simulation():
    holds(exact.gillespie(people=200, trials=10_000))


def test_an_outbreak_on_a_poisson_graph_has_the_size_of_theory():
    holds(exact.random_graph(people=100_000, seeds=8))


def test_the_reference_for_the_graph_is_below_the_textbooks_bound():
    project = exact._graph_project(-np.log1p(-0.03), 0)
    transmissibility = 1 - exact._escape_one(project, 0.03)
    assert transmissibility == pytest.approx(0.178, abs=0.003)  # p / (p + g - p g)
    assert exact._graph_size(0.178, 10, 0) == pytest.approx(0.7246, abs=1e-3)


def test_exact_simulation_dies_out_as_often_as_theory_says():
    sizes, _ = exact.exact_sir(1_000, 4_000, rate=2.0, recovery=1.0)
    assert np.mean(sizes < 100) == pytest.approx(0.5, abs=0.025)


def test_two_unlike_samples_are_told_apart():
    draw = np.random.default_rng(0)
    one, other = draw.normal(0, 1, 5_000), draw.normal(0.1, 1, 5_000)
    bound = exact._KOLMOGOROV_1_PERCENT / 2_500**0.5
    assert exact.distance(one, other) > bound
    assert exact.distance(one, draw.normal(0, 1, 5_000)) < bound


def test_every_network_infects_as_many_as_its_contacts_say():
    project = Project.from_spec(
        {
            "name": "Town",
            "population": {"kind": "town", "people": 20_000},
            "networks": [{"kind": kind} for kind in KINDS],
            "disease": {"kind": "seir"},
        }
    )
    holds(each_network(project, seeds=6))


def test_a_network_that_infects_too_much_is_noticed(monkeypatch):
    real = Simulation.step

    def step_twice(run):
        real(run)
        real(run)

    monkeypatch.setattr(Simulation, "step", step_twice)
    project = Project.load("town_flu")
    assert not Result("", tuple(each_network(project, seeds=4))).passed


def test_the_sum_over_contacts_knows_a_household_of_three():
    world = grouped_world(3, 2)
    infectious = np.array([True, False, False, False, False, False])
    chances = first_day_chances(world.networks[0], infectious, world)
    np.testing.assert_allclose(chances[1:3], -np.expm1(-0.2))
    assert not chances[[0, 3, 4, 5]].any()


def test_growth_gives_r0_back():
    """Wallinga and Lipsitch 2007, Proc R Soc B 274:599, on the engine's own tables of stays."""
    disease = well_mixed(10, SEIR | {"initial_infected": 0}).disease
    curve = expected_shares(disease, 1.0, 1e-7, 200, BAND)[:, 2]
    rate = growth(curve, slice(60, 90))
    latent, infectious = (dwell_shares(one) for one in disease.transitions(disease.values()))
    days = np.arange(len(latent) + len(infectious) + 1)
    # Attempts happen on each day from the first after the latent stay to the last infectious one.
    going = 1 - np.cumsum(infectious)
    weight = np.convolve(latent, np.concatenate([[0.0], going]))
    weight /= weight.sum()
    r0 = 1 / np.sum(weight * np.exp(-rate * days[: len(weight)]))
    assert r0 == pytest.approx(0.3 * 7, rel=0.01)
