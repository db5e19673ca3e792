"""Infections put together in one pass, against a slow and plain count of the same log."""

import numpy as np
import pytest

from populace.engine.analysis.episodes import episodes_of
from populace.engine.analysis.grouping import EVERYBODY, REGION, grouping_of
from populace.engine.analysis.households import exposures_of
from populace.engine.analysis.record import Record
from populace.engine.analysis.stays import stays_in
from populace.engine.project import Project

SICK = 1  # in the graph of the disease without lasting immunity: the state of being infected


@pytest.fixture(scope="module")
def record(mixed_town, sirs):
    """Record a town with all shapes of networks, in which immunity is lost and comes again."""
    disease = sirs(transmission=0.4, immunity=15.0)
    town = mixed_town(disease, count=1_501, seed=3)
    kernel = town.run(town.start(first=30), 120)
    project = Project.from_spec(
        {
            "name": "Town",
            "population": {"kind": "well_mixed"},
            "networks": [{"kind": "household"}],
            "disease": {"kind": "sir"},
        }
    )
    return Record(
        project=project,
        people=town.world.people,
        events=kernel.log.table(120),
        states=disease.states(disease.values()),
        network_names=tuple(shape.name for shape in town.world.networks),
        home_networks=("household",),
        last_day=120,
        seed=7,
    )


def plain_episodes(events):
    """Return for each infection: agent, day, row of its cause, number, last state."""
    found, latest = [], {}
    columns = (events.day, events.agent, events.before, events.after, events.infector)
    rows = list(zip(*(column.tolist() for column in columns), strict=True))
    for day, agent, before, after, infector in rows:
        if before == 0:
            cause = latest.get(infector, -1)
            number = found[latest[agent]][3] + 1 if agent in latest else 0
            latest[agent] = len(found)
            found.append([agent, day, cause, number, after])
        else:
            found[latest[agent]][4] = after
    return found


def test_people_are_infected_again_in_this_town(record):
    assert record.episodes.number.max() >= 2
    assert len(record.episodes) > 1_501


def test_one_pass_finds_what_a_plain_count_finds(record):
    episodes = record.episodes
    columns = (
        episodes.agent,
        episodes.day,
        episodes.source,
        episodes.number,
        episodes.last_state,
    )
    found = [list(row) for row in zip(*(column.tolist() for column in columns), strict=True)]
    assert found == plain_episodes(record.events)


def test_a_cause_was_infectious_on_the_evening_before(record):
    episodes = record.episodes
    recovered = episodes.first_day_in(np.array([False, False, True]))
    rows = np.flatnonzero(episodes.source >= 0)
    source, day = episodes.source[rows], episodes.day[rows]
    assert (episodes.day[source] < day).all()
    assert ((recovered[source] < 0) | (recovered[source] >= day)).all()


def test_households_are_followed_as_a_plain_count_follows_them(record):
    episodes, dwelling = record.episodes, record.people.dwelling
    exposures, events = exposures_of(record), record.events
    members = [np.flatnonzero(dwelling == home) for home in range(int(dwelling.max()) + 1)]
    home_network = record.network_names.index("household")
    for row in range(0, len(episodes), 23):
        agent, day = int(episodes.agent[row]), int(episodes.day[row])
        state = np.zeros(record.people.agent_count, np.uint8)
        until = events.day <= day
        state[events.agent[until]] = events.after[until]
        others = members[dwelling[agent]]
        exposed = [one for one in others.tolist() if state[one] == 0]
        victims = np.flatnonzero((episodes.source == row) & (episodes.network == home_network))
        # Of several infections of one person, the first: the others were not susceptible then.
        infected = [
            one
            for one in victims.tolist()
            if episodes.agent[one] in exposed
            and not (
                (episodes.agent == episodes.agent[one])
                & (episodes.day > day)
                & (episodes.day < episodes.day[one])
            ).any()
        ]
        assert exposures.size[row] == len(others)
        assert exposures.exposed[row] == len(exposed)
        assert exposures.infected[row] == len(infected)


@pytest.mark.parametrize("way", [EVERYBODY, REGION])
def test_who_is_present_is_who_entered_and_has_not_left(record, way):
    grouping = grouping_of(record, way)
    mask = np.array([False, True, False])
    stays = stays_in(record, mask, grouping)
    state = np.zeros(record.people.agent_count, np.uint8)
    for day in range(record.day_count):
        today = record.events.day == day
        state[record.events.agent[today]] = record.events.after[today]
        present = np.bincount(grouping.index[state == SICK], minlength=len(grouping.names))
        np.testing.assert_array_equal(stays.present[day], present)
        entered = today & (record.events.after == SICK)
        assert stays.entered[day].sum() == np.count_nonzero(entered)


def test_an_empty_log_has_no_infections(record):
    nothing = type(record.events)(
        *(np.zeros(0, dtype) for dtype in (np.int32, np.int32, np.uint8, np.uint8, np.int32)),
        np.zeros(0, np.uint8),
    )
    assert len(episodes_of(nothing, 10, 5)) == 0
    assert len(episodes_of(nothing, 0, 0)) == 0
