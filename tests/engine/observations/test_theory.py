"""Counts of real runs against what theory expects of them."""

import math

import numpy as np
import pytest

from populace.engine.analysis.intervals import mean_and_variance
from populace.engine.analysis.record import Record
from populace.engine.contacts import Groups
from populace.engine.people import People, Places
from populace.engine.reproduction import Reproduction
from populace.engine.simulation import Simulation
from populace.engine.tables import dwell_row
from populace.engine.world import World, network_shape

LATENT, ILL = 3.0, 6.0


def seir(make_project, people, transmission, infected, **more):
    disease = {
        "kind": "seir",
        "transmission": transmission,
        "latent_period": LATENT,
        "latent_shape": 2,
        "infectious_period": ILL,
        "infectious_shape": 2,
        "initial_infected": infected,
        **more,
    }
    return make_project(
        population={"kind": "well_mixed", "people": people},
        networks=[{"kind": "well_mixed"}],
        disease=disease,
    )


@pytest.fixture(scope="module")
def dying_out(make_project):
    """Many chains that die out among so many people that hardly anybody is met twice."""
    run = Simulation(seir(make_project, 2_000_000, 0.1, 10_000))
    run.run(250)
    return Record.of(run)


@pytest.fixture(scope="module")
def epidemic(make_project):
    """An epidemic in a big town, and R_t as a screen would have shown it day by day."""
    run = Simulation(seir(make_project, 300_000, 0.4, 300))
    reproduction, shown = Reproduction(300), [None]
    for _ in range(150):
        run.step()
        today = run.snapshot()
        incidence = int(today.new_infections.sum())
        shown.append(reproduction.add(incidence, today.infections_by_lag))
    return Record.of(run), shown


def stays():
    """Return equally likely whole days of the latent and of the infectious period."""
    return np.array(dwell_row(LATENT, 2), float), np.array(dwell_row(ILL, 2), float)


def contact_days():
    """Return mean and variance of the day of illness, 1, 2 ..., on which somebody infects.

    Who is ill for d days has contacts on each of d days, so a day counts once for each stay that
    reaches it.
    """
    _, ill = stays()
    first = np.sum(ill * (ill + 1) / 2) / ill.sum()
    second = np.sum(ill * (ill + 1) * (2 * ill + 1) / 6) / ill.sum()
    return first, second - first**2


@pytest.mark.parametrize("kind", ["generation_interval", "serial_interval"])
def test_intervals_have_the_mean_and_variance_of_the_stays(dying_out, observe, kind):
    latent, _ = stays()
    mean, variance = mean_and_variance(observe(kind, dying_out))
    on_day, spread = contact_days()
    # Serial: the wait of the infected in place of that of the infector. Independent, so alike.
    expected, expected_variance = latent.mean() + on_day, latent.var() + spread
    pairs = observe(kind, dying_out)["pairs"].sum()
    assert pairs > 10_000
    assert mean == pytest.approx(expected, abs=4 * math.sqrt(variance / pairs))
    assert variance == pytest.approx(expected_variance, rel=0.06)


def test_intervals_are_too_short_while_late_infections_are_still_to_come(epidemic, observe):
    record, _ = epidemic
    until_the_peak = int(np.argmax(np.bincount(record.episodes.day)))
    early = record.episodes.day <= until_the_peak
    seen = record.episodes.source[early]
    seen = seen[seen >= 0]
    backward = (record.episodes.day[early & (record.episodes.source >= 0)]).astype(float)
    backward -= record.episodes.day[seen]
    forward, _ = mean_and_variance(
        observe("generation_interval", record, last_day=until_the_peak - 30)
    )
    assert backward.mean() < forward - 0.3


def test_everybody_infects_transmission_times_days_while_nobody_is_immune(dying_out, observe):
    numbers = observe("reproduction_number", dying_out)
    expected = 0.1 * ILL
    error = 4 * math.sqrt(2 * expected / 10_000)
    assert numbers["cohort"][0] == pytest.approx(expected, abs=error)


