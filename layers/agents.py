"""Everybody on the map, live: a city as a field of light, a district lot by lot, a street by heads.

Three looks, chosen by scale:

- **City**, many people in a pixel: hue from the share infected in the neighbourhood, brightness
  from the density of people, single cases as sparks, recovered neighbourhoods in a cool colour.
- **District**, streets legible: the pixel's own cases on top, with a small glow. Between the two
  the picture changes gradually with the scale.
- **Street**, few people in view: one soft disc per person, the infectious drawn last.
"""

import threading
from collections import OrderedDict

import numpy as np
from jaxtyping import Float32, Int32, UInt8

from populace.engine.people import People
from populace.engine.snapshot import Snapshot, StateInfo
from populace.layers import discs, palettes, pixels, shades
from populace.layers.base import MapLayer
from populace.layers.history import History, infected_states
from populace.layers.themes import STATE_COLOURS, channels
from populace.layers.view import View
from populace.layers.viewport import Street, Viewport

# Fewer people than this in view are drawn one by one.
STREET_PEOPLE = 60_000
# Except in a view so wide that a disc would cover a block, unless the whole population is small.
_STREET_METRES_PER_PIXEL = 8.0
# Metres per pixel where the city look begins to give way to the district look, and where it ends.
_CITY_METRES, _DISTRICT_METRES = 42.0, 16.0
_GAP_METRES = 150.0  # between people, closed by the look "share infected"
_BLUR_PIXELS = 2  # of the city look and of the district's glow
_SPARSE_PEOPLE = 4  # per pixel
_GLOW_ALPHA = {"dark": 110, "light": 80}  # of 255
_FIELD_METRES = 500.0  # blur of the look "share infected"
_MEMORY_BYTES = 192 * 2**20  # of all viewports kept; about three at 8.8 million people
_CALM, _HOT = 0, 1


