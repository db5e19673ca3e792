"""Writes a run to a folder: all of it, or nothing."""

import datetime as dt
import hashlib
import json
import os
import platform
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from populace.engine.analysis.record import Record
from populace.engine.analysis.table import Table
from populace.engine.errors import ProjectError
from populace.engine.events import BIRTH, NOBODY, NOWHERE, EventTable
from populace.engine.observations.base import Measurement
from populace.engine.populations.base import Progress
from populace.engine.project import Project
from populace.engine.simulation import Simulation

_VERSIONS = ("populace", "numpy", "numba", "torch")
_ROWS_PER_GROUP = 200_000
_EVENTS_PER_GROUP = 4_000_000
_OBSERVATIONS = "observations"
_TEXT = pa.dictionary(pa.int16(), pa.string())
_SERIES = pa.schema(
    [
        ("day", pa.int32()),
        ("date", pa.date32()),
        ("region", _TEXT),
        ("state", _TEXT),
        ("count", pa.int64()),
    ]
)
_EVENTS = pa.schema(
    [
        ("agent", pa.int32()),
        ("day", pa.int32()),
        ("from", _TEXT),
        ("to", _TEXT),
        ("infector", pa.int32()),
        ("network", _TEXT),
    ]
)


def run_project(
    project: Project, out: str | None, *, device: str, progress: Progress
) -> dict[str, Any]:
    """Run a project for its days, write it into a new folder ``out``, and return the report."""
    if out is None:
        return _run(project, None, device, progress)
    target = _unused(Path(out))
    with _whole_folder(target) as folder:
        report = _run(project, folder, device, progress) | {"out": str(target)}
        project.save(folder)
        text = json.dumps(report, indent=2, allow_nan=False) + "\n"
        (folder / "run.json").write_text(text, encoding="utf-8")
    return report


def _run(project: Project, folder: Path | None, device: str, progress: Progress) -> dict[str, Any]:
    begin = time.perf_counter()
    simulation = Simulation(project, device=device, progress=progress)
    built = time.perf_counter()
    series = None if folder is None else SeriesWriter(folder / "series.parquet", simulation)
    running, counted = 0.0, hashlib.sha256()
    try:
        for _ in range(project.days):
            counted.update(np.ascontiguousarray(simulation.counts).data)
            if series:
                series.write_day()
            before = time.perf_counter()
            simulation.step()
            running += time.perf_counter() - before
            progress(_sentence(simulation), simulation.day / project.days)
        counted.update(np.ascontiguousarray(simulation.counts).data)
        if series:
            series.write_day()
    finally:
        if series:
            series.close()
    # Where people are computed, nobody's events are kept.
    events = simulation.events() if simulation.world.crowd is None else None
    observed: list[str] = []
    if folder is not None and events is not None:
        progress("Writing the events", 1.0)
        write_events(folder / "events.parquet", events, simulation)
        progress("Counting what is observed", 1.0)
        observed = write_observations(folder, Record.of(simulation, events))
    report = _report(simulation, events, device, built - begin, running)
    return report | {"observations": observed, "counts_sha256": counted.hexdigest()}


class SeriesWriter:
    """Writes people by day, region and state; rows are kept until they fill a block."""

    def __init__(self, path: Path, simulation: Simulation) -> None:
        self._simulation = simulation
        self._writer = pq.ParquetWriter(path, _SERIES, compression="zstd")
        regions = simulation.people.places.region_ids
        states = [state.name for state in simulation.states]
        self._regions = _Texts(regions), np.repeat(np.arange(len(regions)), len(states))
        self._states = _Texts(states), np.tile(np.arange(len(states)), len(regions))
        self._days: list[tuple[int, np.ndarray]] = []

    def write_day(self) -> None:
        """Add tonight's counts."""
        self._days.append((self._simulation.day, self._simulation.counts.ravel()))
        if len(self._days) * len(self._days[0][1]) >= _ROWS_PER_GROUP:
            self._flush()

    def close(self) -> None:
        """Write what is left."""
        self._flush()
        self._writer.close()

    def _flush(self) -> None:
        if not self._days:
            return
        rows, times = len(self._days[0][1]), len(self._days)
        day = np.repeat(np.array([day for day, _ in self._days], np.int32), rows)
        start = (self._simulation.project.start_date - dt.date(1970, 1, 1)).days
        (regions, region), (states, state) = self._regions, self._states
        columns = [
            pa.array(day),
            pa.array(day + np.int32(start), pa.int32()).cast(pa.date32()),
            regions.column(np.tile(region, times)),
            states.column(np.tile(state, times)),
            pa.array(np.concatenate([counts for _, counts in self._days]), pa.int64()),
        ]
        self._writer.write_table(pa.Table.from_arrays(columns, schema=_SERIES))
        self._days = []


