"""Block: 512 neighbours of a country, of whom its population is made over and over again."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from populace.engine.people import Places
from populace.engine.populations._made.ages import age_counts, share_under_15
from populace.engine.populations._made.households import mean_size
from populace.engine.populations._made.settle import Settlement, settle

BITS = 9
SIZE = 1 << BITS  # people of a block; every country has a whole number of blocks
_NOWHERE = Places(("block",), ("Block",), ("",))


@dataclass(frozen=True)
class Habits:
    """How households, schools and work are made up; the same in every country."""

    household_size: float  # people; 0 = from the share of children
    enrolment: float  # share of children from 5 to 17
    employment: float  # against the usual share at work by age
    draw: int


class Blocks(NamedTuple):
    """The blocks of all countries, for the kernel. Offset: the number of a person in a block.

    A rank counts the pupils (workers) of a block in the order of offsets; -1 = is none.
    """

    band: np.ndarray  # [countries, SIZE] uint8, five years each
    household_first: np.ndarray  # [countries, SIZE] uint16, offset of the household's first
    household_size: np.ndarray  # [countries, SIZE] uint8
    pupil: np.ndarray  # [countries, SIZE] int16, rank
    worker: np.ndarray  # [countries, SIZE] int16, rank
    pupil_at: np.ndarray  # [countries, SIZE] uint16, offset by rank
    worker_at: np.ndarray  # [countries, SIZE] uint16
    pupils: np.ndarray  # [countries] int64
    workers: np.ndarray  # [countries] int64
    units: np.ndarray  # [countries, SIZE] uint16: numbers without a common divisor with workers
    unit_count: np.ndarray  # [countries] int64
    inverse: np.ndarray  # [countries, SIZE] uint16: inverse of a unit, modulo workers


def blocks_of(ages: Sequence[np.ndarray], habits: Habits) -> Blocks:
    """Return a block for each country, made like the people of `populations.country`.

    ``ages`` are a country's people by bands of five years, [21]; a block has the same shares.
    """
    rows = [_block(bands, habits, number) for number, bands in enumerate(ages)]
    return Blocks(*(np.array([row[name] for row in rows]) for name in Blocks._fields))


def _block(bands: np.ndarray, habits: Habits, number: int) -> dict[str, np.ndarray | np.int64]:
    people = settle(
        Settlement(
            region=np.zeros(1, np.uint16),
            people=np.array([SIZE]),
            years=age_counts(bands, SIZE)[None, :],
            household_size=np.array([habits.household_size or mean_size(share_under_15(bands))]),
            enrolment=habits.enrolment,
            employment=habits.employment,
            seed=habits.draw + 1_000_003 * number,
        ),
        lambda home: (np.zeros(len(home), np.float32), np.zeros(len(home), np.float32)),
        _NOWHERE,
        lambda message, share: None,
    )
    sizes = np.bincount(people.dwelling)
    pupil, pupil_at = _ranks(people.memberships["school"] >= 0)
    worker, worker_at = _ranks(people.memberships["workplace"] >= 0)
    workers = int((worker >= 0).sum())
    units, inverse = _units(workers)
    return {
        "band": people.age_band(),
        "household_first": np.repeat(np.cumsum(sizes) - sizes, sizes).astype(np.uint16),
        "household_size": np.repeat(sizes, sizes).astype(np.uint8),
        "pupil": pupil,
        "worker": worker,
        "pupil_at": pupil_at,
        "worker_at": worker_at,
        "pupils": np.int64((pupil >= 0).sum()),
        "workers": np.int64(workers),
        "units": units,
        "unit_count": np.int64(np.count_nonzero(units)),
        "inverse": inverse,
    }


def _ranks(chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return everybody's number among the chosen, or -1, and the offsets by number."""
    at = np.flatnonzero(chosen)
    rank = np.full(SIZE, -1, np.int16)
    rank[at] = np.arange(len(at))
    return rank, np.pad(at, (0, SIZE - len(at))).astype(np.uint16)


def _units(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the numbers that have an inverse modulo ``count``, and the inverses."""
    units = [number for number in range(1, count) if np.gcd(number, count) == 1]
    inverse = np.zeros(SIZE, np.uint16)
    for unit in units:
        inverse[unit] = pow(unit, -1, count)
    return np.pad(np.array(units, np.uint16), (0, SIZE - len(units))), inverse
