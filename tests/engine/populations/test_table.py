"""A table of people that the user brings: what it gives, and what each fault says."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from populace.engine.errors import ProjectError
from populace.engine.people import People
from populace.engine.population_cache import content_key, load_or_build, people_of
from populace.engine.populations.table import Table
from populace.engine.project import Project
from populace.engine.simulation import Simulation

GOOD = """\
id,x,y,age,home,town,school,sex,income
1,36.8,-1.2,41,a,Nairobi,,f,10.5
2,36.8,-1.2,7,a,Nairobi,north,m,
3,39.6,-4.0,104,b,Mombasa,,f,3
4,36.9,-1.3,8,,Nairobi,north,,0
"""
FULL = {
    "household_column": "home",
    "region_column": "town",
    "group_columns": "school",
    "attribute_columns": "sex, income",
}


def write(folder, text=GOOD, name="people.csv"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def spec(**population):
    return {
        "name": "Mine",
        "population": {"kind": "table", "file": "people.csv", **population},
        "networks": [{"kind": "household"}, {"kind": "school"}],
        "disease": {"kind": "sir", "initial_infected": 1},
    }


def never() -> People:
    raise AssertionError("the cache should have been used")


def build(folder, **settings) -> People:
    project = Project.from_spec(spec(**settings), folder=folder)
    return project.population.build(lambda message, share: None)


def test_every_column_arrives_where_it_belongs(tmp_path):
    write(tmp_path)
    people = build(tmp_path, **FULL)
    assert people.age.tolist() == [41, 7, 8, 100]  # sorted by region, then household
    assert people.region_index.tolist() == [0, 0, 0, 1]
    assert people.places.region_names == ("Nairobi", "Mombasa")
    assert people.dwelling.tolist() == [0, 0, 1, 2]  # the third has no household: lives alone
    assert people.memberships["school"].tolist() == [-1, 0, 0, -1]
    sex, income = people.attributes["sex"], people.attributes["income"]
    assert [sex.names[code] for code in sex.values] == ["f", "m", "unknown", "f"]
    assert np.array_equal(income.values, np.float32([10.5, np.nan, 0, 3]), equal_nan=True)
    assert people.x[3] - people.x[0] == pytest.approx(np.radians(2.8) * 6_378_137, rel=1e-4)
    assert people.y[3] < people.y[0]


def test_a_parquet_file_gives_the_same_people_as_csv(tmp_path):
    write(tmp_path)
    columns = {
        "id": [1, 2, 3, 4],
        "x": [36.8, 36.8, 39.6, 36.9],
        "y": [-1.2, -1.2, -4.0, -1.3],
        "age": pa.array([41, 7, 104, 8], pa.int16()),
        "home": pa.array(["a", "a", "b", None]).dictionary_encode(),
        "town": ["Nairobi", "Nairobi", "Mombasa", "Nairobi"],
        "school": pa.array([None, "north", None, "north"]),
        "sex": ["f", "m", "f", None],
        "income": [10.5, None, 3.0, 0.0],
    }
    parquet.write_table(pa.table(columns), tmp_path / "people.parquet")
    one, other = build(tmp_path, **FULL), build(tmp_path, **FULL, file="people.parquet")
    for name in ("age", "region_index", "dwelling", "x", "y"):
        assert np.array_equal(getattr(one, name), getattr(other, name))
    assert np.array_equal(one.memberships["school"], other.memberships["school"])
    assert one.attributes["sex"].names == other.attributes["sex"].names


def test_a_table_without_coordinates_ages_and_households_works(tmp_path):
    write(tmp_path, "id\n" + "\n".join(map(str, range(10))) + "\n")
    people = build(tmp_path, x_column="", y_column="", age_column="")
    assert people.agent_count == 10
    assert set(people.age) == {35}
    assert len(set(zip(people.x.tolist(), people.y.tolist(), strict=True))) == 10
    notes = " ".join(people.places.notes)
    assert "made-up grid" in notes
    assert "lives alone" in notes
    assert "everybody is 35" in notes


def test_metres_are_taken_as_they_are(tmp_path):
    write(tmp_path, "id,x,y,age\n1,0,0,4\n2,300,-400,5\n")
    people = build(tmp_path, coordinates="metres")
    assert np.hypot(*(np.diff(axis)[0] for axis in (people.x, people.y))) == pytest.approx(500)


def test_a_run_uses_the_groups_of_the_table(tmp_path):
    rows = [f"{n},1,1,9,class{n % 2}" for n in range(200)]
    write(tmp_path, "id,x,y,age,school\n" + "\n".join(rows) + "\n")
    made = {**spec(group_columns="school"), "networks": [{"kind": "school"}]}
    made["disease"] = {"kind": "sir", "initial_infected": 10, "transmission": 0.5}
    run = Simulation(Project.from_spec(made, folder=tmp_path))
    run.run(20)
    assert run.ever_infected > 100


def test_attributes_and_groups_come_back_from_the_cache(tmp_path):
    write(tmp_path)
    population = Project.from_spec(spec(**FULL), folder=tmp_path).population
    built = population.build(lambda message, share: None)
    kept = people_of(population, lambda message, share: None, tmp_path / "cache")
    again = load_or_build(content_key(population), never, tmp_path / "cache")
    for people in (kept, again):
        assert people.places == built.places
        assert np.array_equal(people.memberships["school"], built.memberships["school"])
        assert list(people.attributes) == ["sex", "income"]
        for name, one in built.attributes.items():
            assert people.attributes[name].names == one.names
            assert people.attributes[name].values.dtype == one.values.dtype
            assert np.array_equal(people.attributes[name].values, one.values, equal_nan=True)


def test_the_cache_knows_a_file_by_its_content(tmp_path):
    write(tmp_path)
    population = Project.from_spec(spec(), folder=tmp_path).population
    first = content_key(population)
    write(tmp_path, GOOD.replace("41", "42"))
    assert content_key(population) != first
    write(tmp_path)
    assert content_key(population) == first


def test_a_changed_file_is_read_again(tmp_path):
    write(tmp_path)
    assert 41 in build(tmp_path).age
    write(tmp_path, GOOD.replace("41", "4"))
    assert 41 not in build(tmp_path).age


def test_the_table_travels_with_its_project(tmp_path):
    (tmp_path / "here").mkdir()
    write(tmp_path / "here")
    project = Project.from_spec(spec(), folder=tmp_path / "here")
    project.save(tmp_path / "there")
    assert Project.load(tmp_path / "there").population.agent_count() == 4


def test_more_infected_than_rows_are_refused(tmp_path):
    write(tmp_path)
    made = {**spec(), "disease": {"kind": "sir", "initial_infected": 5}}
    with pytest.raises(ProjectError, match=r"at most the 4 people .* not 5"):
        Project.from_spec(made, folder=tmp_path)


HEAD = "id,x,y,age\n"
FAULTS = {
    "no file named": ({"file": ""}, GOOD, "population.file: must name a file"),
    "not there": ({"file": "persons.csv"}, GOOD, 'there is no file "persons.csv"'),
    "outside": ({"file": "../people.csv"}, GOOD, "leaves the project"),
    "a spreadsheet": ({"file": "people.xlsx"}, GOOD, "must be a .csv or .parquet file"),
    "nothing in it": ({}, "", "is empty"),
    "a heading only": ({}, HEAD, "a heading and no rows"),
    "ragged rows": ({}, HEAD + "1,2,3\n", "cannot be read"),
    "not text": ({}, b"id,x,y,age\n\xff\xfe,1,1,1\n", "cannot be read"),
    "damaged parquet": ({"file": "people.parquet"}, b"PAR1 no", "cannot be read"),
    "another heading": ({}, "id,x,y,years\n1,1,1,1\n", 'age_column: "people.csv" has no column'),
    "a typo": ({"age_column": "agee"}, GOOD, 'Did you mean "age"?'),
    "a heading twice": ({}, "id,x,y,age,age\n1,1,1,1,1\n", '2 columns "age"'),
    "age in words": ({}, HEAD + "1,1,1,3\n2,1,1,old\n", "row 2 of column \"age\" must be a number"),
    "age below zero": ({}, HEAD + "1,1,1,-1\n", "from 0 to 120, it is '-1'"),
    "age above 120": ({}, HEAD + "1,1,1,121\n", "from 0 to 120"),
    "half an age": ({}, HEAD + "1,1,1,3.5\n", "a whole number of years"),
    "no age": ({}, HEAD + "1,1,1,\n2,1,1,\n", "it is empty, and 1 more such rows"),
    "no x": ({}, HEAD + "1,,1,3\n", 'x_column: row 1 of column "x"'),
    "x is endless": ({}, HEAD + "1,inf,1,3\n", "from -180 to 180"),
    "metres as degrees": ({}, HEAD + "1,450000,1,3\n", "from -180 to 180, it is '450000'"),
    "at the pole": ({}, HEAD + "1,0,89,3\n", "from -85 to 85"),
    "x alone": ({"y_column": ""}, GOOD, "y_column: is missing: name both columns or none"),
    "y alone": ({"x_column": ""}, GOOD, "x_column: is missing"),
    "an id twice": ({}, HEAD + "7,1,1,1\n8,1,1,1\n7,1,1,1\n", "row 3 of column \"id\" must not"),
    "no id": ({}, HEAD + ",1,1,1\n", "must not be empty"),
    "no region": ({"region_column": "r"}, "id,x,y,age,r\n1,1,1,1,\n", "must not be empty"),
    "a home in two regions": (
        {"household_column": "h", "region_column": "r"},
        "id,x,y,age,h,r\n1,1,1,1,a,n\n2,1,1,1,a,s\n",
        'household "a" is in two regions (row 2)',
    ),
    "a group that is not there": ({"group_columns": "church"}, GOOD, 'no column "church"'),
    "a group of two words": (
        {"group_columns": "my school"},
        GOOD,
        '"my school" cannot name a group or attribute',
    ),
    "one column twice": (
        {"group_columns": "sex", "attribute_columns": "sex"},
        GOOD,
        'column "sex" already is the group_columns',
    ),
    "too many categories": (
        {"attribute_columns": "name"},
        "id,x,y,age,name\n" + "".join(f"{n},1,1,1,n{n}\n" for n in range(257)),
        "257 different texts",
    ),
    "no column at all": (
        {"id_column": "", "age_column": "", "x_column": "", "y_column": ""},
        GOOD,
        "at least one column",
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_in_one_line_with_its_place_when_the_project_opens(tmp_path, fault):
    settings, text, words = FAULTS[fault]
    write(tmp_path, text)
    name = settings.get("file", "")
    if name.endswith((".xlsx", ".parquet")):
        write(tmp_path, text, name)
    with pytest.raises(ProjectError) as told:
        Project.from_spec(spec(**settings), folder=tmp_path)
    assert words in str(told.value)
    assert str(told.value).startswith("population.")
    assert "\n" not in str(told.value)


def test_a_column_of_lists_in_parquet_is_refused(tmp_path):
    columns = {"id": [1], "x": [1.0], "y": [1.0], "age": [[3]]}
    parquet.write_table(pa.table(columns), tmp_path / "people.parquet")
    with pytest.raises(ProjectError, match=r'column "age" .* must hold texts or numbers'):
        build(tmp_path, file="people.parquet")


def test_a_project_without_a_folder_says_so():
    with pytest.raises(ProjectError, match="the project has no folder"):
        Project.from_spec(spec())


def test_the_folder_is_no_setting():
    assert "folder" not in dict(Table.declarations())
    assert Table(file="people.csv").spec() == {"kind": "table", "file": "people.csv"}
