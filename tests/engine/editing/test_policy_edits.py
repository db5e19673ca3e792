"""Policies move, multiply and go, each edit with a name in words."""

import datetime as dt

import pytest

from populace.engine.editing.draft import Draft
from populace.engine.editing.policy_edits import (
    add_policy,
    delete_policy,
    duplicate_policy,
    set_times,
    start_date_of,
)
from populace.engine.errors import ProjectError
from populace.engine.policies.base import FOREVER
from populace.engine.policy_text import (
    fade_in_words,
    in_sentence,
    rule_in_words,
    time_edit_in_words,
)
from populace.engine.project import Project
from populace.engine.registry import kinds

START = dt.date(2020, 3, 1)


@pytest.fixture
def spec():
    return {"policies": [{"kind": "masks", "start_day": 10, "coverage": 0.4}, {"kind": "lockdown"}]}


def values(kind, **settings):
    return kinds("policies")[kind](**settings).values()


def test_a_duplicate_stands_behind_with_a_name_of_its_own(spec):
    assert duplicate_policy(spec, "masks") == "masks_2"
    assert duplicate_policy(spec, "masks_2") == "masks_3"
    assert [part.get("name", part["kind"]) for part in spec["policies"]] == [
        "masks",
        "masks_2",
        "masks_3",
        "lockdown",
    ]
    assert spec["policies"][1]["coverage"] == 0.4


def test_duplicates_of_a_real_project_can_be_run():
    draft = Draft(Project.load("nyc_response").spec())
    draft.edit("Duplicate", lambda spec: duplicate_policy(spec, "school_closure") and None)
    assert draft.problems == ()


def test_a_second_policy_of_a_kind_gets_a_name(spec):
    assert add_policy(spec, "masks", 30) == "masks_2"
    assert spec["policies"][-1] == {"kind": "masks", "name": "masks_2", "start_day": 30}
    with pytest.raises(ProjectError):
        add_policy(spec, "maskss", 30)


def test_a_deleted_policy_is_gone_and_no_other(spec):
    delete_policy(spec, "masks")
    assert spec["policies"] == [{"kind": "lockdown"}]


def test_default_times_are_not_written(spec):
    set_times(spec, "masks", 5, 9)
    assert (spec["policies"][0]["start_day"], spec["policies"][0]["end_day"]) == (5, 9)
    set_times(spec, "masks", 0, FOREVER)
    assert spec["policies"][0] == {"kind": "masks", "coverage": 0.4}


def test_a_start_date_that_is_none_is_the_default():
    assert start_date_of({"start_date": "2020-13-45"}) == dt.date(2020, 1, 1)
    assert start_date_of({"start_date": "2020-03-01"}) == START
    assert start_date_of({"start_date": START}) == START


def test_the_rule_of_a_trigger_is_said_in_words():
    closed = values("school_closure", trigger="incidence")
    assert rule_in_words(closed) == "when 50 infections a week per 100,000; until below 25"
    beds = values("masks", trigger="intensive care", trigger_on=2.5, trigger_off=1.0)
    assert rule_in_words(beds) == "when 2.5 people in intensive care per 100,000; until below 1"
    assert rule_in_words(values("masks")) == ""


def test_every_trigger_has_words_of_its_own():
    from populace.engine.policies._schedule import NO_TRIGGER, TRIGGERS

    said = {rule_in_words(values("masks", trigger=t)) for t in TRIGGERS if t != NO_TRIGGER}
    assert len(said) == len(TRIGGERS) - 1
    assert all("50 " in text for text in said)


def test_fading_in_is_said_in_words():
    assert fade_in_words(values("masks", fade_in_days=7)) == "fades in over 7 days"
    assert fade_in_words(values("masks", fade_in_days=1)) == "fades in over 1 day"
    assert fade_in_words(values("masks")) == ""


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ((10, 20), (33, 43), "Move school closure to 3 April 2020"),
        ((10, FOREVER), (33, FOREVER), "Move school closure to 3 April 2020"),
        ((10, 60), (33, 60), "Start school closure on 3 April 2020"),
        ((10, 20), (10, 33), "End school closure on 3 April 2020"),
        ((10, 20), (10, FOREVER), "Let school closure go on to the end"),
    ],
)
def test_a_drag_is_named_after_what_it_did(before, after, words):
    assert time_edit_in_words("School closure", START, before, after) == words


def test_an_abbreviation_keeps_its_letters_in_a_sentence():
    assert in_sentence("SEIR") == "SEIR"
    assert in_sentence("Masks (second wave)") == "masks (second wave)"
