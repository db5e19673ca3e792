"""Treatment: who gets it, what it prevents, and when it ends."""

import numpy as np
import pytest

from populace.engine.errors import ProjectError
from populace.engine.project import Project

SEVERE = {"kind": "covid_like", "initial_infected": 400, "severity": 3.0, "transmission": 0.08}
ALL = {"kind": "treatment", "share_treated": 1.0, "delay_days": 1, "courses_per_day": 1e6}
DAYS = 70


def entries(run, name):
    """Return day and agent of those who entered a state."""
    number = [state.name for state in run.states].index(name)
    table = run.events()
    rows = table.after == number
    return table.day[rows], table.agent[rows]


def infections(run):
    table = run.events()
    return {column: getattr(table, column)[table.before == 0].tolist() for column in vars(table)}


def treated(run):
    authority = run._authority
    number = list(authority._deliveries).index("policies.treatment")
    return authority._classes.standing(authority._class, number) == 1


@pytest.fixture
def severe(city):
    return lambda policies=(), device="cpu": city(
        policies, device, disease=SEVERE, population={"kind": "nyc", "people": 6_000}
    )


@pytest.mark.parametrize("device", ["cpu", "reference"])
def test_a_perfect_drug_from_the_day_after_symptoms_keeps_everybody_from_hospital(severe, device):
    """It comes during the stay with symptoms, and acts on how that stay ends."""
    drug = {"efficacy_severe": 1.0, "efficacy_transmission": 0.0}
    plain, run = severe(device=device), severe([ALL | drug], device)
    for one in (plain, run):
        one.run(DAYS)
    assert len(entries(plain, "hospitalised")[0]) > 150
    assert len(entries(run, "hospitalised")[0]) == 0
    # Nothing else changes: the same people are infected on the same days by the same people.
    assert infections(run) == infections(plain)
    courses = run.policy_counts()["policies.treatment.courses"]
    assert courses == (entries(run, "symptomatic")[0] < DAYS).sum() > 1_000


def test_an_efficacy_of_a_half_halves_admissions_and_sends_nobody_else(severe):
    drug = {"efficacy_severe": 0.5, "efficacy_transmission": 0.0}
    plain, run = severe(), severe([ALL | drug])
    for one in (plain, run):
        one.run(DAYS)
    before, after = (entries(one, "hospitalised")[1] for one in (plain, run))
    assert set(after) < set(before)
    assert len(after) / len(before) == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize("device", ["cpu", "reference"])
def test_nobody_infects_with_symptoms_where_treatment_stops_transmission(severe, device):
    run = severe([ALL | {"efficacy_transmission": 1.0}], device)
    quiet = [state.name for state in run.states].index("infectious")
    for _ in range(DAYS):
        before = run.state
        run.step()
        for block in run.log.day(run.day):
            assert (before[block.infector[block.infector >= 0]] == quiet).all()
    assert run.ever_infected > 800


def test_it_begins_after_its_delay_and_ends_with_the_illness(severe):
    run = severe([ALL | {"delay_days": 4}])
    ill = [state.name for state in run.states].index("symptomatic")
    onset = np.full(run.people.agent_count, 10_000)
    most = 0
    for _ in range(50):
        # Whoever had symptoms for four days this morning is under treatment today.
        expected = (run.state == ill) & (onset <= run.day + 1 - 4)
        run.step()
        assert np.array_equal(treated(run), expected)
        most = max(most, expected.sum())
        for block in run.log.day(run.day):
            onset[block.agent[block.after == ill]] = run.day
    assert most > 20


def test_no_more_begin_than_there_are_courses(severe):
    run = severe([ALL | {"courses_per_day": 5.0}])
    run.run(60)
    assert 200 < run.policy_counts()["policies.treatment.courses"] <= 5 * 60


def test_a_share_is_treated(severe):
    run = severe([ALL | {"share_treated": 0.3}])
    run.run(DAYS)
    ill = (entries(run, "symptomatic")[0] < DAYS).sum()
    assert run.policy_counts()["policies.treatment.courses"] == pytest.approx(0.3 * ill, rel=0.1)


def test_cases_found_by_tests_are_treated_after_their_result(severe):
    testing = {"kind": "testing", "share_tested": 0.5, "delay_days": 0}
    run = severe([testing, ALL | {"given_to": "found by tests"}])
    run.run(DAYS)
    counts = run.policy_counts()
    # Some are well or in hospital by the day after the result.
    assert 0.7 < counts["policies.treatment.courses"] / counts["policies.testing.positive"] <= 1.0


def test_both_kernels_agree(severe):
    policies = [
        {"kind": "treatment", "share_treated": 0.6, "courses_per_day": 30.0},
        {"kind": "hospital_capacity", "beds": 100.0},
        {"kind": "vaccination", "doses_per_day": 60, "efficacy_severe": 0.5},
    ]
    runs = [severe(policies, device) for device in ("cpu", "reference")]
    for run in runs:
        run.run(DAYS)
    assert runs[0].events_sha256() == runs[1].events_sha256()
    assert runs[0].policy_counts() == runs[1].policy_counts()


QUIET = {
    "states": [
        {"name": "susceptible", "role": "susceptible"},
        {"name": "carrier", "role": "infectious"},
        {"name": "recovered", "role": "removed"},
    ],
    "transitions": [{"from": "carrier", "to": "recovered", "dwell": {"kind": "fixed", "mean": 5}}],
}


@pytest.mark.parametrize(
    ("disease", "settings", "said"),
    [
        ({"kind": "covid_like"}, {"given_to": "found by tests"}, "needs the policy testing"),
        ({"kind": "custom", "graph": QUIET}, {}, "nobody with this disease has symptoms"),
    ],
)
def test_what_it_finds_nothing_to_act_on_is_refused_in_words(disease, settings, said):
    spec = {
        "name": "x",
        "population": {"kind": "well_mixed", "people": 100},
        "networks": [{"kind": "well_mixed"}],
        "disease": disease,
        "policies": [{"kind": "treatment", **settings}],
    }
    with pytest.raises(ProjectError, match=rf"policies\[0\].given_to: .*{said}"):
        Project.from_spec(spec)


def test_a_second_illness_is_not_that_of_the_treated(city):
    """Where people fall ill again, the standing of the first illness is gone by then."""
    disease = {"kind": "sis", "initial_infected": 500, "transmission": 0.1}
    drug = {"kind": "treatment", "share_treated": 0.5, "delay_days": 1}
    run = city([drug], disease=disease)
    ill = [state.name for state in run.states].index("infectious")
    for _ in range(40):
        before = run.state == ill
        run.step()
        assert not (treated(run) & ~before).any()
    table = run.events()
    assert (np.bincount(table.agent[table.before == 0]) > 1).sum() > 100
