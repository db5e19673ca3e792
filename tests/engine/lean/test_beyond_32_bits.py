"""People whose number needs more than 32 bits: all of mankind."""

import numpy as np
import pytest
from tests.engine.lean.conftest import project, quietly

from populace.engine.lean import days
from populace.engine.lean.computed import computed_world
from populace.engine.simulation import Simulation
from populace.engine.streams import run_key

PEOPLE = 8_200_000_000
FAR = 5_000_000_000


@pytest.fixture(scope="module")
def mankind():
    disease = {"kind": "sir", "transmission": 0.5, "infectious_period": 5}
    networks = [{"kind": "household"}, {"kind": "workplace"}, {"kind": "well_mixed"}]
    chosen = project(PEOPLE, networks=networks, disease=disease | {"initial_infected": 1})
    return chosen, computed_world(chosen, quietly)


@pytest.mark.slow
def test_people_beyond_the_limit_infect_and_are_infected(mankind):
    chosen, world = mankind
    first = np.arange(FAR, FAR + 40_000_000, 400_000)
    run = Simulation(chosen, world=world, first_infected=first)
    for _ in range(6):
        run.step()
    assert run.ever_infected > 500
    assert run.counts.sum() == PEOPLE
    infected = np.flatnonzero(run._kernel._run.person[FAR : FAR + 40_000_000])
    # Homes and teams are near; journeys go all over the world.
    assert 300 < len(infected) < run.ever_infected
    far = run._kernel._run.record_count
    assert np.count_nonzero(far[: 2**32 >> days.CHUNK_BITS]) > 20


def test_the_key_of_the_first_people_is_the_runs_own_and_later_ones_differ():
    key = run_key(3)
    keys = {int(days.key_of_chunk(block << 32, key)) for block in range(3)}
    assert int(days.key_of_chunk(2**32 - 2**22, key)) == int(key) in keys
    assert len(keys) == 3


def test_seats_of_a_wide_place_are_drawn_evenly():
    draws = np.random.default_rng(1).integers(0, 2**32, 200_000, np.uint32)
    for size in (days.WIDE + 1, 2**32 + 5, PEOPLE):
        seats = np.array([days._seat(draw, size) for draw in draws[:20_000]])
        assert seats.min() >= 0
        assert seats.max() < size
        tenths = np.bincount(seats * 10 // size, minlength=10) / len(seats)
        assert np.abs(tenths - 0.1).max() < 0.012
        assert (seats % 2).mean() == pytest.approx(0.5, abs=0.015)
