"""The sentences say what the figures say, and nothing when there is too little to tell."""

import datetime as dt

import numpy as np
import pytest

from populace.engine.project import Project
from populace.engine.records import DayRecord
from populace.engine.simulation import Simulation
from populace.studio.views.base import Moment
from populace.studio.views.cards import cards
from populace.studio.views.words import doubling_days, sentences

START = dt.date(2020, 3, 1)


def days(incidence, r_t=None):
    """Return a history with these daily infections."""
    return [
        DayRecord(day, START + dt.timedelta(days=day), np.array([0]), new, np.array([new]), r_t)
        for day, new in enumerate(incidence)
    ]


def test_infections_that_double_every_week_double_in_seven_days():
    history = days([100 * 2 ** (day / 7) for day in range(30)])
    assert doubling_days(history) == pytest.approx(7, rel=0.01)


def test_falling_infections_give_a_negative_time():
    assert doubling_days(days([8000 * 2 ** (-day / 10) for day in range(30)])) == pytest.approx(
        -10, rel=0.01
    )


def test_few_infections_or_few_days_say_nothing_about_growth():
    assert doubling_days(days([1] * 30)) is None
    assert doubling_days(days([500] * 10)) is None


@pytest.fixture(scope="module")
def school():
    project = Project.load("school_flu")
    simulation = Simulation(project)
    simulation.run(3)
    snapshot = simulation.snapshot()
    history = days([60] * 30, r_t=1.31)
    return Moment(project, snapshot, history, 1, (), simulation.people.agent_count)


def test_the_sentence_gives_r_and_what_it_means(school):
    text = sentences(school)
    assert "R is 1.31" in text
    assert "infects 1.3 others" in text
    assert "about level" in text


def test_the_cards_of_a_disease_without_hospital_count_everybody(school):
    shown = {card.label: card.people for card in cards(school)}
    assert shown["Ever infected"] + shown["Never infected"] == 763
    assert "In hospital, incl. ICU" not in shown
