"""Ranges: how far each number of a model may be off, for questions about all of them at once."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from populace.engine.errors import ProjectError, did_you_mean
from populace.engine.project import Project
from populace.engine.quantities import Probability, Quantity

_FORM = "must be PATH=FROM:TO, such as disease.transmission=0.02:0.05"
# Of the present value, where no range is given: "within a factor of two".
FACTOR = 2.0


@dataclass(frozen=True)
class Range:
    """One number and where it may stand, each value as likely as another."""

    path: str
    low: float
    high: float

    @staticmethod
    def read(text: str) -> "Range":
        """Read ``PATH=FROM:TO``."""
        path, sign, ends = (part.strip() for part in text.partition("="))
        low, colon, high = ends.partition(":")
        try:
            found = Range(path, float(low), float(high))
        except ValueError:
            found = None
        if not sign or not path or not colon or found is None:
            raise ProjectError(f"{_FORM}, not {text!r}.", place="--range")
        return found


def usual_ranges(
    project: Project, paths: Sequence[str] = (), given: Sequence[Range] = ()
) -> tuple[Range, ...]:
    """Return the ranges of the numbers asked for, or of all live ones, and of those given."""
    declared = _declared(project)
    own = {one.path: _checked(one, declared) for one in given}
    wanted = list(paths) or [path for path in _live(project) if path not in own]
    for path in wanted:
        _require(path, declared)
    found = {
        path: own.get(path) or range_of(project, path) for path in dict.fromkeys([*wanted, *own])
    }
    return tuple(found.values())


def range_of(project: Project, path: str) -> Range:
    """Return half to twice the present value, within what is declared; of a share at 0, all.

    The declared bounds alone would not do: they are what the engine can work with, such as a
    transmission at which everybody is infected, and the answer would be about their far ends.
    """
    declared = _declared(project)
    _require(path, declared)
    value, quantity = float(project.value(path)), declared[path]
    bottom, top = quantity.bounds or (None, None)
    bottom, top = (-math.inf if bottom is None else bottom, math.inf if top is None else top)
    if value == 0.0:
        if not isinstance(quantity, Probability):
            raise ProjectError(
                f"is 0, of which there is no half and no double: give its range, such as "
                f'"--range {path}=0:10".',
                place=path,
            )
        return Range(path, float(bottom), float(top))
    low, high = sorted((value / FACTOR, value * FACTOR))
    return Range(path, max(low, float(bottom)), min(high, float(top)))


def _live(project: Project) -> list[str]:
    return [
        one.path
        for one in project.quantities(live_only=True)
        if one.value != 0.0 or isinstance(one.declaration, Probability)
    ]


def _declared(project: Project) -> dict[str, Quantity]:
    return {
        one.path: one.declaration
        for one in project.quantities()
        if isinstance(one.declaration, Quantity)
    }


def _require(path: str, declared: Mapping[str, Quantity]) -> None:
    if path not in declared:
        raise ProjectError(
            f"is no quantity of the project.{did_you_mean(path, declared)}", place=path
        )


def _checked(one: Range, declared: Mapping[str, Quantity]) -> Range:
    _require(one.path, declared)
    bottom, top = declared[one.path].bounds or (None, None)
    bottom, top = (-math.inf if bottom is None else bottom, math.inf if top is None else top)
    if not bottom <= one.low < one.high <= top or not math.isfinite(one.high - one.low):
        raise ProjectError(
            f"must go from a smaller to a larger number within {bottom:g} to {top:g}, not from "
            f"{one.low:g} to {one.high:g}.",
            place=f"--range {one.path}",
        )
    return one
