"""The map under the people: land and boundaries from a vector file, without any network."""

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from populace.engine.people import Places

# A coastline moved by less than this is not seen before a pixel is 10 m wide.
_TOLERANCE_METRES = 12.0

# One list per region, of polygons, of rings (the first is the outside, the others are holes).
Rings = list[list[list[list[float]]]]


@dataclass(frozen=True)
class Basemap:
    """Regions as Bokeh's `multi_polygons` wants them, in metres relative to the origin."""

    xs: Rings
    ys: Rings
    region_ids: tuple[str, ...]
    region_names: tuple[str, ...]
    bounds: tuple[float, float, float, float]  # x0, y0, x1, y1


def assets_file(name: str) -> Path:
    """Return the path of a data file in `populace.assets`, such as "nyc/nyc_nta.parquet"."""
    return Path(str(resources.files("populace.assets").joinpath(name)))


@lru_cache(maxsize=8)
def basemap(
    path: Path, origin_lon: float, origin_lat: float, tolerance: float = _TOLERANCE_METRES
) -> Basemap:
    """Read a GeoParquet file with columns `id`, `name`, `geometry`; simplify by `tolerance` metres.

    Neighbours keep their common boundary: all regions are simplified together.
    """
    import geopandas

    if not path.is_file():
        raise FileNotFoundError(f"no base map at {path}; give a GeoParquet file of regions")
    regions = geopandas.read_parquet(path, columns=["id", "name", "geometry"]).to_crs(3857)
    shapes = np.asarray(regions.geometry.values)
    if tolerance > 0:
        import shapely

        shapes = shapely.coverage_simplify(shapes, tolerance)
    origin = web_mercator(origin_lon, origin_lat)
    rings = [_rings(shape, origin) for shape in shapes]
    left, low, right, high = regions.total_bounds
    return Basemap(
        xs=[[[x for x, _ in polygon] for polygon in region] for region in rings],
        ys=[[[y for _, y in polygon] for polygon in region] for region in rings],
        region_ids=tuple(regions["id"].astype(str)),
        region_names=tuple(regions["name"].astype(str)),
        bounds=(left - origin[0], low - origin[1], right - origin[0], high - origin[1]),
    )


def basemap_of(places: Places) -> Basemap | None:
    """Return the regions that people live in, or None where they live on no real map."""
    if places.boundaries is None:
        return None
    return basemap(assets_file(places.boundaries), places.origin_lon, places.origin_lat)


def web_mercator(lon: float, lat: float) -> tuple[float, float]:
    """Return a point in degrees as Web Mercator metres (EPSG:3857)."""
    from pyproj import Transformer

    to_metres = Transformer.from_crs(4326, 3857, always_xy=True)
    x, y = to_metres.transform(lon, lat)
    return float(x), float(y)


def _rings(shape: Any, origin: tuple[float, float]) -> list[list[tuple[list[float], list[float]]]]:
    """Return the polygons of a shape, each a list of rings (x, y) in decimetre precision."""
    polygons = getattr(shape, "geoms", [shape])
    return [
        [_ring(ring, origin) for ring in (polygon.exterior, *polygon.interiors)]
        for polygon in polygons
    ]


def _ring(ring: Any, origin: tuple[float, float]) -> tuple[list[float], list[float]]:
    metres = np.round(np.asarray(ring.coords)[:, :2] - origin, 1)
    return metres[:, 0].tolist(), metres[:, 1].tolist()
