"""DistrictMap: the districts, coloured by what two scenarios differ by, or by how likely it is.

The figure is drawn once; colours and words change with the runs and with what is asked.
"""

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import numpy as np
import panel as pn
from bokeh.models import ColumnDataSource, HoverTool, PanTool, WheelZoomTool
from bokeh.plotting import figure

from populace.engine.errors import ProjectError
from populace.engine.project import Project
from populace.engine.scenarios.place_changes import CHANGES, PER, PlaceChange, place_changes
from populace.engine.scenarios.places import Chance, passing
from populace.engine.scenarios.result import Result
from populace.layers.basemap import Basemap, assets_file, basemap
from populace.layers.changes import chance_colours, chance_ramp, change_colours, round_top
from populace.layers.themes import DARK, Theme
from populace.studio.compare.map_desk import MapDesk
from populace.studio.compare.table import figure as in_words

DIFFERENCE, CHANCE = "difference", "chance"
HEIGHT = 460
_MANY = 100  # runs, with which a share is known to 10 % at the worst
_TOLERANCE = 40.0  # metres; a coast moved by less is not seen in a map of this size
_TIPS = """
<div style="font: 12px/1.45 Roboto, system-ui, sans-serif"><b>@name</b><br>@words<br>
@lives</div>
"""


def district_map(project: Project) -> "DistrictMap | None":
    """Return the map of a project whose people live in districts with outlines, or None."""
    outlines = project.population.outlines()
    if outlines is None:
        return None
    return DistrictMap(basemap(assets_file(outlines), 0.0, 0.0, _TOLERANCE))