class AgentsLayer(MapLayer):
    """The people of one run. Sessions that watch the same run share one layer and its pictures.

    Holds its own copy of everybody's state (3 bytes per agent), those of some days gone by (a byte
    per agent and day, 128 MB at most) and one index per viewport (4 bytes per agent). Any thread
    may ask for a picture; one is made at a time.
    """

    def __init__(self, people: People, memory_bytes: int = _MEMORY_BYTES) -> None:
        self._people = people
        self._memory_bytes = memory_bytes
        self._history = History(people.agent_count)
        self._viewports: OrderedDict[tuple, Viewport | Street] = OrderedDict()
        self._brightness: dict[float, Float32[np.ndarray, " people"]] = {}
        self._lock = threading.Lock()

    def advance(self, snapshot: Snapshot) -> None:
        """Bring the people to the snapshot's day, forward or back; start again for another run."""
        with self._lock:
            self._history.advance(snapshot)

    def picture(self, snapshot: Snapshot, view: View) -> UInt8[np.ndarray, "height width 4"]:
        """Return red, green, blue, alpha (not premultiplied); row 0 is the south edge.

        Alpha is 0 where nobody lives, so that the base map shows through.
        """
        with self._lock:
            self._history.advance(snapshot)
            place = self._viewport(view)
            out = np.empty((view.height, view.width, 4), np.uint8)
            if isinstance(place, Street):
                self._draw_street(snapshot, view, place, out)
            elif view.look == "when":
                self._draw_when(snapshot, view, place, out)
            elif view.look == "share":
                self._draw_field(snapshot, view, place, out)
            else:
                self._draw_cells(snapshot, view, place, out)
            return out

    def is_street(self, view: View) -> bool:
        """Return whether the last picture of this place showed people one by one.

        The legend then lists the states instead of a scale. Never waits for a picture.
        """
        return isinstance(self._viewports.get(view.place), Street)

    def days_of_infection(self) -> tuple[int, int]:
        """Return the days between which the ramp of "when infected" runs, for its legend."""
        return self._history.days_of_infection()

    def people_at(
        self, view: View, x: float, y: float, metres: float
    ) -> Int32[np.ndarray, " people"]:
        """Return the agents within `metres` of a point of a drawn street, nearest first."""
        place = self._viewports.get(view.place)
        if not isinstance(place, Street):
            return np.empty(0, np.int32)
        distance = np.hypot(self._people.x[place.agent] - x, self._people.y[place.agent] - y)
        near = np.flatnonzero(distance <= metres)
        return place.agent[near[np.argsort(distance[near], kind="stable")]]

    # Viewports

    def _viewport(self, view: View) -> Viewport | Street:
        key = view.place
        if key not in self._viewports:
            made = self._street(view) or Viewport(self._people, view)
            self._make_room(made.bytes)
            self._viewports[key] = made
        self._viewports.move_to_end(key)
        return self._viewports[key]

    def _street(self, view: View) -> Street | None:
        small = self._people.agent_count < STREET_PEOPLE
        if not small and view.metres_per_pixel > _STREET_METRES_PER_PIXEL:
            return None
        agent = np.empty(min(STREET_PEOPLE, self._people.agent_count), np.int32)
        bounds = (float(view.x0), float(view.y0), float(view.x1), float(view.y1))
        count = discs.people_in_view(self._people.x, self._people.y, bounds, len(agent), agent)
        return Street(self._people, view, agent[:count].copy()) if count <= len(agent) else None

    def _make_room(self, needed: int) -> None:
        held = needed + sum(place.bytes for place in self._viewports.values())
        while self._viewports and held > self._memory_bytes:
            held -= self._viewports.popitem(last=False)[1].bytes

    def _brightness_at(self, metres: float) -> Float32[np.ndarray, " people"]:
        if metres not in self._brightness:
            full = pixels.people_in_a_full_pixel(self._people.x, self._people.y, metres)
            self._brightness[metres] = shades.brightness_of_people(full)
        return self._brightness[metres]

    # Looks

    def _draw_cells(
        self, snapshot: Snapshot, view: View, place: Viewport, out: UInt8[np.ndarray, "h w 4"]
    ) -> None:
        _choose(snapshot, view, place, self._history)
        # A neighbourhood of few people (a scaled-down city) must be wider to have a share at all.
        sparse = place.people_count < _SPARSE_PEOPLE * place.cell_count
        radius = place.radius(2 * _BLUR_PIXELS if sparse else _BLUR_PIXELS)
        grid = place.smooth(radius)
        colours = palettes.hot_ramp(view, snapshot.states)
        detail = _detail(view.metres_per_pixel)
        if detail > 0:
            strength = detail / (2 * radius + 1) ** 2
            colour = palettes.glow_colour(view.colours, colours)
            whole = out.view(np.uint32)[:, :, 0]
            shades.shade_glow(grid, strength, _GLOW_ALPHA[view.theme], colour, whole)
        else:
            out[:] = 0
        scale = palettes.scale_of(view)
        shades.shade_cells(
            place.pixel_of_cell,
            place.people,
            place.hot,
            place.cool,
            grid,
            place.around(radius),
            detail,
            scale.full,
            palettes.places(scale),
            self._brightness_at(view.metres_per_pixel),
            palettes.table(view.colours.crowd_ramp),
            palettes.table(colours),
            palettes.table(view.colours.scar_ramp),
            out.reshape(-1, 4),
        )

    def _draw_field(
        self, snapshot: Snapshot, view: View, place: Viewport, out: UInt8[np.ndarray, "h w 4"]
    ) -> None:
        out[:] = 0
        _choose(snapshot, view, place, self._history)
        radius = place.radius(int(np.clip(round(_FIELD_METRES / view.metres_per_pixel), 2, 12)))
        grid = place.smooth(radius)
        reach = int(np.clip(round(_GAP_METRES / view.metres_per_pixel / 4), 1, 4))
        spots, around = place.spots(radius, reach)
        scale = palettes.scale_of(view)
        shades.shade_field(
            spots,
            around,
            grid,
            scale.full,
            palettes.places(scale),
            palettes.table(view.colours.crowd_ramp)[0],
            palettes.table(palettes.hot_ramp(view, snapshot.states)),
            out.reshape(-1, 4),
        )

    def _draw_when(
        self, snapshot: Snapshot, view: View, place: Viewport, out: UInt8[np.ndarray, "h w 4"]
    ) -> None:
        out[:] = 0
        shades.shade_when(
            place.pixel_of_cell,
            place.people,
            *place.first_days(snapshot, self._history),
            *self._history.days_of_infection(),
            self._brightness_at(view.metres_per_pixel),
            palettes.table(view.colours.crowd_ramp),
            palettes.table(view.colours.when_ramp),
            out.reshape(-1, 4),
        )

    def _draw_street(
        self, snapshot: Snapshot, view: View, place: Street, out: UInt8[np.ndarray, "h w 4"]
    ) -> None:
        out[:] = 0
        style = _street_style(snapshot, view, place, self._history)
        discs.draw_discs(place.across, place.up, place.kind, *style, out)


