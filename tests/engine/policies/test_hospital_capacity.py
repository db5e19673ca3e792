"""Beyond the beds more patients die; within them nothing changes."""

import numpy as np
import pytest

from populace.engine.editing.problems import problems_of
from populace.engine.errors import ProjectError
from populace.engine.project import Project

SEVERE = {"kind": "covid_like", "initial_infected": 1_500, "severity": 3.0, "transmission": 0.08}
NO_CARE = {"kind": "hospital_capacity", "intensive_beds": 0.0, "beds": 2_000.0}
NO_BEDS = {"kind": "hospital_capacity", "intensive_beds": 200.0, "beds": 0.0}
ENOUGH = {"kind": "hospital_capacity", "intensive_beds": 200.0, "beds": 2_000.0}
FACTORS = {"deaths_without_bed": 2.0, "deaths_without_intensive_care": 1.0}
DAYS = 70


def number(run, name):
    return [state.name for state in run.states].index(name)


def moves(run, before, after=None):
    """Return day and agent of those who left a state, or went from it to another."""
    table = run.events()
    rows = table.before == number(run, before)
    if after is not None:
        rows &= table.after == number(run, after)
    return table.day[rows], table.agent[rows]


def entries(run, name):
    table = run.events()
    rows = table.after == number(run, name)
    return table.day[rows], table.agent[rows]


@pytest.fixture
def severe(city):
    return lambda policies=(), device="cpu", **more: city(
        policies, device, disease=SEVERE | more, population={"kind": "nyc", "people": 8_000}
    )


def test_where_beds_are_enough_nothing_changes(severe):
    # 8,000 people hardly fill 2,000 beds and 200 in intensive care per 100,000.
    plain, roomy = severe(severity=0.3), severe([ENOUGH], severity=0.3)
    for run in (plain, roomy):
        run.run(DAYS)
    assert len(entries(plain, "hospitalised")[0]) > 20
    assert plain.events_sha256() == roomy.events_sha256()
    assert set(roomy.policy_counts().values()) == {0}


@pytest.mark.parametrize(("factor", "share"), [(1.0, 0.5), (1.4, 0.7), (2.0, 1.0), (10.0, 1.0)])
def test_without_intensive_care_its_death_share_is_multiplied(severe, factor, share):
    run = severe([NO_CARE | {"deaths_without_intensive_care": factor}])
    run.run(DAYS)
    left, died = moves(run, "intensive")[1], moves(run, "intensive", "dead")[1]
    assert len(left) > 150
    assert len(died) / len(left) == pytest.approx(share, abs=0 if share == 1 else 0.08)
    entered = entries(run, "intensive")[0]
    counted = run.policy_counts()["policies.hospital_capacity.without_intensive_care"]
    assert counted == (entered < DAYS).sum()


def test_without_a_bed_the_death_share_of_the_ward_is_multiplied_and_no_other(severe):
    plain, full = severe(), severe([NO_BEDS | FACTORS])
    for run in (plain, full):
        run.run(DAYS)
    shares = []
    for run in (plain, full):
        left, died = moves(run, "hospitalised")[1], moves(run, "hospitalised", "dead")[1]
        shares.append(len(died) / len(left))
    # About doubled: a stay of three days before intensive care may end so, too.
    assert 1.6 < shares[1] / shares[0] < 2.5
    intensive = moves(full, "intensive", "dead")[1]
    assert len(intensive) / len(moves(full, "intensive")[1]) == pytest.approx(0.5, abs=0.08)


def test_the_chance_to_go_without_is_the_share_of_patients_beyond_the_beds(severe):
    run = severe([ENOUGH | {"intensive_beds": 50.0}])
    expected = variance = 0.0
    ward, before = number(run, "intensive"), 0
    for day in range(1, DAYS):
        patients = int(run.counts.sum(axis=0)[ward])
        share = max(0.0, 1 - 4 / max(patients, 1))  # 50 per 100,000 of 8,000 people
        entered = (entries(run, "intensive")[0] == day - 1).sum()
        run.step()
        expected += share * entered
        variance += share * (1 - share) * entered
        before = max(before, patients)
    assert before > 20
    without = run.policy_counts()["policies.hospital_capacity.without_intensive_care"]
    assert abs(without - expected) < 4 * np.sqrt(variance) + 1


@pytest.mark.parametrize("device", ["cpu", "reference"])
def test_the_day_of_entry_counts_and_not_that_of_the_end(severe, device):
    """Care that ends on day 30 does so for those who enter from the day before on."""
    policy = NO_CARE | {"deaths_without_intensive_care": 2.0, "start_day": 30}
    plain, closed = severe(device=device), severe([policy], device)
    for run in (plain, closed):
        run.run(55)
    days, agents = entries(closed, "intensive")
    assert np.array_equal(days, entries(plain, "intensive")[0])
    died = moves(closed, "intensive", "dead")[1]
    late = np.isin(moves(closed, "intensive")[1], agents[days >= 29])
    assert 40 < late.sum() == np.isin(died, agents[days >= 29]).sum()
    early = agents[days < 29]
    assert len(early) > 50
    before = moves(plain, "intensive", "dead")[1]
    assert set(died[np.isin(died, early)]) == set(before[np.isin(before, early)])


def test_both_kernels_agree_while_the_hospital_is_full(severe):
    policy = {"kind": "hospital_capacity", "beds": 300.0, "intensive_beds": 60.0}
    runs = [severe([policy], device) for device in ("cpu", "reference")]
    for run in runs:
        run.run(DAYS)
    assert runs[0].events_sha256() == runs[1].events_sha256()
    assert runs[0].policy_counts() == runs[1].policy_counts()
    assert all(count > 20 for count in runs[0].policy_counts().values())


def test_a_disease_with_one_state_in_hospital_is_enough(city):
    disease = {"kind": "ebola_like", "initial_infected": 500}
    run = city([NO_BEDS | {"deaths_without_bed": 10.0}], disease=disease)
    run.run(60)
    left = moves(run, "hospitalised")[1]
    table = run.events()
    rows = (table.before == number(run, "hospitalised")) & (table.day > 3)
    after = {run.states[state].colour for state in table.after[rows]}
    assert len(left) > 50
    assert after == {"dead"}


def test_a_disease_without_hospital_is_refused_in_words():
    spec = {
        "name": "x",
        "population": {"kind": "well_mixed", "people": 100},
        "networks": [{"kind": "well_mixed"}],
        "disease": {"kind": "sir"},
        "policies": [{"kind": "masks"}, {"kind": "hospital_capacity"}],
    }
    with pytest.raises(ProjectError, match=r"policies\[1\].*nobody with this disease goes to"):
        Project.from_spec(spec)
    (problem,) = problems_of(spec)
    assert problem.place == "policies.hospital_capacity"
    assert "Remove it, or choose a disease" in problem.message
