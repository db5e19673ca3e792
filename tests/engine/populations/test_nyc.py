"""The people of New York, at 1 % unless a test says otherwise."""

import numpy as np
import pytest

from populace.engine.populations._nyc import sources, workplaces
from populace.engine.populations._nyc.households import form_households, residents_of_lots
from populace.engine.populations._nyc.positions import RADIUS_AT_MOST, mercator
from populace.engine.populations.nyc import NewYorkCity

SMALL = 88_042


def quietly(sentence: str, share: float) -> None:
    pass


def borough_of_home(city) -> np.ndarray:
    """Row of BOROUGHS by region; Marble Hill counts with the Bronx."""
    groups = np.array([sources.BOROUGHS.index(name) for name in city.places.region_groups])
    return groups[city.region_index]


def band_shares(city) -> np.ndarray:
    """Share of each survey band by region, [regions, bands]."""
    band = np.searchsorted(sources.AGE_BAND_ENDS, city.age, side="right") - 1
    cell = city.region_index.astype(int) * len(sources.AGE_BANDS) + band
    size = city.region_count * len(sources.AGE_BANDS)
    counts = np.bincount(cell, minlength=size).reshape(city.region_count, -1)
    return counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)


def survey_bands(survey) -> np.ndarray:
    counts = np.stack([survey.counts[name] for name in sources.AGE_BANDS], axis=1)
    return counts / counts.sum(axis=1, keepdims=True)


def test_the_lots_hold_exactly_the_census_of_each_borough():
    survey = sources.read_neighbourhoods()
    lots = sources.read_lots(survey)
    residents = residents_of_lots(lots, sources.CITY_RESIDENTS, seed=1)
    by_borough = np.bincount(lots.borough, weights=residents).astype(int)
    named = dict(zip(sources.BOROUGHS, by_borough, strict=True))
    assert named == {
        "The Bronx": 1_472_654,
        "Brooklyn": 2_736_074,
        "Manhattan": 1_694_251,
        "Queens": 2_405_464,
        "Staten Island": 495_747,
    }
    assert residents.sum() == 8_804_190
    # A lot gets its people rounded up or down (a borough's total moves its lots by under 0.1 %).
    assert np.all(np.abs(residents - lots.residents) < 1 + 0.001 * lots.residents)


def test_households_never_move_people_to_another_borough():
    survey = sources.read_neighbourhoods()
    lots = sources.read_lots(survey)
    for people in (1_000, 20_001):
        residents = residents_of_lots(lots, people, seed=3)
        households = form_households(lots, residents, survey, seed=3)
        assert households.size.sum() == people
        assert np.array_equal(
            np.bincount(households.borough, weights=households.size, minlength=5),
            np.bincount(lots.borough, weights=residents, minlength=5),
        )


def test_people_are_sorted_by_region_and_dwelling(city):
    assert city.agent_count == SMALL
    assert np.all(np.diff(city.region_index.astype(int)) >= 0)
    assert city.dwelling[0] == 0
    assert set(np.unique(np.diff(city.dwelling))) == {0, 1}
    moved_house = np.diff(city.dwelling) > 0
    assert np.all(moved_house[np.diff(city.region_index.astype(int)) > 0])


def test_every_region_is_on_the_map_and_has_a_borough(city):
    import pyarrow.parquet as parquet

    with (sources.FOLDER.parent / city.places.boundaries).open("rb") as file:
        drawn = set(parquet.read_table(file, columns=["id"])["id"].to_pylist())
    assert set(city.places.region_ids) <= drawn
    assert set(city.places.region_groups) == set(sources.BOROUGHS)


def test_a_household_lives_within_one_building(city, household_sizes):
    first = np.cumsum(household_sizes) - household_sizes
    span = np.maximum.reduceat(city.x, first) - np.minimum.reduceat(city.x, first)
    # Both sides of a lot, stretched by the map at this latitude.
    assert span.max() <= 2 * RADIUS_AT_MOST / np.cos(np.radians(41)) + 0.1


def test_household_sizes_are_those_of_the_survey(city, survey, household_sizes):
    counts = np.array([survey.counts[name].sum() for name in sources.HOUSEHOLD_SIZES])
    shares = np.bincount(np.minimum(household_sizes, 4), minlength=5)[1:] / len(household_sizes)
    assert shares == pytest.approx(counts / counts.sum(), abs=0.008)
    assert household_sizes.max() <= 12


def test_ages_fit_the_survey_in_every_neighbourhood(city, survey):
    people = np.bincount(city.region_index, minlength=city.region_count)
    large = people >= 300
    assert large.sum() > 80
    error = np.abs(band_shares(city) - survey_bands(survey))[large]
    # Controlled rounding leaves one person per band; repairs of families a few more.
    assert np.all(error.max(axis=1) <= 4 / people[large])
    assert error.mean() < 0.002


def test_every_household_with_children_has_an_adult(city, household_sizes):
    adults = np.bincount(city.dwelling, weights=city.age >= 18)
    assert adults.min() >= 1


def test_the_survey_share_of_households_has_children(city, survey, household_sizes):
    with_children = np.bincount(city.dwelling, weights=city.age < 18) > 0
    expected = survey.counts["hh_with_under18"].sum() / survey.counts["households"].sum()
    assert with_children.mean() == pytest.approx(expected, abs=0.01)


