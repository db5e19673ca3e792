"""The command line: files of a run, and one line for every mistake."""

import argparse
import json
import subprocess
import sys

import numpy as np
import pyarrow.parquet as pq
import pytest

from populace.engine import cli
from populace.engine.commands import run
from populace.engine.project import Project
from populace.engine.simulation import Simulation

FILES = {"series.parquet", "events.parquet", "project.yaml", "run.json"}


def refused(capsys, *words):
    """Return the one line on standard error of a command that is refused."""
    assert cli.main(words) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    return printed.err.strip()


def test_a_run_writes_its_four_files(tmp_path, capsys):
    out = tmp_path / "runs" / "a"
    assert cli.main(["run", "school_flu", "--out", str(out)]) == 0
    # The counts that the project compares with come along, so that it can be opened again.
    assert {path.name for path in out.iterdir()} == FILES | {"data"}
    assert [path.name for path in out.parent.iterdir()] == ["a"]
    assert "763 people, 28 days" in capsys.readouterr().out
    report = json.loads((out / "run.json").read_text())
    assert report["events_sha256"] == direct_run().events_sha256()
    assert report["tables_sha256"] == direct_run().tables_sha256
    assert report["versions"]["populace"]
    assert min(report[key] for key in ("seconds", "agent_days_per_second", "peak_rss_mb")) > 0
    assert Project.load(out) == Project.load("school_flu")


def direct_run():
    run = Simulation(Project.load("school_flu"))
    run.run(28)
    return run


def test_the_series_counts_everybody_on_every_day(tmp_path):
    out = tmp_path / "a"
    assert cli.main(["run", "school_flu", "--days", "5", "--out", str(out)]) == 0
    series = pq.read_table(out / "series.parquet")
    assert series.column_names == ["day", "date", "region", "state", "count"]
    days = series["day"].to_numpy()
    counts = series["count"].to_numpy()
    assert sorted(set(days)) == [0, 1, 2, 3, 4, 5]
    assert all(counts[days == day].sum() == 763 for day in range(6))
    first = series.slice(0, 3).to_pylist()
    assert [row["state"] for row in first] == ["susceptible", "infectious", "recovered"]
    assert [row["count"] for row in first] == [760, 3, 0]
    assert str(first[0]["date"]) == "1978-01-21"
    assert first[0]["region"] == "school"


def test_the_events_explain_the_series(tmp_path):
    out = tmp_path / "a"
    assert cli.main(["run", "school_flu", "--days", "9", "--out", str(out)]) == 0
    events = pq.read_table(out / "events.parquet")
    assert events.column_names == ["agent", "day", "from", "to", "infector", "network"]
    rows = events.to_pylist()
    infections = [row for row in rows if row["from"] == "susceptible"]
    assert len(infections) == json.loads((out / "run.json").read_text())["ever_infected"]
    later = [row for row in infections if row["day"] > 0]
    assert {row["network"] for row in later} == {"well_mixed"}
    assert all(row["infector"] is not None for row in later)
    assert all(row["infector"] is None for row in rows if row["to"] == "recovered")
    series = pq.read_table(out / "series.parquet").to_pylist()
    last = {row["state"]: row["count"] for row in series if row["day"] == 9}
    recovered = sum(row["to"] == "recovered" for row in rows)
    assert last["recovered"] == recovered
    assert last["infectious"] == len(infections) - recovered


def test_json_is_all_that_is_on_standard_output(capsys):
    assert cli.main(["run", "school_flu", "--days", "3", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["days"] == 3
    assert report["project"] == "A boarding school, January 1978"


def test_options_change_the_run(capsys):
    def digest(*words):
        assert cli.main(["run", "school_flu", "--days", "9", "--json", *words]) == 0
        return json.loads(capsys.readouterr().out)["events_sha256"]

    assert digest() == digest("--seed", "267")
    assert len({digest(), digest("--seed", "2"), digest("--set", "disease.transmission=1.1")}) == 3
    assert digest("--set", "disease.transmission=0") == digest("--set", "disease.transmission=0.0")


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["run", "nowhere"], "nowhere: there is no such project"),
        (["check", "nowhere"], "nowhere: there is no such project"),
        (["run", "school_flu", "--days", "0"], "school_flu: days: must be at least 1, not 0."),
        (["run", "school_flu", "--people", "9"], "population.people: the project has no such"),
        (["run", "school_flu", "--set", "x"], "--set: must be PATH=VALUE"),
        (["run", "school_flu", "--set", "disease.transmision=1"], "Did you mean"),
        (["run", "school_flu", "--set", "disease.transmission=99"], "must be at most 5"),
        (["run", "school_flu", "--set", "disease.transmission=.nan"], "must be a finite number"),
        (["run", "school_flu", "--set", "disease.transmission=["], "'[' is not a value"),
    ],
)
def test_mistakes_get_one_line_and_exit_code_2(capsys, words, line):
    assert line in refused(capsys, *words)


