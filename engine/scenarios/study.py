"""Study: some models, each run with the same seeds; the first is what the others are held against.

One model is an ensemble; several are scenarios, or the points of a sweep.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np

from populace.engine.errors import ProjectError, did_you_mean
from populace.engine.project import Project
from populace.engine.scenarios.batch import Batch, Results, Task
from populace.engine.scenarios.figures import figures_of, value_of
from populace.engine.scenarios.model import Model
from populace.engine.scenarios.result import Result
from populace.engine.scenarios.stopping import Enough
from populace.engine.scenarios.store import Store

RUNS_MAX = 10_000
T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Study:
    """Models by label, and the seeds that each is run with."""

    models: tuple[Model, ...]
    seeds: tuple[int, ...]
    enough: Enough | None = None
    differences: bool = True  # are what the rule to stop early looks at, where there are several

    @staticmethod
    def of(
        projects: Mapping[str, Project],
        runs: int,
        enough: Enough | None = None,
        differences: bool = True,
    ) -> "Study":
        """Plan runs of projects by label; the seeds follow the first project's."""
        if not 1 <= runs <= RUNS_MAX:
            raise ProjectError(f"must be from 1 to {RUNS_MAX:,}, not {runs:,}.", place="--runs")
        [(label, baseline), *others] = projects.items()
        models = [Model(label, baseline)]
        for name, project in others:
            if project.days != baseline.days:
                raise ProjectError(
                    f'runs for {project.days:,} days and "{label}" for {baseline.days:,}: give '
                    "--days, so that all run for the same.",
                    place=name,
                )
            models.append(Model(name, project))
        seeds = tuple(range(baseline.seed, baseline.seed + runs))
        baseline.with_value("seed", seeds[-1])  # refuses a seed that is too large
        return Study(tuple(models), seeds, enough, differences)

    def batch(
        self,
        store: Store,
        at_once: int | None = None,
        changed: Callable[[], None] = lambda: None,
        behind: bool = False,
    ) -> Batch:
        """Return the runs, ready to be started: seed by seed, so that all models grow together."""
        tasks = [task for seed in self._tasks.values() for task in seed]
        rule = None if self.enough is None else self.satisfied
        return Batch(tasks, store, at_once=at_once, enough=rule, changed=changed, behind=behind)

    def runs(self, results: Results) -> dict[str, list[Result]]:
        """Return the runs that count, by label: those of the first seeds that all models have.

        With a rule to stop early these are no more than it asks for, whatever else is there.
        """
        count = self.counted(results)
        return {
            model.label: [results[self._tasks[seed][number].key] for seed in self.seeds[:count]]
            for number, model in enumerate(self.models)
        }

    def counted(self, results: Results) -> int:
        """Return with how many seeds all models were run, up to the first gap."""
        ready = self._ready(results)
        found = self._first_enough(results, ready)
        return ready if found is None else found

    def satisfied(self, results: Results) -> bool:
        """Tell whether there is a rule to stop early and these runs meet it."""
        return self._first_enough(results, self._ready(results)) is not None

    def _ready(self, results: Results) -> int:
        for count, seed in enumerate(self.seeds):
            if any(task.key not in results for task in self._tasks[seed]):
                return count
        return len(self.seeds)

    def _first_enough(self, results: Results, ready: int) -> int | None:
        """Return the smallest number of seeds that is enough, or None."""
        rule = self.enough
        if rule is None or ready < rule.least:
            return None
        values = np.array(
            [
                [value_of(results[task.key], rule.figure) for task in self._tasks[seed]]
                for seed in self.seeds[:ready]
            ]
        )
        for count in range(rule.least, ready + 1):
            part = values[:count]
            if len(self.models) > 1 and self.differences:
                scale = float(part[:, 0].mean())
                narrow = (rule.narrow(part[:, 0] - one, scale) for one in part[:, 1:].T)
            else:
                narrow = (rule.narrow(one) for one in part.T)
            if all(narrow):
                return count
        return None

    @cached_property
    def _tasks(self) -> dict[int, list[Task]]:
        return {seed: [Task.of(model, seed) for model in self.models] for seed in self.seeds}


def require_figure(result: Result, name: str) -> None:
    """Refuse a figure that a run does not have."""
    known = figures_of(result)
    if name not in known:
        raise ProjectError(
            f'the runs have no figure "{name}".{did_you_mean(name, known)}', place="--outcome"
        )


def labelled(labels: Sequence[str], things: Sequence[T]) -> dict[str, T]:
    """Return things by label; one that is there twice gets a number."""
    found: dict[str, T] = {}
    for label, thing in zip(labels, things, strict=True):
        name, number = label, 2
        while name in found:
            name, number = f"{label} ({number})", number + 1
        found[name] = thing
    return found
