"""Contacts a day are those of the networks, counted by hand, and the most connected come first."""

import numpy as np
import pytest

from populace.engine.contacts import Edges, Groups, Mixing
from populace.engine.people import AGE_BAND_COUNT, People, Places
from populace.engine.policies._sociable import contacts_a_day
from populace.engine.world import World, network_shape

AGES = np.array([8, 8, 40, 40, 70], np.uint8)
EVERYBODY = {"kind": "vaccination", "doses_per_day": 100, "doses": 1, "delay_days": 0}


def world_of(**networks):
    count = len(AGES)
    people = People(
        age=AGES.copy(),
        region_index=np.zeros(count, np.uint16),
        dwelling=np.arange(count, dtype=np.int32),
        x=np.zeros(count, np.float32),
        y=np.zeros(count, np.float32),
        places=Places(("a",), ("a",), ("",)),
    )
    shapes = [network_shape(name, False, contacts) for name, contacts in networks.items()]
    return World.of_shapes(people, shapes)


def test_a_group_gives_the_rate_of_its_size_and_nothing_to_those_alone_or_in_none():
    team = Groups.of_members(np.array([0, 0, 0, 1, -1], np.int32), np.array([0.0, 0.0, 6.0]))
    assert contacts_a_day(world_of(team=team)) == pytest.approx([6, 6, 6, 0, 0])


def test_an_edge_counts_for_both_of_its_ends():
    friends = Edges.of_pairs(5, np.array([0, 0, 1]), np.array([1, 2, 2]), 0.5)
    assert contacts_a_day(world_of(friends=friends)) == pytest.approx([1, 1, 1, 0, 0])


def test_in_a_neighbourhood_age_counts_and_who_lives_there():
    per_day = np.zeros((AGE_BAND_COUNT, AGE_BAND_COUNT))
    per_day[1, 1], per_day[1, 8], per_day[8, 1] = 4.0, 2.0, 2.0
    shares = np.zeros(AGE_BAND_COUNT)
    shares[[1, 8, 14]] = 0.4, 0.4, 0.2
    cells = Mixing(np.zeros(5, np.int32), np.array([0, 5], np.int64), per_day, shares)
    found = contacts_a_day(world_of(around=cells))
    # Everybody lives in the one cell, with the shares that the matrix is for.
    assert found == pytest.approx([6, 6, 2, 2, 0], rel=1e-3)


def test_networks_add_up():
    pair = Groups.of_members(np.array([0, 0, -1, -1, -1], np.int32), np.array([0.0, 0.0, 3.0]))
    friends = Edges.of_pairs(5, np.array([0]), np.array([4]), 1.0)
    assert contacts_a_day(world_of(pair=pair, friends=friends)) == pytest.approx([4, 3, 0, 0, 1])


def test_whoever_meets_most_people_is_vaccinated_first(city):
    run = city([EVERYBODY | {"hesitant": 0.0, "order": "most contacts first"}])
    run.run(5)
    contacts = contacts_a_day(run.world)
    chosen = run._authority._class > 0
    assert chosen.sum() == 500
    # Those whose contacts differ by less than a thousandth are as many.
    assert contacts[chosen].min() >= contacts[~chosen].max() - 1e-3
    assert np.ptp(contacts) > 5


def test_where_all_have_as_many_contacts_chance_decides(mixed):
    settings = EVERYBODY | {"efficacy_second": 0.9}
    by_contacts = mixed(2.0, [settings | {"order": "most contacts first"}])
    by_chance = mixed(2.0, [settings | {"order": "at random"}])
    for run in (by_contacts, by_chance):
        run.run(30)
    assert by_contacts.events_sha256() == by_chance.events_sha256()
