"""People at points of a map: in households, at school and at work."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from populace.engine.people import People, Places
from populace.engine.populations._made.daytime import schools, workplaces
from populace.engine.populations._made.households import household_sizes, size_shares
from populace.engine.populations._nyc.ages import ADULT
from populace.engine.populations._nyc.dealing import generator
from populace.engine.populations._nyc.families import member_ages
from populace.engine.populations.base import Progress

_BLOCK = 100_000  # people who form families together; memory and threads, no model
HOUSE_RADIUS = 2.5  # metres east and north within which the people of a household are drawn
_CHILDREN_CLUSTER = 0.65


@dataclass(frozen=True)
class Settlement:
    """Points where people live, sorted by region, and how they live there."""

    region: np.ndarray  # [points] row of places, non-decreasing
    people: np.ndarray  # [points] int64
    # People who form families together: [groups, 101] by year of age, in the order of the points,
    # as many as the points have; and the mean size of their households.
    years: np.ndarray
    household_size: np.ndarray  # [groups]
    enrolment: float  # share of each school level's ages
    employment: float  # against the usual share at work by age
    seed: int


# Returns x and y of each household (float32, map metres): which point each stands at is given.
Homes = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]


def settle(town: Settlement, homes: Homes, places: Places, progress: Progress) -> People:
    """Return the people; each year of age comes out exactly as often as ``years`` says."""
    progress("Forming families", 0.2)
    size, age = _families(town)
    point = np.repeat(np.arange(len(town.people), dtype=np.int32), town.people)
    # A household lives where its first member does.
    home = point[np.cumsum(size) - size]
    region = np.repeat(town.region[home].astype(np.uint16), size)
    progress("Sending children to school", 0.6)
    school = schools(age, region, town.enrolment, town.seed)
    progress("Sending adults to work", 0.7)
    work = workplaces(age, town.employment, town.seed)
    progress("Placing people on the map", 0.9)
    x, y = (_beside(axis, size, town.seed, row) for row, axis in enumerate(homes(home)))
    return People(
        age=age,
        region_index=region,
        dwelling=np.repeat(np.arange(len(size), dtype=np.int32), size),
        x=x,
        y=y,
        places=places,
        memberships=MappingProxyType({"school": school, "workplace": work}),
    )


def _beside(axis: np.ndarray, size: np.ndarray, seed: int, row: int) -> np.ndarray:
    """Return where each person is drawn, near the household's point and not upon each other."""
    beside = generator(seed, "beside", row).random(int(size.sum()), dtype=np.float32)
    beside -= np.float32(0.5)
    beside *= np.float32(2 * HOUSE_RADIUS)
    beside += np.repeat(axis, size)
    return beside


def _families(town: Settlement) -> tuple[np.ndarray, np.ndarray]:
    """Return the size of each household and the age of each person, in the order of points."""
    blocks: list[tuple[np.ndarray, np.ndarray]] = []  # ages of a block; shares of sizes
    random = generator(town.seed, "ages")
    for years, mean in zip(town.years, town.household_size, strict=True):
        everybody = np.repeat(np.arange(101, dtype=np.uint8), years)
        random.shuffle(everybody)
        shares = size_shares(float(mean))
        parts = np.array_split(everybody, max(round(len(everybody) / _BLOCK), 1))
        blocks += [(part, shares) for part in parts if len(part)]

    def of_block(block: int) -> tuple[np.ndarray, np.ndarray]:
        members, shares = blocks[block]
        random = generator(town.seed, "families", block)
        counts = np.bincount(members, minlength=101)
        adults = int(counts[ADULT:].sum())
        sizes = household_sizes(len(members), adults, shares, random)
        children = (len(members) - adults) / len(sizes)
        # Assumption: children cluster in some homes, as where .54 a home are in 30 % of homes.
        share = 1 - np.exp(-_CHILDREN_CLUSTER * children)
        return sizes, as_counted(sizes, member_ages(sizes, counts, float(share), random), counts)

    with ThreadPoolExecutor(max_workers=2) as threads:
        done = list(threads.map(of_block, range(len(blocks))))
    return np.concatenate([sizes for sizes, _ in done]), np.concatenate([ages for _, ages in done])


def as_counted(sizes: np.ndarray, ages: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return ``ages`` with exactly as many people of each year as ``counts`` [101] says.

    Where no adult of the right age was left for some children, their parent was given an age that
    fits. Somebody else of that age gets the one that is then missing: in a home without children
    if there is one, else the second adult of a home with children, else the first, who is then a
    grandparent.
    """
    over = np.bincount(ages, minlength=101) - counts
    surplus = np.repeat(np.arange(101), np.maximum(over, 0))
    missing = np.repeat(np.arange(101), np.maximum(-over, 0))
    if len(surplus) == 0:
        return ages
    first = np.cumsum(sizes) - sizes
    reluctance = np.repeat(np.minimum.reduceat(ages, first) < ADULT, sizes).astype(np.int8)
    reluctance[first] *= 2
    order = np.lexsort((reluctance, ages))
    # The k-th who has to change from one age is the k-th person of that age.
    place = np.searchsorted(ages[order], surplus)
    place += np.arange(len(surplus)) - np.searchsorted(surplus, surplus)
    changed = ages.copy()
    changed[order[place]] = missing
    return changed
