"""Policies that act on single people know who is new: nothing of the dead passes to a newborn."""

import numpy as np
import pytest

from populace.engine.contacts import Groups
from populace.engine.errors import ProjectError
from populace.engine.events import BIRTH, Events
from populace.engine.policies._situation import Situation
from populace.engine.policies.contact_tracing import ContactTracing
from populace.engine.policies.vaccination import FIRST, SECOND, UNPROTECTED
from populace.engine.streams import run_key
from populace.engine.world import World, network_shape

ALL = [
    {"kind": "vaccination", "doses_per_day": 150, "waning_days": 20, "mode": "all or nothing"},
    {"kind": "testing", "share_screened": 0.02, "with_household": True, "delay_days": 1},
    {"kind": "contact_tracing", "share_known": 1.0},
    {"kind": "household_quarantine", "coverage": 0.8},
    {"kind": "treatment", "share_treated": 0.6},
    {"kind": "masks", "coverage": 0.3},
    {"kind": "lockdown", "target_places": "Queens", "start_day": 20},
]
CARE = [ALL[0], ALL[1], {"kind": "hospital_capacity", "beds": 5.0, "intensive_beds": 1.0}]
SHORT = {"turnover": True, "life_expectancy": 1.0}
COVID = {"kind": "covid_like", "initial_infected": 200, "severity": 3.0} | SHORT
NOBODY_ILL = {"kind": "sir", "initial_infected": 0} | SHORT
CAMPAIGN = {"kind": "vaccination", "doses_per_day": 1e7, "hesitant": 0.0, "delay_days": 0}
DAYS = 70


def born_today(run):
    return np.concatenate(
        [block.agent[block.network == BIRTH] for block in run.log.day(run.day)]
        + [np.empty(0, np.int32)]
    )


def standing(run, path):
    authority = run._authority
    return authority._classes.standing(authority._class, list(authority._deliveries).index(path))


def doses(run, which="first"):
    return run.policy_counts()[f"policies.vaccination.{which}_doses"]


