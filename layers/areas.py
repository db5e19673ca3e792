"""Areas: regions put together where a map of each would be too fine: the world's countries."""

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from jaxtyping import Int32, Int64

from populace.engine.people import People, Places
from populace.engine.populations._world.sources import countries, read_outline
from populace.engine.snapshot import RegionInfections, Snapshot
from populace.layers.basemap import Basemap
from populace.layers.choropleth import new_infections

# `Places.boundaries` of people all over the world: the areas are the groups of their regions.
OUTLINES = "world/outlines.parquet"
_EARTH_RADIUS = 6_378_137.0  # metres, the sphere of Web Mercator
_POLE = 84.0  # degrees; the map ends there
_COARSE_METRES = 2_000.0  # a point of a border nearer than this to the last is left out


@dataclass(frozen=True)
class Areas:
    """The areas of some regions; ``of_region`` counts into ``names``."""

    names: tuple[str, ...]
    of_region: Int32[np.ndarray, " regions"]

    @staticmethod
    def of(places: Places) -> "Areas | None":
        """Return the areas of places all over the world; None where each region has its own map."""
        if places.boundaries != OUTLINES:
            return None
        names, of_region = np.unique(places.region_groups, return_inverse=True)
        return Areas(tuple(str(name) for name in names), of_region.astype(np.int32))

    def snapshot(self, snapshot: Snapshot, people: People) -> Snapshot:
        """Return a day by areas instead of regions."""
        today = self._sum(new_infections(snapshot, people))
        return replace(
            snapshot,
            counts=np.stack([self._sum(column) for column in snapshot.counts.T], axis=1),
            infections=RegionInfections(today, today, today),
        )

    def land(self) -> Basemap:
        """Return the outlines of the areas; one without an outline has no polygon."""
        rings = [_outline(name) for name in self.names]
        return Basemap(
            xs=[[[x] for x, _ in area] for area in rings],
            ys=[[[y] for _, y in area] for area in rings],
            region_ids=self.names,
            region_names=self.names,
            bounds=(-2.0e7, -1.9e7, 2.0e7, 1.9e7),
        )

    def _sum(self, values: Int64[np.ndarray, " regions"]) -> Int64[np.ndarray, " areas"]:
        total = np.zeros(len(self.names), np.int64)
        np.add.at(total, self.of_region, values)
        return total


@cache
def _outline(country: str) -> list[tuple[list[float], list[float]]]:
    """Return the rings of a country in Web Mercator metres; a lake inside is drawn as land."""
    known = countries().get(country)
    if known is None or not known.has_outline:
        return []
    lon, lat = read_outline(known.code)
    lat = np.clip(lat, -_POLE, _POLE)
    x = np.radians(lon) * _EARTH_RADIUS
    y = np.log(np.tan(np.pi / 4 + np.radians(lat) / 2)) * _EARTH_RADIUS
    ends = np.flatnonzero(np.isnan(lon))
    starts = np.concatenate([[0], ends[:-1] + 1])
    rings = [_coarse(x[a:b], y[a:b]) for a, b in zip(starts, ends, strict=True)]
    return [ring for ring in rings if len(ring[0]) > 2]


def _coarse(x: np.ndarray, y: np.ndarray) -> tuple[list[float], list[float]]:
    square = np.rint(x / _COARSE_METRES) * 1e7 + np.rint(y / _COARSE_METRES)
    kept = np.concatenate([[True], np.diff(square) != 0])
    return np.rint(x[kept]).tolist(), np.rint(y[kept]).tolist()
