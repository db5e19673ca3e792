"""Protection: what a policy does to single people, as multipliers of their contacts and risks.

Each policy that acts on single people gives them one of a few *standings* (not reached, first dose,
in quarantine ...). A person's *class* is the combination of their standings in all policies;
the kernels read its tables for every attempt, so a class costs nothing but a byte.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from itertools import product

import numpy as np
from jaxtyping import Float64, Int64, UInt8, UInt32

CLASSES_MAX = 256  # a class is one byte
_BITS = 16


@dataclass(frozen=True)
class Protection:
    """Multipliers of one standing; 1 changes nothing."""

    susceptibility: float = 1.0  # chance of infection at a contact
    infectiousness: float = 1.0  # chance of infecting at a contact
    outside: float = 1.0  # contacts outside the home, as infector and as target
    at_home: float = 1.0  # contacts at home
    symptoms: float = 1.0  # chance of symptoms once infected
    severe: float = 1.0  # chance of hospital or death once infected
    deaths: float = 1.0  # chance to die once in hospital; the only one that may be above 1

    def __mul__(self, other: "Protection") -> "Protection":
        """Return both at once: they act independently of each other."""
        return Protection(*(a * b for a, b in zip(astuple(self), astuple(other), strict=True)))


NONE = Protection()


class Classes:
    """The classes of a run: every combination of the standings of its policies, in mixed radix."""

    def __init__(self, standings: Sequence[int]) -> None:
        self.radix = tuple(standings)
        self.count = math.prod(standings)
        if self.count > CLASSES_MAX:
            raise ValueError(
                f"these policies combine to {self.count} classes of protection, more than"
                f" {CLASSES_MAX}: leave one out, or give several the same target"
            )

    def place(self, policy: int) -> int:
        """Return the value of a policy's digit."""
        return math.prod(self.radix[policy + 1 :])

    def standing(self, classes: np.ndarray, policy: int) -> UInt8[np.ndarray, " chosen"]:
        """Return the standings of people of these classes with a policy."""
        return (classes // self.place(policy) % self.radix[policy]).astype(np.uint8)

    def with_standing(
        self, classes: np.ndarray, policy: int, standing: np.ndarray | int
    ) -> UInt8[np.ndarray, " chosen"]:
        """Return the classes of the same people once they have another standing with a policy."""
        change = np.asarray(standing, np.int64) - self.standing(classes, policy)
        return (classes + change * self.place(policy)).astype(np.uint8)

    def protections(self, each: Sequence[Sequence[Protection]]) -> list[Protection]:
        """Return the protection of every class from those of each policy's standings."""
        combined = []
        for parts in product(*each):
            whole = NONE
            for part in parts:
                whole = whole * part
            combined.append(whole)
        return combined


def fractions(values: Iterable[float]) -> UInt32[np.ndarray, " values"]:
    """Return multipliers from 0 to 1 as 16-bit numbers; plain products, equal on every machine."""
    values = list(values)
    for value in values:
        if not 0.0 <= value <= 1.0:
            raise ValueError(f"protection multiplies by 0 to 1, not by {value}")
    return np.array([int(value * (1 << _BITS)) for value in values], np.uint32)


def contact_tables(
    classes: Sequence[Protection],
    at_home: Sequence[bool],
    spread_of_block: Float64[np.ndarray, "networks blocks"],
    shield_of_blocks: Float64[np.ndarray, "networks blocks blocks"],
    escapes: Sequence[float] = (0.0,),
) -> tuple[
    UInt32[np.ndarray, "networks classes"], UInt32[np.ndarray, "strains_networks blocks classes"]
]:  # fmt: skip
    """Return what is left of infecting, and of being infected, by network and class.

    The block is the last digit of a class. Being infected depends on the block of the source, too.
    It comes once for each strain, whose ``escape`` is the share of the protection at a contact that
    does not hold against it; to stay away from contacts always holds.
    """
    spread, shield = contact_factors(classes, at_home, spread_of_block, shield_of_blocks, escapes)
    return _all_fractions(spread), _all_fractions(shield)


def _all_fractions(table: np.ndarray) -> np.ndarray:
    return fractions(table.ravel()).reshape(table.shape)


def contact_factors(
    classes: Sequence[Protection],
    at_home: Sequence[bool],
    spread_of_block: Float64[np.ndarray, "networks blocks"],
    shield_of_blocks: Float64[np.ndarray, "networks blocks blocks"],
    escapes: Sequence[float] = (0.0,),
) -> tuple[
    Float64[np.ndarray, "networks classes"],
    Float64[np.ndarray, "strains_networks blocks classes"],
]:  # fmt: skip
    """Return the same as numbers from 0 to 1."""
    blocks = spread_of_block.shape[1]
    block = np.arange(len(classes)) % blocks
    met = [np.array([one.at_home if home else one.outside for one in classes]) for home in at_home]
    infecting = np.array([one.infectiousness for one in classes])
    spread = [infecting * part * spread_of_block[row, block] for row, part in enumerate(met)]
    shield = []
    for escape in escapes:
        infected = np.array([one.susceptibility for one in classes])
        infected = infected + escape * (1.0 - infected)
        for row, part in enumerate(met):
            of_source = shield_of_blocks[row]
            left = [infected * part * of_source[one, block] for one in range(blocks)]
            shield.append(left)
    return np.array(spread), np.array(shield)


def risks(
    classes: Sequence[Protection],
) -> tuple[list[tuple[float, float, float]], Int64[np.ndarray, " classes"]]:
    """Return the different risks (symptoms, severe, deaths), and the number of each class's."""
    each = [(one.symptoms, one.severe, one.deaths) for one in classes]
    different = list(dict.fromkeys(each))
    return different, np.array([different.index(one) for one in each], np.int64)


def less_often(
    shares: Float64[np.ndarray, "exits bands"],
    rare: Sequence[bool],
    factor: float | Float64[np.ndarray, " bands"],
) -> Float64[np.ndarray, "exits bands"]:
    """Return the shares of one state's ways out when the rare ones are taken less often.

    What they lose goes to the others in proportion; where there are no others nothing changes.
    """
    chosen = np.array(rare, bool)
    before = shares[chosen].sum(axis=0)
    rest = shares[~chosen].sum(axis=0)
    after = before * factor
    room = rest > 0
    grown = np.divide(1.0 - after, rest, out=np.ones_like(rest), where=room)
    changed = shares.copy()
    changed[chosen] = np.where(room, shares[chosen] * factor, shares[chosen])
    changed[~chosen] = shares[~chosen] * grown
    return changed


def more_often(
    shares: Float64[np.ndarray, "exits bands"],
    grave: Sequence[bool],
    factor: float,
) -> Float64[np.ndarray, "exits bands"]:
    """Return the shares of one state's ways out when the grave ones are taken more often.

    What they win is taken from the others in proportion, and never more than those have.
    """
    before = shares[np.array(grave, bool)].sum(axis=0)
    most = np.divide(1.0, before, out=np.ones_like(before), where=before > 0)
    return less_often(shares, grave, np.minimum(factor, np.maximum(most, 1.0)))
