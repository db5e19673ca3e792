"""The editor tells when a network's people would have nowhere to meet."""

import pytest

from populace.engine.editing.problems import ERROR, problems_of
from populace.engine.project import Project, sample_names
from populace.engine.registry import kinds
from populace.engine.simulation import Simulation

POPULATIONS = [name for name, kind in kinds("populations").items() if not kind.needs_files]


def spec(population, networks):
    return {
        "name": "Places",
        "population": population,
        "networks": networks,
        "disease": {"kind": "sir", "initial_infected": 1},
    }


def test_a_school_needs_people_who_have_one():
    networks = [{"kind": "well_mixed"}, {"kind": "school", "name": "lessons"}]
    found = problems_of(spec({"kind": "well_mixed", "people": 100}, networks))
    assert [(one.severity, one.place) for one in found] == [(ERROR, "networks.lessons")]
    assert "School (lessons) needs people who have a school" in found[0].message
    assert "Well mixed has none" in found[0].message


def test_what_the_people_have_instead_is_named():
    found = problems_of(spec({"kind": "boarding_school"}, [{"kind": "work_team"}]))
    assert "needs people who have a workplace" in found[0].message
    assert "has only people with a school." in found[0].message


@pytest.mark.parametrize(
    ("part", "place"),
    [
        ({"policies": [{"kind": "masks", "target_places": "Nowhere"}]},
         "policies.masks.target_places"),
        ({"policies": [{"kind": "masks", "name": "late", "target_attribute": "nurse"}]},
         "policies.late.target_attribute"),
        ({"behaviours": [{"kind": "isolate_when_ill", "target_attribute": "nurse"}]},
         "behaviours.isolate_when_ill.target_attribute"),
        ({"attributes": [{"kind": "share", "name": "nurse", "among_members_of": "hospital"}]},
         "attributes.nurse.among_members_of"),
        ({"attributes": [{"kind": "category", "name": "job", "weights": {"a": -1}}]},
         "attributes.job.weights.a"),
    ],
)  # fmt: skip
def test_a_name_that_nobody_has_is_shown_where_it_stands(part, place):
    found = problems_of(spec({"kind": "town"}, [{"kind": "household"}]) | part)
    assert [(one.severity, one.place) for one in found] == [(ERROR, place)]


def test_the_columns_of_a_table_count(tmp_path):
    (tmp_path / "people.csv").write_text("id,school\n1,a\n2,a\n")
    table = {"kind": "table", "file": "people.csv", "age_column": "", "x_column": "",
             "y_column": ""}  # fmt: skip
    networks = [{"kind": "school"}]
    assert not problems_of(spec(table | {"group_columns": "school"}, networks), tmp_path)
    assert problems_of(spec(table, networks), tmp_path)[0].place == "networks.school"


def test_the_run_itself_goes_on_without_them():
    networks = [{"kind": "well_mixed"}, {"kind": "school"}]
    run = Simulation(Project.from_spec(spec({"kind": "well_mixed", "people": 100}, networks)))
    run.run(5)
    assert run.counts.sum() == 100


@pytest.mark.parametrize("name", sample_names())
def test_a_sample_has_all_that_it_needs(name):
    project = Project.load(name)
    assert not problems_of(project.spec(), project.folder)


@pytest.mark.parametrize("kind", POPULATIONS)
def test_a_population_tells_before_what_its_people_will_have(kind):
    small = {"people": 1_000} if "people" in kinds("populations")[kind].param else {}
    population = kinds("populations")[kind](**small)
    people = population.build(lambda message, share: None)
    columns = population.columns()
    assert set(columns.memberships) == set(people.memberships)
    assert set(columns.attributes) == set(people.attributes)
    names = {*people.places.region_names, *people.places.region_groups} - {""}
    assert columns.places in (names, None)
