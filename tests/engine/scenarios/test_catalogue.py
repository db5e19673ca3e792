"""The catalogue knows every kept run, answers in SQL, and can change nothing."""

import csv

import pyarrow.parquet as pq
import pytest

from populace.engine.errors import ProjectError
from populace.engine.scenarios.catalogue import query
from populace.engine.scenarios.store import Store
from populace.engine.scenarios.study import Study


@pytest.fixture(scope="module")
def kept(town, tmp_path_factory):
    store = Store(tmp_path_factory.mktemp("runs"))
    more = town.with_value("disease.transmission", 0.15)
    study = Study.of({"Baseline": town, "Faster": more}, 2)
    batch = study.batch(store).start()
    assert batch.join(120)
    return store, study.runs(batch.results)


def test_every_run_has_its_row(kept):
    store, runs = kept
    rows = query(store).rows()
    assert len(rows) == 4
    for label, results in runs.items():
        for one in results:
            [row] = [r for r in rows if (r["scenario"], r["seed"]) == (label, one.seed)]
            assert row["infections"] == one.ever_infected
            assert row["deaths"] == one.present(one.dead)[-1]
            assert row["people"] == 1_500
            assert row["counts_sha256"] == one.counts_sha256
            assert row["cost"] == pytest.approx(one.costs["cost"])
            assert (row["peak_date"] - row["start_date"]).days == row["peak_day"]


def test_questions_are_answered_across_tables(kept):
    store, runs = kept
    sql = """
        SELECT q.value AS transmission, avg(f.value) AS infections FROM runs
        JOIN quantities q USING (key) JOIN figures f USING (key)
        WHERE q.path = 'disease.transmission' AND f.figure = 'infections' GROUP BY 1 ORDER BY 1
    """
    found = query(store, sql).rows()
    means = [sum(one.ever_infected for one in runs[name]) / 2 for name in ("Baseline", "Faster")]
    assert [row["transmission"] for row in found] == [0.1, 0.15]
    assert [row["infections"] for row in found] == means


def test_series_are_there_when_asked_for(kept):
    store, _ = kept
    sql = "SELECT day, sum(people) AS people FROM series GROUP BY day ORDER BY day"
    rows = query(store, sql).rows()
    assert len(rows) == 51
    assert {row["people"] for row in rows} == {4 * 1_500}


def test_an_empty_store_has_empty_tables(store):
    assert query(store).rows() == []
    assert query(store, "SELECT count(*) AS n FROM series").rows() == [{"n": 0}]


@pytest.mark.parametrize(
    "sql",
    [
        "DROP TABLE runs",
        "DELETE FROM runs",
        "COPY runs TO '{folder}/x.csv'",
        "SELECT 1; DROP TABLE runs",
        "ATTACH '{folder}/x.db'",
        "SET enable_external_access = true",
        "INSTALL httpfs",
        "",
    ],
)
def test_anything_but_one_question_is_refused(kept, tmp_path, sql):
    store, _ = kept
    with pytest.raises(ProjectError, match="--sql: must be one question"):
        query(store, sql.format(folder=tmp_path))
    assert list(tmp_path.iterdir()) == []
    assert len(store.keys()) == 4


@pytest.mark.parametrize(
    "sql", ["SELECT * FROM read_csv('/etc/passwd')", "SELECT * FROM read_text('/etc/hostname')"]
)
def test_no_file_can_be_read(kept, sql):
    with pytest.raises(ProjectError, match=r"--sql: Permission Error"):
        query(kept[0], sql)


@pytest.mark.parametrize("sql", ["SELEC 1", "SELECT nonsense FROM runs", "SELECT 1/'a' FROM runs"])
def test_a_mistake_is_one_line(kept, sql):
    with pytest.raises(ProjectError) as error:
        query(kept[0], sql)
    assert str(error.value).startswith("--sql: ")
    assert "\n" not in str(error.value)


def test_answers_are_exported(kept, tmp_path):
    answer = query(kept[0], "SELECT scenario, seed, infections FROM runs ORDER BY 1, 2")
    answer.write(tmp_path / "runs.csv")
    answer.write(tmp_path / "runs.parquet")
    with (tmp_path / "runs.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["scenario"] for row in rows] == ["Baseline", "Baseline", "Faster", "Faster"]
    assert pq.read_table(tmp_path / "runs.parquet").to_pylist() == answer.rows()
    with pytest.raises(ProjectError, match=r"must end in .csv or .parquet"):
        answer.write(tmp_path / "runs.xlsx")
    with pytest.raises(ProjectError, match="there is no folder"):
        answer.write(tmp_path / "none" / "runs.csv")
