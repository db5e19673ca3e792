"""What is known of people: looked through row by row, and the project that comes of it runs."""

import numpy as np
import pytest

from populace.engine.editing.draft import Draft
from populace.engine.errors import ProjectError
from populace.engine.importing import attributes, persons, placing
from populace.engine.importing.reading import read_sheet
from populace.engine.simulation import Simulation

SPEC = {
    "name": "Own",
    "population": {"kind": "well_mixed", "people": 6},
    "networks": [{"kind": "household"}],
    "disease": {"kind": "sir", "initial_infected": 1},
    "days": 5,
}
JOBS = "Person;Beruf;Einkommen\n0;nurse;1.200,5\n2;cook;900\n4;nurse;\n5;;2.000\n"
HABITS = (
    "age group,district,habit,share\n0-17,Middle,never,1\n18+,Middle,daily,3\n18+,Middle,never,1\n"
)


def sheet_of(folder, text, name="a.csv"):
    path = folder / name
    path.write_text(text)
    return read_sheet(path, name)


def of(sheet, people=6, ids=(), places=(), matching=None, **more):
    reading = attributes.Reading(matching or attributes.guessed(sheet), **more)
    return attributes.examine(sheet, reading, attributes.Setting(people, ids, places))


def told(found):
    return {group.kind: [one.row for one in group.first] for group in found.groups}


def known(draft):
    return Simulation(draft.project()).people.attributes


def test_columns_of_persons_become_attributes_of_the_people_who_run(tmp_path):
    draft = Draft(SPEC, folder=tmp_path / "project")
    found = of(sheet_of(tmp_path, JOBS))
    assert found.by_person
    assert found.headings == ("Beruf", "Einkommen")
    assert told(found) == {"blank_Beruf": [5], "blank_Einkommen": [4]}
    assert found.summary[0] == "Beruf: nurse 2, cook 1, unknown 1."
    names = placing.place_attributes(draft, found, name="jobs.csv", names={"Einkommen": "Income"})
    assert names == ["beruf", "income"]
    assert draft.undo_label == "Import beruf, income"
    assert draft.problems == ()
    job, income = known(draft)["beruf"], known(draft)["income"]
    assert [job.names[code] for code in job.values] == [
        "nurse", "none", "cook", "none", "nurse", "unknown"
    ]  # fmt: skip
    assert np.array_equal(
        income.values, np.float32([1200.5, np.nan, 900, np.nan, np.nan, 2000]), equal_nan=True
    )
    draft.undo()
    assert draft.spec == SPEC


def test_policies_can_choose_people_by_what_was_imported(tmp_path):
    draft = Draft(SPEC, folder=tmp_path / "project")
    placing.place_attributes(draft, of(sheet_of(tmp_path, JOBS)), name="jobs.csv", names={})
    masks = {"kind": "masks", "target_attribute": "beruf", "target_values": "nurse"}
    draft.edit("Masks", lambda spec: spec.update(policies=[masks]))
    assert draft.problems == ()
    project = draft.project()
    [policy] = project.policies
    chosen = type(policy).target(policy.values(), Simulation(project).people)
    assert chosen.tolist() == [True, False, False, False, True, False]


def test_every_faulty_row_of_persons_is_told(tmp_path):
    text = "person,income\n0,5\n,6\nx,7\n9,8\n0,9\n1,much\n2,3\n3,4\n4,5\n5,6\n"
    sheet = sheet_of(tmp_path, text)
    found = of(sheet)
    assert told(found) == {
        "missing": [3], "not_a_number_person": [4], "unknown_person": [5], "twice": [6],
        "no_number_income": [7],
    }  # fmt: skip
    assert found.table["income"].to_pylist() == [5, None, 3, 4, 5, 6]
    last = of(sheet, decisions={"twice": "last", "no_number_income": "leave_out"})
    assert last.table["person"].to_pylist() == [0, 2, 3, 4, 5]
    assert last.table["income"].to_pylist() == [9, 3, 4, 5, 6]
    words = of(sheet, decisions={"no_number_income": "words"})
    assert words.table["income"].to_pylist() == ["5", "much", "3", "4", "5", "6"]


