"""Drawn: runs of a fitted project, each with values drawn from the posterior beside it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
from jaxtyping import Float64

from populace.engine.calibration.posterior import weighted_quantiles
from populace.engine.calibration.quantity import settings_to_fit
from populace.engine.errors import ProjectError
from populace.engine.project import Project
from populace.engine.scenarios.batch import Task
from populace.engine.scenarios.model import Model
from populace.engine.scenarios.study import Study

DRAWS_FILE = "posterior.csv"
WEIGHT = "weight"


@dataclass(frozen=True, eq=False)
class Draws:
    """The rows of a `posterior.csv`: weights, and values by path."""

    paths: tuple[str, ...]
    values: Float64[np.ndarray, "draws quantities"]
    weights: Float64[np.ndarray, " draws"]

    @staticmethod
    def beside(project: Project) -> "Draws | None":
        """Read the draws that a fit wrote beside a project, or return None."""
        path = None if project.folder is None else project.folder / DRAWS_FILE
        if path is None or not path.is_file():
            return None
        try:
            found = Draws._read(path)
        except (OSError, ValueError, TypeError, KeyError, pa.ArrowException) as error:
            raise ProjectError(f"holds no draws of a fit: {error}", file=str(path)) from None
        known = {one.path for one in settings_to_fit(project)}
        for name in found.paths:
            if name not in known:
                raise ProjectError(
                    f"holds draws of another project: {name} is no number of this one. Take the "
                    "file away.",
                    file=str(path),
                )
        return found

    def unchanged(self, project: Project) -> list[str]:
        """Return the paths whose values are still those that the fit wrote: the medians.

        A value that somebody has changed since is meant, and holds in all runs.
        """
        found = []
        for path, column in zip(self.paths, self.values.T, strict=True):
            [median] = weighted_quantiles(column, self.weights, (0.5,))
            value = project.value(path)
            median = round(float(median)) if isinstance(value, int) else median
            if math.isclose(float(value), median, rel_tol=1e-9, abs_tol=1e-12):
                found.append(path)
        return found

    def changes(self, project: Project, count: int, seed: int) -> list[dict[str, float]]:
        """Return values by path, drawn together, so many times; see `unchanged`."""
        kept = self.unchanged(project)
        chosen = np.random.default_rng([seed, len(self.weights)]).choice(
            len(self.weights), size=count, p=self.weights
        )
        whole = [isinstance(project.value(path), int) for path in self.paths]
        return [
            {
                path: round(value) if is_whole else value
                for path, value, is_whole in zip(self.paths, row, whole, strict=True)
                if path in kept
            }
            for row in self.values[chosen].tolist()
        ]

    @staticmethod
    def _read(path: Path) -> "Draws":
        table = pyarrow.csv.read_csv(path)
        paths = tuple(name for name in table.column_names if name != WEIGHT)
        columns = [table[name].to_numpy().astype(np.float64) for name in (WEIGHT, *paths)]
        weights, values = columns[0], np.array(columns[1:]).T
        sound = paths and len(weights) and np.isfinite([*columns]).all()
        if not sound or weights.min() < 0 or not weights.any():
            raise ValueError("weights and values must be numbers.")
        return Draws(paths, values, weights / weights.sum())


@dataclass(frozen=True, eq=False)
class DrawnStudy(Study):
    """An ensemble whose runs have each their own values beside their own seed."""

    drawn: tuple[Project, ...] = ()

    @staticmethod
    def of_study(study: Study, drawn: Sequence[Project]) -> "DrawnStudy":
        """Return the runs of an ensemble, with a project for each seed."""
        return DrawnStudy(
            study.models, study.seeds, study.enough, study.differences, drawn=tuple(drawn)
        )

    @cached_property
    def _tasks(self) -> dict[int, list[Task]]:
        label = self.models[0].label
        pairs = zip(self.seeds, self.drawn, strict=True)
        return {seed: [Task.of(Model(label, one), seed)] for seed, one in pairs}
