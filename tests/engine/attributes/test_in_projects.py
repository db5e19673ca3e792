"""Attributes in a project: paths, files, caches, and what is said of a mistake."""

import numpy as np
import pytest

from populace.engine.errors import ProjectError
from populace.engine.population_cache import people_of
from populace.engine.project import Project
from populace.engine.shared_world import shared_world, world_key
from populace.engine.simulation import Simulation

NURSE = {"kind": "share", "name": "nurse", "share": 0.1, "among_members_of": "workplace"}
TABLE = "age,region,value,share\n0-17,Middle,never,1\n18+,Middle,daily,3\n18+,Middle,never,1\n"


def quietly(message, share):
    pass


def spec(attributes=(NURSE,), **parts):
    return {
        "name": "Attributes",
        "days": 20,
        "population": {"kind": "town", "people": 3_000},
        "attributes": list(attributes),
        "networks": [{"kind": "household"}, {"kind": "workplace"}],
        "disease": {"kind": "seir", "initial_infected": 20},
        **parts,
    }


def with_table(folder, text=TABLE, **settings):
    (folder / "habit.csv").write_text(text)
    settings = {"region_column": "region", "weight_column": "share"} | settings
    return spec([{"kind": "from_table", "name": "habit", "file": "habit.csv", **settings}])


def test_a_path_names_the_attribute_and_the_file_keeps_it():
    project = Project.from_spec(spec())
    assert project.value("attributes.nurse.share") == 0.1
    assert project.spec()["attributes"] == [NURSE]
    changed = project.with_value("attributes.nurse.share", 0.2)
    assert changed.value("attributes.nurse.share") == 0.2


def test_people_have_the_columns_that_the_project_told():
    project = Project.from_spec(spec([NURSE, {"kind": "number", "name": "income"}]))
    people = Simulation(project).people
    columns = project.columns()
    assert columns.kinds() == {"nurse": "category", "income": "number"}
    assert {name: one.names for name, one in people.attributes.items()} == columns.attributes
    assert set(people.memberships) == set(columns.memberships)


def test_runs_with_other_seeds_have_the_same_nurses():
    one, other = (Simulation(Project.from_spec(spec(seed=seed))) for seed in (1, 2))
    assert np.array_equal(
        one.people.attributes["nurse"].values, other.people.attributes["nurse"].values
    )


def test_attributes_change_no_event_while_nobody_asks_for_them():
    digests = set()
    for attributes in ([], [NURSE]):
        run = Simulation(Project.from_spec(spec(attributes)))
        run.run(20)
        digests.add(run.events_sha256())
    assert run.ever_infected > 100
    assert len(digests) == 1


def test_the_cache_keeps_one_population_whatever_is_said_of_its_people(tmp_path):
    one, other = (Project.from_spec(spec(some)) for some in ([NURSE], []))
    people = people_of(one.population, quietly, tmp_path, one.attributes)
    plain = people_of(other.population, quietly, tmp_path, other.attributes)
    assert len(list(tmp_path.iterdir())) == 1
    assert set(people.attributes) == {"nurse"}
    assert not plain.attributes


def test_runs_share_a_world_with_the_same_attributes_only():
    first, second = Project.from_spec(spec()), Project.from_spec(spec(seed=9))
    fewer = first.with_value("attributes.nurse.share", 0.05)
    world = shared_world(first, quietly)
    assert shared_world(second, quietly) is world
    assert shared_world(fewer, quietly) is not world
    assert (
        shared_world(fewer, quietly).people.attributes["nurse"].values.sum()
        < world.people.attributes["nurse"].values.sum()
    )


def test_a_table_gives_values_by_age_and_region(tmp_path):
    project = Project.from_spec(with_table(tmp_path), folder=tmp_path)
    people = Simulation(project).people
    habit = people.attributes["habit"]
    assert habit.names == ("never", "daily", "none") == project.columns().attributes["habit"]
    middle = people.region_index == people.places.region_names.index("Middle")
    adults = people.age >= 18
    assert (habit.values[~middle] == 2).all()
    assert (habit.values[middle & ~adults] == 0).all()
    grown = habit.values[middle & adults]
    assert set(grown) == {0, 1}
    assert (grown == 1).mean() == pytest.approx(0.75, abs=0.12)


def test_a_table_of_numbers_gives_numbers(tmp_path):
    text = "age,value\n0-59,1.5\n60+,7\n"
    project = Project.from_spec(
        with_table(tmp_path, text, region_column="", weight_column=""), folder=tmp_path
    )
    people = Simulation(project).people
    expected = np.where(people.age >= 60, 7, 1.5).astype(np.float32)
    assert np.array_equal(people.attributes["habit"].values, expected)


