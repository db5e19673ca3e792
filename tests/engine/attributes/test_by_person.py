"""An attribute told person by person: who gets it, and what is said of a wrong table."""

import pytest

from populace.engine.errors import ProjectError
from populace.engine.project import Project
from populace.engine.simulation import Simulation


def project_of(folder, text, people=4, **settings):
    (folder / "jobs.csv").write_text(text)
    job = {"kind": "by_person", "name": "job", "file": "jobs.csv", "value_column": "job"}
    spec = {
        "name": "Jobs",
        "population": {"kind": "well_mixed", "people": people},
        "attributes": [job | settings],
        "networks": [{"kind": "household"}],
        "disease": {"kind": "sir", "initial_infected": 1},
    }
    return Project.from_spec(spec, folder=folder)


def jobs(project):
    found = Simulation(project).people.attributes["job"]
    return [found.names[code] for code in found.values] if found.names else found.values.tolist()


def test_each_row_is_of_its_person_in_any_order(tmp_path):
    assert jobs(project_of(tmp_path, "person,job\n3,cook\n0,nurse\n1,\n")) == [
        "nurse", "unknown", "none", "cook"
    ]  # fmt: skip


def test_numbers_stay_numbers_and_who_cannot_have_one_has_none(tmp_path):
    project = project_of(tmp_path, "person,job\n3,7.5\n0,2\n", among_age_max=120)
    assert jobs(project)[::3] == [2.0, 7.5]
    nobody = project_of(tmp_path, "person,job\n3,cook\n", among_age_min=120)
    assert set(jobs(nobody)) == {"none"}


def test_the_file_comes_along_when_the_project_is_saved(tmp_path):
    project = project_of(tmp_path, "person,job\n3,cook\n0,nurse\n")
    project.save(tmp_path / "copy")
    assert jobs(Project.load(tmp_path / "copy")) == jobs(project)


@pytest.mark.parametrize(
    ("text", "settings", "error"),
    [
        ("person,job\n0,a\n0,b\n", {}, "row 2 is the second one of person 0: keep one."),
        ("person,job\n0.5,a\n", {}, "row 1 of column \"person\" must be a whole number"),
        ("person,job\n-1,a\n", {}, "must be a number from 0"),
        ("pid,job\n0,a\n", {}, 'has no column "person"'),
        ("person,job\n0,a\n", {"value_column": "person"}, "already holds the people"),
        ("person,job\n0,a\n", {"person_column": ""}, "person_column: must name a column"),
        ("person,job\n0,a\n", {"file": "no.csv"}, "attributes[0].file"),
    ],
)  # fmt: skip
def test_a_table_that_cannot_be_is_one_clear_line(tmp_path, text, settings, error):
    with pytest.raises(ProjectError) as found:
        project_of(tmp_path, text, **settings)
    assert error in str(found.value)
    assert "\n" not in str(found.value)


def test_a_table_of_other_people_is_told_when_it_is_drawn(tmp_path):
    project = project_of(tmp_path, "person,job\n9,cook\n")
    with pytest.raises(ProjectError, match="the people are 0 to 3: it was made for other people"):
        Simulation(project)
