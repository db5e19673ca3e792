"""Versions: kept on save and on demand, restored as an edit, told apart in words."""

import pytest

from populace.engine.editing.difference import differences
from populace.engine.editing.workspace import BEGINNING, Workspace, open_folder
from populace.engine.errors import ProjectError
from populace.engine.project import Project

CSV = "date,in_bed\n1978-01-22,3\n1978-01-23,8\n"


def test_each_save_is_a_version_and_an_equal_one_is_not_kept_again(workspace, tmp_path):
    workspace.save(tmp_path / "kept")
    workspace.save()
    workspace.draft.set("days", 30)
    workspace.save()
    labels = [(version.label, version.spec["days"]) for version in workspace.history.versions()]
    assert labels == [("Saved", 30), ("Saved", 28)]


def test_a_version_is_restored_as_an_edit_that_can_be_undone(workspace):
    workspace.history.keep("Before the holidays")
    before = workspace.draft.yaml
    workspace.draft.set("days", 30)
    after = workspace.draft.yaml
    assert workspace.history.restore(workspace.history.versions()[-1])
    assert workspace.draft.yaml == before
    assert workspace.draft.undo() == "Restore Before the holidays"
    assert workspace.draft.yaml == after


def test_a_version_brings_its_data_file_back_beside_the_one_that_has_its_name(workspace):
    file = workspace.folder / "data" / "in_bed.csv"
    original = file.read_bytes()
    workspace.history.keep("With the true counts")
    file.write_text(CSV)
    workspace.history.keep("With other counts")
    newest, oldest = workspace.history.versions()
    assert differences(oldest.spec, newest.spec, oldest.files, newest.files) == [
        "Data file data/in_bed.csv: other content"
    ]
    workspace.history.restore(oldest)
    name = workspace.draft.spec["observations"][0]["file"]
    assert (workspace.folder / name).read_bytes() == original
    assert file.read_text() == CSV
    assert workspace.draft.project().observations[0].series(workspace.folder).counts[0] == 3


def test_a_version_whose_data_file_is_lost_says_so(workspace):
    version = workspace.history.keep("Once")
    (copy,) = (workspace.folder.parent / "history" / "files").iterdir()
    copy.write_bytes(b"other")
    with pytest.raises(ProjectError, match=r'"data/in_bed\.csv" is lost'):
        workspace.history.restore(version)
    assert workspace.draft.undo_label is None


def test_versions_travel_with_the_saved_folder(workspace, tmp_path):
    workspace.draft.set("days", 30)
    workspace.history.keep("First idea")
    folder = workspace.save(tmp_path / "kept")
    again = open_folder(folder)
    assert {version.label for version in again.history.versions()} == {"First idea"}
    again.draft.set("days", 31)
    again.history.keep("Second idea")
    again.save()
    again.close()
    third = open_folder(folder)
    assert [v.label for v in third.history.versions()] == ["Second idea", "First idea"]
    third.close()


def test_a_saved_project_still_knows_the_sample_it_began_with(workspace, tmp_path):
    folder = workspace.save(tmp_path / "mine")
    again = open_folder(folder)
    assert again.began_with == "school_flu"
    copy = again.save(tmp_path / "copy")
    assert open_folder(copy).began_with == "school_flu"
    for wrong in ('{"sample": "no_such"}', "{", '["school_flu"]'):
        (copy / BEGINNING).write_text(wrong)
        assert open_folder(copy).began_with == ""


def test_a_project_of_no_sample_says_so_where_one_was_before(workspace, home, tmp_path):
    folder = workspace.save(tmp_path / "mine")
    Workspace.new(workspace.draft.spec).save(folder, over=True)
    assert open_folder(folder).began_with == ""


def test_a_cut_line_costs_one_version_and_not_the_others(workspace):
    workspace.history.keep("First")
    path = workspace.folder.parent / "history" / "versions.jsonl"
    path.write_bytes(path.read_bytes().rstrip() + b"\n" + path.read_bytes()[1:80])
    workspace.draft.set("days", 30)
    workspace.history.keep("Second")
    assert [version.label for version in workspace.history.versions()] == ["Second", "First"]


def test_another_project_is_not_written_over(workspace, tmp_path):
    (tmp_path / "project.yaml").write_text("name: Mine\n")
    with pytest.raises(ProjectError, match="there already is a project"):
        workspace.save(tmp_path)
    assert (tmp_path / "project.yaml").read_text() == "name: Mine\n"


def base():
    return Project.load("town_flu").spec()


def test_a_changed_share_is_told_in_per_cent_with_the_labels_of_the_declaration():
    old, new = base(), base()
    old["policies"] = [{"kind": "masks", "coverage": 0.5}]
    new["policies"] = [{"kind": "masks", "coverage": 0.8}]
    assert differences(old, new) == ["Masks: coverage 50 % → 80 %"]


def test_units_separators_and_dates_are_written_out():
    old, new = base(), base()
    old["population"]["people"] = 50_000
    new["population"]["people"] = 1_250_000
    new |= {"days": 60, "start_date": "2026-01-01"}
    new["disease"]["infectious_period"] = 5.5
    assert differences(old, new) == [
        "First day: 1 October 2025 → 1 January 2026",
        "Days: 120 → 60",
        "Made-up town: people 50,000 → 1,250,000",
        "SEIR: infectious period 4 days → 5.5 days",
    ]


def test_a_value_that_is_left_out_is_the_default():
    old, new = base(), base()
    old["policies"], new["policies"] = [{"kind": "masks"}], [{"kind": "masks", "coverage": 0.8}]
    default = Project.from_spec(old).value("policies.masks.coverage")
    assert differences(old, new) == [f"Masks: coverage {100 * default:g} % → 80 %"]


def test_parts_come_and_go_by_name():
    old, new = base(), base()
    old["policies"] = [{"kind": "masks"}]
    new["policies"] = [{"kind": "vaccination"}, {"kind": "masks", "name": "second_wave"}]
    new["disease"] = {"kind": "sir", "infectious_period": 3.5}
    assert differences(old, new) == [
        "Disease: SEIR → SIR",
        "SIR: infectious period 3.5 days",
        "Added Vaccination (policy)",
        "Added Masks (second wave) (policy)",
        "Removed Masks (policy)",
    ]


def test_equal_versions_do_not_differ():
    assert differences(base(), base()) == []


def test_a_graph_that_is_written_out_is_compared_state_by_state():
    old = Project.load("own_disease").spec()
    new = Project.load("own_disease").spec()
    transition = new["disease"]["graph"]["transitions"][0]
    transition["share"] = 0.5
    (line,) = differences(old, new)
    assert line.startswith(f"Custom: graph, transitions, {transition['from']} to")
    assert line.endswith("share 0.7 → 0.5")
