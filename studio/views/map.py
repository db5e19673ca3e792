"""MapView: the people of the run on a map that can be dragged and zoomed down to the streets."""

import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, cast

import numpy as np
import panel as pn
import panel_material_ui as pmui

from populace.engine.people import People
from populace.engine.snapshot import Snapshot
from populace.layers.areas import Areas
from populace.layers.basemap import Basemap, basemap_of
from populace.layers.choropleth import Choropleth
from populace.layers.themes import THEMES
from populace.layers.view import LOOKS, View
from populace.studio.material import theme_config
from populace.studio.outlet import Outlet, addressed, described
from populace.studio.render import Eye, Picture
from populace.studio.session import Session
from populace.studio.views.map_figure import MapFigure

DISTRICTS = "districts"
_ZOOM_STEP = 2.0
_REGIONS_EVERY_S = 1.0
# A picture that was not painted by now is lost: the page may have been offline.
_LOST_AFTER_S = 3.0
_STYLE = ":host { position: relative; overflow: hidden }"
_BUTTONS_STYLE = """
:host { background: color-mix(in srgb, var(--card, #1b2430) 88%, transparent);
  border: 1px solid var(--line, #2a3646); border-radius: 9px; width: 36px }
"""
_SCALE_PLACE = ":host { pointer-events: none; width: auto }"


