"""Closures and distancing: infections stop where contacts stop, and nowhere else."""

import numpy as np
import pytest


def by_network(simulation, days):
    """Return the infections of each network."""
    total = np.zeros(len(simulation.network_names), int)
    for _ in range(days):
        simulation.step()
        total += simulation.snapshot().new_infections
    return dict(zip(simulation.network_names, total.tolist(), strict=True))


@pytest.mark.parametrize(
    ("policy", "closed"),
    [
        ({"kind": "school_closure"}, {"school"}),
        ({"kind": "work_from_home", "share_at_home": 1.0}, {"workplace"}),
        ({"kind": "lockdown", "reduction": 1.0}, {"school", "workplace", "community"}),
        (
            {"kind": "distancing", "community_reduction": 1.0, "work_reduction": 0.0},
            {"community"},
        ),
    ],
)
def test_a_network_without_contacts_has_no_infections(city, policy, closed):
    counts = by_network(city([policy]), 60)
    assert {name for name, count in counts.items() if count == 0} == closed


def test_a_closure_ends_with_its_last_day(city):
    run = city([{"kind": "school_closure", "start_day": 10, "end_day": 40}])
    before, during, after = (by_network(run, days)["school"] for days in (9, 30, 30))
    assert before > 0
    assert during == 0
    assert after > 0


def test_half_of_a_closure_leaves_half_of_the_contacts(mixed):
    """A lockdown of one half at R0 3 is an epidemic of R0 1.5."""
    run = mixed(3.0, [{"kind": "lockdown", "reduction": 0.5}])
    run.run(400)
    assert run.ever_infected / run.people.agent_count == pytest.approx(0.5828, abs=0.015)


def test_a_triggered_lockdown_comes_and_goes(city):
    policy = {"kind": "lockdown", "reduction": 0.9, "trigger": "incidence"}
    run = city([policy | {"trigger_on": 2_000.0, "trigger_off": 500.0}])
    in_force = []
    for _ in range(200):
        run.step()
        in_force.append(run._authority.strengths["policies.lockdown"])
    changes = np.count_nonzero(np.diff(in_force))
    assert in_force[0] == 0
    assert max(in_force) == 1
    assert 2 <= changes <= 40
