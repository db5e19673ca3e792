"""Walk: an outcome along the range of one number, or over those of two, all others as they are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

from populace.engine.project import Project
from populace.engine.scenarios.batch import Batch, Results
from populace.engine.scenarios.figures import Figure, figures_of, value_of
from populace.engine.scenarios.store import Store
from populace.engine.scenarios.study import Study, require_figure
from populace.engine.scenarios.sweep import Axis, grid_of
from populace.engine.sensitivity.global_runs import sample_of, scale_of
from populace.engine.sensitivity.ranges import Range

# Points of each number, and runs of each point: a band needs more runs than a mean.
POINTS, RUNS = {1: 9, 2: 7}, {1: 20, 2: 4}


@dataclass(frozen=True, eq=False)
class Walked:
    """The outcome at each point: the mean of its runs, and where 90 % of them lie."""

    figure: Figure  # its value is that of one run, and of no use here
    people: int
    runs: int  # of each point
    axes: tuple[Axis, ...]
    mean: Float64[np.ndarray, "..."]
    low90: Float64[np.ndarray, "..."]
    high90: Float64[np.ndarray, "..."]


@dataclass(frozen=True, eq=False)
class Walk:
    """The points of one number or two, on a smaller population; the axes are those of the whole."""

    axes: tuple[Axis, ...]
    study: Study

    @staticmethod
    def of(project: Project, ranges: Sequence[Range], *, people: int | None = None) -> "Walk":
        """Plan the runs; all points have the same seeds."""
        sample = sample_of(project, people)
        axes, smaller = [], []
        for one in ranges:
            values = np.linspace(one.low, one.high, POINTS[len(ranges)])
            axes.append(Axis(one.path, tuple(float(f"{value:.12g}") for value in values)))
            scaled = values * scale_of(project, sample, one.path)
            smaller.append(Axis(one.path, tuple(float(f"{value:.12g}") for value in scaled)))
        projects = {label: point for label, (_, point) in grid_of(sample, smaller).items()}
        return Walk(tuple(axes), Study.of(projects, RUNS[len(ranges)], differences=False))

    def batch(
        self, store: Store, at_once: int | None = None,
        changed: Callable[[], None] = lambda: None, behind: bool = False,
    ) -> Batch:  # fmt: skip
        """Return the runs, ready to be started."""
        return self.study.batch(store, at_once, changed, behind)

    def answer(self, results: Results, outcome: str) -> Walked:
        """Return a figure at all points, once all runs are there."""
        runs = list(self.study.runs(results).values())
        require_figure(runs[0][0], outcome)
        shape = tuple(len(axis.values) for axis in self.axes)
        values = np.array([[value_of(run, outcome) for run in point] for point in runs])
        low, high = np.quantile(values, (0.05, 0.95), axis=1)
        return Walked(
            figure=figures_of(runs[0][0])[outcome],
            people=runs[0][0].people,
            runs=values.shape[1],
            axes=self.axes,
            mean=values.mean(axis=1).reshape(shape),
            low90=low.reshape(shape),
            high90=high.reshape(shape),
        )