def test_a_changed_table_is_another_world_and_a_saved_project_takes_it_along(tmp_path):
    project = Project.from_spec(with_table(tmp_path), folder=tmp_path)
    before = world_key(project)
    saved = project.save(tmp_path / "copy" / "project.yaml")
    assert (saved.parent / "habit.csv").read_text() == TABLE
    (tmp_path / "habit.csv").write_text(TABLE.replace("3", "4"))
    assert world_key(project) != before


@pytest.mark.parametrize(
    ("text", "settings", "error"),
    [
        ("age,value\n0-9,a\n5-14,b\n", {}, "attributes[0].age_column: two rows hold for people"),
        ("age,value\n0-9,a\n0-9,b\n", {}, "rows 1 and 2 are of one age and region"),
        ("age,value\nyoung,a\n", {}, 'an age must be such as 30, 0-4 or 65+, not "young"'),
        ("age,value\n9-5,a\n", {}, "an age must be such as"),
        ("age,velue\n9,a\n", {}, 'has no column "value". Did you mean "velue"?'),
        ("age,value\n9,a\n", {"value_column": ""}, "must name a column of the table"),
        ("age,value\n9,a\n", {"value_column": "age"}, "already is the age_column"),
        ("age,value,w\n9,a,0\n", {"weight_column": "w"}, "sum to 0"),
        ("age,value,w\n9,a,-1\n", {"weight_column": "w"}, "row 1 of column"),
        ("region,value\nMdidle,a\n", {"age_column": "", "region_column": "region"},
         'there is no region "Mdidle". Did you mean "Middle"?'),
    ],
)  # fmt: skip
def test_a_fault_of_a_table_is_one_clear_line(tmp_path, text, settings, error):
    plain = {"region_column": "", "weight_column": ""}
    with pytest.raises(ProjectError) as found:
        Simulation(Project.from_spec(with_table(tmp_path, text, **plain | settings),
                                     folder=tmp_path))  # fmt: skip
    assert error in str(found.value)
    assert "\n" not in str(found.value)


@pytest.mark.parametrize(
    ("attribute", "error"),
    [
        ({"among_members_of": "workplaces"}, 'the people have no workplaces. Did you mean "work'),
        ({"among_places": "Mdidle"}, 'there is no region "Mdidle". Did you mean "Middle"?'),
        ({"among_attribute": "baker"}, 'among_attribute: the people have no attribute "baker"'),
        ({"among_age_min": 30, "among_age_max": 20}, "among_age_max: must be at least"),
        ({"share": 20}, "Percent? Write 0.2."),
        ({"kind": "category", "share": 1}, "is not a setting of category"),
        ({"kind": "category", "weights": {}}, "weights: must name 1 to"),
        ({"kind": "category", "weights": {True: 1}}, 'not True: put it in ""'),
        ({"kind": "category", "weights": {"a": "b"}}, "weights.a: must be a number"),
        ({"kind": "category", "weights": {"a": 0}}, "at least one weight must be above 0"),
        ({"kind": "category", "weights": {"none": 1}}, "rename it"),
        ({"kind": "number", "law": "uniform"}, "needs lowest and highest"),
        ({"kind": "number", "law": "log-normal"}, "mean: must be above 0"),
        ({"kind": "number", "lowest": 2.0, "highest": 1.0}, "highest: must be at least lowest"),
        ({"kind": "number", "lowest": 900.0}, "hardly any number"),
        ({"kind": "from_table"}, "attributes[0].file"),
    ],
)
def test_a_wrong_attribute_is_one_clear_line(attribute, error):
    with pytest.raises(ProjectError) as found:
        Project.from_spec(spec([{"kind": "share", **attribute}]))
    assert error in str(found.value)
    assert str(found.value).startswith("attributes[0]")
    assert "\n" not in str(found.value)


def test_an_attribute_may_not_depend_on_a_later_one():
    later = {"kind": "share", "name": "ward", "among_attribute": "nurse"}
    with pytest.raises(ProjectError, match='no attribute "nurse"'):
        Project.from_spec(spec([later, NURSE]))
    assert Project.from_spec(spec([NURSE, later]))


def test_an_attribute_of_the_population_keeps_its_name(tmp_path):
    (tmp_path / "people.csv").write_text("id,sex\n1,f\n2,m\n3,f\n")
    table = {"kind": "table", "file": "people.csv", "age_column": "", "x_column": "",
             "y_column": "", "attribute_columns": "sex"}  # fmt: skip
    parts = {"population": table, "disease": {"kind": "sir", "initial_infected": 1}}
    with pytest.raises(ProjectError, match="already has an attribute sex"):
        Project.from_spec(spec([{"kind": "share", "name": "sex"}], **parts), folder=tmp_path)
    women = {"kind": "share", "name": "tall", "share": 1.0, "among_attribute": "sex"}
    project = Project.from_spec(spec([women | {"among_values": "f"}], **parts), folder=tmp_path)
    known = Simulation(project).people.attributes
    assert known["tall"].values.tolist() == (known["sex"].values == 0).tolist() == [1, 0, 1]
