"""What holds on every day of every epidemic."""

import numpy as np
import pytest

from populace.engine.behaviours.isolate_when_ill import IsolateWhenIll
from populace.engine.diseases.base import State, Transition
from populace.engine.diseases.covid_like import CovidLike
from populace.engine.diseases.seir import Seir
from populace.engine.diseases.sir import Sir
from populace.engine.world import EDGES, MEMBERS

KINDS = ["fast", "reference"]


class Si(Sir):
    """Nobody ever recovers."""

    @classmethod
    def states(cls, values) -> tuple[State, ...]:
        return Sir.states(values)[:2]

    @classmethod
    def transitions(cls, values) -> tuple[Transition, ...]:
        return ()


def followed(town, kernel, days):
    """Yield (day, states of the evening before, events of the day)."""
    for day in range(1, days + 1):
        before = kernel.state()
        kernel.advance(day)
        events = kernel.log.table(day)
        yield day, before, events, events.day == day


@pytest.fixture(scope="module")
def covid_town(mixed_town):
    return mixed_town(CovidLike(transmission=0.3), behaviours=[IsolateWhenIll(share_isolating=0.5)])


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_is_lost_and_counts_are_states(covid_town, kind):
    kernel = covid_town.start(kind)
    region = covid_town.world.region
    people = np.bincount(region)
    for day in range(1, 50):
        kernel.advance(day)
        counts, state = kernel.counts(), kernel.state()
        np.testing.assert_array_equal(counts.sum(axis=1), people)
        again = np.zeros_like(counts)
        np.add.at(again, (region, state), 1)
        np.testing.assert_array_equal(counts, again)


@pytest.mark.parametrize("kind", KINDS)
def test_events_lead_from_yesterdays_states_to_todays(covid_town, kind):
    kernel = covid_town.start(kind)
    graph, _ = covid_town.tables()
    for _, before, events, today in followed(covid_town, kernel, 50):
        agents = events.agent[today]
        assert len(np.unique(agents)) == len(agents), "one change a day"
        np.testing.assert_array_equal(before[agents], events.before[today])
        before[agents] = events.after[today]
        np.testing.assert_array_equal(kernel.state(), before)
        moved = today & (events.infector < 0)
        for old, new in zip(events.before[moved], events.after[moved], strict=True):
            exits = slice(graph.first_exit[old], graph.first_exit[old + 1])
            assert new in graph.after[exits]


def meets(shape, source, target):
    """Say whether two people share the group, edge or cell of a network."""
    if shape.shape == EDGES:
        row = shape.members[shape.pointers[source] : shape.pointers[source + 1]]
        return target in row
    if shape.shape == MEMBERS and shape.group_of[source] < 0:
        return False
    return shape.group_of[source] == shape.group_of[target]


@pytest.mark.parametrize("kind", KINDS)
def test_only_the_infectious_infect_the_susceptible_they_meet(covid_town, kind):
    kernel = covid_town.start(kind)
    graph, _ = covid_town.tables()
    seen = np.zeros(len(covid_town.world.networks), int)
    for _, before, events, today in followed(covid_town, kernel, 50):
        infections = today & (events.infector >= 0)
        rows = np.flatnonzero(infections)
        source, target = events.infector[rows], events.agent[rows]
        assert graph.infectious[before[source]].all()
        assert (before[target] == 0).all()
        np.testing.assert_array_equal(infections[today], events.before[today] == 0)
        for row in rows:
            shape = covid_town.world.networks[events.network[row]]
            assert meets(shape, events.infector[row], events.agent[row])
        today_by_network = np.bincount(events.network[rows], minlength=len(seen))
        np.testing.assert_array_equal(kernel.new_infections(), today_by_network)
        seen += today_by_network
    assert (seen > 20).all(), "every network must have infected somebody"


