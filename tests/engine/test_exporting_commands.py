"""populace report, export, unpack: what they write, what they print, and what they refuse."""

import json
import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from populace.engine.cli import main
from populace.engine.editing.package import packed
from populace.engine.project import Project

ROOT = Path(__file__).parents[2]


def test_a_package_made_and_unpacked_is_the_same_project(tmp_path, capsys):
    file = tmp_path / "school.populace"
    assert main(["export", "school_flu", "--package", str(file), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"files": [str(file)]}
    assert main(["unpack", str(file), str(tmp_path / "school"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {"name": "A boarding school, January 1978", "problems": []}
    assert Project.load(tmp_path / "school") == Project.load("school_flu")
    assert main(["run", str(file)]) == 2
    assert "must be unpacked first: populace unpack" in capsys.readouterr().err


def test_a_script_brings_its_data_along(tmp_path, capsys):
    assert main(["export", "school_flu", "--python", str(tmp_path / "m.py")]) == 0
    assert (tmp_path / "data" / "in_bed.csv").is_file()
    assert f"Written to {tmp_path / 'm.py'}" in capsys.readouterr().out


def test_a_report_says_what_the_run_says(tmp_path, capsys):
    out = tmp_path / "report.html"
    options = ["--days", "10", "--out", str(out), "--json", "--against", "town_flu"]
    assert main(["report", "school_flu", *options]) == 0
    told = json.loads(capsys.readouterr().out)
    assert main(["run", "school_flu", "--days", "10", "--json"]) == 0
    ran = json.loads(capsys.readouterr().out)
    assert told["events_sha256"] == ran["events_sha256"]
    assert told["figures"]["Ever infected"] == ran["ever_infected"]
    assert told["files"] == [str(out)]
    assert f'data-value="{ran["ever_infected"]}"' in out.read_text()
    assert "Changed against" in out.read_text()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["export", "school_flu"], "say what to write"),
        (["export", "school_flu", "--package", "x.zip"], "must end in .populace"),
        (["export", "nowhere", "--python", "x.py"], "there is no such project"),
        (["unpack", "nowhere.populace", "new"], "nowhere.populace: cannot be opened"),
        (["report", "school_flu", "--out", "no/such/folder/r.html"], "there is no folder"),
        (["report", "school_flu", "--against", "nowhere"], "there is no such project"),
    ],
)
def test_what_cannot_be_done_is_one_line(words, message, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(words) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_file_leaves_nothing_behind(tmp_path, capsys):
    data = packed(Project.load("town_flu").spec(), {}, None)
    (tmp_path / "x.populace").write_bytes(data[:100])
    assert main(["unpack", str(tmp_path / "x.populace"), str(tmp_path / "new")]) == 2
    assert "x.populace: is damaged" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["x.populace"]


def test_a_folder_that_is_there_is_not_written_into(tmp_path, capsys):
    (tmp_path / "x.populace").write_bytes(packed(Project.load("town_flu").spec(), {}, None))
    (tmp_path / "mine").mkdir()
    assert main(["unpack", str(tmp_path / "x.populace"), str(tmp_path / "mine")]) == 2
    assert "already there" in capsys.readouterr().err


def test_the_maps_of_a_report_are_declared_and_can_be_drawn():
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())
    (place,) = declared["project"]["entry-points"]["populace.pictures"].values()
    assert callable(EntryPoint("map", place, "populace.pictures").load())
