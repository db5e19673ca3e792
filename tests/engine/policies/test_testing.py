"""Kinds of test, screening and false results, against counts made by hand."""

import numpy as np
import pytest

from populace.engine.policies._sampling import some_of
from populace.engine.policies.testing import CURVES
from populace.engine.project import Project
from populace.engine.simulation import Simulation

# A state that lasts 60 days, without symptoms, in which nobody infects anybody.
CARRIED = {
    "states": [
        {"name": "susceptible", "role": "susceptible"},
        {"name": "carrier", "role": "infectious"},
        {"name": "recovered", "role": "removed"},
    ],
    "transitions": [{"from": "carrier", "to": "recovered", "dwell": {"kind": "fixed", "mean": 60}}],
}
SCREENING = {
    "kind": "testing",
    "share_tested": 0.0,
    "share_screened": 1.0,
    "tests_per_day": 1e7,
    "compliance": 0.0,
    "delay_days": 0,
}


def carriers(policy, infected, people=20_000, device="cpu", **more):
    spec = {
        "name": "Carriers",
        "population": {"kind": "well_mixed", "people": people},
        "networks": [{"kind": "household"}],
        "disease": {
            "kind": "custom",
            "graph": CARRIED,
            "transmission": 0.0,
            "initial_infected": infected,
        },
        "policies": [SCREENING | policy],
    } | more
    return Simulation(Project.from_spec(spec), device=device)


def days_of(run, days):
    """Return the counts of each of several days."""
    before, found = run.policy_counts(), []
    for _ in range(days):
        run.step()
        now = run.policy_counts()
        found.append({name.rsplit(".", 1)[1]: now[name] - before[name] for name in now})
        before = now
    return found


@pytest.mark.parametrize("device", ["cpu", "reference"])
@pytest.mark.parametrize("test", ["PCR", "antigen"])
def test_the_share_found_follows_the_days_since_infection(test, device):
    """Everybody is infected on day 0 and tested on every day."""
    run = carriers({"test": test, "specificity": 1.0}, 20_000, device=device)
    shares = [day["positive"] / day["tests"] for day in days_of(run, 40)]
    days, relative = CURVES[test]
    expected = 0.8 * np.interp(np.arange(1, 41), days, relative)
    assert np.abs(np.array(shares) - expected).max() < 0.015
    assert shares[0] == 0
    if test == "PCR":  # as published
        assert shares[3] == pytest.approx(0.33, abs=0.015)
        assert shares[4] == pytest.approx(0.62, abs=0.015)
        assert shares[7] == pytest.approx(0.80, abs=0.015)
        assert shares[20] == pytest.approx(0.34, abs=0.015)


def test_the_curve_is_drawn_out_for_a_disease_with_later_symptoms():
    run = carriers({"days_to_symptoms": 10.0, "specificity": 1.0}, 20_000)
    shares = [day["positive"] / day["tests"] for day in days_of(run, 16)]
    assert shares[9] == pytest.approx(0.62, abs=0.015)
    assert shares[15] == pytest.approx(0.80, abs=0.015)


def test_nobody_who_was_never_infected_is_found_but_some_are_falsely_positive():
    run = carriers({"specificity": 0.99, "compliance": 1.0, "share_screened": 0.1}, 0)
    days = days_of(run, 20)
    tests = sum(day["tests"] for day in days)
    positive = sum(day["positive"] for day in days)
    # Those who isolate are not screened, which are few.
    assert tests == pytest.approx(20 * 2_000, rel=0.01)
    assert positive == sum(day["false_positive"] for day in days)
    assert positive == pytest.approx(0.01 * tests, rel=0.2)
    isolated = run._authority._class == 1
    assert isolated.sum() == pytest.approx(7 * 0.01 * 2_000, rel=0.3)


def test_a_test_that_is_the_same_on_every_day_finds_carriers_and_nobody_else():
    policy = {"test": "the same on every day", "sensitivity": 1.0, "specificity": 1.0}
    run = carriers(policy, 5_000)
    assert {day["positive"] for day in days_of(run, 30)} == {5_000}
    run.run(35)  # all have recovered
    assert days_of(run, 1)[0]["positive"] == 0


def test_screening_tests_a_share_each_day_and_never_more_than_there_are_tests():
    run = carriers({"share_screened": 0.03}, 0)
    assert {day["tests"] for day in days_of(run, 5)} == {600}
    run = carriers({"share_screened": 0.03, "tests_per_day": 250.0}, 0)
    assert {day["tests"] for day in days_of(run, 5)} == {250}


