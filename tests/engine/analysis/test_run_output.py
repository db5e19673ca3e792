"""A run with --out writes what it observes."""

import json

import numpy as np
import pyarrow.parquet as pq
import pytest

from populace.engine import cli
from populace.engine.analysis.record import Record
from populace.engine.project import Project
from populace.engine.simulation import Simulation

SPEC = {
    "name": "Observed",
    "start_date": "2020-03-01",
    "days": 30,
    "population": {"kind": "well_mixed", "people": 3_000},
    "networks": [{"kind": "well_mixed", "contacts_a_day": 10}],
    "disease": {"kind": "covid_like", "initial_infected": 30},
    "observations": [
        {"kind": "deaths", "by": "region"},
        {"kind": "reproduction_number"},
        {"kind": "attack_rate", "by": "network"},
    ],
}


@pytest.fixture
def project(tmp_path):
    return Project.from_spec(SPEC).save(tmp_path / "model")


def test_each_observation_has_its_file_and_run_json_names_it(tmp_path, project, capsys):
    out = tmp_path / "out"
    assert cli.main(["run", str(project), "--out", str(out)]) == 0
    assert capsys.readouterr().out.count("\n") == 4
    names = [f"observations/{part['kind']}.parquet" for part in SPEC["observations"]]
    assert json.loads((out / "run.json").read_text())["observations"] == names
    assert {path.name for path in (out / "observations").iterdir()} == {
        name.removeprefix("observations/") for name in names
    }
    run = Simulation(Project.load(project))
    run.run(30)
    record = Record.of(run)
    for observation, name in zip(run.project.observations, names, strict=True):
        written, counted = pq.read_table(out / name), observation.observe(record)
        assert written.column_names == list(counted.columns)
        for column in written.column_names:
            found = np.array(written[column].to_pylist(), counted[column].dtype)
            np.testing.assert_array_equal(found, counted[column])


def test_dates_are_dates_and_numbers_that_do_not_exist_are_null(tmp_path, project):
    out = tmp_path / "out"
    assert cli.main(["run", str(project), "--out", str(out)]) == 0
    numbers = pq.read_table(out / "observations/reproduction_number.parquet").to_pylist()
    assert str(numbers[0]["date"]) == "2020-03-01"
    assert numbers[-1]["cohort"] is None
    assert numbers[0]["infected"] == 30
    deaths = pq.read_table(out / "observations/deaths.parquet").to_pylist()
    assert {row["region"] for row in deaths} == {"Everybody"}


def test_a_run_without_a_folder_observes_nothing(project, capsys):
    assert cli.main(["run", str(project), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["observations"] == []


def test_a_failure_while_observing_leaves_nothing_behind(tmp_path, project, monkeypatch):
    from populace.engine.observations.attack_rate import AttackRate

    def fail(observation, record):
        raise KeyboardInterrupt

    monkeypatch.setattr(AttackRate, "observe", fail)
    assert cli.main(["run", str(project), "--out", str(tmp_path / "out")]) == 130
    assert [path.name for path in tmp_path.iterdir()] == ["model"]
