"""Points where the people of a country live: neighbourhoods of its places, and hamlets."""

from dataclasses import dataclass

import numpy as np

from populace.engine.populations._nyc.dealing import generator, systematic
from populace.engine.populations._nyc.positions import around, mercator
from populace.engine.populations._world.nesting import KM_PER_DEGREE, radius_km
from populace.engine.populations._world.outline import Outline
from populace.engine.populations._world.sources import WorldPlaces

# Assumptions. A point stands for so many people of the model; drawing and locality only.
_PEOPLE_PER_NEIGHBOURHOOD, _PEOPLE_PER_HAMLET = 200, 60
_NEIGHBOURHOODS_AT_MOST, _HAMLETS_RANGE = 3_000, (3_000, 30_000)
_HAMLET_RADIUS = 800.0  # metres on the ground
_NEIGHBOURHOOD_RADIUS = (80.0, 1_200.0)
# Hamlets lie around places in proportion to the square root of their people, at a mean distance
# of this share of the spacing of places, within these limits.
_SHARE_OF_SPACING, _KM_RANGE = 0.35, (2.0, 40.0)
# Distances tried until there is land, against the first: at last further out, for the middle of a
# harbour town may lie in the sea of a coarse outline.
_TRIES = (1.0, 0.7, 0.5, 0.3, 0.2, 1.0, 2.0, 4.0)


@dataclass(frozen=True)
class Points:
    """Where people live, sorted by region and inside it by place."""

    x: np.ndarray  # [points] map metres from the origin, float64
    y: np.ndarray
    radius: np.ndarray  # map metres, float32
    region: np.ndarray  # uint16
    people: np.ndarray  # int64


def points_of(
    places: WorldPlaces, outline: Outline, total: float, people: int, seed: int
) -> tuple[Points, tuple[float, float]]:
    """Return the points of ``people`` people, and the origin of the map in degrees.

    ``total`` is the country's true number. Places have their share of it; the rest is rural.
    """
    weight = places.population / max(total, places.population.sum())
    rural = 1 - weight.sum()
    random = generator(seed, "points")
    wanted = np.rint(weight * people / _PEOPLE_PER_NEIGHBOURHOOD)
    count = np.clip(wanted, 1, _NEIGHBOURHOODS_AT_MOST).astype(np.int64)
    hamlets = int(np.clip(rural * people / _PEOPLE_PER_HAMLET, *_HAMLETS_RANGE))
    if rural <= 1e-9:
        hamlets = 0
    root = np.sqrt(places.population)
    parent = np.concatenate(
        [
            np.repeat(np.arange(len(count)), count),
            np.repeat(np.arange(len(root)), systematic(root, hamlets, random)),
        ]
    )
    is_hamlet = np.arange(len(parent)) >= count.sum()
    share = np.where(is_hamlet, rural / max(hamlets, 1), (weight / count)[parent])
    lon, lat = _on_land(places, outline, parent, is_hamlet, random)

    origin = (float(weight @ places.lon / weight.sum()), float(weight @ places.lat / weight.sum()))
    x, y = mercator(lon, lat, *origin)
    region = _nearest(x, y, *mercator(
        places.lon[places.is_centre], places.lat[places.is_centre], *origin
    ))  # fmt: skip
    spread = 1_000 * radius_km(places.population) / np.sqrt(count)
    radius = np.where(is_hamlet, _HAMLET_RADIUS, np.clip(spread, *_NEIGHBOURHOOD_RADIUS)[parent])
    order = np.lexsort((parent, region))
    residents = systematic(share[order], people, random)
    stretch = 1 / np.cos(np.radians(lat))
    return Points(
        x=x[order],
        y=y[order],
        radius=(radius * stretch)[order].astype(np.float32),
        region=region[order],
        people=residents,
    ), origin


def _on_land(
    places: WorldPlaces,
    outline: Outline,
    parent: np.ndarray,
    is_hamlet: np.ndarray,
    random: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Draw a point around the place of each ``parent``; those off land are drawn again."""
    reach = radius_km(places.population)[parent]
    away = np.where(is_hamlet, random.exponential(_hamlet_km(places, outline), len(parent)), 0.0)
    lon, lat = places.lon[parent].copy(), places.lat[parent].copy()
    open_ = np.arange(len(parent))
    for part in _TRIES:
        near = reach[open_] * np.sqrt(np.log1p(random.random(len(open_)) * np.expm1(-2)) * -0.5)
        far = np.where(is_hamlet[open_], reach[open_] + away[open_], near)
        degrees = far * part / KM_PER_DEGREE
        angle = random.random(len(open_)) * 2 * np.pi
        north = np.clip(lat[open_] + degrees * np.sin(angle), -85, 85)
        east = lon[open_] + degrees * np.cos(angle) / np.cos(np.radians(lat[open_]))
        good = outline.contains(east, north)
        # Only what is found moves: the others try again from their place.
        lon[open_[good]], lat[open_[good]] = east[good], north[good]
        open_ = open_[~good]
        if len(open_) == 0:
            break
    return lon, lat


def _hamlet_km(places: WorldPlaces, outline: Outline) -> float:
    """Return the mean distance of a hamlet from the edge of its place."""
    middle = float(np.median(places.lat))
    land = outline.square_degrees * KM_PER_DEGREE**2 * np.cos(np.radians(middle))
    return float(np.clip(_SHARE_OF_SPACING * np.sqrt(land / len(places.lat)), *_KM_RANGE))


def _nearest(x: np.ndarray, y: np.ndarray, east: np.ndarray, north: np.ndarray) -> np.ndarray:
    """Return the row of the nearest centre on the map, as the bundled regions were cut."""
    best = np.full(len(x), np.inf)
    region = np.zeros(len(x), np.uint16)
    for row in range(len(east)):
        distance = (x - east[row]) ** 2 + (y - north[row]) ** 2
        nearer = distance < best
        region[nearer] = row
        best[nearer] = distance[nearer]
    return region


def homes(points: Points, point: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return x and y of each household, around the ``point`` that it belongs to."""
    return around(points.x, points.y, points.radius, point, generator(seed, "positions"))
