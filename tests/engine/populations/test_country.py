"""Countries: the United Nations' people, where GeoNames has places, inside the country."""

import numpy as np
import pytest
import shapely

from populace.engine.errors import ProjectError
from populace.engine.people import People
from populace.engine.population_cache import people_of
from populace.engine.populations._made.ages import age_counts
from populace.engine.populations._made.households import LARGEST, mean_size, size_shares
from populace.engine.populations._nyc.positions import EARTH_RADIUS, mercator
from populace.engine.populations._world import sources
from populace.engine.populations._world.nesting import distance_km, outermost, radius_km
from populace.engine.populations._world.outline import Outline
from populace.engine.populations.country import Country
from populace.engine.project import Project

EVERYBODY = ("age", "region_index", "dwelling", "x", "y")
# Without a map, on the antimeridian, one city, an island of 2,000 people, the largest.
ODD = ("Gibraltar", "Fiji", "Singapore", "Niue", "Tuvalu", "India", "Russian Federation", "Namibia")


def build(name: str = "Kenya", people: int = 60_000, **settings) -> People:
    return Country(country=name, people=people, **settings).build(lambda message, share: None)


@pytest.fixture(scope="module")
def kenya() -> People:
    return build()


def shapes_of(boundaries: str):
    """Return the bundled shapes of a country's regions by id."""
    import geopandas

    with (sources.FOLDER.parent / boundaries).open("rb") as file:
        return geopandas.read_parquet(file).set_index("id").geometry


def degrees(people: People) -> tuple[np.ndarray, np.ndarray]:
    """Undo Web Mercator."""
    places = people.places
    lon = np.degrees(people.x.astype(float) / EARTH_RADIUS) + places.origin_lon
    _, north = mercator(np.zeros(1), np.array([places.origin_lat]), 0.0, 0.0)
    lat = np.degrees(2 * np.arctan(np.exp((people.y.astype(float) + north) / EARTH_RADIUS)))
    return lon, lat - 90


@pytest.mark.parametrize("people", [1_000, 1_001, 60_000])
def test_there_are_exactly_as_many_people_as_asked_for(people):
    assert build(people=people).agent_count == people


