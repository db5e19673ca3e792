"""Testing, tracing and quarantine: who is found, who stays at home, and for how long."""

import numpy as np
import pytest

from populace.engine.errors import ProjectError
from populace.engine.project import Project
from populace.engine.simulation import Simulation

TESTING = {
    "kind": "testing",
    "test": "the same on every day",
    "share_tested": 1.0,
    "sensitivity": 1.0,
    "compliance": 1.0,
}
TRACING = {
    "kind": "contact_tracing",
    "share_home": 1.0,
    "share_known": 1.0,
    "app_coverage": 1.0,
    "compliance": 1.0,
}


def symptomatic(simulation, days):
    """Return how many people had entered the symptomatic state by the evening of a day."""
    number = [state.name for state in simulation.states].index("symptomatic")
    table = simulation.events()
    return int(((table.after == number) & (table.day <= days)).sum())


def at_home(simulation, policy):
    """Return who is in quarantine or isolation by a policy."""
    authority = simulation._authority
    number = list(authority._deliveries).index(f"policies.{policy}")
    return authority._classes.standing(authority._class, number) == 1


def test_everybody_with_symptoms_is_found_by_a_perfect_test(city):
    run = city([TESTING])
    run.run(60)
    assert run.policy_counts()["policies.testing.positive"] == symptomatic(run, 59) > 300


def test_a_share_is_tested_and_a_share_of_those_is_found(city):
    run = city([TESTING | {"share_tested": 0.6, "sensitivity": 0.5}])
    run.run(100)
    counts, all_ill = run.policy_counts(), symptomatic(run, 99)
    assert counts["policies.testing.tests"] == pytest.approx(0.6 * all_ill, rel=0.08)
    assert counts["policies.testing.positive"] == pytest.approx(0.3 * all_ill, rel=0.12)


def test_no_more_are_tested_than_there_are_tests(city):
    run = city([TESTING | {"tests_per_day": 3}])
    run.run(60)
    assert 100 < run.policy_counts()["policies.testing.tests"] <= 180


def test_isolation_begins_with_the_result_and_ends_after_its_days(city):
    run = city([TESTING | {"delay_days": 2, "isolation_days": 7}])
    ill, isolated = [], []
    for _ in range(40):
        run.step()
        ill.append(symptomatic(run, run.day))
        isolated.append(int(at_home(run, "testing").sum()))
    # Tested the day after symptoms, told two days later, free a week after that.
    assert isolated[30] == ill[27] - ill[20]
    assert isolated[39] == ill[36] - ill[29]


def test_a_household_stays_at_home_with_its_case_and_is_free_again(city):
    policy = {"kind": "household_quarantine", "compliance": 1.0, "days": 5}
    run = city([policy])
    run.run(50)
    inside = at_home(run, "household_quarantine")
    dwelling = run.people.dwelling
    assert inside.any()
    # All members of a dwelling, or none.
    whole = np.bincount(dwelling, weights=inside) / np.maximum(1, np.bincount(dwelling))
    assert set(np.unique(whole)) <= {0.0, 1.0}
    number = [state.name for state in run.states].index("symptomatic")
    table = run.events()
    recent = (table.after == number) & (table.day >= 50 - 5) & (table.day <= 49)
    assert set(np.unique(dwelling[inside])) == set(np.unique(dwelling[table.agent[recent]]))


def test_quarantine_of_all_contacts_outside_leaves_infections_at_home(city):
    policy = {"kind": "household_quarantine", "compliance": 1.0, "reduction": 1.0}
    run = city([policy])
    for _ in range(60):
        inside = at_home(run, "household_quarantine")
        run.step()
        for block in run.log.day(run.day):
            infected = block.infector >= 0
            stayed = (
                inside[block.infector[infected]]
                & at_home(run, "household_quarantine")[block.infector[infected]]
            )
            networks = block.network[infected][stayed]
            assert {run.network_names[network] for network in networks} <= {"household"}


def test_tracing_reaches_the_household_the_infector_and_the_infected(city):
    run = city([TESTING | {"delay_days": 0}, TRACING | {"meetings_a_day": 0.0}])
    run.run(45)
    found = run._authority._found  # of today; they are traced tomorrow
    assert len(found) > 3
    table = run.events()
    run.step()
    reached = at_home(run, "contact_tracing")
    recent = table.day >= run.day - 4
    expected = set(np.flatnonzero(np.isin(run.people.dwelling, run.people.dwelling[found])))
    expected |= set(table.agent[recent & np.isin(table.infector, found)])
    infected = np.isin(table.agent, found) & (table.infector >= 0)
    expected |= set(table.infector[infected])
    expected -= set(found.tolist())
    assert all(reached[agent] for agent in expected)


def test_most_of_those_whom_tracing_reaches_are_healthy(city):
    run = city([TESTING, TRACING])
    run.run(50)
    counts = run.policy_counts()
    reached = counts["policies.contact_tracing.people_reached"]
    cases = counts["policies.contact_tracing.cases_traced"]
    # Home, 8 meetings on each of 4 days in up to three networks, without those met twice.
    assert 20 < reached / cases < 110
    inside = at_home(run, "contact_tracing")
    assert (run.state[inside] == 0).mean() > 0.6


def test_tracing_without_tests_is_refused_in_one_line():
    spec = {
        "name": "x",
        "population": {"kind": "well_mixed", "people": 100},
        "networks": [{"kind": "well_mixed"}],
        "disease": {"kind": "sir"},
        "policies": [{"kind": "contact_tracing"}],
    }
    with pytest.raises(ProjectError, match=r"needs the policy testing.*add \{kind: testing\}"):
        Simulation(Project.from_spec(spec))
