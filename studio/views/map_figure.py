"""MapFigure: the figure of the map in the browser: what it is drawn from, and what is looked at."""

from collections.abc import Callable
from importlib.resources import files
from typing import Any, cast

from bokeh.events import Event, SelectionGeometry, Tap
from bokeh.models import (
    ColumnDataSource,
    CustomJS,
    Div,
    HoverTool,
    LassoSelectTool,
    PanTool,
    Range1d,
    WheelZoomTool,
)
from bokeh.plotting import figure

from populace.layers.themes import Theme

# Device pixels; a larger screen gets its picture stretched.
_MOST_PIXELS = (1600, 1200)
_LEAST_METRES = 0.12  # per pixel: a street corner fills the map
_MARGIN = 0.04  # share of the people's extent left free around them
_HOVER = """
<div class="region"><b>@name</b> @group<br>
@people{0,0} people · @infected{0,0} infected now (@percent{0.0} %)<br>
@new{0,0.0} new infections a day per 100,000</div>
"""
_SCALE_STYLE = """
:host { pointer-events: none; color: inherit }
.scale { border: solid currentColor; border-width: 0 1.5px 1.5px; text-align: center;
  font: 11px/15px system-ui, sans-serif; font-variant-numeric: tabular-nums }
"""
_REGION_COLUMNS = (
    "xs", "ys", "colour", "name", "group", "people", "infected", "percent", "new"
)  # fmt: skip


