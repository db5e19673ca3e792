"""Bands: median, 50 % and 90 % of the runs, day by day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

from populace.engine.analysis.table import Table
from populace.engine.scenarios.result import Result

INFECTED, NEW, R_T = "infected", "new_infections", "reproduction_number"
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
PARTS = ("low90", "low50", "median", "high50", "high90")  # of a band, by quantile
# Where fewer runs have a number, the middle of the others says nothing about all.
_LEAST_SHARE = 0.5


@dataclass(frozen=True, eq=False)
class Band:
    """One series of many runs, each day for itself: no single run need follow the median."""

    name: str
    label: str
    unit: str
    low90: Float64[np.ndarray, " days"]
    low50: Float64[np.ndarray, " days"]
    median: Float64[np.ndarray, " days"]
    high50: Float64[np.ndarray, " days"]
    high90: Float64[np.ndarray, " days"]


def series_of(result: Result) -> dict[str, tuple[str, str, np.ndarray]]:
    """Return label, unit and values of every series of a run."""
    found = {
        INFECTED: ("Infected now", "people", result.infected),
        NEW: ("New infections", "people a day", result.new),
        R_T: ("R", "infections by one infected person", result.r_t),
    }
    if result.in_hospital.any():
        beds = result.present(result.in_hospital)
        found["in_hospital"] = ("In hospital", "people", beds)
    if result.in_intensive_care.any():
        beds = result.present(result.in_intensive_care)
        found["in_intensive_care"] = ("In intensive care", "people", beds)
    if result.dead.any():
        found["deaths"] = ("Deaths so far", "people", result.present(result.dead))
    for index, state in enumerate(result.states):
        found[f"state.{state.name}"] = (state.label, "people", result.totals[:, index])
    return found


def bands_of(results: Sequence[Result]) -> Mapping[str, Band]:
    """Return the bands of every series; the runs have the same days and states."""
    listed = [series_of(one) for one in results]
    names = listed[0] if listed else {}
    return {name: _band(name, [one[name] for one in listed]) for name in names}


def band_of(results: Sequence[Result], name: str) -> Band | None:
    """Return the band of one series, or None where the runs have no such series."""
    listed = [series_of(one).get(name) for one in results]
    known = [one for one in listed if one is not None]
    return _band(name, known) if known else None


def _band(name: str, series: Sequence[tuple[str, str, np.ndarray]]) -> Band:
    label, unit, _ = series[0]
    values: Float64[np.ndarray, "runs days"] = np.array([one for *_, one in series], np.float64)
    rows = np.full((len(QUANTILES), values.shape[1]), np.nan)
    told = (~np.isnan(values)).mean(axis=0) >= _LEAST_SHARE
    if told.any():
        rows[:, told] = np.nanquantile(values[:, told], QUANTILES, axis=0)
    return Band(name, label, unit, *rows)


def bands_table(results: Sequence[Result]) -> Table:
    """Return a row for each series and day."""
    bands = bands_of(results)
    days = len(results[0].totals)
    dates = np.datetime64(results[0].start_date, "D") + np.arange(days)
    columns = {
        "series": np.repeat(np.array(list(bands), object), days),
        "day": np.tile(np.arange(days), len(bands)),
        "date": np.tile(dates, len(bands)),
    }
    for name, part in zip(("p5", "p25", "median", "p75", "p95"), PARTS, strict=True):
        columns[name] = np.concatenate([getattr(band, part) for band in bands.values()])
    return Table(columns)