def test_a_graphics_card_that_is_not_there_is_refused_in_one_line(capsys, monkeypatch):
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert "no CUDA device" in refused(capsys, "run", "school_flu", "--device", "cuda")


def test_a_folder_that_holds_something_is_never_written_into(tmp_path, capsys):
    (tmp_path / "mine.txt").write_text("keep")
    line = refused(capsys, "run", "school_flu", "--out", str(tmp_path))
    assert "is already there: name a new folder" in line
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_an_empty_folder_may_be_written_into(tmp_path):
    assert cli.main(["run", "school_flu", "--days", "2", "--out", str(tmp_path / "a")]) == 0


def test_a_run_that_is_stopped_leaves_nothing_behind(tmp_path, capsys, monkeypatch):
    def stop(run):
        raise KeyboardInterrupt

    monkeypatch.setattr(Simulation, "step", stop)
    assert cli.main(["run", "school_flu", "--out", str(tmp_path / "a")]) == 130
    assert capsys.readouterr().err == "Stopped.\n"
    assert list(tmp_path.iterdir()) == []


def test_help_and_version_load_nothing_heavy():
    script = (
        "import sys; from populace.engine import cli\n"
        "try: cli.main(['run', '--help'])\n"
        "except SystemExit: pass\n"
        "print([m for m in ('torch', 'numba', 'numpy', 'param', 'yaml') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.endswith("[]\n"), done.stdout + done.stderr


@pytest.mark.parametrize("command", ["run", "report", "check", "export", "unpack", "bench"])
def test_every_command_has_help_with_an_example(command, capsys):
    with pytest.raises(SystemExit) as left:
        cli.main([command, "--help"])
    assert left.value.code == 0
    assert f"example: populace {command}" in " ".join(capsys.readouterr().out.split())


def test_the_version_is_the_installed_one(capsys):
    with pytest.raises(SystemExit):
        cli.main(["--version"])
    assert capsys.readouterr().out.startswith("populace 0.")


def test_serve_without_the_studio_says_how_to_get_it(capsys, monkeypatch):
    monkeypatch.setattr(cli, "entry_points", lambda group: [])
    assert refused(capsys, "serve") == 'serve: needs the studio: pip install "populace[studio]".'


def test_a_command_of_another_package_gets_the_rest_of_the_line(monkeypatch):
    class Entry:
        name = "extra"

        def load(self):
            return lambda words: len(words)

    monkeypatch.setattr(cli, "entry_points", lambda group: [Entry()])
    assert cli.main(["extra", "--port", "5007"]) == 2


def test_a_check_that_fails_gives_exit_code_1(capsys, monkeypatch):
    from populace.engine.checks import checklist
    from populace.engine.checks.result import Check, exactly

    found = {"good": 0, "bad": 1}
    checks = [
        Check(title, lambda lost=lost: [exactly("lost", lost, 0)]) for title, lost in found.items()
    ]
    monkeypatch.setattr(checklist, "checklist", lambda project: checks)
    assert cli.main(["check", "school_flu"]) == 1
    printed = capsys.readouterr().out.splitlines()
    assert printed[0] == "passed  good: lost 0, must be 0"
    assert printed[1] == "FAILED  bad: lost 1, must be 0"
    assert printed[2] == "1 of 2 checks passed."
    assert cli.main(["check", "school_flu", "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert [one["passed"] for one in report] == [True, False]


def test_attack_rate_is_the_share_of_people(capsys):
    assert cli.main(["run", "school_flu", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["attack_rate"] == pytest.approx(report["ever_infected"] / 763)
    assert np.sum(list(report["final_counts"].values())) == 763


def test_a_smaller_city_starts_with_the_same_share_of_infected():
    options = ["nyc_covid", "--people", "88042", "--set", "disease.transmission=0.05"]
    project = run.chosen_project(run_arguments(options))
    assert project.value("disease.initial_infected") == 20
    options += ["--set", "disease.initial_infected=7"]
    assert run.chosen_project(run_arguments(options)).value("disease.initial_infected") == 7


def test_a_smaller_city_has_the_same_supply_for_each_person():
    project = run.chosen_project(run_arguments(["nyc_response", "--people", "88042"]))
    assert project.value("policies.vaccination.doses_per_day") == pytest.approx(600, rel=1e-3)
    assert project.value("policies.testing.tests_per_day") == pytest.approx(400, rel=1e-3)


def run_arguments(options: list[str]) -> argparse.Namespace:
    """Parse the words after ``populace run``."""
    parser = argparse.ArgumentParser()
    run.add_arguments(parser)
    return parser.parse_args(options)
