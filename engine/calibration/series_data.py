"""Where the counts of a series come from: the project, a file, or the plan itself."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from populace.engine.errors import ProjectError, did_you_mean
from populace.engine.observations.base import Comparison, Series
from populace.engine.observations.observed_series import ObservedSeries
from populace.engine.project import Project

SOURCES = ("observation", "file", "data")
FILE_KEYS = ("date_column", "column")
USUAL_STATES = ("infectious",)
_PEOPLE_MAX = 1e12


def data_of(spec: Mapping[str, Any], project: Project, folder: Path | None, place: str) -> Series:
    """Return the counts that an entry of a plan names."""
    given = [key for key in SOURCES if key in spec]
    if len(given) != 1:
        raise ProjectError(
            "must have one of observation (of the project), file, or data (dates and counts).",
            place=place,
        )
    found = _read(spec, project, folder, place)
    _check_dates(found, project, place)
    return found


def name_of(spec: Mapping[str, Any], usual: str) -> str:
    """Return what tells a series apart where no name is given."""
    if "observation" in spec:
        return str(spec["observation"])
    if "file" in spec:
        return str(spec.get("column") or Path(str(spec["file"])).stem)
    return usual


def _read(spec: Mapping[str, Any], project: Project, folder: Path | None, place: str) -> Series:
    if "observation" in spec:
        _refuse(spec, FILE_KEYS, "is of a file", place)
        known = {one.own_name: one for one in project.observations if isinstance(one, Comparison)}
        name = str(spec["observation"])
        if name not in known:
            raise ProjectError(
                f"the project observes no such data.{did_you_mean(name, known)}",
                place=f"{place}.observation",
            )
        return known[name].series(project.folder)
    if "data" in spec:
        _refuse(spec, FILE_KEYS, "is of a file", place)
        return _written(spec["data"], f"{place}.data")
    keys = {key: spec[key] for key in ("file", *FILE_KEYS) if key in spec}
    try:
        table = ObservedSeries.from_spec(keys)
        assert isinstance(table, ObservedSeries)
        found = table.series(folder)
    except ProjectError as error:
        raise error.at(place=place) from None
    return Series(name_of(spec, "").replace("_", " ").capitalize(), found.dates, found.counts,
                  USUAL_STATES)  # fmt: skip


def _written(data: Any, place: str) -> Series:
    """Read dates and counts that are written out."""
    if not isinstance(data, Mapping) or not data:
        raise ProjectError("must be dates with counts, such as 1978-01-22: 3.", place=place)
    rows: dict[dt.date, float] = {}
    for key, value in data.items():
        try:
            date = dt.date.fromisoformat(str(key))
        except ValueError:
            raise ProjectError(
                f"must be a date such as 1978-01-22, not {key!r}.", place=place
            ) from None
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not 0 <= value <= _PEOPLE_MAX:
            raise ProjectError(
                f"must be a number of people, not {value!r}.", place=f"{place}.{date}"
            )
        if date in rows:
            raise ProjectError("is there twice: keep one.", place=f"{place}.{date}")
        rows[date] = float(value)
    dates = np.array(sorted(rows), dtype="datetime64[D]")
    return Series("Observed", dates, np.array([rows[date] for date in sorted(rows)]), USUAL_STATES)


def _check_dates(found: Series, project: Project, place: str) -> None:
    start, last = project.start_date, project.date_of(project.days)
    for date in (found.dates[0], found.dates[-1]):
        if not np.datetime64(start, "D") <= date <= np.datetime64(last, "D"):
            raise ProjectError(
                f"has counts of {date}, and runs are from {start} to {last}: change start_date or "
                "days of the project, or leave those counts out.",
                place=place,
            )


def _refuse(spec: Mapping[str, Any], keys: tuple[str, ...], why: str, place: str) -> None:
    for key in keys:
        if key in spec:
            raise ProjectError(f"{why}, which this series does not have.", place=f"{place}.{key}")
