"""Designs over whole ranges: which points are run, and what their outcomes say of each number.

The only module that knows SALib (Herman and Usher 2017, J Open Source Softw 2(9):97). Morris's
elementary effects (Morris 1991, Technometrics 33:161; the mean of their sizes: Campolongo,
Cariboni and Saltelli 2007, Environ Model Softw 22:1509) and Sobol's shares of variance (Saltelli
et al. 2010, Comput Phys Commun 181:259).

Chance is one more factor of the design: within a block of points all have one seed, but for those
where this factor has moved, which have another one. So what the dice do is told by the same method
as what the numbers do, and what a number does is told by pairs of runs with one seed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Literal

import numpy as np
from jaxtyping import Float64, Int64

from populace.engine.errors import ProjectError
from populace.engine.sensitivity.ranges import Range

Method = Literal["morris", "sobol"]
CHANCE = "chance"
LEVELS = 4  # of Morris, on which each number stands
# Of the range, from one level to another but one. An effect is the change over that.
STEP = LEVELS / (2 * (LEVELS - 1))
# Fewer blocks cannot tell their own error.
BLOCKS_MIN = {"morris": 4, "sobol": 16}
BLOCKS = {"morris": 20, "sobol": 128}
_RESAMPLES = 1_000  # of the blocks, for the intervals


@dataclass(frozen=True)
class Importance:
    """What one number does over its range; ``value`` puts them in order, with a 95 % interval."""

    path: str
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Elementary(Importance):
    """Morris: ``value`` is the mean size of the change over the whole range, wherever others are.

    ``mean`` has signs: more of the number, more or less of the outcome. ``spread`` is how unlike
    the changes are: 0 where the outcome follows the number in a straight line, whatever others do.
    """

    mean: float
    spread: float


@dataclass(frozen=True)
class Share(Importance):
    """Sobol: ``value`` is the share of variance in which the number has a part at all (total).

    ``alone`` is the share that it makes by itself (first order).
    """

    alone: float
    alone_low: float
    alone_high: float


@dataclass(frozen=True, eq=False)
class Design:
    """The points to be run, block by block: a trajectory of Morris, or a row of Saltelli."""

    method: Method
    ranges: tuple[Range, ...]
    units: Float64[np.ndarray, "points factors"]  # 0 to 1 over each range; the last is chance
    seeds: Int64[np.ndarray, " points"]
    first_seed: int

    @property
    def values(self) -> Float64[np.ndarray, "points numbers"]:
        """The numbers of each point."""
        low = np.array([one.low for one in self.ranges])
        high = np.array([one.high for one in self.ranges])
        return low + self.units[:, :-1] * (high - low)

    @property
    def blocks(self) -> int:
        """How many blocks there are."""
        return len(self.units) // block_length(self.method, len(self.ranges))


def block_length(method: Method, numbers: int) -> int:
    """Return how many points a block has: one for each factor, and one or two more."""
    return numbers + 1 + (1 if method == "morris" else 2)


def design_of(
    method: Method, ranges: Sequence[Range], *, points: int | None = None, seed: int = 1
) -> Design:
    """Return a design of at most so many points, or of the usual number."""
    _require_salib()
    if not ranges:
        raise ProjectError("there is no number to look at: name some by --wrt.")
    length = block_length(method, len(ranges))
    blocks = BLOCKS[method] if points is None else points // length
    least = BLOCKS_MIN[method]
    if blocks < least:
        raise ProjectError(
            f"must be at least {least * length:,} for {_counted(len(ranges))} by {method}, not "
            f"{points:,}: fewer cannot tell their error. Or name fewer numbers by --wrt.",
            place="--runs",
        )
    if method == "sobol":
        blocks = 2 ** (blocks.bit_length() - 1)  # a Sobol sequence is even at powers of 2 only
    units = _units(method, len(ranges) + 1, blocks, seed)
    chance = units[:, -1].reshape(blocks, length)
    moved = chance != chance[:, :1]
    seeds = seed + 2 * np.arange(blocks)[:, None] + moved
    return Design(method, tuple(ranges), units, seeds.ravel().astype(np.int64), seed)


def importances(design: Design, outcomes: Float64[np.ndarray, " points"]) -> list[Importance]:
    """Return what each number does, and last what chance does.

    Where the outcome is the same at all points, nothing does anything.
    """
    outcomes = np.asarray(outcomes, np.float64)
    if not np.isfinite(outcomes).all():
        raise ProjectError("some runs do not have this outcome.", place="--outcome")
    paths = [*(one.path for one in design.ranges), CHANCE]
    if np.ptp(outcomes) == 0:
        return [_nothing(design.method, path) for path in paths]
    if design.method == "morris":
        return _elementary(design, outcomes, paths)
    return _shares(design, outcomes, paths)


def _elementary(design: Design, outcomes: np.ndarray, paths: list[str]) -> list[Importance]:
    from SALib.analyze import morris

    found = morris.analyze(
        _problem(len(paths)),
        design.units,
        outcomes,
        num_resamples=_RESAMPLES,
        num_levels=LEVELS,
        seed=design.first_seed,
    )
    listed: list[Importance] = []
    for index, path in enumerate(paths):
        # Of chance there is no range: it is the difference itself that counts.
        scale = STEP if path == CHANCE else 1.0
        value, half, mean, spread = (
            scale * float(found[name][index]) for name in ("mu_star", "mu_star_conf", "mu", "sigma")
        )
        listed.append(Elementary(path, value, max(0.0, value - half), value + half, mean, spread))
    return listed


def _shares(design: Design, outcomes: np.ndarray, paths: list[str]) -> list[Importance]:
    from SALib.analyze import sobol

    found = sobol.analyze(
        _problem(len(paths)),
        outcomes,
        calc_second_order=False,
        num_resamples=_RESAMPLES,
        seed=design.first_seed + 1,  # 0 would be no seed
    )
    listed: list[Importance] = []
    for index, path in enumerate(paths):
        total, half, alone, alone_half = (
            float(found[name][index]) for name in ("ST", "ST_conf", "S1", "S1_conf")
        )
        ends = (max(0.0, total - half), total + half, alone, alone - alone_half, alone + alone_half)
        listed.append(Share(path, total, *ends))
    return listed


def _nothing(method: Method, path: str) -> Importance:
    if method == "morris":
        return Elementary(path, 0.0, 0.0, 0.0, 0.0, 0.0)
    return Share(path, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def _units(method: Method, factors: int, blocks: int, seed: int) -> np.ndarray:
    if method == "morris":
        from SALib.sample import morris

        return morris.sample(_problem(factors), blocks, num_levels=LEVELS, seed=seed)
    from SALib.sample import sobol

    return sobol.sample(_problem(factors), blocks, calc_second_order=False, seed=seed)


def _counted(numbers: int) -> str:
    return f"{numbers} numbers" if numbers > 1 else "one number"


def _problem(factors: int) -> dict[str, Any]:
    names = [f"x{index}" for index in range(factors)]
    return {"num_vars": factors, "names": names, "bounds": [[0.0, 1.0]] * factors}


def _require_salib() -> None:
    if find_spec("SALib") is None:
        raise ProjectError('needs SALib: pip install "populace[explore]".', place="--global")
