"""The places of people who are computed: where people live, and how many of them are infected."""

from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32, Float64, Int32, Int64, UInt8

from populace.engine.lean.crowd import Crowd
from populace.engine.snapshot import Snapshot
from populace.layers import palettes, pixels, shades
from populace.layers.base import MapLayer
from populace.layers.history import infected_states
from populace.layers.view import View

# People are counted in units, so that the whole world has no more of them than a large country:
# sums over a neighbourhood must fit into 32 bits.
_UNITS = 50_000_000
_DOT_METRES = 1_500.0  # radius of a dot on the map, once it is wider than a pixel
_DOT_PIXELS = 9  # at most
_BLUR_PIXELS = 2
_FULL_SHARE = 0.97  # of pixels with people are darker than the brightest
_VIEWPORTS = 4  # kept
_EARLY_SHARE, _SHORTEST_DAYS = 0.05, 14  # of the ramp of "when infected"


@dataclass(frozen=True)
class _Cells:
    """The pixels of a view in which somebody lives, and which dots lie in them."""

    cell: Int32[np.ndarray, " parts"]
    region: Int32[np.ndarray, " parts"]
    share: Float32[np.ndarray, " parts"]  # of the region's people
    pixel: Int32[np.ndarray, " cells"]
    people: Int32[np.ndarray, " cells"]  # units
    around: dict[int, np.ndarray]

    def sum(self, values: Float64[np.ndarray, " regions"]) -> Float64[np.ndarray, " cells"]:
        """Spread something of the regions over their dots, and add it up by pixel."""
        weights = self.share * values[self.region]
        return np.bincount(self.cell, weights, minlength=len(self.pixel))


class PlacesLayer(MapLayer):
    """Draws the counts of regions at the dots that stand for their people.

    It looks like `AgentsLayer` from far: brightness from people, hue from the share infected. It
    holds no state, and any day may be drawn.
    """

    def __init__(self, crowd: Crowd) -> None:
        self._dots = crowd.dots
        self._people = crowd.region_sizes().astype(np.float64)
        self._unit = max(1.0, crowd.agent_count / _UNITS)
        self._views: OrderedDict[tuple, _Cells] = OrderedDict()

    def picture(self, snapshot: Snapshot, view: View) -> UInt8[np.ndarray, "height width 4"]:
        cells = self._cells(view)
        out = np.zeros((view.height, view.width, 4), np.uint8)
        if len(cells.pixel) == 0:
            return out
        if view.look == "when":
            self._draw_when(snapshot, view, cells, out)
        else:
            self._draw_share(snapshot, view, cells, out)
        return out

    # Looks

    def _draw_share(
        self, snapshot: Snapshot, view: View, cells: _Cells, out: UInt8[np.ndarray, "h w 4"]
    ) -> None:
        hot_people, cool_people = _chosen(snapshot, view)
        hot, cool = self._units(cells, hot_people), self._units(cells, cool_people)
        most = int(cells.people.max())
        radius = pixels.safe_radius(_BLUR_PIXELS, most, view.width, view.height)
        grid = np.zeros((view.height, view.width), np.int64)
        pixels.pack(hot, cool, cells.pixel, grid)
        _blur(grid, radius)
        scale = palettes.scale_of(view)
        around = self._around(cells, view, radius)
        heat = palettes.table(palettes.hot_ramp(view, snapshot.states))
        crowd = palettes.table(view.colours.crowd_ramp)
        places = palettes.places(scale)
        flat = out.reshape(-1, 4)
        if view.look == "share":
            shades.shade_field(cells.pixel, around, grid, scale.full, places, crowd[0], heat, flat)
            return
        shades.shade_cells(
            cells.pixel, cells.people, hot, cool, grid, around, 0.0, scale.full, places,
            self._brightness(cells), crowd, heat, palettes.table(view.colours.scar_ramp), flat,
        )  # fmt: skip

    def _draw_when(
        self, snapshot: Snapshot, view: View, cells: _Cells, out: UInt8[np.ndarray, "h w 4"]
    ) -> None:
        infections = snapshot.infections
        assert infections is not None
        ever = self._units(cells, infections.so_far)
        mean = infections.days / np.maximum(infections.so_far, 1)
        so_far = cells.sum(infections.so_far.astype(np.float64))
        day = cells.sum(infections.so_far * mean) / np.maximum(so_far, 1e-9)
        shades.shade_when(
            cells.pixel, cells.people, ever, np.rint(ever * day).astype(np.int64),
            *_days_shown(infections.so_far, mean, snapshot.day),
            self._brightness(cells), palettes.table(view.colours.crowd_ramp),
            palettes.table(view.colours.when_ramp), out.reshape(-1, 4),
        )  # fmt: skip

    # Cells

    def _cells(self, view: View) -> _Cells:
        key = view.place
        if key not in self._views:
            self._views[key] = self._located(view)
            if len(self._views) > _VIEWPORTS:
                self._views.popitem(last=False)
        self._views.move_to_end(key)
        return self._views[key]

    def _located(self, view: View) -> _Cells:
        across = (self._dots.x - view.x0) * (view.width / (view.x1 - view.x0))
        up = (self._dots.y - view.y0) * (view.height / (view.y1 - view.y0))
        margin = _DOT_PIXELS
        near = np.flatnonzero(
            (across > -margin) & (across < view.width + margin)
            & (up > -margin) & (up < view.height + margin)
        )  # fmt: skip
        wide, high = _disc(min(_DOT_METRES / view.metres_per_pixel, _DOT_PIXELS))
        x = (np.floor(across[near]).astype(np.int64)[:, None] + wide).ravel()
        y = (np.floor(up[near]).astype(np.int64)[:, None] + high).ravel()
        inside = (x >= 0) & (x < view.width) & (y >= 0) & (y < view.height)
        pixel, cell = np.unique(y[inside] * view.width + x[inside], return_inverse=True)
        dot = np.repeat(near, len(wide))[inside]
        share = self._dots.share[dot] / np.float32(len(wide))
        region = self._dots.region[dot]
        people = np.bincount(cell, share * self._people[region] / self._unit, len(pixel))
        return _Cells(
            cell.astype(np.int32), region, share, pixel.astype(np.int32),
            np.maximum(np.rint(people), 1).astype(np.int32), {},
        )  # fmt: skip

    def _units(self, cells: _Cells, values: Int64[np.ndarray, " regions"]) -> np.ndarray:
        """Return units by cell: at least one where there is anybody, so that first cases show."""
        units = cells.sum(values.astype(np.float64)) / self._unit
        at_least = (cells.sum((values > 0).astype(np.float64)) > 0) & (units < 1)
        # A region's few first cases stand for one unit in one of its cells, the fullest.
        whole = np.rint(units).astype(np.int32)
        few = np.flatnonzero(at_least & (cells.people >= np.quantile(cells.people, _FULL_SHARE)))
        whole[few] = np.maximum(whole[few], 1)
        return np.minimum(whole, cells.people)

    def _around(self, cells: _Cells, view: View, radius: int) -> Float32[np.ndarray, " cells"]:
        """Return the people around each cell, weighted as the picture is blurred."""
        if radius not in cells.around:
            grid = np.zeros((view.height, view.width), np.int64)
            grid.ravel()[cells.pixel] = cells.people
            _blur(grid, radius)
            prior = shades.PRIOR_PEOPLE * pixels.blur_weight(radius) / (2 * radius + 1) ** 2
            cells.around[radius] = (grid.ravel()[cells.pixel] + prior).astype(np.float32)
        return cells.around[radius]

    def _brightness(self, cells: _Cells) -> Float32[np.ndarray, " people"]:
        return shades.brightness_of_people(float(np.quantile(cells.people, _FULL_SHARE)))


