"""The people of a crowd written out, one row each, for a run that keeps everybody."""

from types import MappingProxyType

import numpy as np

from populace.engine.lean import homes
from populace.engine.lean.block import BITS, SIZE
from populace.engine.lean.crowd import Crowd
from populace.engine.people import People
from populace.engine.populations._nyc.dealing import generator
from populace.engine.populations._nyc.positions import around

_DOT_RADIUS = 1_500.0  # map metres around a dot within which its people are drawn


def rows_of(crowd: Crowd, draw: int) -> People:
    """Return everybody, with the households, schools and teams that the lean kernel computes."""
    person = np.arange(crowd.agent_count)
    layout, blocks = crowd.layout, crowd.blocks
    country, offset = layout.country_of_block[person >> BITS], person & (SIZE - 1)
    first = blocks.household_first[country, offset] == offset
    dwelling = (np.cumsum(first) - 1).astype(np.int32)
    region = np.repeat(np.arange(crowd.region_count), crowd.region_sizes()).astype(np.uint16)
    x, y = _positions(crowd, region[first], draw)
    return People(
        age=_ages(blocks.band[country, offset], draw),
        region_index=region,
        dwelling=dwelling,
        x=x[dwelling],
        y=y[dwelling],
        places=crowd.places,
        memberships=MappingProxyType(
            {"school": groups(crowd, homes.SCHOOL), "workplace": groups(crowd, homes.TEAM)}
        ),
    )


def groups(crowd: Crowd, kind: int) -> np.ndarray:
    """Return everybody's group, numbered 0, 1, 2 ...; -1 = in none."""
    group, size = (np.zeros(crowd.agent_count, np.int64) for _ in range(2))
    homes.groups(kind, crowd.layout, crowd.blocks, group, size)
    inside = group >= 0
    numbered = np.full(len(group), -1, np.int32)
    numbered[inside] = np.unique(group[inside], return_inverse=True)[1]
    return numbered


def _ages(band: np.ndarray, draw: int) -> np.ndarray:
    """Return years of age: any of the five of a band, and up to 89 in the last."""
    years = generator(draw, "years").integers(0, 5, len(band), np.uint8)
    years[band == 15] *= np.uint8(3)
    return band * np.uint8(5) + years


def _positions(crowd: Crowd, region: np.ndarray, draw: int) -> tuple[np.ndarray, np.ndarray]:
    """Return where households stand: at one of the dots of their region."""
    dots = crowd.dots
    start = np.searchsorted(dots.region, np.arange(crowd.region_count + 1))
    count = (start[1:] - start[:-1])[region]
    random = generator(draw, "homes")
    dot = start[region] + (random.random(len(region)) * count).astype(np.int64)
    radius = np.full(len(dots.x), _DOT_RADIUS, np.float32)
    return around(dots.x, dots.y, radius, dot, random)
