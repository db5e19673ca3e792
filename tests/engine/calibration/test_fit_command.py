"""populace fit: what it prints, writes and refuses; an ensemble of what it wrote."""

import csv
import json
from pathlib import Path

import pytest

from populace.engine.calibration.fitting import Fitting
from populace.engine.calibration.plan import FitPlan
from populace.engine.cli import main
from populace.engine.project import Project
from populace.engine.project_file import yaml_text

PLAN = {
    "quantities": [
        {"path": "disease.transmission", "low": 0.4, "high": 1.6},
        {"path": "disease.life_expectancy", "low": 50, "high": 90},
    ],
    "series": [{"data": {"2024-03-01": 20, "2024-03-04": 50}, "label": "Ill", "name": "ill"}],
    "runs": 160,
    "particles": 20,
    "seed": 7,
}


@pytest.fixture
def project(village, tmp_path):
    folder = tmp_path / "village"
    village.save(folder)
    (folder / "fit.yaml").write_text(yaml_text(PLAN))
    return str(folder)


def told(capsys, *words):
    assert main([*words, "--json"]) == 0
    output = capsys.readouterr()
    assert output.err == ""
    return json.loads(output.out)


def refused(capsys, *words):
    assert main([*words]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert len(output.err.splitlines()) == 1
    return output.err


def test_the_plan_beside_a_project_is_fitted_and_told_in_words(project, capsys, tmp_path):
    out = tmp_path / "fitted"
    assert main(["fit", project, "--out", str(out)]) == 0
    text = capsys.readouterr().out
    assert "Village: 160 runs of 600 people" in text
    assert "Transmission (infections per contact): " in text
    assert "Life expectancy (years): the data say nothing about this" in text
    assert "Ill: 2 of 2 counts in the band of 90 %" in text
    assert {one.name for one in out.iterdir()} == {
        "fit.json", "posterior.csv", "predictive.csv", "project.yaml",
    }  # fmt: skip
    with (out / "predictive.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["date"] for row in rows if row["observed"]] == ["2024-03-01", "2024-03-04"]


def test_json_and_the_folder_say_the_same(project, capsys, tmp_path):
    out = tmp_path / "fitted"
    found = told(capsys, "fit", project, "--out", str(out), "--seed", "3")
    assert found["plan"]["seed"] == 3
    fitted = Project.load(out)
    [transmission, _] = found["quantities"]
    assert fitted.value("disease.transmission") == pytest.approx(transmission["median"])
    assert (
        json.loads((out / "fit.json").read_text())["posterior"]["quantities"]
        == (found["quantities"])
    )


def test_a_stopped_fit_goes_on_by_the_command(project, capsys, tmp_path):
    whole = told(capsys, "fit", project)
    loaded = Project.load(project)
    fit = Fitting(loaded, FitPlan.of_project(loaded), tmp_path / "half", at_once=1)
    fit._changed = lambda: fit.stop() if fit.progress.runs_done > 30 else None
    assert fit.start().join(60)
    found = told(capsys, "fit", project, "--resume", str(tmp_path / "half"))
    assert found["quantities"] == whole["quantities"]
    assert found["series"] == whole["series"]


def test_an_ensemble_of_a_fitted_project_draws_its_values(project, capsys, tmp_path):
    out = tmp_path / "fitted"
    told(capsys, "fit", project, "--out", str(out))
    drawn = told(capsys, "ensemble", str(out), "--runs", "4")
    again = told(capsys, "ensemble", str(out), "--runs", "4")
    assert drawn["drawn"] == ["disease.transmission", "disease.life_expectancy"]
    assert drawn["figures"] == again["figures"]
    assert (again["computed"], again["reused"]) == (0, 4)
    (out / "posterior.csv").rename(out / "elsewhere.csv")
    fixed = told(capsys, "ensemble", str(out), "--runs", "4")
    assert "drawn" not in fixed
    assert fixed["figures"] != drawn["figures"]


def test_what_is_set_holds_in_all_runs_of_a_fitted_project(project, capsys, tmp_path):
    out = tmp_path / "fitted"
    told(capsys, "fit", project, "--out", str(out))
    held = "--set=disease.transmission=0.7", "--set=disease.life_expectancy=70"
    drawn = told(capsys, "ensemble", str(out), "--runs", "2", *held)
    (out / "posterior.csv").rename(out / "elsewhere.csv")
    fixed = told(capsys, "ensemble", str(out), "--runs", "2", *held)
    assert fixed["figures"] == drawn["figures"]


def test_what_was_changed_since_the_fit_holds_in_all_runs(project, capsys, tmp_path):
    out = tmp_path / "fitted"
    told(capsys, "fit", project, "--out", str(out))
    Project.load(out).with_value("disease.transmission", 0.7).save(out)
    drawn = told(capsys, "ensemble", str(out), "--runs", "2")
    assert drawn["drawn"] == ["disease.life_expectancy"]
    held = told(capsys, "ensemble", str(out), "--runs", "2", "--set=disease.transmission=0.7")
    assert held["figures"] == drawn["figures"]


def test_damaged_draws_are_one_line(project, capsys, tmp_path):
    out = tmp_path / "fitted"
    told(capsys, "fit", project, "--out", str(out))
    (out / "posterior.csv").write_text("weight,disease.transmission\n1,much\n")
    assert "no draws of a fit" in refused(capsys, "ensemble", str(out), "--runs", "2")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--runs", "10"], "--runs: must be a whole number from 80"),
        (["--method", "adam"], "--method: no method"),
        (["--people", "0"], "--people: must be a whole number from 1"),
        (["--at-once", "0"], "--at-once: must be at least 1"),
        (["--data", "none.yaml"], "none.yaml: cannot be read"),
        (["--resume", "nowhere"], "nowhere: holds no fit.json"),
        (["--resume", "nowhere", "--runs", "200"], "--runs: a fit that goes on keeps"),
    ],
)
def test_what_cannot_be_fitted_is_one_line(words, said, project, capsys):
    assert said in refused(capsys, "fit", project, *words)


def test_a_folder_with_a_fit_is_not_written_over(project, capsys, tmp_path):
    out = str(tmp_path / "fitted")
    told(capsys, "fit", project, "--out", out)
    assert "--resume" in refused(capsys, "fit", project, "--out", out)


def test_the_project_of_somebody_is_not_written_over(project, capsys):
    file = Path(project) / "project.yaml"
    before = file.read_bytes()
    assert "holds a project" in refused(capsys, "fit", project, "--out", project)
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("weight,disease.transmission\n0,0.9\n", "no draws of a fit"),
        ("weight,disease.transmission\n1,10:00:00\n", "no draws of a fit"),
        ("weight,days\n1,5\n", "days is no number of this one"),
        ("weight,disease.fatality\n1,0.1\n", "disease.fatality is no number of this one"),
    ],
)
def test_draws_that_weigh_nothing_or_are_of_something_else_are_one_line(
    text, said, project, capsys
):
    (Path(project) / "posterior.csv").write_text(text)
    found = refused(capsys, "ensemble", project, "--runs", "2")
    assert said in found
    assert "posterior.csv" in found


def test_a_project_without_data_is_told_what_to_do(village, capsys, tmp_path):
    village.save(tmp_path / "bare")
    assert "name a fit.yaml" in refused(capsys, "fit", str(tmp_path / "bare"))
