"""Dots: where the people of a region are drawn, in its place and in hamlets around it."""

import numpy as np

from populace.engine.lean.crowd import Dots
from populace.engine.lean.geography import Land, dealt
from populace.engine.populations._nyc.dealing import generator
from populace.engine.populations._nyc.positions import mercator
from populace.engine.populations._world.nesting import KM_PER_DEGREE, radius_km
from populace.engine.populations._world.outline import Outline
from populace.engine.populations._world.sources import read_outline

# Of all the world; drawing only.
DOTS = 400_000
_LEAST = 6  # of a region
_SHARE_OF_SPACING, _KM_RANGE = 0.4, (3.0, 60.0)
_TRIES = (1.0, 0.6, 0.3)
_POLE = 84.0  # degrees; the map ends there


def dots_of(inhabited: list[Land]) -> Dots:
    """Return dots in proportion to people."""
    total = sum(land.people for land in inhabited)
    parts, first = [], 0
    for land in inhabited:
        parts.append(_dots(land, first, DOTS * land.people / total))
        first += len(land.id)
    columns = [np.concatenate([part[row] for part in parts]) for row in range(4)]
    x, y = mercator(columns[0], columns[1], 0.0, 0.0)
    return Dots(
        x.astype(np.float32),
        y.astype(np.float32),
        columns[2].astype(np.int32),
        columns[3].astype(np.float32),
    )


def _dots(land: Land, first: int, wanted: float) -> tuple[np.ndarray, ...]:
    """Return degrees, region and share of the dots of a country."""
    weights = land.weights()
    random = generator(1, "dots", land.country.number)
    count = _LEAST + dealt(weights, int(wanted))
    parent = np.repeat(np.arange(len(count)), count)
    town = land.population / weights
    # The first dots of a region are its town; the others are hamlets.
    position = np.arange(len(parent)) - np.repeat(np.cumsum(count) - count, count)
    is_hamlet = position >= np.rint(count * town)[parent]
    known = read_outline(land.country.code) if land.country.has_outline else None
    outline = Outline(*known) if known else Outline(np.full(1, np.nan), np.full(1, np.nan))
    lon, lat = _around(land, outline, parent, is_hamlet, random)
    return lon, lat, first + parent, 1 / count[parent]


def _around(
    land: Land,
    outline: Outline,
    parent: np.ndarray,
    is_hamlet: np.ndarray,
    random: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Draw each dot around its place; what is off land is drawn again, and nearer."""
    middle = np.cos(np.radians(float(np.median(land.lat))))
    spacing = np.sqrt(outline.square_degrees * KM_PER_DEGREE**2 * middle / len(land.lat))
    away = float(np.clip(_SHARE_OF_SPACING * spacing, *_KM_RANGE))
    reach = radius_km(land.population)[parent]
    lon, lat = land.lon[parent].copy(), land.lat[parent].copy()
    left = np.arange(len(parent))
    for part in _TRIES:
        near = reach[left] * np.sqrt(random.random(len(left)))
        far = np.where(is_hamlet[left], near + random.exponential(away, len(left)), near)
        angle = 2 * np.pi * random.random(len(left))
        degrees = far * part / KM_PER_DEGREE
        north = np.clip(lat[left] + degrees * np.sin(angle), -_POLE, _POLE)
        east = lon[left] + degrees * np.cos(angle) / np.cos(np.radians(lat[left]))
        good = outline.contains(east, north)
        lon[left[good]], lat[left[good]] = east[good], north[good]
        left = left[~good]
        if len(left) == 0:
            break
    return lon, lat
