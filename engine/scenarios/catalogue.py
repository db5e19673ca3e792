"""Catalogue: a table of all kept runs, queried in SQL.

The store is the catalogue's only source (docs/decisions/0010): it is read into DuckDB anew each
time, so that no second file can disagree with it, and no lock is held between processes.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from populace.engine.errors import ProjectError
from populace.engine.project_file import write_whole
from populace.engine.scenarios.figures import figures_of
from populace.engine.scenarios.result import Result
from populace.engine.scenarios.store import Store

EVERYTHING = "SELECT * FROM runs ORDER BY made, key"
FORMATS = (".csv", ".parquet")
_RUN_FIGURES = {
    "infections": pa.int64(),
    "infected_peak": pa.int64(),
    "peak_day": pa.int64(),
    "hospital_peak": pa.int64(),
    "intensive_peak": pa.int64(),
    "deaths": pa.int64(),
    "cost": pa.float64(),
    "dalys": pa.float64(),
}
_RUNS = pa.schema(
    [
        ("key", pa.string()),
        ("project", pa.string()),
        ("scenario", pa.string()),
        ("seed", pa.int64()),
        ("people", pa.int64()),
        ("days", pa.int64()),
        ("start_date", pa.date32()),
        *_RUN_FIGURES.items(),
        ("peak_date", pa.date32()),
        ("seconds", pa.float64()),
        ("made", pa.timestamp("s", tz="UTC")),
        ("engine", pa.string()),
        ("counts_sha256", pa.string()),
    ]
)
_FIGURES = pa.schema(
    [("key", pa.string()), ("figure", pa.string()), ("unit", pa.string()), ("value", pa.float64())]
)
_QUANTITIES = pa.schema([("key", pa.string()), ("path", pa.string()), ("value", pa.float64())])
_SERIES = pa.schema(
    [("key", pa.string()), ("day", pa.int64()), ("state", pa.string()), ("people", pa.int64())]
)


@dataclass(frozen=True)
class Answer:
    """Columns and rows of a query."""

    table: pa.Table

    def rows(self) -> list[dict[str, Any]]:
        """Return the rows as plain values."""
        return self.table.to_pylist()

    def write(self, path: Path) -> None:
        """Write CSV or Parquet, by the ending of the name."""
        write_table(self.table, path)


def query(store: Store, sql: str = EVERYTHING) -> Answer:
    """Answer a question in SQL on the tables runs, figures, quantities and series.

    The database is a copy in memory that can reach no file: whatever the text says, nothing that is
    kept can change.
    """
    import duckdb

    runs = list(store.all())
    tables = {
        "runs": pa.Table.from_pylist([_run(key, one) for key, one in runs], _RUNS),
        "figures": pa.Table.from_pylist(list(_figures(runs)), _FIGURES),
        "quantities": pa.Table.from_pylist(list(_quantities(runs)), _QUANTITIES),
    }
    if "series" in sql.lower():  # the largest by far
        tables["series"] = pa.concat_tables([_SERIES.empty_table(), *map(_series, runs)])
    with duckdb.connect(":memory:") as database:
        for name, table in tables.items():
            database.register("_given", table)
            database.execute(f"CREATE TABLE {name} AS SELECT * FROM _given")
            database.unregister("_given")
        database.execute("SET enable_external_access = false")
        database.execute("SET lock_configuration = true")
        try:
            statements = database.extract_statements(sql)
            if [one.type for one in statements] != [duckdb.StatementType.SELECT]:
                raise ProjectError(
                    "must be one question, such as SELECT * FROM runs.", place="--sql"
                )
            return Answer(database.sql(statements[0]).to_arrow_table())
        except duckdb.Error as error:
            raise ProjectError(f"{str(error).strip()}", place="--sql") from None


def write_table(table: pa.Table, path: Path) -> None:
    """Write a table as CSV or Parquet, whole or not at all."""
    require_format(path)
    sink = pa.BufferOutputStream()
    if path.suffix == ".csv":
        pyarrow.csv.write_csv(table, sink)
    else:
        pq.write_table(table, sink, compression="zstd")
    try:
        write_whole(path, sink.getvalue().to_pybytes())
    except OSError as error:
        raise ProjectError(f"cannot be written: {error.strerror}.", place=str(path)) from None


def require_format(path: Path) -> None:
    """Refuse a name that says neither CSV nor Parquet, or a folder that is not there."""
    if path.suffix not in FORMATS:
        raise ProjectError(f'"{path}" must end in .csv or .parquet.', place="--out")
    if not path.parent.is_dir():
        raise ProjectError(f'there is no folder "{path.parent}".', place="--out")


def _run(key: str, result: Result) -> dict[str, Any]:
    figures = figures_of(result)
    start = dt.date.fromisoformat(result.start_date)
    about = result.about
    return {
        "key": key,
        "project": about.get("project"),
        "scenario": about.get("scenario"),
        "seed": result.seed,
        "people": result.people,
        "days": result.last_day,
        "start_date": start,
        **{name: figures[name].value if name in figures else None for name in _RUN_FIGURES},
        "peak_date": start + dt.timedelta(days=int(figures["peak_day"].value)),
        "seconds": about.get("seconds"),
        "made": dt.datetime.fromisoformat(about["made"]),
        "engine": about.get("engine"),
        "counts_sha256": result.counts_sha256,
    }


def _figures(runs: list[tuple[str, Result]]) -> Iterator[dict[str, Any]]:
    for key, result in runs:
        for one in figures_of(result).values():
            yield {"key": key, "figure": one.name, "unit": one.unit, "value": float(one.value)}


def _quantities(runs: list[tuple[str, Result]]) -> Iterator[dict[str, Any]]:
    for key, result in runs:
        for path, value in result.about.get("quantities", {}).items():
            yield {"key": key, "path": path, "value": value}


def _series(run: tuple[str, Result]) -> pa.Table:
    key, result = run
    days, columns = result.totals.shape
    names = [state.name for state in result.states]
    return pa.table(
        {
            "key": pa.array([key] * (days * columns), pa.string()),
            "day": pa.array([day for day in range(days) for _ in names], pa.int64()),
            "state": pa.array(names * days, pa.string()),
            "people": pa.array(result.totals.ravel(), pa.int64()),
        },
        schema=_SERIES,
    )
