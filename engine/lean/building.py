"""Lays out a crowd: countries, regions and blocks, by number."""

from itertools import pairwise

import numpy as np

from populace.engine.lean import block
from populace.engine.lean.block import Blocks, Habits, blocks_of
from populace.engine.lean.crowd import SCHOOL_BLOCKS, TEAM_BLOCKS, Crowd, Layout
from populace.engine.lean.dots import dots_of
from populace.engine.lean.geography import Land, dealt, lands
from populace.engine.people import Places
from populace.engine.populations.base import Progress


def crowd_of(people: int, year: str, habits: Habits, progress: Progress) -> Crowd:
    """Return ``people`` people in the places of the world, with the ages of their countries."""
    progress("Reading the world's places and ages", 0.0)
    world = lands(year, people)
    whole = -(-people // block.SIZE)
    blocks = dealt(np.array([land.people for land in world]), whole)
    inhabited = [land for land, count in zip(world, blocks, strict=True) if count]
    blocks = blocks[blocks > 0]
    progress("Making up the neighbours of each country", 0.1)
    made = blocks_of([land.bands for land in inhabited], habits)
    progress("Laying out regions", 0.6)
    layout = _layout(people, inhabited, blocks, made)
    progress("Finding places on the map", 0.7)
    return Crowd(
        places=_places(inhabited, people, year),
        layout=layout,
        blocks=made,
        dots=dots_of(inhabited),
    )


def _layout(people: int, inhabited: list[Land], blocks: np.ndarray, made: Blocks) -> Layout:
    start = np.concatenate([[0], np.cumsum(blocks)]).astype(np.int64)
    ends = [
        block.SIZE * first + np.cumsum(dealt(land.weights(), block.SIZE * int(count)))
        for land, first, count in zip(inhabited, start, blocks, strict=False)
    ]
    country = np.repeat(np.arange(len(inhabited)), [len(land.id) for land in inhabited])
    region_end = _at_households(np.concatenate(ends), country, start, made)
    region_start = np.concatenate([[0], np.minimum(region_end, people)]).astype(np.int64)
    firsts = block.SIZE * np.arange(start[-1])
    whole = np.minimum(start, people // block.SIZE)
    teams, schools = (
        [np.concatenate(part) for part in zip(*districts, strict=True)]
        for districts in (
            [_districts(*ends, each) for ends in pairwise(whole)]
            for each in (TEAM_BLOCKS, SCHOOL_BLOCKS)
        )
    )
    early = (0, int(start[-1] - whole[-1]))
    return Layout(
        people=people,
        country_of_block=np.repeat(np.arange(len(blocks)), blocks).astype(np.int16),
        region_of_block=(np.searchsorted(region_start, firsts, "right") - 1).astype(np.int32),
        region_start=region_start,
        country_start=start,
        team_first=np.pad(teams[0], early),
        team_blocks=np.pad(teams[1], early),
        school_first=np.pad(schools[0], early),
        school_blocks=np.pad(schools[1], early),
    )


def _districts(first: int, last: int, each: int) -> tuple[np.ndarray, np.ndarray]:
    """Divide the blocks of a country into districts of about ``each``, which differ by one at most.

    Return for every block the first of its district, and how many those are.
    """
    count = last - first
    districts = max(round(count / each), 1)
    starts = first + -(-np.arange(districts + 1) * count // districts)
    size = np.diff(starts)
    return np.repeat(starts[:-1], size).astype(np.int32), np.repeat(size, size).astype(np.uint8)


def _at_households(
    ends: np.ndarray, country: np.ndarray, start: np.ndarray, made: Blocks
) -> np.ndarray:
    """Move the ends of regions to the beginnings of households: none lives in two regions."""
    inside = ends < block.SIZE * start[country + 1]
    offset = made.household_first[country, ends % block.SIZE].astype(np.int64)
    return np.where(inside, ends - ends % block.SIZE + offset, ends)


def _places(inhabited: list[Land], people: int, year: str) -> Places:
    total = sum(land.people for land in inhabited)
    count = sum(len(land.id) for land in inhabited)
    urban = sum(float(land.population.sum()) for land in inhabited)
    return Places(
        region_ids=tuple(str(one) for land in inhabited for one in land.id),
        region_names=tuple(str(one) for land in inhabited for one in land.name),
        region_groups=tuple(land.country.name for land in inhabited for _ in land.id),
        boundaries="world/outlines.parquet",
        notes=(
            f"{people:,} people stand for the {total:,.0f} of the {len(inhabited)} largest "
            f"countries in {year} (United Nations): {people / total:.2%} of all, with the same "
            "ages in each country.",
            "Nobody is kept but for the state of the disease: household, school, team at work and "
            "age are computed from a person's number. There is no list of who infected whom, and "
            "no single person on the map.",
            f"{block.SIZE} neighbours are made up for each country, with its ages; everybody lives "
            "among copies of them. Whom they meet at work differs from copy to copy.",
            f"A region is one of {count:,} places of GeoNames with the countryside around it: "
            f"{min(urban / total, 1):.0%} of people live in the places themselves.",
            f"Teams at work take people from {TEAM_BLOCKS * block.SIZE:,} neighbours, schools from "
            f"{SCHOOL_BLOCKS * block.SIZE:,}: both can reach into the next region.",
            "Dots on the map are random around the middle of places.",
        ),
    )
