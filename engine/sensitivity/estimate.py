"""Estimates: how an outcome answers to each quantity, by which method, and how sure that is."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from populace.engine.errors import ProjectError, did_you_mean
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
from populace.engine.sensitivity.leave_one_out import Effects, effects_of, slope_of_share
from populace.engine.sensitivity.outcome import Outcome
from populace.engine.simulation import Simulation
from populace.engine.world import World

LEAVE_ONE_OUT, PAIRED = "leave one out", "paired runs"
# Fewer runs cannot tell their own error.
RUNS_MIN = 4
# Of a normal distribution, 95 %; with few runs the t distribution is wider (degrees of freedom).
_WIDTH = {3: 3.18, 4: 2.78, 5: 2.57, 6: 2.45, 7: 2.36, 9: 2.26, 14: 2.14, 19: 2.09, 29: 2.05}
_MANY = 1.96
# Above this many infections a tenth of them tells enough.
_ALL_BELOW, _SHARE = 200_000, 0.1
# The audit fails if it is off by more than both.
_AUDIT_ERRORS, _AUDIT_SHARE = 3.0, 0.10
_AUDIT_STEP = 0.1  # of the outcome, at most, by which the audit changes it

Progress = Callable[[str, float], None]


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
) -> Sensitivity:  # fmt: skip
    """Estimate how an outcome on the last day answers to each quantity, with errors and audit."""
    if runs < RUNS_MIN:
        raise ProjectError(
            f"must be at least {RUNS_MIN}, not {runs}: fewer cannot tell their error.",
            place="--runs",
        )
    _require(project, paths)
    first = Simulation(project, world=world, progress=progress)
    world = first.world
    outcome = Outcome.of(outcome_name, first, days)
    seeds = range(project.seed, project.seed + runs)
    table, totals, why = _leave_one_out(project, paths, outcome, days, seeds, world, progress)
    estimates = []
    for number, path in enumerate(paths):
        if path in why:
            progress(f"Paired runs for {path}", 0.5 + 0.3 * number / len(paths))
            table[path] = paired.slopes(project, path, outcome, days, seeds, world)
        estimates.append(_estimate(project, path, table[path], why.get(path, "")))
    if not totals:
        totals = [_total(project, outcome, days, seed, world) for seed in seeds]
    progress("Checking the estimates against changed runs", 0.85)
    total = float(np.mean(totals))
    audit = _audit(project, paths, table, outcome, days, seeds, world, total)
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
    world: World, progress: Progress,
) -> tuple[dict[str, np.ndarray], list[float], dict[str, str]]:  # fmt: skip
    """Return estimates by path and seed, the totals, and why paths are left for paired runs."""
    found: dict[str, list[float]] = {path: [] for path in paths}
    totals: list[float] = []
    why: dict[str, str] = {}
    setting: Setting | None = None
    whole = refusal(Simulation(project, world=world))
    if whole:
        return {}, [], dict.fromkeys(paths, whole)
    for number, seed in enumerate(seeds):
        progress(f"Run {number + 1} of {len(seeds)}", 0.5 * number / len(seeds))
        run = Simulation(project, world=world, seed=seed)
        try:
            history = history_of(run, days, paths, setting=setting)
            setting = history.setting
            share = 1.0 if run.ever_infected < _ALL_BELOW else _SHARE
            effects: Effects = effects_of(history, outcome, share=share)
        except NotCoveredError as error:
            return {}, [], dict.fromkeys(paths, str(error))
        totals.append(outcome.total(run))
        for path in paths:
            try:
                found[path].append(_of_one_run(history, effects, outcome, path))
            except NotCoveredError as error:
                why[path] = str(error)
    return {path: np.array(each) for path, each in found.items() if path not in why}, totals, why


def _of_one_run(history: History, effects: Effects, outcome: Outcome, path: str) -> float:
    if path in history.setting.conduct:
        return slope_of_share(history, outcome, path, share=effects.share)
    return float(effects.of_each(history, path).sum())


def _estimate(project: Project, path: str, each: np.ndarray, why: str) -> Estimate:
    value = float(project.value(path))
    slope, error = float(each.mean()), float(each.std(ddof=1) / len(each) ** 0.5)
    higher = _higher(project, path, value)
    change = slope * (higher - value)
    half = half_width(len(each)) * error * abs(higher - value)
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
    return next((width for freedom, width in _WIDTH.items() if runs - 1 <= freedom), _MANY)


def _total(project: Project, outcome: Outcome, days: int, seed: int, world: World) -> float:
    run = Simulation(project, world=world, seed=seed)
    run.run(days)
    return outcome.total(run)


def _audit(
    project: Project, paths: Sequence[str], table: dict[str, np.ndarray], outcome: Outcome,
    days: int, seeds: Sequence[int], world: World, total: float,
) -> Audit:  # fmt: skip
    """Change all quantities at once, each by a twentieth at most in the direction of its effect.

    By less where all together would change much: a slope says nothing of a large step.
    """
    lower, upper, predicted = {}, {}, 0.0
    variance = 0.0
    for path in paths:
        below, above = paired.ends_of(project, path)
        slope = table[path].mean()
        lower[path], upper[path] = (below, above) if slope >= 0 else (above, below)
        predicted += slope * (upper[path] - lower[path])
        spread = table[path].std(ddof=1) * (above - below) / len(table[path]) ** 0.5
        variance += spread**2
    part = min(1.0, _AUDIT_STEP * total / abs(predicted)) if predicted else 1.0
    for ends in (lower, upper):
        for path, end in ends.items():
            value = float(project.value(path))
            ends[path] = value + part * (end - value)
    predicted, variance = part * predicted, part**2 * variance
    # Other seeds than those of the estimates: their chance is not to be checked against itself.
    others = [seed + 1_000_003 for seed in seeds]
    each = np.array([
        paired.difference(project, lower, upper, outcome, days, seed, world) for seed in others
    ])  # fmt: skip
    error = (variance + each.var(ddof=1) / len(each)) ** 0.5
    return Audit(float(predicted), float(each.mean()), float(error))