class MapFigure:
    """Land, a ring around somebody, and the pictures of people that the browser paints itself."""

    def __init__(self, look: str, address: str) -> None:
        self.wire = ColumnDataSource({"number": [0]})  # pictures
        self.chosen = ColumnDataSource({"look": [look], "address": [address]})
        self.painted = ColumnDataSource({"number": [0]})  # as the browser says
        self.looked = ColumnDataSource(
            {name: [0.0] for name in ("x0", "y0", "x1", "y1")}
        )  # as the browser says
        self.regions = ColumnDataSource({name: [] for name in _REGION_COLUMNS}, name="map_regions")
        self._ring = ColumnDataSource({"x": [], "y": []}, name="map_ring")
        self._shape = ColumnDataSource({"xs": [], "ys": []}, name="map_shape")
        self._pencil = ColumnDataSource({"held": [False]}, name="map_pencil")
        self._draws = False
        self._home = ColumnDataSource(
            {"x0": [0.0], "x1": [0.0], "y0": [0.0], "y1": [0.0], "ground": [0.0], "begin": [[]]}
        )
        self.scale = Div(text="", stylesheets=[_SCALE_STYLE])
        self.plot = self._make_figure()
        self._connect()

    # What is looked at

    @property
    def edges(self) -> tuple[float, float, float, float] | None:
        """West, south, east and north of what the browser shows; None before it has its size."""
        west, south, east, north = (float(self._says(name)) for name in ("x0", "y0", "x1", "y1"))
        return None if west == east else (west, south, east, north)

    @property
    def size(self) -> tuple[int, int] | None:
        """Pixels across and down; None before the browser has said."""
        if self.edges is None:
            return None
        width, height = (max(1, int(self._says(name))) for name in ("width", "height"))
        return width, height

    def _says(self, name: str) -> Any:
        """Return what the browser has said last."""
        return cast("Any", self.looked.data[name])[0]

    def begin(
        self,
        west: float,
        east: float,
        south: float,
        north: float,
        *,
        ground: float,
        at: list[float],
    ) -> None:
        """Show people who live between these edges; ``at`` is what shows first, empty for all.

        ``ground`` is how many metres on the ground a metre of the map is, 0 where there is no land.
        """
        room_x, room_y = _MARGIN * (east - west or 1), _MARGIN * (north - south or 1)
        self._home.data = {
            "x0": [west - room_x],
            "x1": [east + room_x],
            "y0": [south - room_y],
            "y1": [north + room_y],
            "ground": [ground],
            "begin": [at],
        }

    def home(self) -> None:
        """Show everybody."""
        self._home.update(data=dict(self._home.data))

    def zoom(self, factor: float) -> None:
        """Zoom in (factor above 1) or out around the middle."""
        for axis in (self.plot.x_range, self.plot.y_range):
            assert isinstance(axis, Range1d)
            # Bokeh's ranges may hold dates; ours hold metres.
            start, end = cast(float, axis.start), cast(float, axis.end)
            middle, half = (start + end) / 2, (end - start) / 2 / factor
            axis.update(start=middle - half, end=middle + half)

    def on_pick(self, pick: Callable[[float, float], None]) -> None:
        """Have ``pick(x, y)`` called with the place that somebody clicks, in metres."""

        def tapped(event: Event) -> None:
            assert isinstance(event, Tap)
            if event.x is not None and event.y is not None and not self._draws:
                pick(event.x, event.y)

        self.plot.on_event(Tap, tapped)

    def mark(self, place: tuple[float, float] | None) -> None:
        """Draw a ring around a place, or around none."""
        x, y = ([], []) if place is None else ([place[0]], [place[1]])
        self._ring.data = {"x": x, "y": y}

    def on_line(self, drawn: Callable[[list[float], list[float]], None]) -> None:
        """Have ``drawn(xs, ys)`` called with the corners of a line that somebody has drawn."""

        def ended(event: Event) -> None:
            assert isinstance(event, SelectionGeometry)
            # Bokeh's own type of a geometry knows rectangles only.
            line = cast("dict[str, Any]", event.geometry or {})
            if event.final and line.get("type") == "poly":
                drawn([float(x) for x in line["x"]], [float(y) for y in line["y"]])

        self.plot.on_event(SelectionGeometry, ended)

    def hold_pencil(self, held: bool) -> None:
        """Let a drag draw a line; False lets it move the map again."""
        self._draws = held
        self._pencil.data = {"held": [held]}

    def outline(self, xs: list[list[list[list[float]]]], ys: list[list[list[list[float]]]]) -> None:
        """Draw a line round regions: of each its parts, of each part its rings."""
        self._shape.data = {"xs": xs, "ys": ys}

    def go_to(self, place: tuple[float, float], metres: float) -> None:
        """Show a place in the middle of so many metres."""
        width, height = self.size or (1, 1)
        across, up = metres / 2, metres / 2 * height / width
        for axis, middle, half in (
            (self.plot.x_range, place[0], across),
            (self.plot.y_range, place[1], up),
        ):
            assert isinstance(axis, Range1d)
            axis.update(start=middle - half, end=middle + half)

    # How it looks

    def paint(self, theme: Theme, background: str) -> None:
        """Take the colours of a theme."""
        self.plot.background_fill_color = self.plot.border_fill_color = background
        self._land.line_color = theme.shore
        self._ring_glyph.line_color = theme.ink
        for part in (self._shape_glyph, self._lasso.overlay):
            part.update(line_color=theme.accent, fill_color=theme.accent)
        self.scale.styles = {"color": theme.dim_ink}

    def _make_figure(self) -> figure:
        plot = figure(
            x_range=Range1d(start=0, end=1),
            y_range=Range1d(start=0, end=1),
            tools="",
            toolbar_location=None,
            sizing_mode="stretch_both",
            min_border=0,
            outline_line_color=None,
            # Axes that are only invisible would be laid out for every picture.
            x_axis_location=None,
            y_axis_location=None,
            name="map_figure",
        )
        plot.grid.visible = False
        land = plot.multi_polygons(
            "xs", "ys", fill_color="colour", line_width=0.6, source=self.regions
        )
        self._land = land.glyph
        ring = plot.scatter(
            "x", "y", size=22, fill_color=None, line_width=2.5, source=self._ring, level="overlay"
        )
        self._ring_glyph = ring.glyph
        shape = plot.multi_polygons(
            "xs", "ys", fill_alpha=0.07, line_width=2, source=self._shape, level="overlay"
        )
        self._shape_glyph = shape.glyph
        # Without renderers it selects none of the drawn things: only its line is wanted.
        self._lasso = LassoSelectTool(renderers=[], continuous=False)
        self._lasso.overlay.update(fill_alpha=0.12, line_width=2, line_dash="solid", line_alpha=1)
        drag, wheel = PanTool(), WheelZoomTool()
        plot.add_tools(
            drag,
            wheel,
            self._lasso,
            HoverTool(renderers=[land], tooltips=_HOVER, point_policy="follow_mouse"),
        )
        plot.toolbar.active_drag, plot.toolbar.active_scroll = drag, wheel
        return plot

    def _connect(self) -> None:
        plot = self.plot
        look = CustomJS(
            args={
                "fig": plot,
                "home": self._home,
                "looked": self.looked,
                "scale": self.scale,
                "most": _MOST_PIXELS,
                "least": _LEAST_METRES,
            },
            code=_code("map_look.js"),
        )
        for name in ("inner_width", "inner_height"):
            plot.js_on_change(name, look)
        for axis in (plot.x_range, plot.y_range):
            for name in ("start", "end"):
                axis.js_on_change(name, look)
        self._home.js_on_change("data", look)
        picture = CustomJS(
            args={
                "wire": self.wire,
                "painted": self.painted,
                "fig": plot,
                "chosen": self.chosen,
            },
            code=_code("map_picture.js"),
        )
        self.wire.js_on_change("data", picture)
        # The first look tells that the figure has its size: then there can be pictures.
        self.looked.js_on_change("data", picture)
        self.chosen.js_on_change(
            "patching", CustomJS(args={"fig": plot}, code="fig.populace_people?.choose()")
        )
        pencil = "(held.data.held[0] ? lasso : drag).active = true"
        args = {"held": self._pencil, "lasso": self._lasso, "drag": plot.toolbar.active_drag}
        self._pencil.js_on_change("data", CustomJS(args=args, code=pencil))
        # A model that no root refers to is never synchronised.
        plot.tags = [self.wire, self.painted, self.looked, self._home, self.chosen, self._pencil]


def _code(name: str) -> str:
    return files("populace.studio.views").joinpath(name).read_text(encoding="utf-8")
