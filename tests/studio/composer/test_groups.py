"""Groups: what is folded away is still said, in words that are true."""

import datetime as dt

import pytest

from populace.engine.registry import kinds
from populace.engine.selection import Selection
from populace.studio.composer.groups import (
    AMONG,
    FOR_WHOM,
    WHEN,
    closed_groups,
    group_of,
    people_in_words,
)

FIRST = dt.date(2020, 3, 1)


@pytest.mark.parametrize(
    ("selection", "words"),
    [
        ({}, "everybody"),
        ({"age_min": 65}, "ages 65 and over"),
        ({"age_max": 17}, "ages up to 17"),
        ({"age_min": 5, "age_max": 17, "places": "Queens"}, "ages 5 to 17 in Queens"),
        ({"members_of": "school"}, "with a school"),
        ({"attribute": "nurse"}, "nurse: yes"),
        ({"age_min": 65, "attribute": "pay", "values": ">= 3"}, "ages 65 and over, pay: >= 3"),
    ],
)
def test_people_are_said_in_words(selection, words):
    assert people_in_words(Selection("target_", **selection)) == words


@pytest.mark.parametrize(
    ("times", "words"),
    [
        ({}, "all the time"),
        ({"start_day": 2}, "from 3 March 2020 on"),
        ({"end_day": 10}, "the start to 11 March 2020"),
        ({"start_day": 2, "end_day": 10, "fade_in_days": 7},
         "3 March 2020 to 11 March 2020; fades in over 7 days"),
        ({"trigger": "incidence"},
         "when 50 infections a week per 100,000; until below 25"),
    ],
)  # fmt: skip
def test_times_are_said_in_words(times, words):
    assert closed_groups(kinds("policies")["masks"](**times), FIRST)[WHEN] == words


@pytest.mark.parametrize("kind", kinds("policies").values(), ids=lambda one: one.kind_name())
def test_every_policy_folds_its_times_and_its_people(kind):
    assert set(closed_groups(kind(), FIRST)) == {WHEN, FOR_WHOM}


@pytest.mark.parametrize("kind", kinds("behaviours").values(), ids=lambda one: one.kind_name())
def test_every_behaviour_folds_its_people(kind):
    assert closed_groups(kind(), FIRST) == {FOR_WHOM: "everybody"}
    assert closed_groups(kind(target_age_min=65), FIRST) == {FOR_WHOM: "ages 65 and over"}


def test_an_attribute_folds_who_can_have_it_and_a_network_nothing():
    assert closed_groups(kinds("attributes")["share"](), FIRST) == {AMONG: "everybody"}
    assert closed_groups(kinds("networks")["school"](), FIRST) == {}


def test_the_networks_of_a_policy_stay_in_sight():
    assert group_of("target_networks") == group_of("coverage") == ""
