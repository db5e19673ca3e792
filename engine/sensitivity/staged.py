"""Staged: estimates from a small city within seconds, then from everybody, for a screen.

Both have their own audit. Everybody of a large city is run once: how much such runs would differ
is known from the runs of the small one, for the variance of what is counted grows with the number
of people (docs/sensitivity.md). So the first estimate gives the second its interval.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np

from populace.engine.project import Project
from populace.engine.scaling import resized
from populace.engine.sensitivity import paired
from populace.engine.sensitivity.estimate import (
    MANY,
    Audit,
    Estimate,
    Progress,
    Sensitivity,
    Step,
    Where,
    audit_seed,
    estimate_of,
    everywhere,
    following,
    half_width,
    of_each,
    sensitivity,
)
from populace.engine.sensitivity.history import NotCoveredError, history_of, refusal
from populace.engine.sensitivity.leave_one_out import effects_of
from populace.engine.sensitivity.likeness import require_likeness
from populace.engine.sensitivity.outcome import Outcome
from populace.engine.sensitivity.paired import DAY_0
from populace.engine.sensitivity.since import Since
from populace.engine.simulation import Simulation
from populace.engine.world import World

Stage = Literal["sample", "all"]
# A sample large enough for an epidemic, small enough for some seconds.
SAMPLE = 50_000
SAMPLE_RUNS, ALL_RUNS = 4, 8
# From so many people on, everybody is run once; above the second, memory and time do not do.
ONCE_FROM, ALL_MAX = 1_000_000, 20_000_000
_SAMPLE_DELETIONS, _DELETIONS = 5_000, 50_000


def stages_of(project: Project) -> tuple[Stage, ...]:
    """Return which estimates a project gets, in their order."""
    people = project.population.agent_count()
    if people is None or people <= SAMPLE or sample_of(project) is project:
        return ("all",)
    return ("sample", "all") if people <= ALL_MAX else ("sample",)


def sample_of(project: Project) -> Project:
    """Return the small city with the shares of the whole; one that cannot be smaller stays."""
    return resized(project, SAMPLE)


@dataclass(frozen=True)
class Spread:
    """How much runs of a city of ``people`` differed, as standard deviations."""

    people: int
    runs: int
    of_change: Mapping[str, float]  # by path: of the effect of a tenth more, in one run
    of_pair: float  # of one pair of the audit

    @staticmethod
    def of(found: Mapping[str, Any]) -> "Spread":
        """Read it from the plain values of an estimate, see `Sensitivity.as_dict`."""
        each = {
            one["path"]: one["error"] * abs(one["higher"] - one["value"]) * found["runs"] ** 0.5
            for one in found["estimates"]
        }
        return Spread(found["people"], found["runs"], each, found["audit"]["spread"])

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)

    def in_city_of(self, people: int) -> "Spread":
        """Return what it is among more people: chance grows with their root."""
        root = (people / self.people) ** 0.5
        of_change = {path: root * one for path, one in self.of_change.items()}
        return Spread(people, self.runs, of_change, root * self.of_pair)


def of_sample(
    project: Project, paths: Sequence[str], outcome: str, world: World,
    progress: Progress = lambda message, share: None,
    *, since: Since = DAY_0, where: Where = everywhere,
) -> Sensitivity:  # fmt: skip
    """Estimate from `sample_of` a project; ``world`` is that of the sample."""
    sample = sample_of(project)
    return sensitivity(
        sample, paths, outcome, SAMPLE_RUNS, project.days, world=world, progress=progress,
        deletions=_SAMPLE_DELETIONS, since=since.resized(project, sample), where=where,
    )  # fmt: skip


def of_all(
    project: Project, paths: Sequence[str], outcome: str, world: World,
    spread: Spread | None = None, progress: Progress = lambda message, share: None,
    *, since: Since = DAY_0, where: Where = everywhere,
) -> Sensitivity:  # fmt: skip
    """Estimate from everybody: once, where they are many and the ``spread`` is known.

    Then quantities that need paired runs are left out, and a model that does as a whole is a
    `NotCoveredError`: there is no time for them. Of fewer people, several runs are the answer also
    since today, and a run that they do not speak for is a `ProjectError`.
    """
    if spread is not None and world.agent_count >= ONCE_FROM:
        return of_one_run(
            project, paths, outcome, world, spread, progress, since=since, where=where
        )
    if since.day:
        seeds = range(project.seed, project.seed + ALL_RUNS)
        progress("Asking whether other runs are like this one", 0.0)
        require_likeness(project, since, seeds, world)
    return sensitivity(
        project, paths, outcome, ALL_RUNS, project.days, world=world, progress=progress,
        since=since, where=where,
    )  # fmt: skip


def of_one_run(
    project: Project, paths: Sequence[str], outcome_name: str, world: World, spread: Spread,
    progress: Progress = lambda message, share: None,
    *, since: Since = DAY_0, where: Where = everywhere,
) -> Sensitivity:  # fmt: skip
    """Estimate by one run of everybody, and hold that against one pair of changed runs.

    Since today they are those of the run itself: of what goes on from there alone is there chance.
    """
    days, people = project.days, world.agent_count
    spread = spread.in_city_of(people)
    run = since.begin(project, world, project.seed)
    if why := refusal(run):
        raise NotCoveredError(why)
    outcome = Outcome.of(outcome_name, run, days, people=where(world.people)).after(since.day)
    estimates, total = _estimates(run, paths, outcome, spread, progress, since)
    del run  # its memory, before others are made
    if not estimates:
        raise NotCoveredError("none of these numbers can be followed in one run")
    slopes = {one.path: (one.slope, one.error) for one in estimates}
    step = Step.of(since.now(project), slopes, total)

    def each_day(day: int) -> None:
        progress("Checking the estimates against changed runs", 0.6)

    seed = project.seed if since.day else audit_seed(project.seed)
    measured = paired.difference(
        project, step.lower, step.upper, outcome, days, seed, world, each_day, since
    )
    error = float(np.hypot(step.error, spread.of_pair))
    audit = Audit(step.predicted, measured, error, spread.of_pair)
    return Sensitivity(outcome_name, total, days, 1, people, tuple(estimates), audit)


def _estimates(
    run: Simulation, paths: Sequence[str], outcome: Outcome, spread: Spread, progress: Progress,
    since: Since,
) -> tuple[list[Estimate], float]:  # fmt: skip
    """Return the estimates of one run, and its total."""
    days, now = len(outcome.table) - 1, since.now(run.project)
    each_day = following(run, since, lambda day: progress("A run of everybody", 0.2))
    history = history_of(run, days, paths, each_day)
    share = min(1.0, _DELETIONS / max(1, run.ever_infected))
    effects = effects_of(history, outcome, share=share)
    progress("Following those who would have fared differently", 0.5)
    found = []
    for path in paths:
        try:
            each = of_each(history, effects, outcome, path, since)
        except NotCoveredError:
            continue
        found.append(_estimate(now, path, each, share, spread))
    return found, outcome.total(run)


def _estimate(
    project: Project, path: str, each: np.ndarray, share: float, spread: Spread
) -> Estimate:
    """Return the estimate of one run; two things make it unsure: chance, and who is looked at."""
    slope, looked_at = float(each.sum()), float(((1 - share) * (each**2).sum()) ** 0.5)
    one = estimate_of(project, path, slope, 0.0, 0.0)
    chance = spread.of_change[path] / abs(one.higher - one.value)
    half = np.hypot(half_width(spread.runs) * chance, MANY * looked_at)
    return estimate_of(project, path, slope, float(np.hypot(chance, looked_at)), float(half))
