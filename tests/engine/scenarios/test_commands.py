"""populace ensemble, compare, sweep, runs: what they print, write and refuse."""

import csv
import json

import pytest

from populace.engine.cli import main
from populace.engine.scenarios import batch as module
from populace.engine.scenarios.store import Store

SCENARIOS = """
baseline: As it is
scenarios:
- {name: Masks, set: {policies.masks.coverage: 0.8}}
- {name: Unchanged}
"""


@pytest.fixture
def project(small, tmp_path):
    folder = tmp_path / "town"
    small.save(folder)
    (folder / "scenarios.yaml").write_text(SCENARIOS)
    return str(folder)


def told(capsys, *words):
    assert main([*words, "--json"]) == 0
    output = capsys.readouterr()
    assert output.err == ""
    return json.loads(output.out)


def test_an_ensemble_agrees_with_single_runs(project, capsys):
    found = told(capsys, "ensemble", project, "--runs", "3", "--passing", "infected=1")
    singles = [told(capsys, "run", project, "--seed", str(seed)) for seed in (1, 2, 3)]
    infected = sorted(one["ever_infected"] for one in singles)
    assert found["figures"]["infections"]["median"] == infected[1]
    assert found["figures"]["infections"]["mean"] == pytest.approx(sum(infected) / 3)
    assert (found["runs"], found["computed"], found["reused"]) == (3, 3, 0)
    assert len(found["bands"]["infected"]["p95"]) == 26
    assert found["bands"]["reproduction_number"]["median"][0] is None
    assert found["places"][0]["probability"] == 1.0
    assert found["start_date"] == "2024-02-28"


def test_a_second_call_runs_nothing(project, capsys, monkeypatch):
    first = told(capsys, "ensemble", project, "--runs", "2")

    def never(*arguments):
        raise AssertionError("a kept run was run again")

    monkeypatch.setattr(module, "run_model", never)
    again = told(capsys, "ensemble", project, "--runs", "2")
    assert (again["computed"], again["reused"]) == (0, 2)
    assert again["figures"] == first["figures"]


def test_scenarios_beside_a_project_are_compared(project, capsys, tmp_path):
    out = tmp_path / "runs.csv"
    found = told(capsys, "compare", project, "--runs", "3", "--out", str(out))
    assert found["baseline"] == "As it is"
    assert found["changes"] == {"Masks": ["Masks: coverage 0 % → 80 %"], "Unchanged": []}
    [row] = [row for row in found["figures"] if row["name"] == "infections"]
    base, masks, same = row["cells"]
    assert masks["change"]["value"] == pytest.approx(base["mean"] - masks["mean"])
    assert same["change"] == {"value": 0.0, "low": 0.0, "high": 0.0}
    assert (found["computed"], found["runs"]) == (6, 3)
    with out.open() as file:
        rows = list(csv.DictReader(file))
    assert [row["scenario"] for row in rows] == ["As it is"] * 3 + ["Masks"] * 3 + ["Unchanged"] * 3


def test_a_comparison_for_people_has_the_numbers_too(project, capsys):
    assert main(["compare", project, "--runs", "2"]) == 0
    text = capsys.readouterr().out
    assert "Masks: Masks: coverage 0 % → 80 %." in text
    assert "Unchanged: nothing is changed." in text
    assert "Infections" in text
    assert "0 (0–0)" in text


def test_projects_are_compared_with_the_first(project, small, tmp_path, capsys):
    other = small.with_value("disease.transmission", 0.05).save(tmp_path / "other")
    found = told(capsys, "compare", project, str(other), "--runs", "2", "--people", "1000")
    [row] = [row for row in found["figures"] if row["name"] == "infections"]
    assert [cell["runs"] for cell in row["cells"]] == [2, 2]
    assert row["cells"][1]["change"]["value"] > 0


@pytest.fixture
def folders(town, tmp_path, capsys):
    town.save(tmp_path / "town")
    found = []
    for name, coverage in (("plain", 0.0), ("masks", 0.9)):
        for seed in (1, 2):
            out = tmp_path / f"{name}{seed}"
            change = f"policies.masks.coverage={coverage}"
            words = ["--set", change, "--seed", str(seed), "--out", str(out)]
            assert main(["run", str(tmp_path / "town"), *words]) == 0
            found.append(str(out))
    capsys.readouterr()
    return found


def test_folders_of_runs_give_the_figures_of_the_runs(folders, capsys, store, tmp_path):
    read = told(capsys, "compare", *folders)
    assert store.keys() == []  # nothing was run
    ran = told(capsys, "compare", folders[0], folders[2], "--runs", "2")
    assert len(store.keys()) == 4
    figures = {row["name"]: row for row in ran["figures"]}
    assert read["baseline"] == "plain1"
    for row in read["figures"]:
        known = figures[row["name"]]
        for one, other in zip(row["cells"], known["cells"], strict=True):
            assert one["mean"] == pytest.approx(other["mean"]), row["name"]
            assert one["change"] == pytest.approx(other["change"]), row["name"]
    assert {"infections", "new_peak", "peak_day", "deaths", "cost"} <= {
        row["name"] for row in read["figures"]
    }