class MapView:
    """Everybody on the map. ``look`` chooses what the colours say; hover names the region."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._look = LOOKS[0]
        self._begin_at: list[float] = []
        self._people: People | None = None
        self._number, self._sent_at = 0, 0.0
        self._outlet = Outlet(self._next_picture) if addressed() else None
        self._regions_due, self._colours = 0.0, [""]
        self._figure = MapFigure(self._look, self._outlet.address if self._outlet else "")
        self._figure.looked.on_change("data", self._on_looked)
        self._figure.painted.on_change("data", self._on_painted)
        self._eye = Eye(self._deliver)
        self._pane = self._lay_out()
        self._paint()
        session.open_eye(self._eye)
        session.on_snapshot(self._on_snapshot)
        session.on_theme(lambda name: self._on_theme())

    def __panel__(self) -> pn.viewable.Viewable:
        return self._pane

    @property
    def look(self) -> str:
        """What the colours say: one of `LOOKS`, "state:<name>" or "districts"."""
        return self._look

    @look.setter
    def look(self, look: str) -> None:
        if look != DISTRICTS:
            View(0, 0, 1, 1, 1, 1, look=look)  # refuses an unknown look
        self._look = look
        self._figure.chosen.patch({"look": [(0, look)]})
        self._aim()
        self._redraw_regions()

    @property
    def view(self) -> View | None:
        """What the browser shows, in Web Mercator metres; None before it has its size."""
        edges, size = self._figure.edges, self._figure.size
        if edges is None or size is None:
            return None
        look = LOOKS[0] if self._look == DISTRICTS else self._look
        return View(*edges, *size, theme=self._session.theme, look=look)

    def begin_at(self, edges: Sequence[str]) -> None:
        """Show first what lies between these edges: west, south, east, north, in metres.

        They come from an address: what is no place on a map is left out.
        """
        try:
            x0, y0, x1, y1 = (float(edge) for edge in edges)
            View(x0, y0, x1, y1, 1, 1)
        except ValueError:
            return
        self._begin_at = [x0, x1, y0, y1]

    def on_pick(self, pick: Callable[[float, float], None]) -> None:
        """Have ``pick(x, y)`` called with the place that somebody clicks, in metres."""
        self._figure.on_pick(pick)

    def mark(self, place: tuple[float, float] | None) -> None:
        """Draw a ring around a place, or around none."""
        self._figure.mark(place)

    def on_line(self, drawn: Callable[[list[float], list[float]], None]) -> None:
        """Have ``drawn(xs, ys)`` called with the corners of a drawn line, in metres."""
        self._figure.on_line(drawn)

    def hold_pencil(self, held: bool) -> None:
        """Let a drag draw a line instead of moving the map; False ends that."""
        self._figure.hold_pencil(held)

    def outline(self, xs: Sequence[float] = (), ys: Sequence[float] = ()) -> None:
        """Draw a closed line with these corners; without any, none."""
        one = len(xs) > 0
        self._figure.outline([[[list(xs)]]] if one else [], [[[list(ys)]]] if one else [])

    def outline_regions(self, regions: Sequence[int]) -> bool:
        """Draw the borders of regions; return False where there is no map of them."""
        data = self._figure.regions.data
        xs, ys = cast("list[Any]", data["xs"]), cast("list[Any]", data["ys"])
        if not regions or max(regions) >= len(xs):
            return False
        self._figure.outline([xs[one] for one in regions], [ys[one] for one in regions])
        return True

    def go_to(self, place: tuple[float, float], metres: float) -> None:
        """Show a place in the middle of so many metres."""
        self._figure.go_to(place, metres)

    # The page

    def _lay_out(self) -> pn.viewable.Viewable:
        acts = (
            ("add", "Zoom in", partial(self._figure.zoom, _ZOOM_STEP)),
            ("remove", "Zoom out", partial(self._figure.zoom, 1 / _ZOOM_STEP)),
            ("zoom_out_map", "Show everybody", self._figure.home),
        )
        # A click may arrive without the lock of the document, which a figure's change needs.
        buttons = [
            _button(icon, words, partial(self._session.in_page, act)) for icon, words, act in acts
        ]
        corner = {"position": "absolute", "z-index": "2"}
        return pn.Column(
            pn.pane.Bokeh(self._figure.plot, sizing_mode="stretch_both", margin=0),
            pn.Column(
                *buttons,
                styles={**corner, "right": "12px", "top": "12px"},
                stylesheets=[_BUTTONS_STYLE],
                margin=0,
            ),
            pn.Column(
                pn.pane.Bokeh(self._figure.scale, margin=0),
                styles={**corner, "right": "58px", "top": "18px"},
                stylesheets=[_SCALE_PLACE],
                margin=0,
            ),
            css_classes=["map"],
            sizing_mode="stretch_both",
            stylesheets=[_STYLE],
            margin=0,
        )

    def _paint(self) -> None:
        theme = THEMES[self._session.theme]
        mapped = self._people is None or self._people.places.boundaries is not None
        background = theme.sea if mapped else theme.land
        self._figure.paint(theme, background)

    # The people and where they live

    def _on_snapshot(self, snapshot: Snapshot) -> None:
        people = self._session.runner.people
        if people is None:
            return
        if people is not self._people:
            self._begin(people)
        if time.monotonic() >= self._regions_due:
            self._redraw_regions(snapshot)

    def _begin(self, people: People) -> None:
        """Show everybody at once; the land follows, for reading it takes a while."""
        self._people = people
        self._paint()
        crowd = self._session.runner.crowd
        points = people if crowd is None else crowd.dots
        edges = (float(edge(axis)) for axis in (points.x, points.y) for edge in _EDGES)
        places = people.places
        ground = np.cos(np.radians(places.origin_lat)) if places.boundaries else 0.0
        self._figure.begin(*edges, ground=float(ground), at=self._begin_at)
        if places.boundaries is not None:
            threading.Thread(target=self._read_land, args=[people], daemon=True).start()

    def _read_land(self, people: People) -> None:
        areas = Areas.of(people.places)
        land = basemap_of(people.places) if areas is None else areas.land()
        if land is not None:
            self._session.in_page(partial(self._show_land, people, land))

    def _show_land(self, people: People, land: Basemap) -> None:
        places, areas = people.places, Areas.of(people.places)
        rows = {region: row for row, region in enumerate(land.region_ids)}
        order = [rows[region] for region in (areas.names if areas else places.region_ids)]
        nothing, self._colours = [0.0] * len(order), [""]
        self._figure.regions.data = {
            "xs": [land.xs[row] for row in order],
            "ys": [land.ys[row] for row in order],
            "colour": [THEMES[self._session.theme].land] * len(order),
            "name": list(areas.names if areas else places.region_names),
            "group": [""] * len(order) if areas else list(places.region_groups),
            **{name: nothing for name in ("people", "infected", "percent", "new")},
        }
        self._redraw_regions()

    def _redraw_regions(self, snapshot: Snapshot | None = None) -> None:
        """Send the regions' figures and colours: two columns of a few hundred rows."""
        snapshot = snapshot or self._session.shown
        count = len(self._figure.regions.data["name"])
        if snapshot is None or self._people is None or count == 0:
            return
        self._regions_due = time.monotonic() + _REGIONS_EVERY_S
        if areas := Areas.of(self._people.places):
            snapshot = areas.snapshot(snapshot, self._people)
        share = Choropleth(self._people).values(snapshot)
        people = snapshot.counts.sum(axis=1)
        theme = self._session.theme
        colours = [THEMES[theme].land] * count
        if self._look == DISTRICTS:
            colours = Choropleth(self._people).hex_colours(share, theme)
        columns = {
            "people": people,
            "infected": np.rint(share * people),
            "percent": 100 * share,
            "new": Choropleth(self._people, "new").values(snapshot),
        }
        new = {name: column.tolist() for name, column in columns.items()}
        if colours != self._colours:
            new["colour"] = self._colours = colours
        self._figure.regions.patch(
            {name: [(slice(0, count), column)] for name, column in new.items()}
        )

    # Pictures

    def _on_looked(self, attribute: str, old: Any, new: Any) -> None:
        """Take what the browser says about its viewport."""
        self._session.visible = bool(new["visible"][0])
        self._eye.webp = not new["near"][0]
        if time.monotonic() - self._sent_at > _LOST_AFTER_S:
            self._eye.in_flight = False
        self._aim()

    def _on_theme(self) -> None:
        self._paint()
        self._aim()
        self._redraw_regions()

    def _aim(self) -> None:
        """Point the eye at what the browser shows."""
        self._eye.view = None if self._look == DISTRICTS else self.view
        if self._eye.view is not None:
            self._session.look()

    def _deliver(self, picture: Picture) -> None:
        """Take a picture in the render thread, and pass it on."""
        if self._outlet is not None:
            self._outlet.put(picture)
        else:
            self._session.in_page(partial(self._send, picture))

    def _send(self, picture: Picture) -> None:
        self._number += 1
        self._sent_at = time.monotonic()
        self._figure.wire.data = {
            "number": [self._number],
            "about": [described(self._number, picture)],
            "bytes": [picture.content],
            # First and last differ from the picture before: Bokeh compares no byte of it.
            "last": [self._number],
        }

    def _on_painted(self, attribute: str, old: Any, new: Any) -> None:
        """Hear that the browser has painted a picture."""
        if new["number"][0] == self._number:
            self._next_picture()

    def _next_picture(self) -> None:
        """Let the browser have the next picture, now that it has the last."""
        self._eye.in_flight = False
        self._session.look()


_EDGES = (np.min, np.max)


def _button(icon: str, words: str, act: Any) -> pmui.IconButton:
    return pmui.IconButton(
        icon=icon,
        description=words,
        on_click=lambda event: act(),
        size="small",
        margin=0,
        theme_config=theme_config(),
    )