def test_every_infection_but_the_first_has_one_cause(epidemic, observe):
    record, _ = epidemic
    numbers = observe("reproduction_number", record)
    assert numbers["infected_by_them"].sum() == numbers["infected"].sum() - 300
    assert numbers["infected"].sum() == len(record.episodes)


def test_the_cohort_number_falls_below_one_before_the_peak_of_infections(epidemic, observe):
    numbers = observe("reproduction_number", epidemic[0])
    peak = int(np.argmax(numbers["infected"]))
    cohort = numbers["cohort"]
    assert cohort[0] == pytest.approx(0.4 * ILL, rel=0.15)
    assert cohort[peak] < 1
    assert (cohort[5 : peak - 15] > 1).all()
    # Those infected at the peak infect while susceptible people become fewer: less than R_t says.
    assert cohort[peak] < numbers["instantaneous"][peak]


def test_the_instantaneous_number_is_r0_times_the_susceptible_share(epidemic, observe):
    numbers = observe("reproduction_number", epidemic[0])
    susceptible = 1 - np.cumsum(numbers["infected"]) / 300_000
    r_t = numbers["instantaneous"]
    for day in range(50, 85):
        # Infections of a day draw on the susceptible people of the evening before.
        week = susceptible[day - 7 : day].mean()
        assert r_t[day] == pytest.approx(0.4 * ILL * week, rel=0.05)


def test_a_cohort_is_left_out_where_more_than_the_share_has_not_ended(make_project, observe):
    run = Simulation(seir(make_project, 300_000, 0.4, 300))
    run.run(60)
    record, most = Record.of(run), 0.1
    numbers = observe("reproduction_number", record, unfinished=most)
    waiting = np.bincount(record.episodes.day[record.ends_infected()], minlength=61)
    some = numbers["infected"] > 0  # not on day 1, when the first infected are still exposed
    share = waiting[some] / numbers["infected"][some]
    np.testing.assert_array_equal(np.isnan(numbers["cohort"][some]), share > most)
    # Both kinds are among those that have some who are still infected.
    assert ((share > 0) & (share <= most)).any()
    assert ((share > most) & (share < 2 * most)).any()


def test_the_instantaneous_number_is_that_of_the_screen(epidemic, observe):
    record, shown = epidemic
    found = observe("reproduction_number", record)["instantaneous"]
    wanted = np.array([math.nan if r is None else r for r in shown])
    assert np.isfinite(wanted).sum() > 80
    np.testing.assert_array_equal(found, wanted)


def households(size, groups):
    """Return households of one size, in each of which everybody meets each other once a day."""
    dwelling = np.repeat(np.arange(groups, dtype=np.int32), size)
    count = len(dwelling)
    people = People(
        age=np.full(count, 35, np.uint8),
        region_index=np.zeros(count, np.uint16),
        dwelling=dwelling,
        x=np.zeros(count, np.float32),
        y=np.zeros(count, np.float32),
        places=Places(("all",), ("All",), ("",)),
    )
    contacts = Groups.of_sorted(dwelling, np.arange(size + 1, dtype=np.float64) - 1)
    return World.of_shapes(people, [network_shape("household", True, contacts)])


def attack_in(make_project, size, disease, groups=20_000):
    first = np.arange(groups, dtype=np.int32) * size
    project = make_project(disease={"kind": "seir", "initial_infected": 1, **disease})
    run = Simulation(project, world=households(size, groups), first_infected=first)
    run.run(200)
    return Record.of(run)


