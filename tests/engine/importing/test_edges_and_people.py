"""Own pairs and own people: looked through row by row, and the project that comes of them runs."""

import numpy as np
import pytest

from populace.engine.editing.draft import Draft
from populace.engine.errors import ProjectError
from populace.engine.importing import edges, matching, people, persons, placing
from populace.engine.importing.reading import read_sheet
from populace.engine.project import Project
from populace.engine.simulation import Simulation

FOLK = """\
pid,Alter,hhid,school id,Geschlecht,district
p1,3,h2,s1,m,b
p2,40,h1,,f,a
p3,41,h2,,f,b
p4,5,h1,s1,m,a
p5,70,,,f,b
"""
SPEC = {
    "name": "Own",
    "networks": [{"kind": "household"}],
    "disease": {"kind": "sir", "initial_infected": 1},
    "days": 5,
}


def sheet_of(folder, text, name="a.csv"):
    path = folder / name
    path.write_text(text)
    return read_sheet(path, name)


def of_people(sheet, **more):
    return people.examine(sheet, people.Reading(matching.guessed(sheet, matching.PEOPLE), **more))


def of_edges(sheet, count=None, ids=(), **more):
    reading = edges.Reading(matching.guessed(sheet, matching.EDGES), **more)
    return edges.examine(sheet, reading, count, ids)


def told(found):
    return {group.kind: [one.row for one in group.first] for group in found.groups}


def test_every_faulty_pair_is_told_by_its_row(tmp_path):
    text = (
        "from,to,weight\n0,1,1\n1,0,2\n2,2,1\n3,99,1\n,4,1\nx,4,1\n4,5,-1\n5,6,\n1.5,2,1\n7,8,3\n"
    )
    found = of_edges(sheet_of(tmp_path, text), 20)
    assert told(found) == {
        "missing": [6], "not_a_number_from": [7, 10], "unknown_to": [5], "alone": [4],
        "no_weight": [9], "weight": [8], "twice": [3],
    }  # fmt: skip
    assert found.first.tolist() == [0, 7]
    assert found.weight.tolist() == [3, 3]  # the weights of a pair that is listed twice are added
    first = of_edges(sheet_of(tmp_path, text), 20, decisions={"twice": "first"})
    assert first.weight.tolist() == [1, 3]


def test_people_may_be_counted_from_1(tmp_path):
    found = of_edges(sheet_of(tmp_path, "a,b\n1,2\n0,1\n3,4\n"), 4, named=persons.FROM_1)
    assert found.first.tolist() == [0, 2]
    assert found.second.tolist() == [1, 3]
    assert told(found) == {"unknown_a": [3]}


def test_one_column_cannot_be_both_ends(tmp_path):
    sheet = sheet_of(tmp_path, "a,b\n1,2\n")
    reading = edges.Reading({"first": ("a",), "second": ("a",), "weight": ()})
    with pytest.raises(ProjectError, match="One column cannot"):
        edges.examine(sheet, reading, 5)


def test_own_people_and_their_pairs_run(tmp_path):
    draft = Draft(SPEC, folder=tmp_path / "project")
    found = of_people(sheet_of(tmp_path, FOLK))
    assert told(found) == {}
    placing.place_people(draft, found, name="folk.csv")
    population = draft.project().population
    # Sorted by region and household, so that an edge's number is the row of the clean table.
    assert population.ids() == ["p1", "p3", "p5", "p2", "p4"]
    sheet = sheet_of(tmp_path, "source,target\np1,p2\np3,p4\np2,p44\n", "e.csv")
    assert persons.guessed_naming(sheet, ("source",), population.ids()) == persons.IDS
    pairs = of_edges(sheet, 5, population.ids(), named=persons.IDS)
    assert [group.kind for group in pairs.groups] == ["unknown_target"]
    assert "Did you mean" in pairs.groups[0].first[0].message
    placing.place_edges(draft, pairs, name="friends.csv")
    simulation = Simulation(draft.project())
    simulation.run(3)
    ages = simulation.people.age
    assert ages.tolist() == [3, 41, 70, 40, 5]
    assert set(simulation.people.memberships) == {"school"}
    assert simulation.people.attributes["geschlecht"].names == ("m", "f")
    edge = draft.project().networks[1].contacts(simulation.people)
    degrees = np.diff(edge.pointers)
    assert degrees.tolist() == [1, 1, 0, 1, 1]


def test_faulty_people_are_told_and_left_out_or_mended(tmp_path):
    text = FOLK + "p2,9,h1,,m,a\n,9,h1,,m,a\np7,x,h1,,m,a\np8,,h1,,m,a\np9,300,h1,,m,a\n"
    text += "p10,9,h1,,m,b\n"
    found = of_people(sheet_of(tmp_path, text))
    assert told(found) == {
        "missing_id": [8], "twice": [7], "missing_age": [10], "not_a_number": [9], "age": [11],
        "apart": [12],
    }  # fmt: skip
    assert found.table.num_rows == 5
    mended = of_people(sheet_of(tmp_path, text), decisions={"not_a_number": "middle"})
    assert mended.table.num_rows == 6
    assert 9 in mended.table["age"].to_pylist()  # the middle age of all that are numbers


def test_an_attribute_of_too_many_words_is_left_out_with_a_reason(tmp_path):
    rows = "".join(f"{at},{at % 90},word{at}\n" for at in range(400))
    found = of_people(sheet_of(tmp_path, "id,age,occupation\n" + rows))
    assert "occupation" not in found.table.column_names
    assert "at most 255" in found.notes[0]


def test_longitude_needs_latitude(tmp_path):
    sheet = sheet_of(tmp_path, "id,lon\n1,5\n")
    with pytest.raises(ProjectError, match="belong together"):
        of_people(sheet)


def test_positions_off_the_map_are_told(tmp_path):
    found = of_people(sheet_of(tmp_path, "id,lon,lat\n1,5,50\n2,500,50\n3,5,89\n"))
    assert told(found) == {"position_lon": [3], "position_lat": [4]}


def test_a_sample_of_a_project_can_take_own_people(tmp_path):
    draft = Draft(Project.load("town_flu").spec(), folder=tmp_path)
    placing.place_people(draft, of_people(sheet_of(tmp_path, FOLK)), name="folk")
    assert draft.undo_label == "Choose people: folk, own people"
    assert draft.spec["population"]["file"] == "data/folk.csv"
