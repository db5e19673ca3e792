"""Crowd: people who are computed from their number, for the kernel and for the screen."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Float32, Int32, Int64

from populace.engine.lean.block import Blocks
from populace.engine.people import AGE_BAND_COUNT, Places

# Blocks whose workers form teams, and whose pupils share a school: 8,192 and 2,048 people.
TEAM_BLOCKS, SCHOOL_BLOCKS = 16, 4


class Layout(NamedTuple):
    """Where the people of each number live. Countries, and regions inside them, follow each other.

    A country is a whole number of blocks; only the last person of all may end a block early.
    """

    people: int
    country_of_block: np.ndarray  # [blocks] int16
    region_of_block: np.ndarray  # [blocks] int32, region of the block's first person
    region_start: np.ndarray  # [regions + 1] int64, first person
    country_start: np.ndarray  # [countries + 1] int64, first block
    # The blocks that share teams, and a school: of one country, and they follow each other. A block
    # that the last person ends early has neither: 0 blocks.
    team_first: np.ndarray  # [blocks] int32
    team_blocks: np.ndarray  # [blocks] uint8
    school_first: np.ndarray  # [blocks] int32
    school_blocks: np.ndarray  # [blocks] uint8


@dataclass(frozen=True)
class Dots:
    """Points that stand for the people of the regions on a map; drawing only."""

    x: Float32[np.ndarray, " dots"]  # Web Mercator metres east of the origin
    y: Float32[np.ndarray, " dots"]
    region: Int32[np.ndarray, " dots"]
    share: Float32[np.ndarray, " dots"]  # of the region's people


@dataclass(frozen=True)
class Crowd:
    """People of whom a run keeps a byte each. ``places`` are the regions, as of `People`."""

    places: Places
    layout: Layout
    blocks: Blocks
    dots: Dots

    @property
    def agent_count(self) -> int:
        return self.layout.people

    @property
    def region_count(self) -> int:
        return len(self.layout.region_start) - 1

    def region_sizes(self) -> Int64[np.ndarray, " regions"]:
        """Return the people of each region."""
        return np.diff(self.layout.region_start)

    def band_counts(self) -> Int64[np.ndarray, " bands"]:
        """Return the people of each band of ages."""
        return sum_of_blocks(self.layout, one_hot(self.blocks.band, AGE_BAND_COUNT))


def one_hot(codes: np.ndarray, kinds: int) -> np.ndarray:
    """Return [countries, offsets, kinds]: 1 where the code is that kind."""
    return (codes[:, :, None] == np.arange(kinds)).astype(np.int64)


def sum_of_blocks(layout: Layout, values: np.ndarray) -> np.ndarray:
    """Sum something known of each offset of each country's block over all people."""
    size = values.shape[1]
    whole = np.diff(layout.country_start)
    left_out = len(layout.country_of_block) * size - layout.people
    total = np.tensordot(whole, values.sum(axis=1), axes=(0, 0))
    if left_out:
        total = total - values[layout.country_of_block[-1], size - left_out :].sum(axis=0)
    return total
