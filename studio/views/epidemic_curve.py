"""EpidemicCurve: prevalence, incidence and R over the dates of the run, growing day by day."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import panel as pn
from bokeh.models import ColumnDataSource, HoverTool, Span
from bokeh.plotting import figure

from populace.engine.diseases.base import INFECTED_ROLES
from populace.engine.observations.base import Comparison, Series
from populace.engine.project import Project
from populace.engine.records import DayRecord
from populace.layers.themes import DARK, Theme
from populace.studio.views import plot
from populace.studio.views.base import Moment, View
from populace.studio.views.board import Board
from populace.studio.views.text import text

COLUMNS = ("date", "day", "infected", "compared", "new", "r")
R_TOP = 3.0


class EpidemicCurve(View):
    """Three figures on one axis of dates. Each day is sent once, with the texts of the board.

    The rows are in the browser only, in ``source``. Vertical lines stand where a slider was moved;
    observed counts are drawn as points.
    """

    def __init__(self, project: Project, board: Board) -> None:
        self._board = board
        self.source = ColumnDataSource({name: [] for name in COLUMNS}, name="curve")
        self._stamps = ColumnDataSource({"date": []}, name="stamps")
        self._drawn, self._epoch, self._stamped = 0, -1, 0
        observed = [
            observation.series(project.folder)
            for observation in project.observations
            if isinstance(observation, Comparison)
        ]
        self._series = tuple(series for series in observed if not series.new)
        self._new_cases = tuple(series for series in observed if series.new)
        dates = plot.dates_of(project)
        self._now = plot.figure(project, dates, height=158, top=self._first_top(), axis=False)
        self._new = plot.figure(project, dates, height=104, top=self._first_new_top(), axis=False)
        self._r = plot.figure(project, dates, height=104, top=R_TOP, axis=True)
        self._renderers = self._draw_glyphs()
        title = _title(self._series)
        self._pane = pn.Column(
            _heading(*title),
            _pane(self._now),
            _heading(_new_title(self._new_cases), "people a day", "exposed"),
            _pane(self._new),
            _heading("Reproduction number R", "people infected by each", "accent"),
            _pane(self._r),
            css_classes=["curves"],
            sizing_mode="stretch_width",
            margin=0,
        )
        self.paint(DARK)

    def __panel__(self) -> pn.viewable.Viewable:
        return self._pane

    def draw(self, moment: Moment) -> None:
        if moment.epoch != self._epoch:
            self._start_again(moment.epoch)
        records = moment.history[self._drawn :]
        if records:
            rows = self._rows(records, moment)
            self._board.add_rows(rows)
            self._drawn += len(records)
            self._make_room(rows)
        fresh = moment.applied[self._stamped :]
        if fresh:
            dates = [plot.midnight(moment.project.date_of(one.day)) for one in fresh]
            self._stamps.stream({"date": dates})
            self._stamped += len(fresh)

    def send_again(self) -> None:
        """Send every day once more with the next drawing: a browser has just come."""
        self._epoch = -1

    def paint(self, theme: Theme) -> None:
        for one in (self._now, self._new, self._r):
            plot.paint(one, theme)
        for name, glyph in self._renderers:
            colour = getattr(theme, name)
            for part in ("line_color", "fill_color"):
                if part in glyph.properties() and getattr(glyph, part) is not None:
                    setattr(glyph, part, colour)

    def _first_top(self) -> float:
        largest = max((float(series.counts.max()) for series in self._series), default=0.0)
        return plot.roomy(largest, 10)

    def _first_new_top(self) -> float:
        largest = max((float(series.counts.max()) for series in self._new_cases), default=0.0)
        return plot.roomy(largest, 10)

    def _draw_glyphs(self) -> list[tuple[str, Any]]:
        """Draw everything once; return each glyph with the name of its colour."""
        source, glyphs = self.source, []
        shown = "compared" if self._series else "infected"
        area = self._now.varea(x="date", y1=0, y2=shown, source=source, fill_alpha=0.18)
        line = self._now.line(x="date", y=shown, source=source, line_width=2)
        bars = self._new.varea(x="date", y1=0, y2="new", source=source, fill_alpha=0.22)
        new = self._new.line(x="date", y="new", source=source, line_width=1.6)
        r_line = self._r.line(x="date", y="r", source=source, line_width=2)
        glyphs += [("infectious", area.glyph), ("infectious", line.glyph)]
        glyphs += [("exposed", bars.glyph), ("exposed", new.glyph), ("accent", r_line.glyph)]
        level = Span(location=1, dimension="width", line_dash="dashed", line_width=1)
        self._r.add_layout(level)
        glyphs.append(("dim_ink", level))
        for one in (self._now, self._new, self._r):
            stamp = one.vspan(
                x="date", source=self._stamps, line_width=1, line_dash=[3, 3], line_alpha=0.9
            )
            glyphs.append(("accent", stamp.glyph))
        for series in (*self._series, *self._new_cases):
            points = (self._new if series.new else self._now).scatter(
                x=series.dates.astype("datetime64[ms]"), y=series.counts, size=6, fill_color=None
            )
            glyphs.append(("ink", points.glyph))
        _hover(self._now, [line], "people", f"@{shown}{{0,0}}")
        _hover(self._new, [new], "new infections", "@new{0,0}")
        _hover(self._r, [r_line], "R", "@r{0.00}")
        return glyphs

    def _rows(self, records: Sequence[DayRecord], moment: Moment) -> dict[str, list[Any]]:
        infected = list(moment.columns_of_role(*INFECTED_ROLES))
        names = {name for series in self._series for name in series.states}
        compared = [i for i, state in enumerate(moment.states) if state.name in names]
        return {
            "date": [plot.midnight(record.date) for record in records],
            "day": [record.day for record in records],
            "infected": [int(record.totals[infected].sum()) for record in records],
            "compared": [int(record.totals[compared].sum()) for record in records],
            "new": [record.incidence for record in records],
            "r": [math.nan if record.r_t is None else record.r_t for record in records],
        }

    def _make_room(self, rows: dict[str, list[Any]]) -> None:
        """Raise the upper ends of the axes, in few steps; they never fall within a run."""
        shown = "compared" if self._series else "infected"
        for one, column, least in (
            (self._now, shown, self._first_top()),
            (self._new, "new", self._first_new_top()),
            (self._r, "r", R_TOP),
        ):
            largest = float(np.nanmax(np.array(rows[column], float), initial=0.0))
            if largest * 1.02 > plot.top_of(one):
                plot.set_top(one, plot.roomy(largest, least))

    def _start_again(self, epoch: int) -> None:
        self._epoch, self._drawn, self._stamped = epoch, 0, 0
        self._board.clear_rows()
        self._stamps.data = {"date": []}
        tops = (self._first_top(), self._first_new_top(), R_TOP)
        for one, top in zip((self._now, self._new, self._r), tops, strict=True):
            plot.set_top(one, top)


def _title(series: tuple[Series, ...]) -> tuple[str, str, str]:
    if series:
        return f"{series[0].label}: model, and ○ observed", "people", "infectious"
    return "Infected now", "people", "infectious"


def _new_title(series: tuple[Series, ...]) -> str:
    return f"New infections, and ○ {series[0].label}" if series else "New infections"


def _heading(words: str, unit: str, colour: str) -> pn.pane.HTML:
    bar = f'<i style="background:var(--{colour})"></i>'
    return text("heading", f"<h2>{bar}{words} <span>{unit}</span></h2>")


def _pane(one: figure) -> pn.pane.Bokeh:
    return pn.pane.Bokeh(one, sizing_mode="stretch_width", margin=0)


def _hover(one: figure, renderers: list[Any], name: str, value: str) -> None:
    tool = HoverTool(
        renderers=renderers,
        mode="vline",
        tooltips=[("", "@date{%-d %b %Y}, day @day"), (name, value)],
        formatters={"@date": "datetime"},
    )
    one.add_tools(tool)