def _detail(metres_per_pixel: float) -> float:
    """Return 0 for the city look, 1 for the district look, between them in between."""
    part = np.log(_CITY_METRES / metres_per_pixel) / np.log(_CITY_METRES / _DISTRICT_METRES)
    return float(np.clip(part, 0.0, 1.0))


def _choose(snapshot: Snapshot, view: View, place: Viewport, history: History) -> None:
    """Write what the look shows warm and cool into the cells of a viewport."""
    if view.look == "new":
        place.new_today(snapshot)
        return
    states = snapshot.states
    hot = infected_states(states)
    cool = np.array([state.colour == "recovered" for state in states], np.uint8)
    if view.state is not None:
        chosen = palettes.state_named(view.state, states)
        hot = np.array([state is chosen for state in states], np.uint8)
        cool = np.zeros(len(states), np.uint8)
    place.choose(place.counts(snapshot, history), hot, cool)


def _street_style(
    snapshot: Snapshot, view: View, place: Street, history: History
) -> tuple[
    Float32[np.ndarray, "kinds 3"],
    Float32[np.ndarray, " kinds"],
    Float32[np.ndarray, " kinds"],
    Float32[np.ndarray, " kinds"],
]:
    """Set the kind of everybody's disc; return colour, radius, opacity and halo of each kind."""
    theme = view.colours
    if view.look == "when":
        kinds = 64
        first, last = history.days_of_infection()
        day = history.day
        discs.kinds_of_days(place.agent, history.first_day, first, last, kinds, place.kind, day)
        colour = np.vstack(
            [
                np.array([channels(theme.susceptible)], np.float32),
                palettes.table(theme.when_ramp, kinds - 1),
            ]
        )
        size = np.full(kinds, 1.25, np.float32)
        size[0] = 1.0
        opacity = np.full(kinds, 0.9, np.float32)
        return colour, size * np.float32(place.radius), opacity, np.zeros_like(size)
    if view.look in ("infected", "share"):
        kind_of_state = np.array([_kind(state) for state in snapshot.states], np.uint8)
        names, size, halo, opacity = STATE_COLOURS, _STATE_SIZE, _STATE_HALO, _STATE_OPACITY
    else:
        kind_of_state, hot = _one_kind(snapshot, view)
        names, size, halo, opacity = ("susceptible", hot), (1.0, 1.6), (0.0, 3.2), (0.8, 1.0)
    discs.kinds_of_states(place.agent, history.state, kind_of_state, place.kind)
    if view.look == "new":
        place.kind[:] = _CALM
        place.kind[history.first_day[place.agent] == snapshot.day] = _HOT
    colour = np.array([channels(theme.state(name)) for name in names], np.float32)
    radius = np.float32(place.radius)
    sizes, halos = np.array(size, np.float32), np.array(halo, np.float32)
    return colour, sizes * radius, np.array(opacity, np.float32), halos * radius


# By STATE_COLOURS: dead, susceptible, recovered, exposed, hospital, infectious
_STATE_SIZE = (0.8, 1.0, 1.0, 1.35, 1.6, 1.75)
_STATE_HALO = (0.0, 0.0, 0.0, 0.0, 0.0, 4.5)
_STATE_OPACITY = (0.45, 0.8, 0.6, 0.95, 0.95, 1.0)


def _kind(state: StateInfo) -> int:
    return STATE_COLOURS.index(state.colour)


def _one_kind(snapshot: Snapshot, view: View) -> tuple[UInt8[np.ndarray, " states"], str]:
    if view.state is None:
        return np.zeros(len(snapshot.states), np.uint8), "exposed"
    chosen = palettes.state_named(view.state, snapshot.states)
    kinds = [_HOT if state is chosen else _CALM for state in snapshot.states]
    return np.array(kinds, np.uint8), chosen.colour
