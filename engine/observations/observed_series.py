"""A table of counts by date."""

import csv
import datetime as dt
import math
from collections.abc import Collection
from pathlib import Path

import numpy as np

from populace.engine.errors import ProjectError, did_you_mean
from populace.engine.observations.base import Comparison, Series, names_in, require_states
from populace.engine.project_file import file_inside
from populace.engine.quantities import Structure


class ObservedSeries(Comparison):
    """Counts of people from a CSV file, drawn over the curve of the model.

    The file has a heading, one row per date, dates as 1978-01-22, and lies in the project's folder.
    """

    file = Structure(
        "",
        unit="file name in the project's folder",
        source="the data under study",
        doc="The CSV file.",
    )
    legend = Structure(
        "Observed",
        unit="text",
        source="the data under study",
        doc="What the legend calls the counts.",
    )
    date_column = Structure(
        "date", unit="heading", source="a habit of such files", doc="The column of dates."
    )
    column = Structure(
        "count", unit="heading", source="a habit of such files", doc="The column of counts."
    )
    states = Structure(
        "infectious",
        unit="names of states, separated by commas",
        source="the disease",
        doc="The model counts the people who are in any of these states.",
    )
    measures = Structure(
        "present",
        choices=("present", "new"),
        source="the data under study",
        doc="Whether a count is of people who are ill on the date, or of new cases of one day.",
    )

    def files(self) -> tuple[str, ...]:
        return (self.file,)

    def check(self, folder: Path | None, states: Collection[str]) -> None:
        require_states(self.states, states, "states")
        self.series(folder)

    def series(self, folder: Path | None) -> Series:
        try:
            path = file_inside(folder, self.file)
        except ProjectError as error:
            raise error.at(place="file") from None
        try:
            with path.open(encoding="utf-8-sig", newline="") as lines:
                rows = self._rows(csv.DictReader(lines, strict=True))
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise ProjectError(
                f'"{self.file}" cannot be read as CSV: {error}.', place="file"
            ) from None
        dates = np.array([date for date, _ in rows], dtype="datetime64[D]")
        counts = np.array([count for _, count in rows], dtype=np.float64)
        return Series(self.legend, dates, counts, names_in(self.states), self.measures == "new")

    def _rows(self, table: "csv.DictReader[str]") -> list[tuple[dt.date, float]]:
        headings = table.fieldnames or ()
        for setting in ("date_column", "column"):
            heading = getattr(self, setting)
            if heading not in headings:
                raise ProjectError(
                    f'"{self.file}" has no column "{heading}".{did_you_mean(heading, headings)}',
                    place=setting,
                )
        rows: list[tuple[dt.date, float]] = []
        for row in table:
            where = f'"{self.file}", line {table.line_num}'
            date = _date(row[self.date_column], where)
            if rows and date <= rows[-1][0]:
                raise ProjectError(f"{where}: {date} is not after the row before.", place="file")
            rows.append((date, _count(row[self.column], where)))
        if not rows:
            raise ProjectError(f'"{self.file}" has a heading and no rows.', place="file")
        return rows


def _date(text: str | None, where: str) -> dt.date:
    try:
        return dt.date.fromisoformat((text or "").strip())
    except ValueError:
        raise ProjectError(
            f"{where}: must be a date such as 1978-01-22, not {text!r}.", place="file"
        ) from None


def _count(text: str | None, where: str) -> float:
    try:
        count = float(text or "")
    except ValueError:
        count = math.nan
    if not 0 <= count < math.inf:
        raise ProjectError(f"{where}: must be a number of people, not {text!r}.", place="file")
    return count