def test_a_parent_is_16_to_45_years_older_than_each_child(city, household_sizes):
    first = np.cumsum(household_sizes) - household_sizes
    age = city.age.astype(int)
    oldest_child = np.maximum.reduceat(np.where(age < 18, age, -1), first)
    youngest_child = np.minimum.reduceat(np.where(age < 18, age, 200), first)
    families = oldest_child >= 0
    parent = age[first][families]
    assert np.all(parent >= oldest_child[families] + 16)
    assert np.all(parent <= youngest_child[families] + 45)


def test_most_who_live_in_twos_are_close_in_age(city, household_sizes):
    first = np.cumsum(household_sizes) - household_sizes
    age = city.age.astype(int)
    twos = first[household_sizes == 2]
    twos = twos[(age[twos] >= 18) & (age[twos + 1] >= 18)]
    gap = np.abs(age[twos] - age[twos + 1])
    # 70 % are couples; strangers of random ages would have a median near 19 years.
    assert np.median(gap) <= 5
    assert np.mean(gap <= 10) > 0.7


def test_no_school_has_more_pupils_than_seats(city):
    school = city.memberships["school"]
    pupils = np.bincount(school[school >= 0])
    seats = city.sites["school"].capacity
    assert len(pupils) == len(seats)
    assert np.all(pupils <= seats)
    assert seats.max() <= 1_500
    assert pupils.min() >= 1


def test_children_go_to_school_by_level(city):
    school = city.memberships["school"]
    assert np.all(school[(city.age < 5) | (city.age > 17)] == -1)
    levels = [set(school[(city.age >= a) & (city.age <= b)]) - {-1} for a, b in
              ((5, 10), (11, 13), (14, 17))]  # fmt: skip
    assert not levels[0] & levels[1]
    assert not levels[1] & levels[2]
    assert np.mean(school[(city.age >= 5) & (city.age <= 13)] >= 0) > 0.95


def test_work_crosses_boroughs_as_commuters_do(city):
    workplace = city.memberships["workplace"]
    lots = sources.read_work_lots()
    workers = np.flatnonzero(workplace >= 0)
    site = city.sites["workplace"]
    east, north = (column.astype(np.float32) for column in mercator(lots.lon, lots.lat))
    lot_of = {(x, y): b for x, y, b in zip(east, north, lots.borough, strict=True)}
    borough_of_team = np.array([lot_of[pair] for pair in zip(site.x, site.y, strict=True)])
    flows = np.zeros((5, 5))
    np.add.at(flows, (borough_of_home(city)[workers], borough_of_team[workplace[workers]]), 1)
    expected = workplaces.COMMUTERS / workplaces.COMMUTERS.sum(axis=1, keepdims=True)
    assert flows / flows.sum(axis=1, keepdims=True) == pytest.approx(expected, abs=0.008)


def test_as_many_work_as_the_survey_says(city, survey):
    expected = survey.counts["workers"].sum() / survey.counts["pop"].sum()
    assert np.mean(city.memberships["workplace"] >= 0) == pytest.approx(expected, abs=0.01)
    assert city.age[city.memberships["workplace"] >= 0].min() >= 18


def test_teams_are_small_and_unequal(city):
    workplace = city.memberships["workplace"]
    team = np.bincount(workplace[workplace >= 0])
    assert team.max() <= workplaces.LARGEST_TEAM
    assert team.min() >= 1
    assert np.percentile(team, 95) > 4 * np.median(team)


def test_the_same_declaration_builds_the_same_people():
    one, other = (NewYorkCity(people=5_000).build(quietly) for _ in range(2))
    for name in ("age", "region_index", "dwelling", "x", "y"):
        assert np.array_equal(getattr(one, name), getattr(other, name))
    for name, column in one.memberships.items():
        assert np.array_equal(column, other.memberships[name])


def test_another_draw_builds_other_people():
    one, other = (NewYorkCity(people=5_000, draw=draw).build(quietly) for draw in (1, 2))
    assert not np.array_equal(one.age, other.age)


def test_a_small_city_keeps_the_shares_of_boroughs_and_neighbourhoods(city, survey):
    boroughs = np.bincount(borough_of_home(city)) / city.agent_count
    assert boroughs == pytest.approx(
        np.array([1_481_248, 2_736_074, 1_685_657, 2_405_464, 495_747]) / 8_804_190, abs=2e-4
    )
    lots = sources.read_lots(survey)
    full = np.bincount(lots.region, weights=lots.residents)
    people = np.bincount(city.region_index, minlength=city.region_count)
    # One by rounding, and a household that reaches over a neighbourhood's border.
    assert np.abs(people - full * city.agent_count / full.sum()).max() <= 12


@pytest.mark.parametrize("people", [1_000, 1_001, 12_345])
def test_any_number_of_people_can_be_asked_for(people):
    city = NewYorkCity(people=people).build(quietly)
    assert city.agent_count == people
    assert np.bincount(city.dwelling, weights=city.age >= 18).min() >= 1


@pytest.mark.slow
def test_the_whole_city_has_its_residents_and_fits_the_survey(survey):
    city = NewYorkCity().build(quietly)
    assert city.agent_count == 8_804_190
    groups = dict(zip(*np.unique(borough_of_home(city), return_counts=True), strict=True))
    assert list(groups.values()) == [1_481_248, 2_736_074, 1_685_657, 2_405_464, 495_747]
    people = np.bincount(city.region_index, minlength=city.region_count)
    error = np.abs(band_shares(city) - survey_bands(survey))[people > 2_000]
    assert error.max() < 0.001
    school = city.memberships["school"]
    assert np.bincount(school[school >= 0]).max() <= 1_500
    assert np.bincount(city.dwelling, weights=city.age >= 18).min() >= 1
