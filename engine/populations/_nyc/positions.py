"""Where people are drawn: around their lot, in Web Mercator metres from the city's origin."""

import numpy as np

EARTH_RADIUS = 6_378_137.0  # metres, the sphere of Web Mercator (EPSG:3857)
ORIGIN_LON, ORIGIN_LAT = -73.95, 40.70  # degrees
# Radius on the ground within which the people of a lot are drawn: lots of a few people stay
# inside their plot, towers spread no further than their block. Drawing only, no model.
_RADIUS_AT_LEAST, _RADIUS_PER_ROOT, RADIUS_AT_MOST = 3.0, 0.9, 45.0  # metres


def mercator(
    lon: np.ndarray, lat: np.ndarray, lon0: float = ORIGIN_LON, lat0: float = ORIGIN_LAT
) -> tuple[np.ndarray, np.ndarray]:
    """Return metres east and north of the origin (lon0, lat0), float64."""
    east = np.radians(lon - lon0) * EARTH_RADIUS
    return east, _northing(lat) - _northing(np.asarray(lat0))


def scatter(
    east: np.ndarray,
    north: np.ndarray,
    lat: np.ndarray,
    lot: np.ndarray,
    random: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Return x, y of each person: a disc around the point of the ``lot``, denser in its middle.

    Distances are those of a normal distribution, cut off at two standard deviations: evenly
    filled discs would draw a city of polka dots.
    """
    people = np.bincount(lot, minlength=len(east))
    radius = np.minimum(_RADIUS_AT_LEAST + _RADIUS_PER_ROOT * np.sqrt(people), RADIUS_AT_MOST)
    # A metre on the ground is longer on this map, the more so the further from the equator.
    radius = (radius / np.cos(np.radians(lat))).astype(np.float32)
    return around(east, north, radius, lot, random)


def around(
    east: np.ndarray,
    north: np.ndarray,
    radius: np.ndarray,
    lot: np.ndarray,
    random: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Return x, y inside the disc of each ``lot``: ``radius`` [lots] float32, map metres."""
    count = len(lot)
    distance = random.random(count, dtype=np.float32)
    distance *= np.float32(np.expm1(-2))
    distance = np.sqrt(np.log1p(distance, out=distance) * np.float32(-0.5), out=distance)
    distance *= radius[lot]
    angle = random.random(count, dtype=np.float32) * np.float32(2 * np.pi)
    x = np.cos(angle)
    x *= distance
    x += east.astype(np.float32)[lot]
    y = np.sin(angle, out=angle)
    y *= distance
    y += north.astype(np.float32)[lot]
    return x, y


def _northing(lat: np.ndarray) -> np.ndarray:
    return np.log(np.tan(np.pi / 4 + np.radians(lat) / 2)) * EARTH_RADIUS
