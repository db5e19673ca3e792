"""Computed people against results that are known, as the ordinary engine is."""

import math

import numpy as np
import pytest
from tests.engine.lean.conftest import project, quietly, series, with_kernel

from populace.engine.checks.recursion import dwell_shares, expected_shares, extinction
from populace.engine.checks.result import mean_against, share_against
from populace.engine.checks.theory import growing, growth
from populace.engine.lean.computed import computed_world
from populace.engine.lean.homes import HOME
from populace.engine.lean.rows import groups
from populace.engine.simulation import Simulation

MIXED = [{"kind": "well_mixed", "contacts_a_day": 1}]


def runs(chosen, seeds):
    world = computed_world(chosen, quietly)
    for seed in range(seeds):
        yield Simulation(chosen, world=world, seed=1_000 + seed)


def test_the_curve_and_the_final_size_are_those_of_the_daily_recursion():
    people, first = 100_000, 100
    disease = {"kind": "seir", "transmission": 0.3, "latent_period": 3, "infectious_period": 7}
    disease |= {"initial_infected": first, "initial_state": "infectious"}
    chosen = project(people, networks=MIXED, disease=disease)
    expected = expected_shares(chosen.disease, 1.0, first / people, 400, 7)
    window = growing(expected[:, 2])
    finals, peaks, growths = [], [], []
    for run in runs(chosen, 6):
        infectious = series(run, 400).sum(axis=1)[:, 2] / people
        finals.append(run.ever_infected / people)
        peaks.append(infectious.max())
        growths.append(growth(infectious, window))
    for values, reference in (
        (finals, 1 - expected[-1, 0]),
        (peaks, expected[:, 2].max()),
        (growths, growth(expected[:, 2], window)),
    ):
        assert mean_against("mean", values, float(reference)).passed


def test_households_of_three_follow_reed_and_frost():
    p = 0.1
    disease = {"kind": "sir", "transmission": -math.log1p(-p), "infectious_period": 1.0}
    spec = {"kind": "household", "contacts_per_person": 1.0, "crowding": 0.0}
    chosen = project(300_000, networks=[spec], disease=disease | {"infectious_shape": 0})
    run = Simulation(chosen)
    home = groups(run.world.crowd, HOME)
    sizes = np.bincount(home)
    first = np.unique(home, return_index=True)[1]
    threes = np.flatnonzero(sizes == 3)
    assert len(threes) > 10_000
    run = Simulation(chosen, world=run.world, first_infected=first[threes])
    series(run, 8)
    cases = np.bincount(home[run.state > 0], minlength=len(sizes))
    assert cases[sizes != 3].sum() == 0
    for further, chance in enumerate(((1 - p) ** 2, 2 * p * (1 - p) ** 2, p**2 * (3 - 2 * p))):
        hits = int(np.count_nonzero(cases[threes] == 1 + further))
        assert share_against("chain", hits, len(threes), chance).passed


def test_single_cases_die_out_as_often_as_the_recursion_says():
    disease = {"kind": "sir", "transmission": 0.5, "infectious_period": 4}
    chosen = project(20_000, networks=MIXED, disease=disease | {"infectious_shape": 0})
    world = computed_world(chosen, quietly)
    died_out, trials = 0, 400
    for seed in range(trials):
        run = Simulation(chosen, world=world, seed=seed, first_infected=np.array([seed * 7]))
        while run.counts.sum(axis=0)[1] and run.ever_infected < 100:
            run.step()
        died_out += run.ever_infected < 100
    stays = dwell_shares(chosen.disease.transitions(chosen.disease.values())[0])
    assert share_against("extinct", died_out, trials, extinction(0.5, list(stays))).passed


@pytest.mark.parametrize("shape", [0, 1, 4])
def test_stays_have_the_declared_means(shape):
    disease = {"kind": "seir", "transmission": 1.0, "latent_period": 4.5, "infectious_period": 6.0}
    disease |= {"latent_shape": shape, "infectious_shape": shape, "initial_infected": 500}
    run = Simulation(project(50_000, networks=MIXED, disease=disease))
    totals = series(run, 200).sum(axis=1)
    assert totals[-1, 1] == totals[-1, 2] == 0
    # Everybody's days in a state, over those who were in it.
    for state, mean in ((1, 4.5), (2, 6.0)):
        stay = totals[:, state].sum() / run.ever_infected
        deviation = mean / max(shape, 1) ** 0.5 if shape else 0.5
        assert stay == pytest.approx(mean, abs=0.001 * mean + 3 * deviation / 50_000**0.5)


def test_without_contacts_nobody_is_infected():
    chosen = project()
    closed = {f"networks.{one.own_name}.intensity": 0.0 for one in chosen.networks}
    run = Simulation(chosen.with_values(closed))
    first = run.ever_infected
    run.run(60)
    assert run.ever_infected == first > 0


def test_people_are_conserved_and_the_counts_are_the_states():
    run = Simulation(project(disease={"kind": "covid_like", "transmission": 0.1}))
    sizes = run.world.crowd.region_sizes()
    for _ in range(60):
        run.step()
        assert (run.counts >= 0).all()
        np.testing.assert_array_equal(run.counts.sum(axis=1), sizes)
        np.testing.assert_array_equal(run._kernel.totals(), run.counts.sum(axis=0))
    infections = run.snapshot().infections
    assert infections.so_far.sum() == run.ever_infected > 5_000
    assert infections.today.sum() == run.snapshot().new_infections.sum()


def test_neither_threads_nor_chunks_change_anything_but_seeds_do():
    chosen = project()
    world = computed_world(chosen, quietly)
    first = np.arange(0, 60_007, 400)
    found = []
    for settings in ({"chunks": 4, "threads": 1}, {"chunks": 4, "threads": 3}, {"chunks": 50}):
        run = Simulation(chosen, world=world, first_infected=first)
        found.append(series(with_kernel(run, first, **settings), 60))
    np.testing.assert_array_equal(found[0], found[1])
    np.testing.assert_array_equal(found[0], found[2])
    other = Simulation(chosen, world=world, seed=2, first_infected=first)
    assert not np.array_equal(series(other, 60), found[0])
