"""Some people infect many, most nobody: the mean stays, and the spread is the declared one."""

import numpy as np
import pytest
from scipy import stats

from populace.engine.acceptance import Multipliers, acceptance_of
from populace.engine.checks.recursion import extinction
from populace.engine.checks.theory import extinction_of_spreaders
from populace.engine.contacts import Groups
from populace.engine.diseases.sir import Sir
from populace.engine.project import Project
from populace.engine.simulation import Simulation
from populace.engine.tables import ALIKE, gain_table

CELL, CELLS = 2_000, 500


@pytest.fixture(scope="module")
def offspring(make_town, make_people):
    """Return how many each of five hundred people infects among two thousand: R 2."""

    def count(k, kind="fast", seed=7, period=1):
        group = np.repeat(np.arange(CELLS, dtype=np.int32), CELL)
        contacts = Groups.of_sorted(group, np.arange(CELL + 1.0) - 1)
        sir = Sir(
            transmission=2 / period / (CELL - 1), infectious_period=period, infectious_shape=0
        )
        town = make_town(make_people(CELL * CELLS), {"household": contacts}, sir)
        graph, _ = town.tables()
        ones = {shape.name: 1.0 for shape in town.world.networks}
        numbers = Multipliers(sir.transmission, ones, [], {}, dispersion=k)
        kernel = town.start(kind, seed, first=np.arange(0, CELL * CELLS, CELL))
        kernel.use(graph, acceptance_of(town.world, graph, town.bounds, numbers))
        town.run(kernel, period)
        events = kernel.log.table(period)
        source = events.infector[events.infector >= 0]
        source = source[source % CELL == 0]  # the first ones alone
        return np.bincount(source // CELL, minlength=CELLS)

    return count


@pytest.mark.parametrize("k", [0.16, 0.5, 2.0])
def test_offspring_are_negative_binomial(offspring, k):
    found = np.concatenate([offspring(k, seed=seed) for seed in range(8)])
    variance = 2 + 4 / k
    assert abs(found.mean() - 2) < 4 * (variance / len(found)) ** 0.5
    nobody = (1 + 2 / k) ** -k
    assert np.mean(found == 0) == pytest.approx(nobody, abs=4 * (0.25 / len(found)) ** 0.5)
    tail = stats.nbinom(k, k / (k + 2)).sf(10)
    assert np.mean(found > 10) == pytest.approx(tail, abs=4 * (tail / len(found)) ** 0.5)


def test_both_kernels_draw_the_same(offspring):
    np.testing.assert_array_equal(offspring(0.3), offspring(0.3, "reference"))


def test_spreaders_stay_so_for_the_whole_of_an_infection(offspring):
    """Drawn anew each day, the mean of ten days would be far more even."""
    found = np.concatenate([offspring(0.16, seed=seed, period=10) for seed in range(8)])
    assert abs(found.mean() - 2) < 4 * ((2 + 4 / 0.16) / len(found)) ** 0.5
    nobody = (1 + 2 / 0.16) ** -0.16
    assert np.mean(found == 0) == pytest.approx(nobody, abs=4 * (0.25 / len(found)) ** 0.5)


def project_with(**disease):
    return Project.from_spec(
        {
            "name": "Uneven",
            "population": {"kind": "boarding_school"},
            "networks": [{"kind": "household"}, {"kind": "school"}, {"kind": "community"}],
            "disease": {"kind": "seir", "transmission": 0.1, "initial_infected": 20} | disease,
        }
    )


def test_100_is_as_if_there_were_no_spreaders():
    digests = set()
    for settings in ({}, {"dispersion": ALIKE}):
        run = Simulation(project_with(**settings))
        run.run(40)
        digests.add(run.events_sha256())
    assert len(digests) == 1


@pytest.mark.parametrize("k", [0.05, 0.3, 5.0])
def test_both_kernels_write_the_same_events_while_the_slider_moves(k):
    digests = set()
    for device in ("cpu", "reference"):
        run = Simulation(project_with(dispersion=k), device=device)
        run.run(15)
        run.set("disease.dispersion", 0.1)
        run.set("disease.transmission", 0.6)  # above the bound: further slabs
        run.run(15)
        run.set("disease.dispersion", ALIKE)
        run.run(15)
        digests.add(run.events_sha256())
        assert run.ever_infected > 100
    assert len(digests) == 1


def test_the_recursion_on_the_classes_is_that_of_the_negative_binomial_distribution():
    """users.md: .8373 with k = .16 and R0 2; 64 classes would be off by .0005, 256 by .00003."""
    exact = extinction_of_spreaders(2.0, 0.16)
    assert exact == pytest.approx(0.8373, abs=5e-5)
    gain = gain_table(0.16) / 2**16
    stays = np.zeros(int(gain.max() * 1000) + 2)
    np.add.at(stays, np.round(gain * 1000).astype(int), 1 / len(gain))
    assert extinction(2 / 1000, list(stays)) == pytest.approx(exact, abs=0.0002)
