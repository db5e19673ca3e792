"""Every count of the run of eight people, worked out by hand."""

import numpy as np
import pytest

from populace.engine.analysis.intervals import mean_and_variance


def rows(table, *names):
    return list(zip(*(table[name].tolist() for name in names), strict=True))


def days_with(table, name):
    """Return the days on which something was counted, and how much."""
    return {day: count for day, count in rows(table, "day", name) if count}


def dated(table):
    return zip(table["day"], table["date"], strict=True)


@pytest.fixture(scope="module")
def story(record_of):
    return record_of()


def test_infections_know_their_cause(story):
    episodes = story.episodes
    assert episodes.agent.tolist() == [0, 1, 3, 2, 4, 5]
    assert episodes.source.tolist() == [-1, 0, 0, 1, 2, 3]
    assert episodes.victims.tolist() == [2, 1, 1, 1, 0, 0]
    assert story.onset().tolist() == [5, -1, 9, 12, -1, 18]
    assert story.ends_infected().tolist() == [False] * 5 + [True]


def test_of_several_moves_into_the_named_states_the_first_is_the_beginning(story):
    infected = story.states_of_role("latent", "infectious")
    assert story.episodes.first_day_in(infected).tolist() == [0, 4, 5, 6, 9, 13]
    in_hospital = story.states_named(("hospitalised", "intensive"))
    assert story.episodes.first_day_in(in_hospital).tolist() == [-1, -1, 12, -1, -1, -1]


def test_cases_come_the_delay_after_the_infection(story, observe):
    cases = observe("cases", story, reported=1, begins_with="infection", delay=2, delay_shape=0)
    assert days_with(cases, "cases") == {2: 1, 6: 1, 7: 1, 8: 1, 11: 1, 15: 1}
    assert str(cases["date"][6]) == "2020-03-07"


def test_only_those_with_symptoms_are_reported_from_symptoms_on(story, observe):
    cases = observe("cases", story, reported=1, delay=2, delay_shape=0, by="region")
    found = [row for row in rows(cases, "day", "region", "cases") if row[2]]
    assert found == [(7, "North", 1), (11, "North", 1), (14, "North", 1), (20, "South", 1)]
    assert all(day == (date - cases["date"][0]).astype(int) for day, date in dated(cases))
    late = observe("cases", story, reported=1, delay=3, delay_shape=0)
    assert days_with(late, "cases") == {8: 1, 12: 1, 15: 1}
    assert len(observe("cases", story, reported=0)) == 21
    assert not observe("cases", story, reported=0)["cases"].any()


def test_a_move_to_intensive_care_is_no_new_admission(story, observe):
    admissions = observe("admissions", story)
    assert days_with(admissions, "admitted") == {12: 1}
    assert days_with(admissions, "present") == dict.fromkeys(range(12, 20), 1)
    ward_alone = observe("admissions", story, states="hospitalised")
    assert days_with(ward_alone, "present") == {12: 1, 13: 1}


def test_beds_in_intensive_care_are_counted_in_the_evening(story, observe):
    care = observe("intensive_care", story)
    assert days_with(care, "admitted") == {14: 1}
    assert days_with(care, "beds") == dict.fromkeys(range(14, 20), 1)


def test_a_death_is_counted_on_its_day_and_in_its_age(story, observe):
    deaths = observe("deaths", story, by="age")
    dead = [row for row in rows(deaths, "day", "age", "deaths", "so_far") if row[2] or row[3]]
    assert dead == [(20, "75+", 1, 1)]
    assert len(deaths) == 21 * 16


def test_antibodies_come_after_their_time_and_go_with_the_dead(story, observe):
    perfect = {"sensitivity": 1, "specificity": 1}
    survey = observe("seroprevalence", story, days_to_antibodies=5, **perfect)
    share = survey["with_antibodies"]
    assert share[[4, 5, 12, 19]].tolist() == [0, 1 / 8, 4 / 8, 6 / 8]
    assert (share[20], survey["living"][20]) == (5 / 7, 7)
    assert survey["test_positive"].tolist() == share.tolist()
    late = observe("seroprevalence", story, days_to_antibodies=16, **perfect)
    assert late["with_antibodies"][[15, 16, 20]].tolist() == [0, 1 / 8, 2 / 7]


def test_a_test_misses_some_and_finds_some_who_have_nothing(story, observe):
    survey = observe(
        "seroprevalence", story, days_to_antibodies=5, sensitivity=0.9, specificity=0.8
    )
    assert survey["test_positive"][0] == pytest.approx(0.2)
    assert survey["test_positive"][12] == pytest.approx(0.9 * 0.5 + 0.2 * 0.5)
    assert survey["test_positive"][20] == pytest.approx(0.9 * 5 / 7 + 0.2 * 2 / 7)


def test_the_cohort_number_leaves_out_who_may_still_infect(story, observe):
    numbers = observe("reproduction_number", story)
    cohort = {day: r for day, r in rows(numbers, "day", "cohort") if not np.isnan(r)}
    assert cohort == {0: 2.0, 4: 1.0, 5: 1.0, 6: 1.0, 9: 0.0}
    assert numbers["infected"].sum() == 6
    assert numbers["infected_by_them"].sum() == 5
    all_days = observe("reproduction_number", story, unfinished=1)
    assert all_days["cohort"][13] == 0.0