def test_one_run_of_each_has_no_interval(folders, capsys):
    assert main(["compare", folders[0], folders[2]]) == 0
    assert "One run of each has no interval" in capsys.readouterr().out
    assert main(["compare", folders[0], folders[3]]) == 0
    assert "No interval where no two runs have the same seed" in capsys.readouterr().out


def test_a_sweep_has_a_row_for_each_run(project, capsys, tmp_path):
    out = tmp_path / "sweep.csv"
    over = ["--over", "disease.transmission=0.05:0.15:3"]
    found = told(capsys, "sweep", project, *over, "--runs", "2", "--out", str(out))
    assert [point["values"] for point in found["points"]] == [
        {"disease.transmission": value} for value in (0.05, 0.1, 0.15)
    ]
    with out.open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 6
    alone = told(capsys, "run", project, "--seed", "2", "--set", "disease.transmission=0.15")
    assert float(rows[-1]["infections"]) == alone["ever_infected"]
    assert found["points"][2]["figures"]["infections"]["mean"] == pytest.approx(
        sum(float(row["infections"]) for row in rows[-2:]) / 2
    )


def test_runs_are_listed_queried_exported_and_forgotten(project, capsys, tmp_path):
    told(capsys, "ensemble", project, "--runs", "2")
    rows = told(capsys, "runs")
    assert [row["project"] for row in rows] == ["Test town"] * 2
    out = tmp_path / "answer.csv"
    sql = "SELECT count(*) AS n, min(seed) AS first FROM runs"
    assert told(capsys, "runs", "--sql", sql, "--out", str(out)) == [{"n": 2, "first": 1}]
    assert out.read_text() == '"n","first"\n2,1\n'
    assert main(["runs"]) == 0
    assert "2 rows." in capsys.readouterr().out
    assert told(capsys, "runs", "--forget") == {"removed": 2}
    assert Store().keys() == []


def test_it_stops_early_and_says_how_sure_that_is(project, capsys):
    words = ["ensemble", project, "--people", "800", "--within", "0.3", "--at-once", "1"]
    found = told(capsys, *words)
    assert 20 <= found["runs"] < 200
    assert found["stopped_early"]
    assert found["narrow_enough"]
    assert main(words) == 0
    assert "may happen in up to" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["ensemble", "nowhere"], "there is no such project"),
        (["ensemble", "PROJECT", "--runs", "0"], "--runs: must be from 1 to 10,000, not 0"),
        (["ensemble", "PROJECT", "--within", "2"], "--within: must be from 0.001 to 0.5"),
        (["ensemble", "PROJECT", "--within", "0.1", "--runs", "5"], "must be at least 20 with"),
        (["ensemble", "PROJECT", "--at-once", "0"], "--at-once: must be at least 1"),
        (["ensemble", "PROJECT", "--passing", "cases=3"], "--passing: there is no measure"),
        (["ensemble", "PROJECT", "--passing", "deaths=many"], "--passing: must be MEASURE=VALUE"),
        (["ensemble", "PROJECT", "--out", "bands.xlsx"], "must end in .csv or .parquet"),
        (["ensemble", "PROJECT", "--set", "days=0"], "days: must be at least 1"),
        (
            ["ensemble", "PROJECT", "--within", "0.1", "--outcome", "casse"],
            '--outcome: the runs have no figure "casse"',
        ),
        (["compare", "town_flu", "--scenarios", "no.yaml"], "no.yaml: there is no such file"),
        (["compare", "PROJECT", "PROJECT", "--scenarios", "x"], "belongs to one project"),
        (["compare", "PROJECT", "school_flu"], "give --days, so that all run for the same"),
        (["sweep", "PROJECT", "--over", "disease.transmission"], "must be PATH=FROM:TO:STEPS"),
        (["sweep", "PROJECT", "--over", "disease.beta=0:1:2"], "no such setting"),
        (
            ["sweep", "PROJECT", "--over", "disease.transmission=0.1,0.2", "--outcome", "x"],
            '--outcome: the runs have no figure "x"',
        ),
        (["runs", "--sql", "DROP TABLE runs"], "--sql: must be one question"),
        (["runs", "--out", "none/answer.csv"], "there is no folder"),
    ],
)
def test_what_cannot_be_is_one_line_and_code_2(words, message, project, capsys):
    words = [project if word == "PROJECT" else word for word in words]
    assert main(words) == 2
    output = capsys.readouterr()
    assert message in output.err
    assert output.err.count("\n") == 1
    assert output.out == ""


def test_folders_that_are_no_runs_are_refused(folders, capsys, tmp_path):
    assert main(["compare", folders[0], folders[1]]) == 2
    assert "are all of one project" in capsys.readouterr().err
    assert main(["compare", folders[0], folders[0], folders[2]]) == 2
    assert "is the same run as another" in capsys.readouterr().err
    (tmp_path / "masks1" / "run.json").write_text("{}")
    assert main(["compare", folders[0], folders[2]]) == 2
    assert "is no whole run" in capsys.readouterr().err
