"""Policies together: equal kernels, any order of the list, forks, and any number of threads."""

import pytest

from populace.engine.kernels import cpu

ALL = [
    {"kind": "vaccination", "doses_per_day": 60, "efficacy_severe": 0.5, "waning_days": 40},
    {"kind": "testing", "share_screened": 0.01, "with_household": True},
    {"kind": "contact_tracing"},
    {"kind": "household_quarantine"},
    {"kind": "school_closure", "trigger": "incidence", "trigger_on": 400.0, "fade_in_days": 4},
    {"kind": "work_from_home", "start_day": 30},
    {"kind": "masks", "coverage": 0.3},
    {"kind": "hospital_capacity", "beds": 20.0, "intensive_beds": 5.0},
    {"kind": "treatment", "share_treated": 0.4},
    {"kind": "travel_limits", "reduction": 0.2, "start_day": 20},
]
DAYS = 90


@pytest.fixture(scope="module")
def digest():
    return {}


def test_the_reference_writes_what_the_compiled_kernel_writes(city):
    runs = [city(ALL, device=device) for device in ("cpu", "reference")]
    for run in runs:
        run.run(DAYS)
    assert runs[0].ever_infected > 600
    assert runs[0].events_sha256() == runs[1].events_sha256()
    assert runs[0].policy_counts() == runs[1].policy_counts()


def test_the_order_of_the_list_moves_nothing(city):
    forward, backward = city(ALL), city(ALL[::-1])
    for run in (forward, backward):
        run.run(DAYS)
    assert forward.events_sha256() == backward.events_sha256()


def test_one_thread_and_two_agree(city, monkeypatch):
    monkeypatch.setattr(cpu, "ONE_THREAD_BELOW", 0)
    two = city(ALL)
    monkeypatch.setattr(cpu, "core_count", lambda: 1)
    one = city(ALL)
    for run in (one, two):
        run.run(DAYS)
    assert one.events_sha256() == two.events_sha256()


def test_a_fork_goes_on_as_its_original_would_and_leaves_it_alone(city):
    run, undisturbed = city(ALL), city(ALL)
    undisturbed.run(DAYS)
    run.run(40)
    twin, other = run.fork(), run.fork()
    other.set("policies.vaccination.doses_per_day", 0.0)
    for each in (other, twin, run):
        each.run(DAYS - 40)
    assert run.events_sha256() == twin.events_sha256() == undisturbed.events_sha256()
    assert twin.policy_counts() == undisturbed.policy_counts()
    assert other.policy_counts() != run.policy_counts()


def test_a_live_change_of_an_efficacy_holds_from_the_next_day(city):
    policy = {"kind": "vaccination", "doses_per_day": 1e6, "doses": 1, "delay_days": 0}
    usual, changed = (city([policy | {"hesitant": 0.0, "efficacy_second": 0.0}]) for _ in range(2))
    for run in (usual, changed):
        run.run(30)
    changed.set("policies.vaccination.efficacy_second", 1.0)
    before = changed.ever_infected
    changed.run(20)
    usual.run(20)
    assert changed.ever_infected == before
    assert usual.ever_infected > before
