"""Doses and tests by day are what the policies counted."""

import numpy as np

from populace.engine.analysis.record import Record
from populace.engine.project import Project
from populace.engine.registry import kind
from populace.engine.simulation import Simulation

POLICIES = [
    {"kind": "vaccination", "doses_per_day": 40, "start_day": 5},
    {"kind": "vaccination", "name": "boosters", "doses_per_day": 7, "doses": 1, "start_day": 20},
    {"kind": "testing", "share_screened": 0.01},
    {"kind": "masks"},
]


def run_of(policies, days=45):
    spec = {
        "name": "City",
        "population": {"kind": "nyc", "people": 3_000},
        "networks": [{"kind": "household"}, {"kind": "community"}],
        "disease": {"kind": "covid_like", "initial_infected": 100, "transmission": 0.1},
        "policies": policies,
    }
    run = Simulation(Project.from_spec(spec))
    totals = [run.policy_counts()]
    for _ in range(days):
        run.step()
        totals.append(run.policy_counts())
    return run, totals


def observed(run, **settings):
    return kind("observations", "doses")(**settings).observe(Record.of(run))


def test_each_day_has_what_was_done_on_it():
    run, totals = run_of(POLICIES)
    table = observed(run)
    assert list(table["day"]) == list(range(46))
    first = table["vaccination_first_doses"]
    assert first[:5].sum() == 0
    assert set(first[5:26]) == {40}
    assert table["vaccination_second_doses"][26:].sum() > 0
    # Second doses come first, and both come from one supply.
    assert (first + table["vaccination_second_doses"])[26:].max() == 40
    assert set(table["boosters_second_doses"][20:] + table["boosters_first_doses"][20:]) == {7}
    for name in ("tests", "positive", "screened", "false_positive"):
        day = np.array([total[f"policies.testing.{name}"] for total in totals])
        assert np.array_equal(np.cumsum(table[f"testing_{name}"]), day)
    assert not any(name.startswith("masks") for name in table.columns)


def test_so_far_is_the_sum_of_the_days():
    run, _ = run_of(POLICIES)
    daily, total = observed(run), observed(run, counted="so far")
    for name in list(daily.columns)[2:]:
        assert np.array_equal(np.cumsum(daily[name]), total[name])
    assert len(daily.columns) == 2 + 2 + 2 + 4


def test_a_fork_has_the_days_of_its_original_and_then_its_own():
    run, _ = run_of(POLICIES, 25)
    twin = run.fork()
    twin.set("policies.vaccination.doses_per_day", 0.0)
    for one in (run, twin):
        one.run(15)
    mine, other = observed(run), observed(twin)
    assert np.array_equal(
        mine["vaccination_first_doses"][:26], other["vaccination_first_doses"][:26]
    )
    assert not other["vaccination_first_doses"][26:].any()
    assert len(mine) == len(other) == 41


def test_without_policies_there_are_days_and_nothing_in_them():
    run, _ = run_of([], 3)
    assert list(observed(run).columns) == ["day", "date"]
    assert len(observed(run)) == 4
