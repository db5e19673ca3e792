"""Blocks between streets, denser in the middle, and houses along the streets around them."""

from dataclasses import dataclass

import numpy as np

from populace.engine.populations._made.settle import HOUSE_RADIUS
from populace.engine.populations._nyc.dealing import systematic

BLOCK, STREET = 110.0, 16.0  # metres: side of a block with its street; width of a street
PEOPLE_PER_BLOCK = 130  # on average
_EDGE_DENSITY = 0.35  # of the outermost blocks, against the middle
_GARDEN = 14.0  # metres from the street to the middle of a house, on average


@dataclass(frozen=True)
class Blocks:
    """Blocks of houses, sorted by district."""

    x: np.ndarray  # [blocks] metres east of the middle of the town
    y: np.ndarray
    district: np.ndarray
    people: np.ndarray  # int64


def lay_out(people: int, districts: int, random: np.random.Generator) -> Blocks:
    """Return a round town with the districts as slices around its middle, like a cake.

    District 0 is the middle itself; a town of one district has no other.
    """
    wanted = max(people / PEOPLE_PER_BLOCK, districts, 1.0)
    radius = np.sqrt(wanted / np.pi) + 0.5
    side = np.arange(-np.ceil(radius), np.ceil(radius) + 1)
    x, y = (axis.ravel() for axis in np.meshgrid(side, side))
    distance = np.hypot(x, y)
    inside = distance <= radius
    x, y, distance = x[inside], y[inside], distance[inside]
    density = 1 - (1 - _EDGE_DENSITY) * (distance / radius) ** 2

    district = np.zeros(len(x), np.int64)
    if districts > 1:
        ring = distance > radius / np.sqrt(districts)
        slice_ = (np.arctan2(x, y) / (2 * np.pi)) % 1 * (districts - 1)
        district = np.where(ring, 1 + np.minimum(slice_.astype(np.int64), districts - 2), 0)
    # Inside a district, blocks follow each other around the town: neighbours stay neighbours.
    order = np.lexsort((np.arctan2(x, y), district))
    x, y, density = x[order], y[order], density[order]
    residents = systematic(density, people, random)
    return Blocks(x * BLOCK, y * BLOCK, district[order], residents)


def houses(
    blocks: Blocks, block: np.ndarray, random: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return x and y (float32) of each household: along the four streets of its ``block``."""
    count = np.bincount(block, minlength=len(blocks.x))
    number = np.arange(len(block)) - np.searchsorted(block, block)  # of the house, in its block
    along = 4 * (number + 0.5) / count[block]  # streets of a block
    street = np.minimum(along.astype(np.int64), 3)
    half = BLOCK / 2 - STREET / 2 - HOUSE_RADIUS  # so that nobody stands in the street
    run = (along - street - 0.5) * 2 * half
    back = half - np.abs(random.normal(_GARDEN, _GARDEN / 3, len(block)))
    sign = np.where(street < 2, 1.0, -1.0)
    level = street % 2 == 0
    x = np.where(level, run, back) * sign
    y = np.where(level, back, -run) * sign
    return (blocks.x[block] + x).astype(np.float32), (blocks.y[block] + y).astype(np.float32)
