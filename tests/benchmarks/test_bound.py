"""The made-up world, and the C++ bound beside our engine on it."""

import numpy as np
import pytest

from populace.benchmarks import event3, scenarios, world

needs_compiler = pytest.mark.skipif(not event3.available(), reason="needs g++")


@pytest.fixture(scope="module")
def small():
    return world.make(20_000)


def test_households_lie_inside_cells_and_hold_at_most_six(small):
    sizes = np.diff(small.household_start)
    assert sizes.min() >= 1
    assert sizes.max() <= world.HOUSEHOLD_SIZE_MAX
    assert np.isin(small.cell_start, small.household_start).all()
    assert np.array_equal(np.repeat(np.arange(len(sizes)), sizes), small.household_of)


def test_work_groups_list_their_members_and_none_is_giant(small):
    sizes = np.diff(small.work_start)
    assert np.array_equal(small.work_of[small.work_member], np.repeat(np.arange(len(sizes)), sizes))
    assert sizes.max() < 4 * world.WORK_SIZE


def test_both_ends_of_a_contact_list_each_other_and_nobody_lists_himself(small):
    sources = np.repeat(np.arange(small.agent_count), np.diff(small.edge_start))
    assert (sources != small.edge_target).all()
    there = np.sort(sources * small.agent_count + small.edge_target)
    back = np.sort(small.edge_target.astype(np.int64) * small.agent_count + sources)
    assert np.array_equal(there, back)
    assert len(sources) / small.agent_count == pytest.approx(world.CONTACT_COUNT, rel=0.01)


def test_a_world_of_a_seed_is_always_the_same(small):
    again = world.make(20_000)
    assert np.array_equal(small.edge_target, again.edge_target)
    assert not np.array_equal(small.band, world.make(20_000, seed=1).band)


@needs_compiler
def test_the_bound_conserves_people_and_leaves_the_start_alone(small):
    start = _infectious(small, 200)
    outcome = event3.run(small, start, days=20)
    assert (outcome.series.sum(axis=1) == small.agent_count).all()
    assert (np.diff(outcome.series[:, 0]) <= 0).all()
    assert start.sum() == 200 * 2


@needs_compiler
def test_without_transmission_the_bound_infects_nobody(small):
    none = world.Rates(transmission=0.0)
    outcome = event3.run(small, _infectious(small, 200), days=60, rates=none)
    assert outcome.series[-1, 0] == small.agent_count - 200
    assert outcome.series[-1, [1, 2]].tolist() == [0, 0]


@needs_compiler
@pytest.mark.slow
def test_our_engine_and_the_bound_run_the_same_epidemic():
    made = world.make(100_000)
    ours, theirs = [], []
    for seed in (1, 2, 3):
        simulation = scenarios.bound_simulation(made, 1_000, seed)
        start = simulation.state
        simulation.run(120)
        ours.append(1 - simulation.counts.sum(axis=0)[0] / made.agent_count)
        theirs.append(event3.run(made, start, days=120, seed=seed).attack)
    assert 0.5 < np.mean(theirs) < 0.8
    assert np.mean(ours) == pytest.approx(np.mean(theirs), abs=0.01)


def _infectious(made, count):
    """Everybody susceptible but ``count`` people in the third state."""
    state = np.zeros(made.agent_count, np.uint8)
    state[np.random.default_rng(1).choice(made.agent_count, count, replace=False)] = 2
    return state
