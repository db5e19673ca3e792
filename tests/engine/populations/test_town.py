"""The made-up town: streets, families, schools and work."""

import numpy as np
import pytest

from populace.engine.people import People
from populace.engine.populations._town.streets import BLOCK, STREET
from populace.engine.populations._world import sources
from populace.engine.populations.town import Town
from populace.engine.project import Project
from populace.engine.simulation import Simulation


def build(people: int = 10_000, **settings) -> People:
    return Town(people=people, **settings).build(lambda message, share: None)


@pytest.fixture(scope="module")
def town() -> People:
    return build()


@pytest.mark.parametrize(("people", "districts"), [(100, 1), (100, 64), (999, 2), (10_000, 9)])
def test_a_town_has_exactly_its_people_and_districts(people, districts):
    town = build(people, districts=districts)
    assert town.agent_count == people
    assert town.region_count == districts == len(set(town.places.region_names))
    assert town.region_index.max() < districts


def test_the_ages_are_those_of_the_country_within_one_person_a_band(town):
    bands = sources.age_bands(826, "2025")
    counted = np.bincount(town.age // 5, minlength=21)
    assert np.abs(counted - 10_000 * bands / bands.sum()).max() < 1


def test_nobody_under_18_lives_without_an_adult(town):
    oldest = np.zeros(town.dwelling.max() + 1, np.uint8)
    np.maximum.at(oldest, town.dwelling, town.age)
    assert oldest.min() >= 18


def test_no_house_stands_in_a_street(town):
    east, north = (np.abs((axis + BLOCK / 2) % BLOCK - BLOCK / 2) for axis in (town.x, town.y))
    # Inside a block, every house is at most half a block from its middle, less half a street.
    assert np.maximum(east, north).max() <= BLOCK / 2 - STREET / 2 + 0.01


def test_all_districts_have_people_and_the_middle_is_dense(town):
    counts = np.bincount(town.region_index, minlength=9)
    assert counts.min() > 500
    distance = np.hypot(town.x, town.y)
    inner = (distance < distance.max() / 2).mean()
    assert inner > 0.3  # a quarter of the ground


def test_pupils_and_workers_have_the_right_ages(town):
    school, work = town.memberships["school"], town.memberships["workplace"]
    assert set(np.unique(town.age[school >= 0])) == set(range(5, 18))
    assert town.age[work >= 0].min() >= 18
    assert not ((school >= 0) & (work >= 0)).any()
    levels = [
        len(np.unique((town.age[school == one] > 10).astype(int) + (town.age[school == one] > 13)))
        for one in range(school.max() + 1)
    ]
    assert set(levels) == {1}


def test_the_same_declaration_builds_the_same_town_and_another_draw_another(town):
    assert np.array_equal(build().x, town.x)
    assert np.array_equal(build().memberships["school"], town.memberships["school"])
    assert not np.array_equal(build(draw=2).x, town.x)


def test_a_town_of_nobody_at_work_or_school_builds():
    town = build(enrolment=0.0, employment=0.0)
    assert (town.memberships["school"] == -1).all()
    assert (town.memberships["workplace"] == -1).all()


def test_the_sample_shows_a_wave_and_says_what_it_assumes():
    sample = Project.load("town_flu")
    text = (sample.folder / "README.md").read_text()
    for part in ("question for a class", "## What is assumed", "## Source"):
        assert part in text
    run = Simulation(sample)
    infected = []
    for _ in range(sample.days):
        run.step()
        infected.append(run.counts[:, 1:3].sum())
    peak = int(np.argmax(infected))
    assert 25 < peak < 80
    assert max(infected) > 20 * infected[0]
    assert infected[-1] < max(infected) / 5
    assert 0.25 < run.ever_infected / 50_000 < 0.75
