"""Estimates: how an outcome answers to each quantity, by which method, and how sure that is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from populace.engine.errors import ProjectError, did_you_mean
from populace.engine.people import People
from populace.engine.project import Project
from populace.engine.quantities import Probability
from populace.engine.sensitivity import paired
from populace.engine.sensitivity.history import (
    History,
    NotCoveredError,
    Setting,
    history_of,
    refusal,
)
from populace.engine.sensitivity.leave_one_out import Effects, IdleError, effects_of, share_of_each
from populace.engine.sensitivity.outcome import Outcome
from populace.engine.sensitivity.paired import DAY_0
from populace.engine.sensitivity.since import Since
from populace.engine.simulation import Simulation
from populace.engine.world import World

LEAVE_ONE_OUT, PAIRED = "leave one out", "paired runs"
# Fewer runs cannot tell their own error.
RUNS_MIN = 4
# Of a normal distribution, 95 %; with few runs the t distribution is wider (degrees of freedom).
_WIDTH = {3: 3.18, 4: 2.78, 5: 2.57, 6: 2.45, 7: 2.36, 9: 2.26, 14: 2.14, 19: 2.09, 29: 2.05}
MANY = 1.96
# Above this many infections a tenth of them tells enough.
_ALL_BELOW, _SHARE = 200_000, 0.1
# The audit fails if it is off by more than both.
_AUDIT_ERRORS, _AUDIT_SHARE = 3.0, 0.10
_AUDIT_STEP = 0.1  # of the outcome, at most, by which the audit changes it

Progress = Callable[[str, float], None]
# Marks the people among whom an outcome is counted; None: all.
Where = Callable[[People], np.ndarray | None]


@dataclass(frozen=True)
class Estimate:
    """One quantity. ``slope`` is in units of the outcome per unit of the quantity."""

    path: str
    value: float
    method: str  # LEAVE_ONE_OUT or PAIRED
    why: str  # why it is not leave one out, or nothing
    slope: float
    error: float  # standard error of the slope, over the runs
    higher: float  # the value a tenth higher; from 0, a tenth of the range
    change: float  # of the outcome where the quantity rises to that
    low: float  # 95 % interval of that change
    high: float


@dataclass(frozen=True)
class Audit:
    """The estimates together, held against runs with all quantities changed a little at once."""

    predicted: float
    measured: float
    error: float  # standard error of the difference
    spread: float = 0.0  # standard deviation of one pair of runs

    @property
    def ratio(self) -> float:
        """Predicted over measured; 1 is right."""
        return self.predicted / self.measured if self.measured else float("nan")

    @property
    def passed(self) -> bool:
        """Say whether the estimates may be shown."""
        off = abs(self.predicted - self.measured)
        return not (off > _AUDIT_ERRORS * self.error and off > _AUDIT_SHARE * abs(self.measured))


@dataclass(frozen=True)
class Sensitivity:
    """The whole answer: local, around the present values of the project."""

    outcome: str
    total: float  # mean of the runs
    days: int
    runs: int
    people: int
    estimates: tuple[Estimate, ...]
    audit: Audit

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        audit = asdict(self.audit) | {"ratio": self.audit.ratio, "passed": self.audit.passed}
        return asdict(self) | {"audit": audit}


def everywhere(people: People) -> None:
    """Count everybody."""


def usual_paths(project: Project) -> list[str]:
    """Return the live quantities that a tenth more makes sense of.

    Of nothing there is no tenth; a share at 0 is raised by a tenth of all.
    """
    return [
        one.path
        for one in project.quantities(live_only=True)
        if one.value != 0.0 or isinstance(one.declaration, Probability)
    ]


def sensitivity(
    project: Project, paths: Sequence[str], outcome_name: str, runs: int, days: int,
    *, world: World | None = None, progress: Progress = lambda message, share: None,
    deletions: int | None = None, since: Since = DAY_0, where: Where = everywhere,
) -> Sensitivity:  # fmt: skip
    """Estimate how an outcome on the last day answers to each quantity, with errors and audit.

    Numbers change ``since`` an evening, and people count who live ``where``. About so many
    ``deletions`` are made in each run; None makes as many as are usual. ``progress`` is told of
    each day, and may end the work by raising.
    """
    if runs < RUNS_MIN:
        raise ProjectError(
            f"must be at least {RUNS_MIN}, not {runs}: fewer cannot tell their error.",
            place="--runs",
        )
    _require(project, paths)
    first = Simulation(project, world=world, progress=progress)
    world = first.world
    outcome = Outcome.of(outcome_name, first, days, people=where(world.people)).after(since.day)
    seeds = range(project.seed, project.seed + runs)
    table, totals, why, idle = _leave_one_out(
        project, paths, outcome, days, seeds, world, progress, deletions, since
    )
    now = since.now(project)
    estimates = []
    for number, path in enumerate(paths):
        if path in why:
            each_day = _telling(
                progress, f"Paired runs for {path}", 0.5 + 0.3 * number / len(paths)
            )
            table[path] = paired.slopes(
                project, path, outcome, days, seeds, world, each_day, since, idle=path in idle
            )
        estimates.append(_estimate(now, path, table[path], why.get(path, "")))
    if not totals:
        totals = [_total(project, outcome, days, seed, world, since) for seed in seeds]
    total = float(np.mean(totals))
    audit = _audit(project, table, outcome, days, seeds, world, total, progress, since)
    people = world.agent_count
    return Sensitivity(outcome_name, total, days, runs, people, tuple(estimates), audit)


def _require(project: Project, paths: Sequence[str]) -> None:
    live = [one.path for one in project.quantities(live_only=True)]
    for path in paths:
        if path not in live:
            raise ProjectError(
                f"is no live quantity of the project.{did_you_mean(path, live)}", place=path
            )


def _leave_one_out(
    project: Project, paths: Sequence[str], outcome: Outcome, days: int, seeds: Sequence[int],
    world: World, progress: Progress, deletions: int | None, since: Since,
) -> tuple[dict[str, np.ndarray], list[float], dict[str, str], set[str]]:  # fmt: skip
    """Return estimates by path and seed, the totals, and why paths are left for paired runs.

    The last are those paths that seem to change nothing.
    """
    found: dict[str, list[float]] = {path: [] for path in paths}
    totals: list[float] = []
    why: dict[str, str] = {}
    idle = set(paths)
    setting: Setting | None = None
    whole = refusal(Simulation(project, world=world))
    if whole:
        return {}, [], dict.fromkeys(paths, whole), set()
    for number, seed in enumerate(seeds):
        run = since.begin(project, world, seed)
        message, done = f"Run {number + 1} of {len(seeds)}", 0.5 * number / len(seeds)
        each_day = following(run, since, _telling(progress, message, done))
        try:
            history = history_of(run, days, paths, each_day, setting=setting)
            setting = history.setting
            share = _share(run.ever_infected, deletions)
            effects: Effects = effects_of(history, outcome, share=share)
        except NotCoveredError as error:
            return {}, [], dict.fromkeys(paths, str(error)), set()
        totals.append(outcome.total(run))
        for path in paths:
            try:
                found[path].append(of_each(history, effects, outcome, path, since).sum())
            except NotCoveredError as error:
                why[path] = str(error)
                if isinstance(error, IdleError):
                    continue
            idle.discard(path)
    table = {path: np.array(each) for path, each in found.items() if path not in why}
    return table, totals, why, idle


def _telling(progress: Progress, message: str, share: float) -> Callable[[int], None]:
    """Return what tells of each day of a run that it is under way."""
    return lambda day: progress(message, share)


def _share(infected: int, deletions: int | None) -> float:
    """Return the share of the infections that is looked at."""
    if deletions is not None:
        return min(1.0, deletions / max(1, infected))
    return 1.0 if infected < _ALL_BELOW else _SHARE


def following(
    run: Simulation, since: Since, each_day: Callable[[int], None]
) -> Callable[[int], None]:
    """Return what is to be done each evening of a run: its changes, and what is told of it."""

    def evening(day: int) -> None:
        since.evening(run, day)
        each_day(day)

    return evening


def of_each(
    history: History, effects: Effects, outcome: Outcome, path: str, since: Since
) -> np.ndarray:
    """Return what each infection since an evening adds to the estimate for a quantity."""
    if path not in history.setting.conduct:
        each = effects.of_each(history, path)
        day = history.how[effects.victims, 0]
        return np.where(day > since.day, each, 0.0)
    if since.day:
        raise NotCoveredError(
            "those who are ill today have made up their minds, and another share holds from "
            "tomorrow on"
        )
    return share_of_each(history, outcome, path, share=effects.share)


def _estimate(project: Project, path: str, each: np.ndarray, why: str) -> Estimate:
    slope, error = float(each.mean()), float(each.std(ddof=1) / len(each) ** 0.5)
    return estimate_of(project, path, slope, error, half_width(len(each)) * error, why)


def estimate_of(
    project: Project, path: str, slope: float, error: float, half: float, why: str = ""
) -> Estimate:
    """Return the effect of a tenth more; ``half`` the 95 % interval of the slope to each side."""
    value = float(project.value(path))
    higher = _higher(project, path, value)
    change = slope * (higher - value)
    half *= abs(higher - value)
    method = PAIRED if why else LEAVE_ONE_OUT
    return Estimate(
        path, value, method, why, slope, error, higher, change, change - half, change + half
    )


def _higher(project: Project, path: str, value: float) -> float:
    [declared] = [one.declaration for one in project.quantities() if one.path == path]
    low, high = declared.bounds or (None, None)
    if value != 0.0:
        return 1.1 * value
    return 0.1 * (high - low) if low is not None and high is not None else 0.1


def half_width(runs: int) -> float:
    """Return the half width of a 95 % interval in standard errors (Student's t)."""
    return next((width for freedom, width in _WIDTH.items() if runs - 1 <= freedom), MANY)


def _total(
    project: Project, outcome: Outcome, days: int, seed: int, world: World, since: Since
) -> float:
    run = since.begin(project, world, seed)
    for day in range(1, days + 1):
        run.step()
        since.evening(run, day)
    return outcome.total(run)


@dataclass(frozen=True)
class Step:
    """All quantities changed at once, each by a twentieth at most in the direction of its effect.

    By less where all together would change much: a slope says nothing of a large step.
    """

    lower: dict[str, float]
    upper: dict[str, float]
    predicted: float
    error: float  # standard error of that

    @staticmethod
    def of(project: Project, slopes: Mapping[str, tuple[float, float]], total: float) -> "Step":
        """Return the step for slopes, each with its standard error."""
        lower, upper, predicted, variance = {}, {}, 0.0, 0.0
        for path, (slope, error) in slopes.items():
            below, above = paired.ends_of(project, path)
            lower[path], upper[path] = (below, above) if slope >= 0 else (above, below)
            predicted += slope * (upper[path] - lower[path])
            variance += (error * (above - below)) ** 2
        part = min(1.0, _AUDIT_STEP * total / abs(predicted)) if predicted else 1.0
        for ends in (lower, upper):
            for path, end in ends.items():
                value = float(project.value(path))
                ends[path] = value + part * (end - value)
        return Step(lower, upper, part * predicted, part * variance**0.5)


def audit_seed(seed: int) -> int:
    """Return another seed than that of an estimate: its chance does not check itself."""
    return seed + 1_000_003


def _audit(
    project: Project, table: dict[str, np.ndarray], outcome: Outcome, days: int,
    seeds: Sequence[int], world: World, total: float, progress: Progress,
    since: Since,
) -> Audit:  # fmt: skip
    slopes = {
        path: (float(each.mean()), float(each.std(ddof=1) / len(each) ** 0.5))
        for path, each in table.items()
    }
    step = Step.of(since.now(project), slopes, total)
    each_day = _telling(progress, "Checking the estimates against changed runs", 0.85)
    each = np.array([
        paired.difference(
            project, step.lower, step.upper, outcome, days, audit_seed(seed), world, each_day,
            since,
        )
        for seed in seeds
    ])  # fmt: skip
    spread = float(each.std(ddof=1))
    error = (step.error**2 + spread**2 / len(each)) ** 0.5
    return Audit(step.predicted, float(each.mean()), error, spread)