@pytest.mark.parametrize("policies", [ALL, CARE])
def test_both_kernels_and_a_fork_do_the_same(city, policies):
    runs = [city(policies, device=device, disease=COVID) for device in ("cpu", "reference")]
    for run in runs:
        run.run(DAYS // 2)
    runs += [run.fork() for run in runs]
    for run in runs:
        run.run(DAYS - DAYS // 2)
    births = (runs[0].events().network == BIRTH).sum()
    assert births == pytest.approx(12_000 * DAYS / 365.25, rel=0.1)
    assert all(count > 0 for count in runs[0].policy_counts().values())
    assert len({run.events_sha256() for run in runs}) == 1
    assert all(run.policy_counts() == runs[0].policy_counts() for run in runs)
    for run in runs:
        np.testing.assert_array_equal(classes(run), run._authority._class)


def classes(run):
    kernel = run._kernel
    return kernel._class.numpy() if hasattr(kernel, "_class") else kernel._run.word >> 8


def test_nothing_of_the_dead_passes_to_a_newborn(city):
    run = city(ALL, disease=COVID)
    had = dict.fromkeys(run._authority._deliveries, 0)
    for _ in range(DAYS):
        before = {path: standing(run, path) for path in had}
        run.step()
        born = born_today(run)
        for path, delivery in run._authority._deliveries.items():
            had[path] += (before[path][born] > 0).sum()
            if not delivery.of_places:
                assert (standing(run, path)[born] == 0).all()
    assert all(count > 2 for count in had.values()), had  # else the test would show nothing


def test_a_newborn_is_unvaccinated_and_comes_next(city):
    run = city([CAMPAIGN | {"doses": 1}], disease=NOBODY_ILL)
    births, yesterday = 0, np.empty(0, np.int32)
    for _ in range(40):
        run.step()
        now, born = standing(run, "policies.vaccination"), born_today(run)
        assert (now[born] == UNPROTECTED).all()
        still = np.setdiff1d(yesterday, born)
        assert (now[still] == SECOND).all()
        assert doses(run) == 12_000 + births, "one dose each for those of the start and the born"
        births, yesterday = births + len(born), born
    assert births > 1_000


def test_a_newborn_does_not_have_the_turn_of_the_dead(city):
    """The oldest first: while they wait for their turn, a newborn in their place is not old."""
    run = city([CAMPAIGN | {"doses_per_day": 100, "doses": 1}], disease=NOBODY_ILL)
    for _ in range(40):
        run.step()
    now, born = standing(run, "policies.vaccination"), run._authority._born_on > 0
    assert doses(run) == 4_000
    assert born.sum() > 1_000
    assert (now[born] == UNPROTECTED).all()


def test_newborns_are_the_youngest(city):
    policy = CAMPAIGN | {"doses_per_day": 60, "doses": 1, "order": "youngest first"}
    run = city([policy], disease=NOBODY_ILL)
    born = np.empty(0, np.int32)
    for _ in range(30):
        run.step()
        still = np.setdiff1d(born, born_today(run))
        assert (standing(run, "policies.vaccination")[still] == SECOND).all()
        born = born_today(run)
        assert 10 < len(born) < 60


def test_the_second_dose_of_the_dead_is_given_to_nobody(city):
    run = city([CAMPAIGN | {"doses": 2, "interval_days": 15}], disease=NOBODY_ILL)
    began = np.ones(12_000, int)  # the day of the first dose of whoever lives there now
    for day in range(1, 50):
        run.step()
        now, born = standing(run, "policies.vaccination"), born_today(run)
        began[born] = day + 1
        np.testing.assert_array_equal(now == SECOND, began <= day - 15)
    assert doses(run, "second") > 10_000


def test_an_effect_that_the_dead_waited_for_comes_to_nobody(city):
    policy = CAMPAIGN | {"doses": 1, "delay_days": 10, "waning_days": 5, "end_day": 2}
    run = city([policy], disease=NOBODY_ILL)
    for _ in range(30):
        run.step()
        born = run._authority._born_on
        if born is not None:
            assert (standing(run, "policies.vaccination")[born > 0] == UNPROTECTED).all()
    assert (standing(run, "policies.vaccination") > FIRST).sum() > 5_000


def test_the_share_of_the_vaccinated_stays_as_people_are_replaced(city):
    """Each newborn draws anew whether somebody is willing, and whether the dose works."""
    policy = CAMPAIGN | {"doses": 1, "hesitant": 0.4, "mode": "all or nothing"}
    run = city([policy | {"efficacy_second": 0.5}], disease=NOBODY_ILL | {"life_expectancy": 1.0})
    run.run(2)
    start = standing(run, "policies.vaccination")
    run.run(600)
    now = standing(run, "policies.vaccination")
    for one in (start, now):
        assert (one == SECOND).mean() == pytest.approx(0.3, abs=4 * (0.21 / 12_000) ** 0.5)
    # Hardly anybody is left of the start: who has a place now tells nothing of who had it.
    assert np.corrcoef(start, now)[0, 1] == pytest.approx(np.exp(-600 / 365.25), abs=0.05)


def test_results_and_isolation_of_the_dead_end_with_them(city):
    policy = {
        "kind": "testing",
        "share_screened": 1.0,
        "tests_per_day": 1e7,
        "specificity": 0.0,
        "compliance": 1.0,
        "delay_days": 4,
        "isolation_days": 30,
        "end_day": 2,
    }
    run = city([policy], disease=NOBODY_ILL)
    for day in range(1, 40):
        run.step()
        born = run._authority._born_on > 0 if run._authority._born_on is not None else np.array([])
        isolated = standing(run, "policies.testing") == 1
        assert not isolated[born].any()
        assert isolated.sum() == (12_000 - born.sum() if 5 <= day < 35 else 0)


def test_a_newborn_is_tested_though_the_dead_was_in_isolation(city):
    policy = {"kind": "testing", "share_screened": 1.0, "tests_per_day": 1e7, "specificity": 0.0}
    policy |= {"compliance": 1.0, "delay_days": 0, "isolation_days": 60}
    run = city([policy], disease=NOBODY_ILL)
    tested, born = 12_000, np.empty(0, np.int32)
    for _ in range(40):
        run.step()
        tested += len(born)
        assert run.policy_counts()["policies.testing.screened"] == tested
        born = born_today(run)


def test_who_is_found_and_dies_on_one_day_is_no_case(city):
    found = {"kind": "testing", "share_screened": 1.0, "tests_per_day": 1e7, "specificity": 0.0}
    found |= {"delay_days": 0, "compliance": 0.0, "end_day": 2}
    run = city([found, {"kind": "contact_tracing"}], disease=NOBODY_ILL)
    run.step()
    died = len(born_today(run))
    assert died > 10
    run.run(2)
    assert run.policy_counts()["policies.contact_tracing.cases_traced"] == 12_000 - died


def test_each_newborn_is_called_once_whoever_was_born_there_before(city):
    run = city([CAMPAIGN | {"doses": 1, "start_day": 150}], disease=NOBODY_ILL)
    births = 0
    for _ in range(149):
        run.step()
        births += len(born_today(run))
    assert births > (run._authority._born_on > 0).sum() + 500, "some places had two newborns"
    run.step()
    assert doses(run) == 12_000


@pytest.fixture
def traced(make_people):
    """Return whom tracing reaches on day 5, if 0 infected 1 on day 3 and nobody else is met."""
    people = make_people(6)
    team = Groups.of_members(np.zeros(6, np.int32), np.array([0.0, 0.0, 1.0]))
    world = World.of_shapes(people, [network_shape("team", False, team)])
    values = ContactTracing(share_known=1.0, meetings_a_day=0.0, compliance=1.0).values()
    infection = Events(
        np.array([1], np.int32), np.zeros(1, np.uint8), np.ones(1, np.uint8),
        np.zeros(1, np.int32), np.zeros(1, np.uint8),
    )  # fmt: skip

    def reached(case, births, infected_on=(1, 3, 0, 0, 0, 0)):
        tracing, born_on = ContactTracing.delivery(world, run_key(1), values), np.zeros(6, np.int32)
        for day in range(1, 6):
            newborn = np.array([one for one, on in births.items() if on == day - 1], np.int32)
            born_on[newborn] = day - 1
            situation = Situation(
                day, run_key(1), people, (), (6,), (0,) * 7, (infection,) if day == 4 else (),
                np.array([case] if day == 5 else [], np.int32), lambda agents: agents,
                lambda agents: np.array(infected_on)[agents], newborn, born_on,
            )  # fmt: skip
            found = [one.agents for one in tracing.act(situation, values, 1.0)]
        return sorted(np.concatenate(found).tolist()) if found else []

    return reached


def test_tracing_goes_from_a_case_to_victim_and_infector_while_both_live(traced):
    assert traced(0, {}) == [1]
    assert traced(1, {}) == [0]
    assert traced(2, {0: 4, 1: 4}) == []
    assert traced(0, {1: 4}) == [], "the victim has died"
    assert traced(0, {0: 4}) == [], "the case was born after the infection of 1"
    assert traced(1, {0: 4}) == [], "the infector has died"
    assert traced(1, {0: 3}) == [], "the infector died on that day"
    assert traced(1, {0: 2}) == [0], "the infector was born before"
    # Born on day 4 and infected elsewhere: by nobody in this town.
    assert traced(1, {1: 4}, infected_on=(1, 5, 0, 0, 0, 0)) == []


def test_who_is_born_into_a_household_in_quarantine_stays_at_home_with_it(city):
    run = city([{"kind": "household_quarantine", "compliance": 1.0}], disease=COVID)
    inside = 0
    for _ in range(60):
        run.step()
        now, home = standing(run, "policies.household_quarantine"), run.people.dwelling
        most, least = np.zeros(home.max() + 1, int), np.ones(home.max() + 1, int)
        np.maximum.at(most, home, now)
        np.minimum.at(least, home, now)
        np.testing.assert_array_equal(most, least)
        inside += now[born_today(run)].sum()
    assert inside > 20


@pytest.mark.parametrize(
    "target",
    [
        {"target_age_min": 65},
        {"target_age_max": 17},
        {"target_attribute": "carer", "target_values": "yes"},
    ],
)
@pytest.mark.parametrize("kind", ["vaccination", "masks"])
def test_a_policy_for_people_of_some_ages_does_not_go_with_births(city, kind, target):
    attributes = [{"kind": "share", "name": "carer", "share": 0.1}]
    with pytest.raises(ProjectError, match="who are born meanwhile") as found:
        city([{"kind": kind} | target], disease=COVID, attributes=attributes)
    assert found.value.place == f"policies.{kind}"
    city([{"kind": kind} | target], disease=COVID | {"turnover": False}, attributes=attributes)
