"""The sample of a billion people: what it is, what it needs, and its check."""

import numpy as np
import pytest
from tests.engine.lean.conftest import quietly

from populace.benchmarks import billion
from populace.engine.checks.checklist import checklist
from populace.engine.checks.computed import computed_and_kept
from populace.engine.project import Project
from populace.engine.run_output import run_project


@pytest.fixture(scope="module")
def sample():
    return Project.load("billion")


def test_a_billion_people_are_computed_and_run_for_a_hundred_days(sample):
    assert sample.population.agent_count() == 1_000_000_000
    assert sample.days == 100
    of_run, of_people = sample.population.bytes_needed()
    assert 4e9 < of_run + of_people < 7e9
    assert sample.with_value("population.people", 1_000_000).population.bytes_needed() is None


def test_its_check_compares_computed_people_with_rows(sample):
    titles = [check.title for check in checklist(sample)]
    assert "Your people: computed and kept agree" in titles
    assert "Your people: computed and kept agree" not in [
        check.title for check in checklist(Project.load("school_flu"))
    ]
    small = sample.with_values({"population.people": 30_000, "disease.initial_infected": 300})
    assert all(figure.passed for figure in computed_and_kept(small, 20))


def test_a_run_without_events_says_so_and_writes_its_series(sample, tmp_path):
    import pyarrow.parquet as parquet

    changes = {"population.people": 40_000, "population.rows_up_to": 0, "days": 15}
    small = sample.with_values(changes | {"disease.initial_infected": 200})
    settings = {"device": "cpu", "progress": quietly}
    report = run_project(small, str(tmp_path / "a"), **settings)
    assert report["events_sha256"] is report["event_count"] is None
    assert report["people"] == sum(report["final_counts"].values()) == 40_000
    files = {path.name for path in (tmp_path / "a").iterdir()}
    assert files == {"project.yaml", "run.json", "series.parquet"}
    table = parquet.read_table(tmp_path / "a" / "series.parquet").to_pandas()
    assert (table.groupby("day")["count"].sum() == 40_000).all()
    again = run_project(small, None, **settings)
    assert again["counts_sha256"] == report["counts_sha256"]
    other = run_project(small.with_value("seed", 2), None, **settings)
    assert other["counts_sha256"] != report["counts_sha256"]


def test_the_bench_measures_a_smaller_world_without_bars():
    taken = {one.name: one for one in billion.measures(people=50_000, days=5)}
    assert set(taken) == set(billion.NAMES)
    assert all(one.holds is None and not one.bar for one in taken.values())
    assert 0 < taken["billion_attack"].value < 0.2
    assert 0.05 < taken["billion_peak_gb"].value < 1.5
    assert np.isfinite(taken["billion_minutes"].value)
