"""The reproduction number of each strain by itself."""

import numpy as np
import pytest

from populace.engine.analysis.record import Record
from populace.engine.simulation import Simulation

PEOPLE, ILL, RATE, ADVANTAGE, IMMUNITY = 400_000, 6.0, 0.3, 1.6, 0.6


@pytest.fixture(scope="module")
def two(make_project):
    """Return a run with both strains, and the share of people in each state on each evening."""
    disease = {
        "kind": "two_strains",
        "transmission": RATE,
        "advantage": ADVANTAGE,
        "latent_period": 2.0,
        "second_latent_period": 2.0,
        "infectious_period": ILL,
        "second_infectious_period": ILL,
        "immunity_to_second": IMMUNITY,
        "immunity_to_first": 1.0,
        "second_day": 3,
        "second_people": 300,
        "initial_infected": 2_000,
    }
    project = make_project(
        population={"kind": "well_mixed", "people": PEOPLE},
        networks=[{"kind": "well_mixed"}],
        disease=disease,
    )
    run, shares = Simulation(project), []
    for _ in range(100):
        shares.append(run.counts.sum(axis=0) / PEOPLE)
        run.step()
    return Record.of(run), np.array(shares)


def by_strain(table, column):
    return table[column].reshape(-1, 2)


def test_each_strain_infects_r0_times_those_whom_it_can_infect(two, observe):
    record, shares = two
    table = observe("reproduction_number", record, by_strain=True)
    r_t = by_strain(table, "instantaneous")
    names = [state.name for state in record.states]
    susceptible = shares[:, names.index("susceptible")]
    had_first = shares[:, names.index("recovered_first")]
    open_to = np.stack([susceptible, susceptible + (1 - IMMUNITY) * had_first], axis=1)
    checked = 0
    for day in range(30, 60):
        if np.isnan(r_t[day]).any() or susceptible[day] < 0.15:
            continue  # too early to know, or too few are left to tell
        week = open_to[day - 7 : day].mean(axis=0)
        expected = RATE * ILL * week * [1.0, ADVANTAGE]
        assert r_t[day] == pytest.approx(expected, rel=0.06)
        checked += abs(r_t[day, 1] / r_t[day, 0] - ADVANTAGE) > 0.1
    assert checked > 10, "cross-immunity must matter, else the ratio alone would do"


def test_strains_add_up_to_all_infections(two, observe):
    record, _ = two
    table, whole = (observe("reproduction_number", record, by_strain=one) for one in (True, False))
    for column in ("infected", "infected_by_them"):
        assert by_strain(table, column).sum(axis=0).min() > 1_000
        np.testing.assert_array_equal(by_strain(table, column).sum(axis=1), whole[column])
    assert table["strain"][:2].tolist() == ["First strain", "Second strain"]
    assert by_strain(table, "infected")[:3, 1].sum() == 0
    # Every infection but those from elsewhere has a cause of its own strain.
    infected, caused = (
        by_strain(table, one).sum(axis=0) for one in ("infected", "infected_by_them")
    )
    assert (infected - caused)[0] == 2_000
    assert 200 < (infected - caused)[1] <= 300


def test_of_a_disease_with_one_strain_it_is_the_number_of_all(make_project, observe):
    run = Simulation(make_project(population={"kind": "well_mixed", "people": 5_000},
                                  networks=[{"kind": "well_mixed"}],
                                  disease={"kind": "sir", "initial_infected": 50}))  # fmt: skip
    run.run(60)
    one, all_of_it = (
        observe("reproduction_number", Record.of(run), by_strain=by) for by in (True, False)
    )
    for column in all_of_it.columns:
        np.testing.assert_array_equal(one[column], all_of_it[column])
