"""A map of regions and a table of their people, both the user's own."""

import json

import numpy as np
import pytest

from populace.engine.errors import ProjectError
from populace.engine.people import People
from populace.engine.population_cache import content_key, people_of
from populace.engine.project import Project

pytest.importorskip("geopandas")

AGES = [f"a{lower}" for lower in range(0, 105, 5)]


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("POPULACE_CACHE", str(tmp_path / "cache"))


def square(name, lon, lat=10.0, side=0.1):
    corners = [(0, 0), (side, 0), (side, side), (0, side), (0, 0)]
    ring = [[lon + east, lat + north] for east, north in corners]
    return {
        "type": "Feature",
        "properties": {"id": name, "name": name.title()},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


# The order of the map is not that of the table.
SQUARES = [square("west", 5.0), square("middle", 5.1), square("east", 5.2)]
TABLE = "id,people\neast,1000\nwest,3000\nmiddle,0\n"


def write(folder, squares=None, table=TABLE):
    features = SQUARES if squares is None else squares
    shapes = {"type": "FeatureCollection", "features": features}
    (folder / "map.geojson").write_text(json.dumps(shapes))
    (folder / "people.csv").write_text(table)


def spec(**population):
    return {
        "name": "Mine",
        "population": {
            "kind": "regions", "file": "map.geojson", "table": "people.csv", **population
        },
        "networks": [{"kind": "household"}],
        "disease": {"kind": "sir", "initial_infected": 1},
    }  # fmt: skip


def build(folder, **settings) -> People:
    project = Project.from_spec(spec(**settings), folder=folder)
    return project.population.build(lambda message, share: None)


def test_every_region_has_the_people_of_the_table(tmp_path):
    write(tmp_path)
    people = build(tmp_path)
    assert people.places.region_ids == ("west", "middle", "east")
    assert people.places.region_names == ("West", "Middle", "East")
    assert np.bincount(people.region_index, minlength=3).tolist() == [3_000, 0, 1_000]


def test_fewer_people_keep_the_shares_of_the_regions(tmp_path):
    write(tmp_path)
    people = build(tmp_path, people=401)
    assert np.bincount(people.region_index, minlength=3).tolist() == [301, 0, 100]


def test_people_stand_in_their_region(tmp_path):
    write(tmp_path)
    people = build(tmp_path)
    width = np.radians(0.1) * 6_378_137
    west, east = people.x[people.region_index == 0], people.x[people.region_index == 2]
    assert np.ptp(west) == pytest.approx(width, rel=0.1)
    assert west.max() < east.min()


def test_the_screen_finds_the_map_under_its_ids(tmp_path):
    from populace.layers.basemap import basemap_of

    write(tmp_path)
    people = build(tmp_path)
    land = basemap_of(people.places)
    assert land is not None
    assert land.region_ids == people.places.region_ids
    assert land.bounds[0] - 500 < people.x.min() < people.x.max() < land.bounds[2] + 500


def test_each_region_has_its_own_ages_exactly_and_no_child_alone(tmp_path):
    young, old = [10] * 8 + [0] * 13, [1] * 3 + [0] * 9 + [10] * 9  # no parents
    lines = [",".join(["id", "people", *AGES])]
    lines += [",".join(map(str, [name, 990, *ages])) for name, ages in (("east", old),)]
    lines += [",".join(map(str, [name, 800, *young])) for name in ("west", "middle")]
    write(tmp_path, table="\n".join(lines) + "\n")
    people = build(tmp_path, age_columns=", ".join(AGES))
    counted = np.bincount(people.age[people.region_index == 0] // 5, minlength=21)
    assert counted.tolist() == [100] * 8 + [0] * 13
    aged = np.bincount(people.age[people.region_index == 2] // 5, minlength=21)
    assert np.abs(aged - 990 * np.array(old) / sum(old)).max() < 1
    oldest = np.zeros(people.dwelling.max() + 1, np.uint8)
    np.maximum.at(oldest, people.dwelling, people.age)
    assert oldest.min() >= 18


def test_households_have_the_mean_size_of_the_table(tmp_path):
    write(tmp_path, table="id,people,home\neast,4000,2\nwest,4000,4\nmiddle,0,3\n")
    people = build(tmp_path, household_size_column="home")
    for region, size in ((0, 4), (2, 2)):
        own = people.dwelling[people.region_index == region]
        assert len(own) / len(np.unique(own)) == pytest.approx(size, rel=0.03)


def test_the_same_files_build_the_same_people_and_the_cache_keeps_them(tmp_path):
    write(tmp_path)
    population = Project.from_spec(spec(), folder=tmp_path).population
    one = people_of(population, lambda message, share: None)
    other = build(tmp_path)
    assert np.array_equal(one.age, other.age)
    assert np.array_equal(one.x, other.x)
    assert one.places == other.places
    key = content_key(population)
    write(tmp_path, table=TABLE.replace("1000", "1001"))
    assert content_key(population) != key


@pytest.mark.parametrize("suffix", ["gpkg", "zip", "parquet"])
def test_other_formats_give_the_same_people(tmp_path, suffix):
    import geopandas

    write(tmp_path)
    table = geopandas.read_file(tmp_path / "map.geojson")
    name = f"map.{suffix}"
    if suffix == "parquet":
        table.to_parquet(tmp_path / name)
    else:
        table.to_crs(3857).to_file(tmp_path / ("map.shz" if suffix == "zip" else name))
    if suffix == "zip":
        (tmp_path / "map.shz").rename(tmp_path / name)
    one, other = build(tmp_path), build(tmp_path, file=name)
    assert np.array_equal(one.age, other.age)
    assert np.abs(one.x - other.x).max() < 1  # metres


def test_a_file_that_only_calls_itself_a_map_is_not_opened(tmp_path):
    """A virtual format of GDAL's would read any file that it names."""
    write(tmp_path)
    hidden = '<OGRVRTDataSource><OGRVRTLayer name="secret"/></OGRVRTDataSource>'
    (tmp_path / "map.geojson").write_text(hidden)
    with pytest.raises(ProjectError, match="is not GeoJSON"):
        build(tmp_path)


POINT = {**SQUARES[0], "geometry": {"type": "Point", "coordinates": [5, 10]}}
FAULTS = {
    "no map named": ({"file": ""}, None, TABLE, "file: must name a file"),
    "no table named": ({"table": ""}, None, TABLE, "table: must name a file"),
    "not there": ({"file": "chart.geojson"}, None, TABLE, "there is no file"),
    "a picture": ({"file": "people.csv"}, None, TABLE, "must be one of .geojson"),
    "no region": ({}, [], TABLE, "must have"),
    "a point": ({}, [POINT, *SQUARES[1:]], TABLE, 'region "west" of "map.geojson" must be an area'),
    "another id": ({"id_column": "code"}, None, TABLE, 'no column "code"'),
    "another name": ({"name_column": "names"}, None, TABLE, 'Did you mean "name"?'),
    "a region twice": (
        {},
        [*SQUARES, SQUARES[0]],
        TABLE,
        'region "west" is in "map.geojson" twice',
    ),
    "at the pole": ({}, [square("west", 5.0, 88.0), *SQUARES[1:]], TABLE, "leaves the map"),
    "not in the table": ({}, None, "id,people\nwest,1\n", "is not in the table (2 such regions)"),
    "not on the map": ({}, None, TABLE + "south,4\n", 'region "south" is not in the map'),
    "twice in the table": ({}, None, TABLE + "east,4\n", 'region "east" is in "people.csv" twice'),
    "people below zero": ({}, None, TABLE.replace("1000", "-1"), "must be a number from 0"),
    "people in words": ({}, None, TABLE.replace("1000", "many"), "it is 'many'"),
    "nobody": ({}, None, "id,people\neast,0\nwest,0\nmiddle,0\n", "no people in any region"),
    "too many": ({"people": 4_001}, None, TABLE, "at most the 4,000 people of the table"),
    "three ages": ({"age_columns": "a, b, c"}, None, TABLE, "must name 21 columns"),
    "no column of people": ({"people_column": ""}, None, TABLE, "must name a column"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_in_one_line_with_its_place_when_the_project_opens(tmp_path, fault):
    settings, squares, table, words = FAULTS[fault]
    write(tmp_path, squares, table)
    with pytest.raises(ProjectError) as told:
        Project.from_spec(spec(**settings), folder=tmp_path)
    assert words in str(told.value)
    assert str(told.value).startswith("population.")
    assert "\n" not in str(told.value)


def test_a_file_that_is_no_map_says_what_to_do(tmp_path):
    write(tmp_path)
    (tmp_path / "map.geojson").write_text("{ no map")
    with pytest.raises(ProjectError, match="is not GeoJSON"):
        Project.from_spec(spec(), folder=tmp_path)


def test_a_region_of_children_alone_is_refused(tmp_path):
    ages = [5] + [0] * 20
    lines = [",".join(["id", "people", *AGES])]
    lines += [",".join(map(str, [name, 9, *ages])) for name in ("west", "middle", "east")]
    write(tmp_path, table="\n".join(lines) + "\n")
    with pytest.raises(ProjectError, match="no adult among them"):
        Project.from_spec(spec(age_columns=", ".join(AGES)), folder=tmp_path)