def test_generation_intervals_run_from_infection_to_infection(story, observe):
    table = observe("generation_interval", story)
    assert rows(table, "interval", "pairs") == [(2, 1), (3, 0), (4, 2), (5, 1), (6, 0), (7, 1)]
    mean, variance = mean_and_variance(table)
    assert mean == pytest.approx(4.4)
    assert variance == pytest.approx((2**2 + 2 * 4**2 + 5**2 + 7**2) / 5 - 4.4**2)
    assert table["share"].sum() == pytest.approx(1)
    early = observe("generation_interval", story, last_day=4)
    assert rows(early, "interval", "pairs") == [(2, 1), (3, 0), (4, 1), (5, 1)]
    late = observe("generation_interval", story, first_day=6)
    assert rows(late, "interval", "pairs") == [(7, 1)]


def test_serial_intervals_need_symptoms_of_both(story, observe):
    table = observe("serial_interval", story)
    assert rows(table, "interval", "pairs") == [(4, 1), (5, 0), (6, 1)]


def test_attack_rates_by_place_age_and_network(story, observe):
    places = observe("attack_rate", story, by="region")
    assert rows(places, "region", "people", "ever_infected") == [("North", 5, 5), ("South", 3, 1)]
    assert places["attack_rate"].tolist() == [1, 1 / 3]
    networks = observe("attack_rate", story, by="network")
    found = rows(networks, "network", "ever_infected", "attack_rate")
    assert found == [("community", 2, 2 / 8), ("household", 3, 3 / 8), ("none", 1, 1 / 8)]
    ages = observe("attack_rate", story)
    assert dict(rows(ages, "age", "ever_infected"))["75+"] == 2
    assert np.isnan(ages["attack_rate"][1])  # nobody is 5 to 9
    together = observe("attack_rate", story, by="group of regions")
    assert rows(together, "region_group", "people", "ever_infected") == [("Town", 8, 6)]
    assert observe("attack_rate", story, by="everybody")["attack_rate"].tolist() == [6 / 8]


def test_a_household_attack_counts_only_whom_the_infector_infected(story, observe):
    columns = ("household_size", "infectors", "exposed", "infected")
    first = observe("household_attack", story, largest=3)
    # Of the household of three all fell ill, but the first infected only one of the two others.
    assert rows(first, *columns) == [(2, 1, 1, 1), (3, 1, 2, 1)]
    assert first["secondary_attack_rate"].tolist() == [1.0, 0.5]
    all_of_them = observe("household_attack", story, infectors="everybody", largest=3)
    assert rows(all_of_them, *columns) == [(2, 1, 1, 1), (3, 2, 3, 2)]
    joined = observe("household_attack", story, largest=2)
    assert rows(joined, *columns) == [(2, 2, 3, 2)]


def test_somebody_at_home_who_is_infected_elsewhere_is_exposed_but_not_infected_there(
    record_of, observe
):
    story = [
        (0, 3, "susceptible", "exposed"),
        (1, 3, "exposed", "infectious"),
        (2, 4, "susceptible", "exposed", 3, 0),
        (3, 3, "infectious", "recovered"),
    ]
    table = observe("household_attack", record_of(story), largest=2)
    assert rows(table, "infectors", "exposed", "infected") == [(1, 1, 0)]


def test_costs_are_cases_and_evenings_times_their_prices(story, observe):
    costs = observe("costs", story, case_cost=10, ward_cost=100, intensive_cost=1_000, life_span=90)
    assert costs["cost"].sum() == 4 * 10 + 2 * 100 + 6 * 1_000
    assert costs["cost"][12] == 10 + 100
    assert days_with(costs, "years_lost") == {20: 10}
    disabled = (12 * 0.051 + 2 * 0.133 + 6 * 0.655) / 365.25
    assert costs["years_disabled"].sum() == pytest.approx(disabled)
    assert costs["dalys"].sum() == pytest.approx(10 + disabled)
    old = observe("costs", story, life_span=70, least_years=3)
    assert old["years_lost"].sum() == 3


def test_a_second_infection_is_another_episode_of_the_same_person(record_of, observe):
    story = [
        (0, 0, "susceptible", "exposed"),
        (1, 0, "exposed", "infectious"),
        (2, 1, "susceptible", "exposed", 0, 1),
        (3, 0, "infectious", "recovered"),
        (5, 0, "recovered", "susceptible"),
        (5, 1, "exposed", "infectious"),
        (7, 0, "susceptible", "exposed", 1, 1),
        (8, 0, "exposed", "infectious"),
        (8, 1, "infectious", "recovered"),
        (9, 2, "susceptible", "exposed", 0, 1),
    ]
    record = record_of(story, last_day=10)
    assert record.episodes.number.tolist() == [0, 0, 1, 0]
    assert record.episodes.source.tolist() == [-1, 0, 1, 2]
    intervals = observe("generation_interval", record)
    assert rows(intervals, "interval", "pairs") == [(2, 2), (3, 0), (4, 0), (5, 1)]
    assert observe("attack_rate", record, by="everybody")["ever_infected"].tolist() == [3]
    networks = observe("attack_rate", record, by="network")
    assert rows(networks, "network", "ever_infected") == [
        ("community", 0),
        ("household", 2),
        ("none", 1),
    ]
    # Person 0 was not susceptible when person 1 was infected, so the second infection counts not.
    both = observe("household_attack", record, infectors="everybody", largest=3)
    assert rows(both, "household_size", "infectors", "exposed", "infected") == [
        (2, 0, 0, 0),
        (3, 2, 3, 1),
    ]
