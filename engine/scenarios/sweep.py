"""Sweep: one project with some of its values at every point of a grid."""

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from populace.engine.analysis.table import Table
from populace.engine.errors import ProjectError
from populace.engine.project import Project
from populace.engine.quantities import Structure
from populace.engine.scenarios.comparison import runs_table
from populace.engine.scenarios.result import Result

POINTS_MAX = 2_000
_FORM = "must be PATH=FROM:TO:STEPS, such as disease.transmission=0.02:0.06:5"


@dataclass(frozen=True)
class Axis:
    """One value and where it stands on its points."""

    path: str
    values: tuple[float, ...]

    @staticmethod
    def read(text: str) -> "Axis":
        """Read ``PATH=FROM:TO:STEPS``, or ``PATH=A,B,C``."""
        path, sign, numbers = (part.strip() for part in text.partition("="))
        if not sign or not path or not numbers:
            raise ProjectError(f"{_FORM}, not {text!r}.", place="--over")
        try:
            if ":" not in numbers:
                return Axis(path, tuple(float(one) for one in numbers.split(",")))
            first, last, steps = numbers.split(":")
            low, high, count = float(first), float(last), int(steps)
        except ValueError:
            raise ProjectError(f"{_FORM}, not {text!r}.", place="--over") from None
        if not 2 <= count <= POINTS_MAX or not math.isfinite(low) or not math.isfinite(high):
            raise ProjectError(
                f"needs 2 to {POINTS_MAX:,} steps between two finite numbers, not {numbers}.",
                place=f"--over {path}",
            )
        width = (high - low) / (count - 1)
        # Without the tail that binary fractions leave: .3 and not .30000000000000004.
        values = tuple(float(f"{low + step * width:.12g}") for step in range(count))
        return Axis(path, values)


def grid_of(
    project: Project, axes: Sequence[Axis]
) -> dict[str, tuple[Mapping[str, float], Project]]:
    """Return values and project of every point of the grid, by a label; a bad path is an error."""
    paths = [axis.path for axis in axes]
    if len(set(paths)) < len(paths):
        raise ProjectError("names one path twice.", place="--over")
    points = math.prod(len(axis.values) for axis in axes)
    if points > POINTS_MAX:
        raise ProjectError(
            f"makes {points:,} points, and there may be {POINTS_MAX:,}: take fewer steps.",
            place="--over",
        )
    for path in paths:
        if path in ("seed", "days", "headroom"):
            raise ProjectError("is the same in all runs that are compared.", place=path)
    found: dict[str, tuple[Mapping[str, float], Project]] = {}
    for point in itertools.product(*(axis.values for axis in axes)):
        values = {
            path: _whole(project, path, value) for path, value in zip(paths, point, strict=True)
        }
        label = ", ".join(f"{path} = {value:g}" for path, value in values.items())
        found[label] = values, project.with_values(values)
    return found


def sweep_table(
    runs: Mapping[str, Sequence[Result]], values: Mapping[str, Mapping[str, float]]
) -> Table:
    """Return a row for each run: the values of its point, its seed, and all figures."""
    table = runs_table(runs)
    labels = table["scenario"]
    paths = list(next(iter(values.values())))
    columns = {
        path: np.array([values[label][path] for label in labels], np.float64) for path in paths
    }
    return Table(columns | {name: table[name] for name in table.columns if name != "scenario"})


def _whole(project: Project, path: str, value: float) -> float:
    """Return a whole number where the setting takes nothing else."""
    declared = {one.path: one.declaration for one in project.settings()}.get(path)
    if isinstance(declared, Structure) and isinstance(declared.default, int):
        return int(value) if float(value).is_integer() else value
    return value