class DistrictMap:
    """Asks for two scenarios, or for one and a threshold, and paints the districts by them."""

    def __init__(self, land: Basemap) -> None:
        self._land, self._theme = land, DARK
        self._runs: Mapping[str, Sequence[Result]] = {}
        count = len(land.region_ids)
        self.source = ColumnDataSource(
            {
                "xs": land.xs,
                "ys": land.ys,
                "name": list(land.region_names),
                "lives": [""] * count,
                "words": ["Nothing was run yet."] * count,
                "colour": [DARK.land] * count,
                "hatch": [" "] * count,
            },
            name="districts",
        )
        self.desk = MapDesk(self._draw)
        self._figure = self._make_figure()
        pane = pn.pane.Bokeh(self._figure, sizing_mode="stretch_width", margin=0)
        self._view = pn.Column(self.desk, pane, sizing_mode="stretch_width", margin=0)
        self.paint(DARK)

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view

    def take(self, runs: Mapping[str, Sequence[Result]]) -> None:
        """Show these runs of scenarios by name, the baseline first."""
        self._runs = runs
        self.desk.offer(list(runs))
        self._draw()

    def paint(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        plot = self._figure
        plot.background_fill_color = plot.border_fill_color = theme.panel
        self._glyph.line_color, self._glyph.hatch_color = theme.boundary, theme.dim_ink
        self._draw()

    def _draw(self) -> None:
        if not self._runs:
            bare = [self._theme.land] * len(self._land.region_ids)
            self.source.patch({"colour": [(slice(None), bare)]})
            return
        asked = self.desk.asked
        try:
            if asked["look"] == CHANCE:
                self._draw_chances(asked)
            else:
                self._draw_changes(asked)
        except ProjectError as error:
            self.desk.explain(str(error), "")

    def _draw_changes(self, asked: Mapping[str, Any]) -> None:
        first, second, measure = asked["first"], asked["second"], asked["measure"]
        found = place_changes(self._runs[first], self._runs[second], measure)
        top = round_top(one.change.value for one in found)
        values = np.array([one.change.value for one in found])
        self._put(
            [one.place for one in found],
            [one.people for one in found],
            change_colours(values, top, self._theme),
            [_change_words(one, first, second, measure) for one in found],
            [one.people > 0 and not one.is_sure for one in found],
        )
        runs = len(self._runs[first])
        end = in_words(top)
        ticks = [f"−{end} or less", "0", f"{end} or more"]
        self.desk.explain(
            f"{CHANGES[measure].capitalize()} per {PER:,} residents in “{second}” less those in "
            f"“{first}”: mean of {runs:,} pairs of runs with the same chance. "
            "Dotted: the 95 % interval of the mean reaches over 0, or is not known.",
            _legend(self._theme.change_ramp, ticks, f"{CHANGES[measure]} per {PER:,} residents"),
        )

    def _draw_chances(self, asked: Mapping[str, Any]) -> None:
        name, threshold = asked["second"], float(asked["threshold"])
        found = passing(self._runs[name], "infected", threshold)
        shares = np.array([one.probability if one.people else math.nan for one in found])
        self._put(
            [one.place for one in found],
            [one.people for one in found],
            chance_colours(shares, self._theme),
            [_chance_words(one) for one in found],
            [False] * len(found),
        )
        runs = len(self._runs[name])
        rough = "" if runs >= _MANY else "With so few runs the share is rough: point at a district "
        rough += "for its 95 % interval." if rough else "Point at a district for its 95 % interval."
        self.desk.explain(
            f"Share of the {runs:,} {'run' if runs == 1 else 'runs'} of “{name}” in which there "
            f"were at least {threshold:g} {'infection' if threshold == 1 else 'infections'} "
            f"per 100 residents by the last day. {rough}",
            _legend(chance_ramp(self._theme), ["0 %", "50 %", "100 %"], "of the runs"),
        )

    def _put(
        self,
        ids: Sequence[str],
        people: Sequence[int],
        colours: Sequence[str],
        words: Sequence[str],
        dotted: Sequence[bool],
    ) -> None:
        """Write a row for each district of the map; one that the runs do not know stays bare."""
        row_of = {place: row for row, place in enumerate(ids)}
        rows = [row_of.get(place) for place in self._land.region_ids]
        columns = {
            "lives": ["" if row is None else f"{people[row]:,} people in each run" for row in rows],
            "words": ["Not in these runs." if row is None else words[row] for row in rows],
            "colour": [self._theme.land if row is None else colours[row] for row in rows],
            "hatch": ["." if row is not None and dotted[row] else " " for row in rows],
        }
        # The outlines stay: they are what is large.
        self.source.patch({name: [(slice(None), new)] for name, new in columns.items()})

    def _make_figure(self) -> figure:
        plot = figure(
            height=HEIGHT,
            sizing_mode="stretch_width",
            match_aspect=True,
            tools="",
            toolbar_location=None,
            min_border=0,
            outline_line_color=None,
            x_axis_location=None,
            y_axis_location=None,
        )
        plot.grid.visible = False
        land = plot.multi_polygons(
            "xs",
            "ys",
            fill_color="colour",
            hatch_pattern="hatch",
            hatch_scale=5.0,
            hatch_alpha=0.8,
            line_width=0.6,
            source=self.source,
        )
        self._glyph: Any = land.glyph
        drag, wheel = PanTool(), WheelZoomTool()
        hover = HoverTool(renderers=[land], tooltips=_TIPS, point_policy="follow_mouse")
        plot.add_tools(drag, wheel, hover)
        plot.toolbar.active_drag = drag
        return plot


def _change_words(one: PlaceChange, first: str, second: str, measure: str) -> str:
    if not one.people:
        return "Nobody lives here."
    sign = "+" if one.change.value > 0 else ""
    unsure = math.isnan(one.change.low)
    sure = "" if unsure else f" ({_one_place(one.change.low)} to {_one_place(one.change.high)})"
    return (
        f"{sign}{_one_place(one.change.value)}{sure} {CHANGES[measure]} per {PER:,}; "
        f"{_one_place(one.first)} in {first}, {_one_place(one.second)} in {second}"
    )


def _one_place(value: float) -> str:
    return f"{value:,.1f}".replace("-", "−")


def _chance_words(one: Chance) -> str:
    if not one.people:
        return "Nobody lives here."
    low, high = one.interval
    return (
        f"{one.passed:,} of {one.runs:,} runs: {one.probability:.0%} "
        f"(95 % interval {low:.0%} to {high:.0%})"
    )


def _legend(ramp: Sequence[str], ticks: Sequence[str], unit: str) -> str:
    """Return a bar of colours with words under it."""
    marks = "".join(f"<span>{escape(tick)}</span>" for tick in ticks)
    bar = f'<div class="ramp" style="background:linear-gradient(90deg,{",".join(ramp)})"></div>'
    return f'{bar}<div class="ticks">{marks}</div><div class="unit">{escape(unit)}</div>'
