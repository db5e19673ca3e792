"""CompareCurves: one series of every scenario, with bands, over real dates."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import panel as pn
from bokeh.models import ColumnDataSource, HoverTool

from populace.engine.project import Project
from populace.engine.scenarios.bands import Band
from populace.layers.themes import DARK, Theme
from populace.studio.compare.bench import MOST
from populace.studio.views import plot

# Colours that keep apart for colour deficiencies, too; dashes tell them apart without any.
COLOURS = ("ink", "accent", "exposed", "hospital", "recovered", "infectious")
DASHES = ("solid", "solid", "dashed", "solid", "dotted", "dashdot")
PARTS = ("low90", "low50", "median", "high50", "high90")
assert len(COLOURS) == len(DASHES) == MOST


class CompareCurves:
    """A median, a band of half of the runs and one of 90 % for each scenario."""

    def __init__(self, project: Project) -> None:
        self._figure = plot.figure(
            project, plot.dates_of(project), height=330, top=10, axis=True, most_ticks=10
        )
        self._sources = [ColumnDataSource(_nothing(), name=f"scenario {n}") for n in range(MOST)]
        self._glyphs: list[tuple[str, Any]] = []
        lines = []
        for colour, dash, source in zip(COLOURS, DASHES, self._sources, strict=True):
            wide = self._figure.varea(x="date", y1="low90", y2="high90", source=source, alpha=0.12)
            half = self._figure.varea(x="date", y1="low50", y2="high50", source=source, alpha=0.22)
            line = self._figure.line(
                x="date", y="median", source=source, line_width=2.2, line_dash=dash
            )
            lines.append(line)
            self._glyphs += [(colour, wide.glyph), (colour, half.glyph), (colour, line.glyph)]
        tips = [
            ("", "@name"),
            ("Date", "@date{%-d %B %Y}"),
            ("Median", "@median{0,0.[00]}"),
            ("50 % of runs", "@low50{0,0.[00]} to @high50{0,0.[00]}"),
            ("90 % of runs", "@low90{0,0.[00]} to @high90{0,0.[00]}"),
        ]
        hover = HoverTool(renderers=lines, tooltips=tips, formatters={"@date": "datetime"})
        self._figure.add_tools(hover)
        self._pane = pn.pane.Bokeh(self._figure, sizing_mode="stretch_width", margin=0)
        self.paint(DARK)

    def __panel__(self) -> pn.viewable.Viewable:
        return self._pane

    def draw(self, dates: Sequence[float], bands: Mapping[int, tuple[str, Band]]) -> None:
        """Show the bands of scenarios by id; what is not named disappears."""
        top = 0.0
        for number, source in enumerate(self._sources):
            if number not in bands:
                source.data = _nothing()
                continue
            name, band = bands[number]
            parts = {part: getattr(band, part) for part in PARTS}
            source.data = {"date": list(dates), "name": [name] * len(dates), **parts}
            known = band.high90[~np.isnan(band.high90)]
            top = max(top, float(known.max()) if len(known) else 0.0)
        plot.set_top(self._figure, plot.roomy(top, 1.0))

    def paint(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        plot.paint(self._figure, theme)
        for name, glyph in self._glyphs:
            for part in ("line_color", "fill_color"):
                if part in glyph.properties():
                    setattr(glyph, part, getattr(theme, name))


def _nothing() -> dict[str, Any]:
    return {name: [] for name in ("date", "name", *PARTS)}
