"""FitCurves: what was observed, what the fitted model says of it, and what is left between them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import panel as pn
from bokeh.models import ColumnDataSource, FixedTicker, HoverTool, Span
from bokeh.plotting import figure as bokeh_figure
from jaxtyping import Float64

from populace.engine.project import Project
from populace.layers.themes import DARK, Theme
from populace.studio.views import plot

COLUMNS = ("date", "observed", "median", "low50", "high50", "low90", "high90", "left")
_TICKS = 10
_DAY_MS = 86_400_000
_AIR_MS = 0.4 * _DAY_MS  # behind the last date: its point is whole
_BELOW = 0.025  # of the height: a point at 0 is whole


class FitCurves:
    """One series: its points over the median and the bands of the fit, and the residuals below."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._dates = dates = plot.dates_of(project)
        self._source = ColumnDataSource(_nothing(), name="fit over data")
        self._fit = plot.figure(project, dates, height=280, top=10, axis=True, most_ticks=_TICKS)
        self._left = plot.figure(project, dates, height=120, top=10, axis=True, most_ticks=_TICKS)
        self._glyphs: list[tuple[str, Any]] = []
        self._draw_fit()
        self._draw_residuals()
        look: dict[str, Any] = {"sizing_mode": "stretch_width", "margin": 0}
        self.fit = pn.pane.Bokeh(self._fit, **look)
        self.residuals = pn.pane.Bokeh(self._left, **look)
        self.paint(DARK)

    def draw(self, columns: dict[str, Float64[np.ndarray, " days"] | Sequence[float]]) -> None:
        """Show a series: every column of `COLUMNS`, NaN where nothing was observed."""
        self._source.data = {name: np.asarray(columns[name], np.float64) for name in COLUMNS}
        self._end_at(_largest(columns["date"]))
        highest = max(_largest(columns["high90"]), _largest(columns["observed"]))
        top = plot.roomy(highest, 1.0)
        plot.set_top(self._fit, top)
        plot.set_bottom(self._fit, -_BELOW * top)
        far = plot.roomy(_largest(np.abs(np.asarray(columns["left"], np.float64))), 1.0)
        plot.set_top(self._left, far)
        plot.set_bottom(self._left, -far)

    def _end_at(self, last: float) -> None:
        """Show dates up to the last one with data: nothing is run beyond."""
        self._dates.end = last + _AIR_MS
        first = plot.midnight(self._project.start_date)
        shown = replace(self._project, days=max(1, round((last - first) / _DAY_MS)))
        for one in (self._fit, self._left):
            one.xaxis.ticker = FixedTicker(ticks=plot.ticks(shown, _TICKS))

    def clear(self) -> None:
        """Show nothing."""
        self._source.data = _nothing()

    def paint(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        for one in (self._fit, self._left):
            plot.paint(one, theme)
        self._zero.line_color = theme.dim_ink
        for name, glyph in self._glyphs:
            for part in ("line_color", "fill_color"):
                if part in glyph.properties():
                    setattr(glyph, part, getattr(theme, name))

    def _draw_fit(self) -> None:
        on: dict[str, Any] = {"x": "date", "source": self._source}
        wide = self._fit.varea(y1="low90", y2="high90", alpha=0.16, **on)
        half = self._fit.varea(y1="low50", y2="high50", alpha=0.26, **on)
        line = self._fit.line(y="median", line_width=2.2, **on)
        points = self._fit.scatter(y="observed", size=6.5, line_width=0, **on)
        self._glyphs += [("accent", one.glyph) for one in (wide, half, line)]
        self._glyphs.append(("ink", points.glyph))
        self._tell(self._fit, line, points)

    def _draw_residuals(self) -> None:
        on: dict[str, Any] = {"x": "date", "source": self._source}
        self._zero = Span(location=0, dimension="width", line_width=1)
        self._left.add_layout(self._zero)
        stems = self._left.segment(
            x0="date", x1="date", y0=0, y1="left", source=self._source, line_width=1.5
        )
        points = self._left.scatter(y="left", size=5, line_width=0, **on)
        self._glyphs += [("dim_ink", stems.glyph), ("ink", points.glyph)]
        self._tell(self._left, points)

    def _tell(self, figure: bokeh_figure, *renderers: Any) -> None:
        tips = [
            ("Date", "@date{%-d %B %Y}"),
            ("Observed", "@observed{0,0.[00]}"),
            ("Fit, median", "@median{0,0.[00]}"),
            ("50 % of the runs", "@low50{0,0.[00]} to @high50{0,0.[00]}"),
            ("90 % of the runs", "@low90{0,0.[00]} to @high90{0,0.[00]}"),
        ]
        shown = list(renderers)
        hover = HoverTool(renderers=shown, tooltips=tips, formatters={"@date": "datetime"})
        figure.add_tools(hover)


def _largest(values: Any) -> float:
    known = np.asarray(values, np.float64)
    known = known[~np.isnan(known)]
    return float(known.max()) if len(known) else 0.0


def _nothing() -> dict[str, Any]:
    return {name: [] for name in COLUMNS}
