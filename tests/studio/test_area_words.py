"""The card of an area says what was counted, and nothing that does not exist."""

import re

import numpy as np
import pytest

from populace.engine.analysis.area import AgePart, AreaDay
from populace.engine.people import Places
from populace.engine.project import Project
from populace.studio.views.area import _offered, _place
from populace.studio.views.area_words import page

PROJECT = Project.load("town_flu")  # from 1 October 2025, 120 days


def area(**changes):
    """Return a small area on day 3."""
    known = {
        "day": 3,
        "people": 2_000,
        "everybody": 50_000,
        "infected": 40,
        "infected_everywhere": 500,
        "infected_now": 30,
        "infectious_now": 10,
        "died": 2,
        "died_everywhere": 5,
        "infections": 45,
        "by_people_here": 20,
        "by_people_around": 15,
        "passed_on": 1_234,
        "ages": (AgePart("0 to 17", 500, 15, 0), AgePart("65 and over", 0, 0, 0)),
        "daily": np.array([10, 5, 10, 20]),
        "daily_everywhere": np.array([100, 100, 150, 150]),
    }
    return AreaDay(**known | changes)


def words(**changes):
    """Return the card's words without marks."""
    said = page("North & East", "", area(**changes), PROJECT, deaths=True)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", said))


def test_the_numbers_stand_beside_those_of_everybody():
    said = words()
    assert "North &amp; East" in said
    assert "2,000 people live here, 4.00 % of everybody" in said
    assert "Infected so far 40 2.00 % 1.00 %" in said
    assert "Infected now 30 1.50 %" in said
    assert "of them infectious 10 0.50 %" in said
    assert "Died 2 0.10 % 0.010 %" in said


def test_who_infected_them_adds_up():
    said = words()
    assert "20 by people who live here 15 by people who live elsewhere 10 at the start" in said
    assert "infected 1,234 people elsewhere" in said
    assert "infected 1 person elsewhere" in words(passed_on=1)
    assert "No infections here so far" in words(infections=0, by_people_here=0, by_people_around=0)


def test_an_age_of_which_nobody_lives_there_is_left_out_and_deaths_where_nobody_can_die():
    said = page("A", "", area(), PROJECT, deaths=False)
    assert "0 to 17" in said
    assert "65 and over" not in said
    assert "Died" not in said


def test_the_course_is_per_thousand_people_and_on_the_dates_of_the_run():
    said = page("A", "", area(), PROJECT, deaths=True)
    # Without the first infected: 20 of 2,000 on the last day, 150 of 50,000 among everybody.
    assert "Today 10 here and 3 among everybody; at most 10 here and 3 among everybody" in said
    assert "1 Oct" in said
    assert "29 Jan" in said
    here, everybody = (
        [tuple(map(float, point.split())) for point in line[1:].split("L")]
        for line in re.findall(r'class="(?:course|everybody)" d="([^"]*)"', said)[::-1]
    )
    assert len(here) == len(everybody) == 4
    lowest, highest = here[0][1], here[3][1]
    assert lowest - everybody[3][1] == pytest.approx((lowest - highest) * 0.3, abs=0.1)


def test_an_area_without_anybody_says_so():
    nobody = page("Drawn area", "", area(people=0), PROJECT, deaths=True)
    assert "Nobody lives here" in nobody
    assert "nan" not in nobody


def test_every_district_and_whole_group_that_is_offered_can_be_chosen():
    places = Places(("a", "b", "c", "d"), ("Bay", "Astoria", "Hill", "Port"), ("N", "S", "S", ""))
    offered = _offered(places)
    assert [group for group, _ in offered] == ["", "N", "S"]
    keys = {name: key for _, members in offered for key, name in members}
    assert sorted(keys) == ["All of S", "Astoria", "Bay", "Hill", "Port"]
    assert _place(places, keys["All of S"]) == ("S", (1, 2))
    assert _place(places, keys["Astoria"]) == ("Astoria, S", (1,))
    assert _place(places, keys["Port"]) == ("Port", (3,))
    for wrong in ("region:4", "region:-1", "region:x", "group:", "group:X", "", "a:1"):
        assert _place(places, wrong)[1] == ()


def test_one_district_alone_is_no_choice():
    assert _offered(Places(("a",), ("Bay",), ("N",))) == []