@pytest.mark.parametrize("kind", KINDS)
def test_attempts_begin_the_day_after_becoming_infectious_and_end_with_the_stay(mixed_town, kind):
    """Infectious from day 3 after infection for 5 days: attempts on days 4 to 8."""
    fixed = Seir(
        transmission=0.1,
        latent_period=3,
        latent_shape=0,
        infectious_period=5,
        infectious_shape=0,
        initial_state="exposed",
    )
    town = mixed_town(fixed)
    kernel = town.start(kind)
    by_lag = np.zeros(128, np.int64)
    for day in range(1, 40):
        kernel.advance(day)
        by_lag += kernel.infections_by_lag()
    assert (np.flatnonzero(by_lag) == [4, 5, 6, 7, 8]).all()
    table = kernel.log.table(39)
    infected_on = np.zeros(town.world.agent_count, int)
    infected_on[table.agent[table.before == 0]] = table.day[table.before == 0]
    rows = table.infector >= 0
    lags = table.day[rows] - infected_on[table.infector[rows]]
    np.testing.assert_array_equal(np.bincount(lags, minlength=128), by_lag)


@pytest.mark.parametrize("kind", KINDS)
def test_late_infections_are_counted_in_the_last_lag(mixed_town, sirs, kind):
    town = mixed_town(sirs(transmission=0.002, infectious_period=400), count=301)
    kernel = town.start(kind, first=5)
    late = 0
    for day in range(1, 200):
        kernel.advance(day)
        late += kernel.infections_by_lag()[127]
        assert kernel.infections_by_lag().sum() == kernel.new_infections().sum()
    assert late > 0


@pytest.mark.parametrize("kind", KINDS)
def test_declared_means_are_the_means_in_simulated_days(mixed_town, kind):
    town = mixed_town(Seir(latent_period=4.5, latent_shape=4, infectious_period=6.0), count=3_001)
    kernel = town.start(kind, first=3_001)
    town.run(kernel, 80)
    table = kernel.log.table(80)
    entered = np.zeros(3_001)
    for before, mean, sd in ((1, 4.5, 2.3), (2, 6.0, 6.0)):
        rows = table.before == before
        stays = table.day[rows] - entered[table.agent[rows]]
        entered[table.agent[rows]] = table.day[rows]
        assert rows.sum() == 3_001
        assert abs(stays.mean() - mean) < 3 * sd / np.sqrt(3_001)


def test_shares_out_of_a_state_are_those_declared(mixed_town):
    """Of the infected, the share that gets symptoms is that of their age band."""
    town = mixed_town(CovidLike(transmission=0.0), count=3_001)
    table = town.run(town.start(first=3_001), 40).log.table(40)
    band = town.world.age_band
    symptomatic = np.bincount(band[table.agent[table.after == 3]], minlength=16)
    people = np.bincount(band, minlength=16)
    share = np.array(CovidLike.transitions(town.disease.values())[1].share)
    deviations = (symptomatic - people * share) ** 2 / (people * share * (1 - share))
    assert deviations.sum() < 39.25  # the .999 quantile of chi-square with 16 degrees of freedom


def test_behaviour_is_taken_up_by_the_declared_share_outside_the_home(mixed_town):
    """All who isolate completely infect nobody outside; at home nothing changes."""
    seir = Seir(transmission=0.2)
    everybody = [IsolateWhenIll(share_isolating=1.0, reduction=1.0)]
    town = mixed_town(seir, behaviours=everybody)
    by_network = np.zeros(4, int)
    kernel = town.start(first=100)
    for day in range(1, 60):
        kernel.advance(day)
        by_network += kernel.new_infections()
    names = [shape.name for shape in town.world.networks]
    assert by_network[names.index("household")] > 50
    assert by_network.sum() == by_network[names.index("household")]


@pytest.mark.parametrize("kind", KINDS)
def test_who_never_recovers_infects_for_ever(mixed_town, kind):
    town = mixed_town(Si(transmission=0.005), count=301)
    kernel = town.run(town.start(kind), 150)
    late = kernel.log.table(150)
    assert (late.day[late.infector >= 0] > 100).sum() > 10
