"""People on lots, and lots' people in households of their neighbourhood's sizes."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from populace.engine.populations._nyc.dealing import apportion, cut, deck, generator, systematic
from populace.engine.populations._nyc.sources import (
    BOROUGH_RESIDENTS,
    HOUSEHOLD_SIZES,
    Lots,
    Neighbourhoods,
)

LARGEST = 12  # people in a household; assumption: the survey's last class is "4 or more"
# Mean size of households of 4 or more is kept in this range (assumption: the residents that the
# survey counts include people who live in no household, which would stretch it without end).
_TAIL_MEAN_RANGE = (4.2, 7.0)


@dataclass(frozen=True)
class Households:
    """Households in the order of regions and lots."""

    size: np.ndarray  # [households] people
    lot: np.ndarray  # [households] row of Lots
    region: np.ndarray  # [households] row of Neighbourhoods
    borough: np.ndarray  # [households] row of BOROUGHS


def residents_of_lots(lots: Lots, people: int, seed: int) -> np.ndarray:
    """Round the lots' residents to whole people: exact by borough, within one by neighbourhood."""
    totals = apportion(BOROUGH_RESIDENTS.astype(np.float64), people)
    residents = np.zeros(len(lots.residents), np.int64)
    for borough, total in enumerate(totals):
        inside = np.flatnonzero(lots.borough == borough)
        random = generator(seed, "residents", borough)
        residents[inside] = systematic(lots.residents[inside], int(total), random)
    return residents


def form_households(
    lots: Lots, residents: np.ndarray, neighbourhoods: Neighbourhoods, seed: int
) -> Households:
    """Cut the row of people, ordered by lot, into households; each lives where its first does."""
    shares = size_shares(neighbourhoods)
    parts = [(region, sizes) for region, sizes in _sizes_by_region(lots, residents, shares, seed)]
    size = np.concatenate([sizes for _, sizes in parts]).astype(np.uint8)
    region = np.repeat(
        np.array([region for region, _ in parts], np.uint16), [len(sizes) for _, sizes in parts]
    )
    lot_of_person = np.repeat(np.arange(len(residents), dtype=np.int32), residents)
    first = np.cumsum(size, dtype=np.int64) - size
    lot = lot_of_person[first]
    return Households(size, lot, region, lots.borough[lot])


def size_shares(neighbourhoods: Neighbourhoods) -> np.ndarray:
    """Return the share of households of each size, [regions, LARGEST].

    Sizes 1 to 3 are the survey's; 4 and more fall off geometrically, so fast that the mean is
    the survey's residents per household.
    """
    counts = neighbourhoods.counts
    classes = np.stack([counts[name] for name in HOUSEHOLD_SIZES], axis=1)
    classes /= classes.sum(axis=1, keepdims=True)
    mean = counts["pop"] / counts["households"]
    tail_mean = (mean - classes[:, :3] @ [1, 2, 3]) / np.maximum(classes[:, 3], 1e-3)
    tail = _geometric_tail(np.clip(tail_mean, *_TAIL_MEAN_RANGE))
    return np.concatenate([classes[:, :3], classes[:, 3:] * tail], axis=1)


def _geometric_tail(mean: np.ndarray) -> np.ndarray:
    """Return shares of sizes 4 to LARGEST in geometric proportion, with this mean size each."""
    step = np.arange(LARGEST - 3)
    low, high = np.full(len(mean), 1e-6), np.full(len(mean), 2.0)
    for _ in range(50):
        ratio = (low + high) / 2
        weights = ratio[:, None] ** step
        too_small = weights @ step / weights.sum(axis=1) < mean - 4
        low, high = np.where(too_small, ratio, low), np.where(too_small, high, ratio)
    weights = low[:, None] ** step
    return weights / weights.sum(axis=1, keepdims=True)


def _sizes_by_region(
    lots: Lots, residents: np.ndarray, shares: np.ndarray, seed: int
) -> Iterator[tuple[int, np.ndarray]]:
    """Yield household sizes for each stretch of lots in one region and borough.

    A household that starts in a stretch may take people of the next one, so that household
    sizes stay unbiased in small neighbourhoods; only at a borough's border it is cut short.
    """
    change = (np.diff(lots.region.astype(np.int32)) != 0) | (np.diff(lots.borough) != 0)
    first = np.concatenate([[0], np.flatnonzero(change) + 1])
    people = np.add.reduceat(residents, first)
    room = _people_to_border(people, lots.borough[first])
    borrowed = 0
    for stretch, lot in enumerate(first):
        wanted = int(people[stretch]) - borrowed
        if wanted <= 0:
            borrowed = -wanted
            continue
        region = int(lots.region[lot])
        sizes = deal_sizes(shares[region], wanted, generator(seed, "household sizes", stretch))
        ends = np.cumsum(sizes)
        count = int(np.searchsorted(ends, wanted)) + 1
        taken = min(int(ends[count - 1]), int(room[stretch]) - borrowed)
        yield region, cut(taken, sizes)
        borrowed = taken - wanted


def _people_to_border(people: np.ndarray, borough: np.ndarray) -> np.ndarray:
    """Return for each stretch the people from its start to the end of its borough's row."""
    ends = np.cumsum(people)
    last = np.append(np.flatnonzero(np.diff(borough) != 0), len(people) - 1)
    border = last[np.searchsorted(last, np.arange(len(people)))]
    return ends[border] - ends + people


def deal_sizes(shares: np.ndarray, people: int, random: np.random.Generator) -> np.ndarray:
    """Deal household sizes for at least ``people``."""
    mean = shares @ np.arange(1, len(shares) + 1)
    households = int(people / mean * 1.02) + 10
    sizes = deck(shares, households, random).astype(np.int64) + 1
    while sizes.sum() < people:
        sizes = np.concatenate([sizes, deck(shares, households, random).astype(np.int64) + 1])
    return sizes