@pytest.mark.parametrize("name", ["Kenya", "Japan", "Niger"])
def test_the_ages_are_the_united_nations_within_one_person_a_band(name):
    people = build(name, 20_000)
    land = sources.countries()[name]
    bands = sources.age_bands(land.number, "2025")
    counted = np.bincount(people.age // 5, minlength=21)
    assert np.abs(counted - 20_000 * bands / bands.sum()).max() < 1


def test_the_united_nations_count_57_million_in_kenya():
    # WPP 2024, both sexes, 1 July 2025, as bundled from the source file.
    assert sources.age_bands(404, "2025").sum() == 57_532_491


def test_every_country_of_the_list_has_ages_for_every_year():
    countries = sources.countries()
    assert len(countries) == 237
    for land in countries.values():
        for year in sources.YEARS:
            assert len(sources.age_bands(land.number, year)) == 21
            assert sources.age_bands(land.number, year).sum() > 0


@pytest.mark.parametrize("name", ODD)
def test_odd_countries_have_their_people_too(name):
    people = build(name, 1_000)
    assert people.agent_count == 1_000
    assert np.isfinite(people.x).all()
    assert np.isfinite(people.y).all()
    assert people.region_index.max() < people.region_count


def test_new_york_is_counted_once():
    places = sources.read_places("USA")
    around = distance_km(places.lon, places.lat, -74.006, 40.714) < 22
    assert "New York City" in places.name[around]
    assert not {"Brooklyn", "Queens", "Manhattan", "The Bronx", "Staten Island"} & set(
        places.name[around]
    )
    # Across the river is another state: a town of its own.
    assert "Jersey City" in places.name[around]


def test_no_place_that_counts_lies_in_a_larger_one_of_its_province():
    lon, lat = np.array([0.0, 0.1, 0.1, 5.0]), np.zeros(4)
    population = np.array([9e6, 2e6, 2e6, 1e5])
    province = np.array(["a", "a", "b", "a"])
    assert outermost(lon, lat, population, province).tolist() == [0, 2, 3]
    assert radius_km(population)[0] == pytest.approx(21.85, abs=0.01)


def test_a_base_abroad_is_no_place_of_its_country():
    places = sources.read_places("GBR")
    assert places.lon.max() < 3  # none on Cyprus


def test_places_are_counted_largest_first_whatever_their_order():
    lon, lat, province = np.array([0.05, 0.0]), np.zeros(2), np.array(["a", "a"])
    assert outermost(lon, lat, np.array([1e5, 5e6]), province).tolist() == [1]


@pytest.mark.parametrize(
    ("name", "share"), [("Kenya", 0.99), ("United Kingdom", 0.96), ("Indonesia", 0.97)]
)
def test_people_live_inside_their_country(name, share):
    people = build(name, 20_000)
    land = shapely.union_all(shapes_of(people.places.boundaries).values)
    shapely.prepare(land)
    assert shapely.contains_xy(land, *degrees(people)).mean() > share


def test_most_people_live_in_the_region_whose_shape_they_stand_in(kenya):
    shapes = shapes_of(kenya.places.boundaries)
    assert set(shapes.index) == set(kenya.places.region_ids)
    lon, lat = degrees(kenya)
    region = np.array(kenya.places.region_ids)[kenya.region_index]
    for name in kenya.places.region_ids[:5]:
        inside = shapely.contains_xy(shapes[name], lon, lat)
        assert inside[region == name].mean() > 0.95


def test_every_country_with_an_outline_has_a_map_whose_regions_are_its_largest_places():
    for land in sources.countries().values():
        there = (sources.FOLDER / "regions" / f"{land.code}.parquet").is_file()
        assert there == land.has_outline
        places = sources.read_places(land.code)
        assert places.is_centre[0]
        assert 1 <= places.is_centre.sum() <= 48
        assert (np.diff(places.population) <= 0).all()


def test_a_town_far_from_others_has_its_share_of_the_country():
    people = build(people=200_000)
    places = sources.read_places("KEN")
    row = list(places.name).index("Garissa")
    lon, lat = degrees(people)
    away = distance_km(lon, lat, float(places.lon[row]), float(places.lat[row]))
    expected = places.population[row] / sources.age_bands(404, "2025").sum()
    here = away < radius_km(places.population[row]) + 1
    assert here.mean() == pytest.approx(expected, rel=0.15)


def test_nobody_under_18_lives_without_an_adult(kenya):
    oldest = np.zeros(kenya.dwelling.max() + 1, np.uint8)
    np.maximum.at(oldest, kenya.dwelling, kenya.age)
    assert oldest.min() >= 18


def test_households_have_the_mean_size_that_was_asked_for(kenya):
    bands = sources.age_bands(404, "2025")
    expected = mean_size(bands[:3].sum() / bands.sum())
    assert 3.6 < expected < 4.0
    assert np.bincount(kenya.dwelling).mean() == pytest.approx(expected, rel=0.01)
    small = build(people=20_000, household_size=2.5)
    assert np.bincount(small.dwelling).mean() == pytest.approx(2.5, rel=0.01)


@pytest.mark.parametrize("mean", [1.5, 2.1, 3.9, 6.0, 9.0])
def test_sizes_of_households_have_their_mean_and_add_up(mean):
    shares = size_shares(mean)
    assert shares.sum() == pytest.approx(1)
    assert shares @ np.arange(1, LARGEST + 1) == pytest.approx(mean, abs=1e-6)


def test_households_that_leave_too_few_adults_are_made_larger():
    # 1.5 people a household would ask for more adults than Niger has.
    people = build("Niger", 2_000, household_size=1.5)
    oldest = np.zeros(people.dwelling.max() + 1, np.uint8)
    np.maximum.at(oldest, people.dwelling, people.age)
    assert oldest.min() >= 18
    assert people.agent_count == 2_000


def test_a_smaller_country_keeps_the_shares_of_its_regions(kenya):
    small = build(people=6_000)
    counts = [np.bincount(one.region_index, minlength=43) for one in (kenya, small)]
    assert len(counts[0]) == len(counts[1])
    assert np.abs(counts[0] / 60_000 - counts[1] / 6_000).max() < 0.02


def test_people_are_sorted_and_a_household_stands_together_but_not_on_one_point(kenya):
    assert (np.diff(kenya.region_index.astype(int)) >= 0).all()
    assert set(np.diff(kenya.dwelling)) == {0, 1}
    same = np.diff(kenya.dwelling) == 0
    apart = np.abs(np.diff(kenya.x)[same])
    assert apart.max() < 5.1  # metres
    assert (apart > 0).mean() > 0.9


def test_children_go_to_school_near_home_and_adults_to_work(kenya):
    school, work = kenya.memberships["school"], kenya.memberships["workplace"]
    pupils = kenya.age[school >= 0]
    assert pupils.min() == 5
    assert pupils.max() == 17
    of_age = (kenya.age >= 5) & (kenya.age <= 17)
    assert (school[of_age] >= 0).mean() == pytest.approx(0.85, abs=0.01)
    assert kenya.age[work >= 0].min() >= 18
    assert np.bincount(work[work >= 0]).max() <= 60
    for one in range(0, school.max(), 5):
        assert len(np.unique(kenya.region_index[school == one])) == 1


def test_the_same_declaration_builds_the_same_people_and_another_draw_others(kenya):
    again, other = build(), build(draw=2)
    for name in EVERYBODY:
        assert np.array_equal(getattr(again, name), getattr(kenya, name))
    assert not np.array_equal(other.x, kenya.x)
    assert np.array_equal(np.bincount(other.age), np.bincount(kenya.age))


def test_the_screen_is_told_the_rule_of_the_countryside(kenya):
    notes = " ".join(kenya.places.notes)
    assert "57,532,491 of Kenya" in notes
    assert "square root" in notes
    assert "counted once" in notes


def test_a_country_comes_back_from_the_cache(tmp_path, kenya):
    country = Country(people=60_000)
    first = people_of(country, lambda message, share: None, tmp_path)
    assert first.places == kenya.places
    assert len(list(tmp_path.iterdir())) == 1
    again = people_of(country, lambda message, share: None, tmp_path)
    for name in EVERYBODY:
        assert np.array_equal(getattr(again, name), getattr(kenya, name))


def project(**population) -> Project:
    return Project.from_spec(
        {
            "name": "Country",
            "population": {"kind": "country", **population},
            "networks": [{"kind": "household"}],
            "disease": {"kind": "sir", "initial_infected": 1},
        }
    )


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"country": "Kenia"}, ['Did you mean "Kenya"?', "237 names"]),
        ({"country": "Monaco", "people": 50_000}, ["population.people", "Monaco had"]),
        ({"household_size": 0.5}, ["population.household_size", "at least 1.5"]),
        ({"year": "1999"}, ["population.year", "one of 2000, 2010, 2020, 2025"]),
    ],
)
def test_what_cannot_be_built_is_told_when_the_project_opens(settings, words):
    with pytest.raises(ProjectError) as told:
        project(**settings)
    for word in words:
        assert word in str(told.value)
    assert "\n" not in str(told.value)


def test_years_of_a_band_differ_by_one_person_at_most():
    years = age_counts(np.ones(21), 1_003)
    assert years.sum() == 1_003
    for band in range(20):
        assert np.ptp(years[5 * band : 5 * band + 5]) <= 1


def test_the_inside_of_a_ring_with_a_hole_is_found():
    nan = np.nan
    lon = np.array([0, 4, 4, 0, 0, nan, 1, 3, 3, 1, 1, nan], float)
    lat = np.array([0, 0, 4, 4, 0, nan, 1, 1, 3, 3, 1, nan], float)
    outline = Outline(lon, lat)
    x, y = np.array([0.5, 2.0, 3.5, 5.0, -1.0]), np.array([0.5, 2.0, 3.5, 2.0, 2.0])
    assert outline.contains(x, y).tolist() == [True, False, True, False, False]
    assert Outline(lon[:6], lat[:6]).square_degrees == 16


def test_the_sample_of_kenya_says_what_it_assumes():
    kenya = Project.load("kenya_covid")
    text = (kenya.folder / "README.md").read_text()
    for part in ("question for a class", "## What is assumed", "## Source"):
        assert part in text
    assert kenya.value("population.country") == "Kenya"
