"""Over the whole range: the runs of a design on a smaller population, and what they say."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np

from populace.engine.errors import ProjectError
from populace.engine.project import Project
from populace.engine.quantities import Quantity
from populace.engine.scaling import resized
from populace.engine.scenarios.batch import Batch, Results, Task
from populace.engine.scenarios.figures import Figure, figures_of, value_of
from populace.engine.scenarios.model import Model
from populace.engine.scenarios.store import Store
from populace.engine.scenarios.study import require_figure
from populace.engine.sensitivity.global_design import (
    CHANCE,
    Design,
    Importance,
    Method,
    design_of,
    importances,
)
from populace.engine.sensitivity.ranges import Range

PEOPLE = 20_000  # enough for an epidemic, few enough for hundreds of them
POINTS_MAX = 20_000


@dataclass(frozen=True)
class GlobalSensitivity:
    """The whole answer: over the ranges, on a smaller population, in numbers of that population.

    ``mean``, ``low90`` and ``high90`` are the outcome over all runs: how much there is to explain.
    """

    method: Method
    outcome: str
    label: str
    unit: str
    days: int
    people: int
    of_people: int | None  # that the project has; None where only building it tells
    first_infected: int
    runs: int
    mean: float
    low90: float
    high90: float
    ranges: tuple[Range, ...]
    numbers: tuple[Importance, ...]  # the one that matters most first
    chance: Importance  # what another seed does, all numbers being the same

    @property
    def size(self) -> str:
        """Return how many people were in a run, and how many there are."""
        if self.of_people is None or self.of_people == self.people:
            return f"{self.people:,} people"
        return f"{self.people:,} people instead of {self.of_people:,}"

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)


@dataclass(frozen=True, eq=False)
class GlobalRuns:
    """A design and its runs. The ranges are in numbers of the whole population."""

    project: Project
    sample: Project
    design: Design

    @staticmethod
    def of(
        project: Project, method: Method, ranges: Sequence[Range],
        *, runs: int | None = None, people: int | None = None,
    ) -> "GlobalRuns":  # fmt: skip
        """Plan at most so many runs of so many people; the seeds follow the project's."""
        design = design_of(method, ranges, points=runs, seed=project.seed)
        if len(design.units) > POINTS_MAX:
            raise ProjectError(
                f"{len(design.units):,} runs, and there may be {POINTS_MAX:,}: name fewer numbers "
                "by --wrt, or give --runs."
            )
        project.with_value("seed", int(design.seeds.max()))  # refuses a seed that is too large
        return GlobalRuns(project, sample_of(project, people), design)

    def batch(
        self, store: Store, at_once: int | None = None,
        changed: Callable[[], None] = lambda: None, behind: bool = False,
    ) -> Batch:  # fmt: skip
        """Return the runs, ready to be started."""
        return Batch(self.tasks, store, at_once=at_once, changed=changed, behind=behind)

    def answer(self, results: Results, outcome: str) -> GlobalSensitivity:
        """Return what the runs say of a figure, once all are there."""
        first = results[self.tasks[0].key]
        require_figure(first, outcome)
        outcomes = np.array([value_of(results[one.key], outcome) for one in self.tasks])
        *numbers, chance = importances(self.design, outcomes)
        assert chance.path == CHANCE
        return self._told(figures_of(first)[outcome], first.people, outcomes, numbers, chance)

    def _told(
        self, figure: Figure, people: int, outcomes: np.ndarray, numbers: list[Importance],
        chance: Importance,
    ) -> GlobalSensitivity:  # fmt: skip
        low, high = np.quantile(outcomes, (0.05, 0.95))
        return GlobalSensitivity(
            method=self.design.method,
            outcome=figure.name,
            label=figure.label,
            unit=figure.unit,
            days=self.project.days,
            people=people,
            of_people=self.project.population.agent_count(),
            first_infected=int(self.sample.disease.initial_infected),
            runs=len(outcomes),
            mean=float(outcomes.mean()),
            low90=float(low),
            high90=float(high),
            ranges=self.design.ranges,
            numbers=tuple(sorted(numbers, key=lambda one: -one.value)),
            chance=chance,
        )

    @cached_property
    def tasks(self) -> list[Task]:
        """The runs of all points, in the order of the design."""
        paths = [one.path for one in self.design.ranges]
        scale = np.array([scale_of(self.project, self.sample, path) for path in paths])
        models: dict[tuple[float, ...], Model] = {}
        tasks = []
        for row, seed in zip(self.design.values * scale, self.design.seeds, strict=True):
            # Without the tail that binary fractions leave, so that equal points are equal.
            point = tuple(float(f"{value:.12g}") for value in row)
            if point not in models:
                changed = self.sample.with_values(dict(zip(paths, point, strict=True)))
                models[point] = Model(self.project.name, changed)
            tasks.append(Task.of(models[point], int(seed)))
        return tasks


def sample_of(project: Project, people: int | None = None) -> Project:
    """Return the project with so many people, or with fewer where it has many."""
    count = project.population.agent_count()
    if people is None:
        people = PEOPLE if count is None or count > PEOPLE else count
    return resized(project, people)


def scale_of(project: Project, sample: Project, path: str) -> float:
    """Return by how much a supply for all is less in the smaller population."""
    [declared] = [one.declaration for one in project.quantities() if one.path == path]
    if not isinstance(declared, Quantity) or not declared.supply:
        return 1.0
    here, there = sample.population.agent_count(), project.population.agent_count()
    return here / there if here and there else 1.0
