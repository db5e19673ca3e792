"""Runs that `populace run --out` wrote to folders, as results to compare."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from populace.engine.diseases.base import State, entered_by_infection
from populace.engine.errors import ProjectError
from populace.engine.observations.costs import Costs
from populace.engine.observations.doses import SO_FAR, Doses
from populace.engine.project import Project
from populace.engine.scenarios.result import KeptState, PlaceFigures, Result

REPORT = "run.json"
UNKNOWN = -1  # new infections of a run whose events were not kept


def is_run(path: str | Path) -> bool:
    """Tell whether a folder holds a run."""
    try:
        return (Path(path) / REPORT).is_file()
    except (OSError, ValueError):  # no usable name
        return False


def runs_by_project(folders: Sequence[str]) -> dict[str, list[Result]]:
    """Return the runs of folders; those of one project with different seeds are put together.

    Each is called by the name of its first folder.
    """
    found: list[tuple[dict[str, Any], str, list[Result]]] = []
    for folder in folders:
        path = Path(folder)
        project = Project.load(path)
        spec = {key: value for key, value in project.spec().items() if key not in ("seed", "name")}
        result = result_of_folder(path, project)
        same = [results for known, _, results in found if known == spec]
        if not same:
            name = path.resolve().name
            taken = {label for _, label, _ in found}
            found.append((spec, name if name not in taken else str(folder), [result]))
            continue
        if result.seed in [one.seed for one in same[0]]:
            raise ProjectError(
                f"is the same run as another one of the folders: seed {result.seed}. Name each "
                "run once.",
                place=folder,
            )
        same[0].append(result)
    days = {results[0].last_day for _, _, results in found}
    if len(days) > 1:
        raise ProjectError(
            f"must be of the same length, not {' and '.join(map(str, sorted(days)))} days.",
            place="the runs",
        )
    return {label: results for _, label, results in found}


def result_of_folder(folder: Path, project: Project) -> Result:
    """Read one run. What it does not hold, such as R, is missing in the result."""
    try:
        report = json.loads((folder / REPORT).read_text(encoding="utf-8"))
        states = tuple(project.disease.states(project.disease.values()))
        totals = _totals(pq.read_table(folder / "series.parquet"), states, report["days"])
        observed = _observed(folder, project)
        return Result(
            seed=report["seed"],
            people=report["people"],
            start_date=report["start_date"],
            states=tuple(KeptState.of(state) for state in states),
            totals=totals,
            new=_new(folder / "events.parquet", states, report["days"]),
            r_t=np.full(len(totals), np.nan),
            ever_infected=report["ever_infected"],
            places=PlaceFigures.none(),
            counts_sha256=report["counts_sha256"],
            **observed,
        )
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException) as error:
        if isinstance(error, ProjectError):
            raise
        raise ProjectError(
            f"is no whole run that populace run --out wrote: {error}.", file=str(folder)
        ) from None


def _totals(series: pa.Table, states: Sequence[State], days: int) -> np.ndarray:
    totals = np.zeros((days + 1, len(states)), np.int64)
    names = [state.name for state in states]
    summed = series.group_by(["day", "state"]).aggregate([("count", "sum")])
    state = [names.index(one) for one in summed["state"].to_pylist()]
    totals[summed["day"].to_numpy(), state] = summed["count_sum"].to_numpy()
    return totals


def _new(path: Path, states: Sequence[State], days: int) -> np.ndarray:
    """Count the infections of each day; those of day 0 were there at the start."""
    if not path.is_file():
        return np.full(days + 1, UNKNOWN, np.int64)
    import duckdb

    entered = entered_by_infection(states)
    names = [one.name for one, into in zip(states, entered, strict=True) if into]
    with duckdb.connect(":memory:") as database:
        rows = database.execute(
            """
            SELECT day, count(*) FROM read_parquet($path)
            WHERE ("from" = $first AND "to" <> $first OR list_contains($entered, "to"))
              AND day > 0 AND coalesce(network, '') <> 'birth'
            GROUP BY day
            """,
            {"path": str(path), "first": states[0].name, "entered": names},
        ).fetchall()
    counts = np.zeros(days + 1, np.int64)
    for day, count in rows:
        counts[day] = count
    return counts


def _observed(folder: Path, project: Project) -> dict[str, dict[str, Any]]:
    """Read costs and doses where the run observed them."""
    costs, done = {}, {}
    for one in project.observations:
        path = folder / "observations" / f"{one.own_name}.parquet"
        if isinstance(one, Costs) and not costs:
            table = pq.read_table(path)
            costs = {name: float(np.nansum(table[name].to_numpy())) for name in ("cost", "dalys")}
        if isinstance(one, Doses):
            table = pq.read_table(path).drop_columns(["day", "date"])
            take = -1 if one.counted == SO_FAR else slice(None)
            done = {
                f"policies.{name}": int(np.sum(table[name].to_numpy()[take]))
                for name in table.column_names
            }
    return {"costs": costs, "done": done}
