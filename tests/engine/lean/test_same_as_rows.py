"""Computed people and the same people in rows have the same epidemic, to the last person."""

import numpy as np
import pytest
from tests.engine.lean.conftest import FAST, NETWORKS, project, series

from populace.engine.simulation import Simulation

DAYS = 60
DISEASES = {
    "seir": FAST,
    "covid_like": {"kind": "covid_like", "transmission": 0.09},
    "back_again": {"kind": "seirs", "transmission": 0.15, "immune_period": 30},
    "years": {"kind": "seirs", "transmission": 0.15, "immune_period": 200},
    "superspreaders": FAST | {"dispersion": 0.3},
    "arrivals": FAST | {"imports_per_week": 900.0, "import_places": "India, Lagos"},
    "two_places": FAST | {"initial_infected": 120, "initial_regions": 2},
}


def both(days=DAYS, change=None, **more):
    """Return the counts of both runs, and what else their evenings show."""
    found = []
    for rows in (True, False):
        run = Simulation(project(rows=rows, **more))
        assert (run.world.crowd is None) == rows
        counts = series(run, days // 2)
        if change:
            run.set(*change)
        counts = np.concatenate([counts, series(run, days - days // 2)])
        snapshot = run.snapshot()
        found.append((counts, snapshot.new_infections, snapshot.infections_by_lag, run))
    return found


def assert_same(rows, lean):
    assert rows[3].ever_infected == lean[3].ever_infected > 1_000
    for one, other in zip(rows[:3], lean[:3], strict=True):
        np.testing.assert_array_equal(one, other)
    assert rows[3].tables_sha256 == lean[3].tables_sha256
    np.testing.assert_array_equal(rows[3].state, lean[3].state)


@pytest.mark.parametrize("name", DISEASES)
def test_every_disease(name):
    assert_same(*both(days=90 if name == "years" else DAYS, disease=DISEASES[name]))


@pytest.mark.parametrize("network", NETWORKS, ids=lambda network: network["kind"])
def test_every_network_by_itself(network):
    more = {"networks": [network | ({"contacts_a_day": 5} if len(network) > 1 else {})]}
    assert_same(*both(disease=FAST | {"transmission": 0.4, "initial_infected": 2_000}, **more))


def test_policies_behaviours_and_a_moved_slider():
    more = {
        "behaviours": [{"kind": "isolate_when_ill", "share_isolating": 0.4}],
        "policies": [
            {"kind": "masks", "coverage": 0.5},
            {"kind": "school_closure", "start_day": 10, "end_day": 25, "fade_in_days": 4},
            {"kind": "distancing", "trigger": "incidence", "trigger_on": 3_000.0},
        ],
        "disease": {"kind": "covid_like", "transmission": 0.12},
    }
    assert_same(*both(change=("networks.workplace.intensity", 2.5), **more))


def test_contacts_between_regions_can_be_limited():
    more = {"policies": [{"kind": "travel_limits", "start_day": 5}]}
    rows, lean = both(**more)
    assert_same(rows, lean)
    assert lean[3].ever_infected < both()[1][3].ever_infected


def test_a_rate_far_above_its_bound():
    assert_same(*both(change=("disease.transmission", 0.5), headroom=1.0))
