"""What is written as a scenario gives the same project when it is read again."""

import pytest

from populace.engine.errors import ProjectError
from populace.engine.project import Project
from populace.engine.scenarios.scenario import read_scenarios
from populace.engine.scenarios.writing import scenario_of, write_scenarios


@pytest.fixture
def base(town):
    return town


def changed(base, **families):
    return Project.from_spec(base.spec() | families)


CLOSURE = {"kind": "school_closure", "start_day": 3}


@pytest.mark.parametrize(
    ("change", "keys"),
    [
        (lambda b: b.with_value("policies.masks.coverage", 0.5), {"set"}),
        # Back to what it is by default: the file of the project does not name it then.
        (lambda b: b.with_value("policies.vaccination.start_day", 0), {"set"}),
        (lambda b: b.with_value("disease.transmission", 0.2), {"set"}),
        (lambda b: changed(b, policies=[*b.spec()["policies"], CLOSURE]), {"add"}),
        (lambda b: changed(b, policies=b.spec()["policies"][1:]), {"remove"}),
        (lambda b: changed(b, policies=b.spec()["policies"][::-1]), {"remove", "add"}),
        (lambda b: changed(b, policies=[CLOSURE, *b.spec()["policies"]]), {"remove", "add"}),
        (lambda b: changed(b, disease={"kind": "sir"}, observations=[]), {"replace", "remove"}),
        (lambda b: changed(b, policies=[]), {"remove"}),
        (lambda b: b, set()),
    ],
)
def test_a_changed_project_is_found_again(base, change, keys):
    wanted = change(base)
    written = scenario_of("Changed", base, wanted)
    assert set(written) == {"name"} | keys


def test_a_file_is_read_as_it_was_written(base, tmp_path):
    projects = {
        "Masks": base.with_value("policies.masks.coverage", 0.5),
        "Schools: closed": changed(base, policies=[*base.spec()["policies"], CLOSURE]),
    }
    file = write_scenarios(tmp_path, "As it is", base, projects, {"Masks": "For half of all."})
    found = read_scenarios(file)
    assert found.projects(base) == {"As it is": base, **projects}
    assert [one.description for one in found.scenarios] == ["For half of all.", ""]


def test_what_could_not_be_read_again_is_not_written(base, tmp_path):
    masks = base.with_value("policies.masks.coverage", 0.5)
    with pytest.raises(ProjectError, match='there already is a "Masks"'):
        write_scenarios(tmp_path, "Masks", base, {"Masks": masks}, {})
    with pytest.raises(ProjectError, match="cannot be written as a change"):
        scenario_of("Longer", base, base.with_value("days", 60))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_to_is_named(base, tmp_path):
    (tmp_path / "file").write_text("")
    masks = base.with_value("policies.masks.coverage", 0.5)
    with pytest.raises(ProjectError, match=r"scenarios\.yaml: cannot be written"):
        write_scenarios(tmp_path / "file", "Nothing", base, {"Masks": masks}, {})
