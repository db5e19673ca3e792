"""One's own map with one's own people becomes a population that runs."""

import numpy as np
import pytest
import shapely

from populace.engine.editing.draft import Draft
from populace.engine.errors import ProjectError
from populace.engine.importing import areas as importing
from populace.engine.importing import matching, placing
from populace.engine.importing.maps import read_map
from populace.engine.importing.matching import age_band
from populace.engine.importing.reading import read_sheet
from populace.engine.project import Project
from populace.engine.simulation import Simulation


def examined(drawn, table=None, key="", **more):
    found = matching.guessed(drawn.sheet, matching.REGIONS)
    name, id_ = found["name"][0], (found["id"] or ("",))[0]
    if table is not None:
        beside = matching.guessed(table, matching.REGIONS)
        found |= {one: beside[one] for one in ("people", "household_size", "ages")}
    reading = importing.Reading(found, name, id_, key, "Germany", **more)
    return importing.examine(drawn, reading, table)


def told(found):
    return {group.kind: group.count for group in found.groups}


@pytest.mark.parametrize("kind", ["geojson", "gpkg", "zip", "parquet"])
def test_a_map_of_every_kind_becomes_people_who_run(map_files, kind, tmp_path):
    found = examined(read_map(map_files[kind], f"m.{kind}"))
    assert told(found) == {}
    draft = Draft(Project.load("town_flu").spec(), folder=tmp_path / "project")
    placing.place_areas(draft, found, name="Rheinland", ages_of="Germany")
    assert draft.problems == ()
    assert draft.undo_label == "Choose people: Rheinland, own map"
    simulation = Simulation(draft.project())
    simulation.run(2)
    people = simulation.people
    assert people.agent_count == 4_400
    assert people.places.region_names == ("Köln", "Bonn", "Aachen", "Düren")
    assert np.bincount(people.region_index).tolist() == [1_000, 2_000, 800, 600]


def test_faulty_areas_are_told_and_mended_or_left_out(tmp_path, areas):
    import geopandas

    shapes = [
        *areas.geometry, shapely.Point(1, 1), None,
        shapely.Polygon([(9, 9), (10, 10), (10, 9), (9, 10)]),
    ]  # fmt: skip
    table = {"name": ["a", "b", "c", "c", "point", "none", "bow"],
             "people": [10, -1, None, 40, 50, 60, 70]}  # fmt: skip
    geopandas.GeoDataFrame(table, geometry=shapes, crs=4326).to_file(tmp_path / "m.gpkg")
    found = examined(read_map(tmp_path / "m.gpkg", "m.gpkg"))
    assert told(found) == {"shape": 2, "border": 1, "twice": 1, "missing": 1, "negative": 1}
    assert found.people == 10 + 40 + 70
    zeros = examined(read_map(tmp_path / "m.gpkg", "m.gpkg"),
                     decisions={"missing": "zero", "negative": "zero"})  # fmt: skip
    assert zeros.table["people"].to_pylist() == [10, 0, 0, 40, 70]
    assert zeros.map["id"].to_list() == ["a", "b", "c", "c (2)", "bow"]


def test_people_of_another_file_are_joined_by_name_with_a_guess(tmp_path, map_files):
    path = tmp_path / "pop.csv"
    rows = ["Stadt;Einwohner;0-14;15-64;65+", "Koeln;1.000;100;700;200", "Bonn;2.000;1;1;1"]
    rows += ["Achen;800;1;2;3", "Düren;600;1;2;3", "Paris;5;1;1;1"]
    path.write_text("\n".join(rows), encoding="latin-1")
    drawn = read_map(map_files["geojson"], "m.geojson")
    table = read_sheet(path, "pop.csv")
    found = examined(drawn, table, "Stadt")
    assert told(found) == {"place": 3}
    assert 'Did you mean "Aachen"?' in found.groups[0].first[1].message
    assert found.people == 1_000 + 2_000 + 800 + 600
    left = examined(drawn, table, "Stadt", decisions={"place": "leave_out"})
    assert left.people == 2_600
    assert told(left) == {"place": 3, "no_people": 2}


def test_wide_bands_of_age_are_spread_as_a_country_has_them(tmp_path, map_files):
    path = tmp_path / "pop.csv"
    path.write_text("name,population,0-4,5-64,65+\nKöln,1000,100,700,200\nBonn,2000,0,2000,0\n"
                    "Aachen,800,800,0,0\nDüren,600,0,0,600\n")  # fmt: skip
    table = read_sheet(path, "pop.csv")
    found = examined(read_map(map_files["geojson"], "m.geojson"), table, "name")
    of_koeln = np.array([found.table[f"from_{5 * band}"][0].as_py() for band in range(21)])
    assert of_koeln[0] == pytest.approx(100)
    assert of_koeln[1:13].sum() == pytest.approx(700)
    assert of_koeln[13:].sum() == pytest.approx(200)
    assert (of_koeln[1:13] > 0).all()


def test_ages_with_a_hole_are_refused(tmp_path, map_files):
    path = tmp_path / "pop.csv"
    path.write_text("name,population,0-4,10-64,65+\nKöln,1000,100,700,200\n")
    with pytest.raises(ProjectError, match="leaves ages out before it"):
        examined(read_map(map_files["geojson"], "m.geojson"), read_sheet(path, "p.csv"), "name")


@pytest.mark.parametrize(
    ("heading", "band"),
    [("0-4", (0, 4)), ("age_5_9", (5, 9)), ("65+", (65, 130)), ("from 100", (100, 130)),
     ("under 5", (0, 4)), ("80 and over", (80, 130)), ("people 10 to 14", (10, 14)),
     ("EWZ", None), ("year 2020", None), ("cases 10-14", None), ("9-3", None)],
)  # fmt: skip
def test_bands_of_age_are_read_from_headings(heading, band):
    assert age_band(heading) == band


def test_a_map_without_people_says_what_to_choose(tmp_path, areas):
    areas[["GEN", "geometry"]].to_file(tmp_path / "m.geojson")
    drawn = read_map(tmp_path / "m.geojson", "m.geojson")
    with pytest.raises(ProjectError, match="Choose the column of people"):
        examined(drawn)
