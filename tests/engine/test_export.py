"""The exported script: it runs by itself and gives the same events as the project."""

import csv
import io
import os
import re
import subprocess
import sys
import time
import zipfile

import numpy as np
import pytest

import populace.engine
from populace.engine.export import bundled, script_of, write_script
from populace.engine.project import Project, sample_names
from populace.engine.report.outcome import Outcome
from populace.engine.runner import Runner
from populace.engine.simulation import Simulation


def run_script(path):
    """Run a script where nothing of this repository lies, and return what it printed."""
    done = subprocess.run(
        [sys.executable, path.name, "out.csv"],
        cwd=path.parent,
        env={key: value for key, value in os.environ.items() if key != "PYTHONPATH"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return re.search(r"events_sha256 (\w{64})", done.stdout)[1]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["school_flu", "town_flu", "own_disease"])
def test_the_script_of_a_sample_gives_its_events_and_its_series(name, tmp_path):
    project = Project.load(name).with_value("days", 25)
    write_script(project, tmp_path / "model.py")
    simulation = Simulation(project)
    counts = [simulation.counts.sum(axis=0)]
    for _ in range(project.days):
        simulation.step()
        counts.append(simulation.counts.sum(axis=0))
    assert run_script(tmp_path / "model.py") == simulation.events_sha256()
    with (tmp_path / "out.csv").open() as file:
        rows = list(csv.DictReader(file))
    names = [state.name for state in simulation.states]
    written = [[int(row[state]) for state in names] for row in rows]
    assert np.array_equal(written, counts)
    assert rows[-1]["date"] == project.date_of(25).isoformat()


@pytest.mark.slow
def test_the_script_of_a_run_makes_the_moves_of_its_sliders(tmp_path):
    project = Project.load("town_flu").with_values({"days": 30, "population.people": 5_000})
    runner = Runner(project)
    runner.start(autoplay=False)
    orders = [
        ("policies.masks.coverage", 0.7),
        ("disease.transmission", 0.06),
        ("policies.masks.coverage", 0.2),
    ]
    wait_until(lambda: runner.snapshot is not None)
    for number, (path, value) in enumerate(orders, 1):
        for _ in range(5):
            runner.step()
        wait_until(lambda number=number: runner.snapshot.day == 5 * number)
        runner.change(path, value)
        wait_until(lambda number=number: len(runner.applied) == number)
    runner.run()
    wait_until(lambda: runner.status.phase == "finished")
    outcome = Outcome.of_runner(runner)
    runner.close()
    assert outcome.project == project
    assert outcome.changes() == [(6, *orders[0]), (11, *orders[1]), (16, *orders[2])]
    text = script_of(outcome.project.spec(), changes=outcome.changes())
    (tmp_path / "model.py").write_text(text)
    assert run_script(tmp_path / "model.py") == outcome.events_sha256
    assert outcome.events_sha256 != Outcome.of_project(project)[0].events_sha256


def wait_until(true):
    limit = time.monotonic() + 60
    while not true():
        assert time.monotonic() < limit
        time.sleep(0.005)


@pytest.mark.parametrize("name", sample_names())
def test_the_script_builds_exactly_the_project(name, tmp_path):
    project = Project.load(name)
    write_script(project, tmp_path / "model.py")
    built = {"__file__": str(tmp_path / "model.py"), "__name__": "model"}
    exec(compile((tmp_path / "model.py").read_text(), "model.py", "exec"), built)
    assert built["PROJECT"] == project


@pytest.mark.parametrize(
    "name",
    ['Ada\'s "model"', "a\\b", '"""', "x\ny", "# {braces} %s", "\u2028\u00e9", "'; import os #"],
)
def test_whatever_a_project_says_stays_text(name, tmp_path):
    spec = {"name": name, "description": name, "days": 3}
    built = {"__file__": str(tmp_path / "model.py"), "__name__": "model"}
    text = script_of(spec).replace("Project.from_spec", "dict")
    text = text.replace("    folder=Path(__file__).resolve().parent,\n", "")
    exec(compile(text, "model.py", "exec"), built)
    assert built["PROJECT"] == {key: spec[key] for key in ("name", "description", "days")}


def test_an_unfinished_draft_has_a_script_that_says_what_is_missing(tmp_path):
    path = tmp_path / "model.py"
    path.write_text(script_of({"networks": [{"kind": "household", "intensity": float("nan")}]}))
    done = subprocess.run([sys.executable, path], capture_output=True, text=True, check=False)
    assert "ProjectError: name: is missing" in done.stderr


def test_a_script_that_needs_data_comes_with_it_in_one_archive(tmp_path):
    project = Project.load("school_flu")
    ending, content = bundled(project.spec(), project.folder, "school")
    assert ending == "zip"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(tmp_path)
    built = {"__file__": str(tmp_path / "school" / "school.py"), "__name__": "model"}
    exec(compile((tmp_path / "school" / "school.py").read_text(), "school.py", "exec"), built)
    assert built["PROJECT"] == project
    assert bundled(Project.load("town_flu").spec(), None, "town")[0] == "py"


def test_the_public_names_are_those_of_the_script():
    assert populace.engine.Project is Project
    assert populace.engine.Simulation is Simulation
    assert set(populace.engine.__all__) == {"Project", "Simulation"}
    with pytest.raises(AttributeError, match="no attribute 'Projekt'"):
        _ = populace.engine.Projekt
