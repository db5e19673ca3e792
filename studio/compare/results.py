"""Results: what the page shows of the runs that there are: curves, figures and districts."""

from collections.abc import Mapping, Sequence
from html import escape
from importlib.resources import files
from typing import Any

import numpy as np
import panel as pn

from populace.engine.analysis.table import Table
from populace.engine.editing.words import long_date
from populace.engine.project import Project
from populace.engine.scenarios.bands import INFECTED, Band, band_of, bands_table, series_of
from populace.engine.scenarios.comparison import Row, compare
from populace.engine.scenarios.result import Result
from populace.layers.themes import Theme
from populace.studio.compare.curves import CompareCurves
from populace.studio.compare.district_map import district_map
from populace.studio.compare.table import table_html
from populace.studio.views import plot

HERE = files("populace.studio.compare")
_EMPTY = "<p>Choose or change scenarios at the left, then press Run.</p>"


class Results:
    """Runs of scenarios by name, the baseline first; ``ids`` are their colours."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self.runs: dict[str, list[Result]] = {}
        self.rows: list[Row] = []
        self.shown = INFECTED
        self._ids: Mapping[str, int] = {}
        self.curves = CompareCurves(project)
        self.map = district_map(project)
        style = [HERE.joinpath("table.css").read_text(encoding="utf-8")]
        wide: dict[str, Any] = {"stylesheets": style, "sizing_mode": "stretch_width", "margin": 0}
        self.title = pn.pane.HTML("", **wide)
        self.table = pn.pane.HTML(_EMPTY, **wide)

    def take(self, runs: Mapping[str, Sequence[Result]], ids: Mapping[str, int]) -> None:
        """Show these runs."""
        self.runs = {name: list(listed) for name, listed in runs.items()}
        self._ids = ids
        if self.shown not in dict(self.series):
            self.shown = INFECTED
        self.rows = compare(self.runs)
        self.table.object = table_html(self.rows, long_date(self._project.start_date))
        self._draw_curves()
        if self.map is not None:
            self.map.take(self.runs)

    @property
    def series(self) -> list[tuple[str, str]]:
        """Name and label of what curves can be drawn of."""
        first = next(iter(self.runs.values()), [])
        return [(name, label) for name, (label, *_) in series_of(first[0]).items()] if first else []

    def show(self, series: str) -> None:
        """Draw another series, if the runs have it."""
        if series in dict(self.series):
            self.shown = series
            self._draw_curves()

    def paint(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.curves.paint(theme)
        if self.map is not None:
            self.map.paint(theme)

    def bands_table(self) -> Table:
        """Return the bands of all scenarios, one below the other."""
        tables = {name: bands_table(results) for name, results in self.runs.items()}
        names = np.repeat(np.array(list(tables), object), [len(one) for one in tables.values()])
        columns = next(iter(tables.values())).columns
        joined = {one: np.concatenate([table[one] for table in tables.values()]) for one in columns}
        return Table({"scenario": names, **joined})

    def _draw_curves(self) -> None:
        found: dict[int, tuple[str, Band]] = {}
        for name, results in self.runs.items():
            band = band_of(results, self.shown)
            if band is not None and name in self._ids:
                found[self._ids[name]] = (name, band)
        days = len(next(iter(self.runs.values()))[0].totals)
        dates = [plot.midnight(self._project.date_of(day)) for day in range(days)]
        self.curves.draw(dates, found)
        if found:
            _, band = next(iter(found.values()))
            self.title.object = (
                f'<b class="series">{escape(band.label)}</b> <span class="unit">{band.unit}; '
                "median, with bands of half and of 90 % of the runs</span>"
            )
