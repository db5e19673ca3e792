"""Vaccination: who first, how many doses, and what they change."""

import numpy as np
import pytest

from populace.engine.policies.vaccination import FIRST, SECOND, WANED

EVERYBODY = {
    "kind": "vaccination",
    "doses_per_day": 10_000_000,
    "hesitant": 0.0,
    "doses": 1,
    "delay_days": 0,
}


def standing(simulation):
    """Return everybody's standing with the campaign."""
    authority = simulation._authority
    return authority._classes.standing(authority._class, 0)


def doses(simulation):
    counts = simulation.policy_counts()
    return tuple(counts[f"policies.vaccination.{which}_doses"] for which in ("first", "second"))


def test_the_oldest_come_first(city):
    run = city([{"kind": "vaccination", "doses_per_day": 100, "delay_days": 0, "hesitant": 0.0}])
    run.run(5)
    chosen = standing(run) == FIRST
    assert chosen.sum() == 500
    assert run.people.age[chosen].min() >= run.people.age[~chosen].max()


def test_the_youngest_come_first_where_that_is_the_order(city):
    policy = {"kind": "vaccination", "doses_per_day": 100, "delay_days": 0, "hesitant": 0.0}
    run = city([policy | {"order": "youngest first"}])
    run.run(5)
    chosen = standing(run) == FIRST
    assert run.people.age[chosen].max() <= run.people.age[~chosen].min()


def test_no_more_doses_are_given_than_there_are(city):
    run = city([{"kind": "vaccination", "doses_per_day": 33.4}])
    for day in range(1, 61):
        run.step()
        assert sum(doses(run)) <= 33.4 * day
    assert sum(doses(run)) >= 33.4 * 60 - 1


def test_a_supply_beyond_the_queue_vaccinates_nobody_twice(city):
    run = city([EVERYBODY | {"doses": 2, "interval_days": 10}])
    run.run(40)
    first, second = doses(run)
    assert second <= first <= run.people.agent_count


def test_the_hesitant_take_none(city):
    run = city([EVERYBODY | {"hesitant": 0.3}])
    run.run(2)
    share = doses(run)[0] / run.people.agent_count
    assert share == pytest.approx(0.7, abs=0.02)


def test_a_longer_interval_lets_more_people_begin(city):
    policy = {"kind": "vaccination", "doses_per_day": 100}
    soon, late = (city([policy | {"interval_days": days}]) for days in (21, 84))
    for run in (soon, late):
        run.run(80)
    assert sum(doses(soon)) == sum(doses(late))
    assert doses(late)[0] > 1.3 * doses(soon)[0]


def test_a_dose_takes_effect_after_its_delay_and_wanes_after_that(city):
    policy = EVERYBODY | {"delay_days": 5, "waning_days": 20, "doses": 1}
    run = city([policy], disease={"kind": "covid_like", "initial_infected": 1, "transmission": 0.0})
    run.run(5)
    assert not standing(run).any()
    run.step()
    assert (standing(run) == SECOND).all()
    run.run(19)
    assert (standing(run) == SECOND).all()
    run.step()
    assert (standing(run) == WANED).all()


@pytest.mark.parametrize("mode", ["leaky", "all or nothing"])
def test_the_final_size_is_that_of_the_theory(mixed, mode):
    """Leaky at .5 halves R0; all or nothing at .5 takes half of the people away."""
    run = mixed(3.0, [EVERYBODY | {"mode": mode, "efficacy_second": 0.5}])
    run.run(400)
    attack = run.ever_infected / run.people.agent_count
    final_size_of_1_5 = 0.5828
    expected = final_size_of_1_5 if mode == "leaky" else 0.5 * final_size_of_1_5
    assert attack == pytest.approx(expected, abs=0.015)


def test_protection_from_transmission_counts_like_protection_from_infection(mixed):
    policy = EVERYBODY | {"efficacy_second": 0.0, "efficacy_transmission": 0.5}
    run = mixed(3.0, [policy])
    run.run(400)
    assert run.ever_infected / run.people.agent_count == pytest.approx(0.5828, abs=0.015)


def test_full_protection_from_severe_disease_leaves_hospitals_empty(city):
    policy = EVERYBODY | {"efficacy_second": 0.0, "efficacy_severe": 1.0}
    run = city([policy])
    run.run(120)
    names = [state.name for state in run.states]
    entered = np.bincount(run.events().after, minlength=len(names))
    assert run.ever_infected > 2_000
    assert entered[names.index("hospitalised")] == 0
    assert entered[names.index("dead")] == 0


def test_a_vaccine_without_effect_changes_no_event(city):
    nothing = {f"efficacy_{dose}": 0.0 for dose in ("first", "second", "waned")}
    with_it, without = city([EVERYBODY | nothing | {"waning_days": 30}]), city()
    for run in (with_it, without):
        run.run(80)
    assert with_it.events_sha256() == without.events_sha256()


def test_the_dead_get_no_dose(city):
    disease = {"kind": "covid_like", "initial_infected": 3_000, "initial_state": "dead"}
    run = city([EVERYBODY], disease=disease)
    run.run(3)
    assert doses(run)[0] == run.people.agent_count - 3_000