def _blur(grid: Int64[np.ndarray, "height width"], radius: int) -> None:
    pixels.blur(grid, radius, np.zeros_like(grid), np.zeros((2, grid.shape[1]), np.int64))


def _disc(radius: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the pixels of a disc around the middle one."""
    reach = np.arange(-int(radius), int(radius) + 1)
    wide, high = (axis.ravel() for axis in np.meshgrid(reach, reach))
    inside = wide**2 + high**2 <= radius**2 + 1e-9
    return wide[inside], high[inside]


def _chosen(snapshot: Snapshot, view: View) -> tuple[np.ndarray, np.ndarray]:
    """Return by region the people whom a look shows warm, and those whom it shows cool."""
    counts, states = snapshot.counts, snapshot.states
    nobody = np.zeros(len(counts), np.int64)
    if view.look == "new":
        assert snapshot.infections is not None
        return (snapshot.infections.today if snapshot.day else nobody), nobody
    if view.state is not None:
        chosen = palettes.state_named(view.state, states)
        return counts[:, [state is chosen for state in states]].sum(axis=1), nobody
    hot = infected_states(states).astype(bool)
    cool = [state.colour == "recovered" for state in states]
    return counts[:, hot].sum(axis=1), counts[:, cool].sum(axis=1)


def _days_shown(so_far: np.ndarray, mean: np.ndarray, today: int) -> tuple[int, int]:
    """Return the days between which the ramp runs: from the early regions to today."""
    order = np.argsort(mean, kind="stable")
    share = np.cumsum(so_far[order])
    early = int(mean[order[np.searchsorted(share, _EARLY_SHARE * share[-1])]])
    last = max(today, _SHORTEST_DAYS)
    return min(early, last - _SHORTEST_DAYS), last