def test_people_of_one_s_own_are_found_by_their_ids(tmp_path):
    ids = ["p1", "p3", "p2"]
    sheet = sheet_of(tmp_path, "pid,sex\np3,f\np2,m\np33,m\n")
    assert persons.guessed_naming(sheet, ("pid",), ids) == persons.IDS
    found = of(sheet, 3, ids, named=persons.IDS)
    assert found.table["person"].to_pylist() == [1, 2]
    assert "Did you mean" in found.groups[0].first[0].message
    with pytest.raises(ProjectError, match="have no ids"):
        of(sheet, 3, named=persons.IDS)


def test_a_table_by_age_and_region_becomes_an_attribute_that_runs(tmp_path):
    town = SPEC | {"population": {"kind": "town", "people": 3_000}}
    draft = Draft(town, folder=tmp_path / "project")
    found = of(sheet_of(tmp_path, HABITS), 3_000, places=("Middle",))
    assert not found.by_person
    assert told(found) == {}
    placing.place_attributes(draft, found, name="habits.csv", names={})
    assert draft.spec["attributes"] == [
        {"kind": "from_table", "name": "habit", "file": "data/habits.csv", "age_column": "age",
         "region_column": "region", "weight_column": "weight", "value_column": "habit"}
    ]  # fmt: skip
    assert draft.problems == ()
    people = Simulation(draft.project()).people
    habit = people.attributes["habit"]
    values = np.array(habit.names)[habit.values]
    middle = np.array(people.places.region_names)[people.region_index] == "Middle"
    grown = people.age >= 18
    assert set(values[~middle]) == {"none"}
    assert set(values[middle & ~grown]) == {"never"}
    assert (values[middle & grown] == "daily").mean() == pytest.approx(0.75, abs=0.15)


def test_ages_are_read_as_people_write_them_and_overlaps_are_told(tmp_path):
    text = "age,job\nunder 5,none\n5 to 17,pupil\n18,cook\n18-30,smith\n65+,old\nbaby,x\n200,y\n"
    found = of(sheet_of(tmp_path, text))
    assert told(found) == {"age": [7, 8], "twice": [5]}
    assert found.table["age"].to_pylist() == ["0-4", "5-17", "18", "65+"]


def test_regions_and_weights_that_cannot_be_are_told(tmp_path):
    text = "region,weight,job\nNorth,2,a\nNort,1,b\n,1,c\nSouth,0,d\nSouth,x,e\nNorth,1,f\n"
    found = of(sheet_of(tmp_path, text), places=("North", "South"))
    assert told(found) == {"region": [4], "place": [3], "weight": [5, 6]}
    assert 'Did you mean "North"' in found.groups[1].first[0].message
    assert found.table["job"].to_pylist() == ["a", "f"]


def test_an_attribute_of_too_many_words_is_left_out_with_a_reason(tmp_path):
    rows = "".join(f"{at},word{at},{'ab'[at % 2]}\n" for at in range(300))
    found = of(sheet_of(tmp_path, "person,occupation,sex\n" + rows), 300)
    assert found.headings == ("sex",)
    assert '"occupation" has 300 different texts: an attribute has at most 254' in found.notes[0]


def test_a_table_of_nobody_is_refused_in_a_sentence(tmp_path):
    sheet = sheet_of(tmp_path, "person,age,sex\n0,5,f\n")
    none = dict.fromkeys(("person", "age", "region", "weight", "values"), ())
    for matching, words in (
        (none, "Choose at least one column"),
        (none | {"values": ("sex",)}, "Choose the column that names persons"),
        (none | {"values": ("sex",), "person": ("person",), "age": ("age",)}, "A row is about"),
    ):
        with pytest.raises(ProjectError, match=words):
            of(sheet, matching=matching)


def test_a_name_that_is_taken_gets_a_number(tmp_path):
    taken = SPEC | {"attributes": [{"kind": "share", "name": "sex"}]}
    draft = Draft(taken, folder=tmp_path / "project")
    found = of(sheet_of(tmp_path, "person,Sex\n0,f\n1,m\n"))
    assert placing.attribute_names(draft, found, {}) == {"Sex": "sex_2"}
    assert placing.attribute_names(draft, found, {"Sex": "7 of Us"}) == {"Sex": "a_7_of_us"}