def test_a_share_that_is_less_than_a_person_a_day_adds_up():
    run = carriers({"share_screened": 0.004}, 0, people=100)
    assert sum(day["tests"] for day in days_of(run, 50)) == 20


def test_those_with_symptoms_come_first(city):
    policy = SCREENING | {"share_tested": 1.0, "tests_per_day": 40.0}
    run = city([policy])
    symptomatic = [state.name for state in run.states].index("symptomatic")
    for day in range(1, 60):
        run.step()
        counts = run.policy_counts()
        table = run.events()
        ill = np.bincount(table.day[table.after == symptomatic], minlength=day)[:day]
        with_symptoms = np.minimum(ill, 40).sum()
        tests = counts["policies.testing.tests"]
        assert tests - counts["policies.testing.screened"] == with_symptoms
        assert tests <= 40 * day


def test_screening_finds_infected_people_before_they_have_symptoms(city):
    policy = SCREENING | {"share_screened": 0.2, "compliance": 1.0, "specificity": 1.0}
    run = city([policy | {"test": "the same on every day"}])
    run.run(40)
    found = run._authority._found
    quiet = [state.symptomatic is False for state in run._graph.states]
    assert len(found) > 5
    assert np.mean(np.array(quiet)[run.state[found]]) > 0.5


def test_the_household_of_a_case_isolates_with_it_and_is_free_on_the_same_day(city):
    policy = {"kind": "testing", "share_tested": 1.0, "compliance": 1.0, "with_household": True}
    run = city([policy | {"specificity": 1.0, "isolation_days": 6}])
    dwelling, ends = run.people.dwelling, {}
    for _ in range(45):
        run.step()
        for home in np.unique(dwelling[run._authority._found]):
            ends[home] = run.day + 6
        expected = [home for home, end in ends.items() if end > run.day]
        assert np.array_equal(run._authority._class == 1, np.isin(dwelling, expected))
    assert len(expected) > 50


def test_a_fork_tests_on_as_its_original_and_leaves_it_alone(city):
    policy = SCREENING | {"share_screened": 0.05, "share_tested": 0.5, "compliance": 1.0}
    run, undisturbed = city([policy]), city([policy])
    undisturbed.run(60)
    run.run(30)
    twin = run.fork()
    twin.run(30)
    run.run(30)
    assert run.events_sha256() == twin.events_sha256() == undisturbed.events_sha256()
    assert run.policy_counts() == twin.policy_counts() == undisturbed.policy_counts()


def test_both_kernels_agree_with_screening(city):
    policy = {"kind": "testing", "share_screened": 0.05, "with_household": True, "test": "antigen"}
    runs = [city([policy, {"kind": "contact_tracing"}], device) for device in ("cpu", "reference")]
    for run in runs:
        run.run(60)
    assert runs[0].events_sha256() == runs[1].events_sha256()
    assert runs[0].policy_counts() == runs[1].policy_counts()


@pytest.mark.parametrize("count", [1, 2, 3, 100, 1_000, 4_097])
def test_some_of_many_are_different_and_more_of_them_add_to_the_same(count):
    everybody = some_of(count, count, np.uint32(7), "x", 3)
    assert sorted(everybody) == list(range(count))
    assert np.array_equal(some_of(count, count // 3, np.uint32(7), "x", 3), everybody[: count // 3])


def test_everybody_is_as_likely_to_be_among_some_of_many():
    times = np.zeros(997)
    for day in range(4_000):
        times[some_of(997, 50, np.uint32(11), "x", day)] += 1
    expected = 4_000 * 50 / 997
    chi_square = ((times - expected) ** 2 / (expected * (1 - 50 / 997))).sum()
    assert abs(chi_square - 996) < 5 * np.sqrt(2 * 996)
    # Nor do neighbours come together.
    pairs = sum(
        np.isin(chosen + 1, chosen).sum()
        for chosen in (some_of(997, 50, np.uint32(11), "x", day) for day in range(4_000))
    )
    expected = 4_000 * 50 * 49 / 997
    assert abs(pairs - expected) < 5 * np.sqrt(expected)


def test_two_kinds_of_testing_do_not_draw_the_same_people():
    """Each tests 5,000 of 20,000: a quarter of those of the one are among those of the other."""
    one = SCREENING | {"share_screened": 0.25, "test": "the same on every day", "sensitivity": 1.0}
    spec = carriers({}, 20_000).project.spec()
    spec["policies"] = [one | {"specificity": 1.0, "name": name} for name in ("pcr", "antigen")]
    run = Simulation(Project.from_spec(spec))
    run.step()
    found = run._authority._found
    assert len(found) == 10_000
    assert len(found) - len(np.unique(found)) == pytest.approx(1_250, rel=0.1)
