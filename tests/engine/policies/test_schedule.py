"""A policy is in force between its dates, or while its trigger says so, and fades in."""

from types import SimpleNamespace

import pytest

from populace.engine.component import Values
from populace.engine.policies._schedule import Schedule


def settings(**changed):
    usual = {
        "start_day": 0,
        "end_day": 1_000,
        "fade_in_days": 0,
        "trigger": "none",
        "trigger_on": 50.0,
        "trigger_off": 25.0,
    }
    return Values(**(usual | changed))


def strengths(figures, **changed):
    """Return the strength of each day; ``figures`` are what the trigger follows."""
    schedule, values = Schedule(), settings(**changed)
    days = [
        SimpleNamespace(day=day, per_100_000=lambda what, now=now: now)
        for day, now in enumerate(figures, 1)
    ]
    return [schedule.strength(day, values) for day in days]


def test_a_policy_holds_from_its_first_day_to_the_day_before_its_end():
    assert strengths([0] * 6, start_day=3, end_day=5) == [0, 0, 1, 1, 0, 0]


def test_it_fades_in_evenly():
    assert strengths([0] * 6, start_day=2, fade_in_days=3) == [0, 0.25, 0.5, 0.75, 1, 1]


def test_a_trigger_has_two_thresholds():
    figures = [10, 49, 50, 30, 25, 24, 30, 49, 51, 26]
    assert strengths(figures, trigger="incidence") == [0, 0, 1, 1, 1, 0, 0, 0, 1, 1]


def test_a_trigger_waits_for_the_first_day_and_fades_in_anew_each_time():
    figures = [90, 90, 90, 0, 90, 90]
    taken = strengths(figures, trigger="hospital", start_day=2, fade_in_days=1)
    assert taken == pytest.approx([0, 0.5, 1, 0, 0.5, 1])