@pytest.mark.parametrize("size", [2, 3])
@pytest.mark.parametrize("whose", ["everybody", "the first in a household"])
def test_one_day_of_illness_is_the_chain_of_reed_and_frost(make_project, observe, size, whose):
    chance = 0.3
    day = {"latent_period": 1, "latent_shape": 0, "infectious_period": 1, "infectious_shape": 0}
    record = attack_in(make_project, size, {"transmission": -math.log(1 - chance), **day})
    table = observe("household_attack", record, infectors=whose, largest=3)
    row = table["household_size"].tolist().index(size)
    exposed = table["exposed"][row]
    # Each further case exposes those who are left: 2 pq of the households of three, one person.
    further = 20_000 * 2 * chance * (1 - chance) if (size, whose) == (3, "everybody") else 0
    assert exposed == pytest.approx(20_000 * (size - 1) + further, rel=0.03)
    error = 4 * math.sqrt(chance * (1 - chance) / exposed)
    assert table["secondary_attack_rate"][row] == pytest.approx(chance, abs=error)
    others = np.delete(table["exposed"], row)
    assert not others.any()


def test_a_household_of_three_has_the_outbreaks_of_reed_and_frost(make_project):
    chance, groups = 0.1, 20_000
    day = {"latent_period": 1, "latent_shape": 0, "infectious_period": 1, "infectious_shape": 0}
    record = attack_in(make_project, 3, {"transmission": -math.log(1 - chance), **day}, groups)
    cases = np.bincount(record.people.dwelling[record.episodes.agent], minlength=groups)
    shares = np.bincount(cases - 1, minlength=3) / groups
    for share, expected in zip(shares, (0.81, 0.162, 0.028), strict=True):
        assert share == pytest.approx(
            expected, abs=4 * math.sqrt(expected * (1 - expected) / groups)
        )


def test_a_long_illness_infects_the_other_with_the_chance_of_its_days(make_project, observe):
    record = attack_in(
        make_project, 2, {"transmission": 0.1, "infectious_period": ILL, "infectious_shape": 2}
    )
    rate = observe("household_attack", record)["secondary_attack_rate"][0]
    expected = 1 - np.exp(-0.1 * stays()[1]).mean()
    assert rate == pytest.approx(expected, abs=4 * math.sqrt(expected / 20_000))


@pytest.mark.parametrize("begins_with", ["infection", "symptoms"])
def test_reported_cases_are_the_infections_times_the_share_reported(dying_out, begins_with):
    from populace.engine.observations.cases import Cases

    kind = Cases(reported=0.35, delay=5.5, delay_shape=2, begins_with=begins_with)
    agents, days = kind.reports(dying_out)
    count = len(dying_out.episodes)
    error = 4 * math.sqrt(0.35 * 0.65 * count)
    # All of them get symptoms in this disease.
    assert len(agents) == pytest.approx(0.35 * count, abs=error)
    begin = np.zeros(dying_out.people.agent_count)
    started = dying_out.onset() if begins_with == "symptoms" else dying_out.episodes.day
    begin[dying_out.episodes.agent] = started
    delay = days - begin[agents]
    assert delay.min() >= 1
    assert delay.mean() == pytest.approx(5.5, abs=4 * delay.std() / math.sqrt(len(delay)))


def test_a_changed_share_changes_only_who_is_reported(dying_out):
    from populace.engine.observations.cases import Cases

    few, many, late = (
        dict(zip(*(column.tolist() for column in kind.reports(dying_out)), strict=True))
        for kind in (Cases(reported=0.2), Cases(reported=0.5), Cases(reported=0.2, delay=9))
    )
    assert few.items() <= many.items()
    assert len(many) > 2 * len(few)
    assert few.keys() == late.keys()
    assert sum(late.values()) > sum(few.values())


def test_another_seed_reports_others(record_of, observe):
    found = {
        tuple(observe("cases", record_of(seed=seed), reported=0.5)["cases"].tolist())
        for seed in range(12)
    }
    assert len(found) > 4


def test_seroprevalence_follows_the_share_infected(epidemic, observe):
    record, _ = epidemic
    survey = observe(
        "seroprevalence", record, days_to_antibodies=0, sensitivity=0.9, specificity=0.97
    )
    ever = np.cumsum(np.bincount(record.episodes.day, minlength=record.day_count)) / 300_000
    np.testing.assert_allclose(survey["with_antibodies"], ever)
    np.testing.assert_allclose(survey["test_positive"], 0.9 * ever + 0.03 * (1 - ever))