def write_events(path: Path, events: EventTable, simulation: Simulation) -> None:
    """Write every change of state; what is no infection has neither infector nor network.

    Where somebody died of other causes and a newborn has their place, the network is "birth".
    """
    states = _Texts(state.name for state in simulation.states)
    names = simulation.network_names
    networks = _Texts([*names, "birth"])
    with pq.ParquetWriter(path, _EVENTS, compression="zstd") as writer:
        for first in range(0, max(len(events.day), 1), _EVENTS_PER_GROUP):
            rows = slice(first, first + _EVENTS_PER_GROUP)
            infector, network = events.infector[rows], events.network[rows]
            where = np.where(network == BIRTH, len(names), network)
            columns = [
                pa.array(events.agent[rows]),
                pa.array(events.day[rows]),
                states.column(events.before[rows]),
                states.column(events.after[rows]),
                pa.array(infector, mask=infector == NOBODY),
                networks.column(where, missing=network == NOWHERE),
            ]
            writer.write_table(pa.Table.from_arrays(columns, schema=_EVENTS))


def write_observations(folder: Path, record: Record) -> list[str]:
    """Write the table of each measurement of the project; return their files, by kind."""
    names: list[str] = []
    for observation in record.project.observations:
        if isinstance(observation, Measurement):
            name = f"{_OBSERVATIONS}/{observation.own_name}.parquet"
            (folder / _OBSERVATIONS).mkdir(exist_ok=True)
            table = arrow_table(observation.observe(record))
            pq.write_table(table, folder / name, compression="zstd")
            names.append(name)
    return names


def arrow_table(table: Table) -> pa.Table:
    """Turn a table into Parquet's columns: what does not exist is null, few texts are numbers."""
    columns = {}
    for name, column in table.columns.items():
        array = pa.array(column, from_pandas=True)
        columns[name] = array.dictionary_encode() if pa.types.is_string(array.type) else array
    return pa.table(columns)


class _Texts:
    """A column of few texts, stored as numbers."""

    def __init__(self, texts: Any) -> None:
        self._texts = pa.array(list(texts), pa.string())

    def column(self, index: np.ndarray, missing: np.ndarray | None = None) -> pa.DictionaryArray:
        numbers = pa.array(index.astype(np.int16), mask=missing)
        return pa.DictionaryArray.from_arrays(numbers, self._texts)


def _report(
    simulation: Simulation, events: EventTable | None, device: str, building: float, running: float
) -> dict[str, Any]:
    project, people = simulation.project, simulation.world.agent_count
    totals = simulation.counts.sum(axis=0)
    return {
        "project": project.name,
        "start_date": project.start_date.isoformat(),
        "people": people,
        "days": simulation.day,
        "seed": simulation.seed,
        "device": device,
        "ever_infected": int(simulation.ever_infected),
        "attack_rate": simulation.ever_infected / max(people, 1),
        "final_counts": {
            state.name: int(count) for state, count in zip(simulation.states, totals, strict=True)
        },
        "event_count": None if events is None else len(events.day),
        "events_sha256": None if events is None else events.sha256(),
        "tables_sha256": simulation.tables_sha256,
        "building_seconds": round(building, 3),
        "seconds": round(running, 3),
        "agent_days_per_second": round(people * simulation.day / max(running, 1e-9)),
        "peak_rss_mb": round(_peak_rss_bytes() / 1e6, 1),
        "cores": os.cpu_count() or 1,
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in _VERSIONS},
        },
        "out": None,
    }


def _sentence(simulation: Simulation) -> str:
    return (
        f"Day {simulation.day} of {simulation.project.days}, "
        f"{simulation.ever_infected:,} infected so far"
    )


def _peak_rss_bytes() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _unused(target: Path) -> Path:
    """Refuse a folder that holds something: results are never mixed nor written over."""
    try:
        if not target.exists():
            return target
        if target.is_dir() and not any(target.iterdir()):
            return target
    except (OSError, ValueError) as error:
        raise ProjectError(f"cannot be used: {error}.", place="--out") from None
    raise ProjectError(f'"{target}" is already there: name a new folder.', place="--out")


@contextmanager
def _whole_folder(target: Path) -> Iterator[Path]:
    """Give a folder beside ``target`` that takes its name when all went well."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    except OSError as error:
        raise ProjectError(f"cannot be made: {error.strerror}.", place="--out") from None
    try:
        yield folder
        folder.chmod(0o755)
        os.replace(folder, target)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
