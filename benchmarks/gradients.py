"""`populace bench gradients`: how right the estimates are of what an outcome answers to numbers.

Everything is held against paired runs with errors several times smaller, and deletions against
running everybody again. Estimates get the time of 20 runs, however many quantities there are; each
figure is the mean of 40 such repetitions in the worst of three models, in growth and at the peak.
"""

import time
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from populace.benchmarks import gradient_checks, report
from populace.benchmarks.gradient_models import (
    DISTRICTS,
    MODELS,
    PERIODS,
    PHASES,
    SHARE,
    Model,
    compared,
    relative,
    tell,
    truth,
)
from populace.benchmarks.report import Measure
from populace.engine.sensitivity.estimate import half_width
from populace.engine.sensitivity.leave_one_out import effects_of

_SIX = ("cosine_6", "scale_6", "relative_error_6")
_FORTY = ("cosine_40", "scale_40", "relative_error_40")
_INTERVALS = ("interval_coverage_6", "interval_width")
_OTHERS = ("theory_scale", "brute_force_mismatches", "neural_scale", "closed_loop_scale",
           "sampled_cost")  # fmt: skip
NAMES = (*_SIX, *_INTERVALS, *_FORTY, *_OTHERS)
# Least and most that a figure may be; None: no limit on that side.
BARS: dict[str, tuple[float | None, float | None]] = {
    "cosine_6": (0.995, None), "scale_6": (0.97, 1.03), "relative_error_6": (None, 0.08),
    "interval_coverage_6": (0.88, 1.0), "interval_width": (None, 2.5),
    "cosine_40": (0.97, None), "scale_40": (0.95, 1.05), "relative_error_40": (None, 0.25),
    "theory_scale": (0.97, 1.03), "brute_force_mismatches": (None, 0.0),
    "neural_scale": (0.98, 1.02), "closed_loop_scale": (0.97, 1.03), "sampled_cost": (None, 2.2),
}  # fmt: skip
PEOPLE, BUDGET, REPETITIONS = 100_000, 20.0, 40
# Relative errors of the truth that are asked for, and the seconds that one model's may take.
TARGET_SIX, TARGET_FORTY, SECONDS = 0.004, 0.025, 900.0
RUNS_MIN = 4


class Results(NamedTuple):
    """What one model gave; arrays are [phases, quantities], estimates one for each run before."""

    model: Model
    runs: int  # of one repetition
    six: np.ndarray  # [repetitions, runs, phases, 6]
    forty: np.ndarray


def measures(
    only: Sequence[str] = NAMES, people: int = PEOPLE, repetitions: int = REPETITIONS,
    seconds: float = SECONDS,
) -> list[Measure]:  # fmt: skip
    """Take the chosen measures; the numbers are for tests of the bench."""
    taken: dict[str, float] = {}
    told: list[Measure] = []
    if set(only) & {*_SIX, *_INTERVALS}:
        taken |= _of_six(people, repetitions, seconds, told)
    if set(only) & set(_FORTY):
        taken |= _of_forty(people, repetitions, seconds, told)
    for name in set(only) & set(_OTHERS):
        taken[name], more = getattr(gradient_checks, name)(people)
        told += more
    return [_measure(name, float(taken[name])) for name in NAMES if name in only] + told


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `populace bench gradients [--json] [--only NAME ...]`; return the exit code."""
    return report.command("gradients", NAMES, measures, arguments)


def _measure(name: str, value: float) -> Measure:
    low, high = BARS[name]
    if low is None and high is not None:
        return Measure.at_most(name, value, _unit(name), high)
    if high is None and low is not None:
        return Measure.at_least(name, value, _unit(name), low)
    assert low is not None
    assert high is not None
    rounded = Measure.without_bar(name, value, _unit(name))
    return Measure(name, rounded.value, rounded.unit, f"{low:g} to {high:g}", low <= value <= high)


def _unit(name: str) -> str:
    if name == "sampled_cost":
        return "x a run"
    return {"brute_force_mismatches": "of 3,000", "interval_coverage_6": "share"}.get(name, "")


def _of_six(people: int, repetitions: int, seconds: float, told: list[Measure]) -> dict[str, float]:
    """Hold six live quantities of each model against paired runs."""
    rows, coverages, widths = [], [], []
    for name in MODELS:
        found = _results(name, people, repetitions)
        model = found.model
        true, error = truth(model.pair_six, 6, TARGET_SIX, seconds, f"{name}, six")
        means = found.six.mean(axis=1)
        rows += _rows(name, "6", means, true)
        told.append(_told(f"truth_error_6 {name}", float(relative(error, true).max())))
        # Quantities that have no effect in a phase have no interval either.
        alive = np.abs(true) > 0
        spread = found.six.std(axis=1, ddof=1) / found.runs**0.5
        half = half_width(found.runs) * spread
        coverages.append(float((np.abs(means - true) <= half)[:, alive].mean()))
        # The truth has an error of its own; the mean of all repetitions has a smaller one.
        around = np.abs(means - means.mean(axis=0)) <= half
        told.append(_told(f"interval_coverage_of_mean {name}", float(around[:, alive].mean())))
        own = means.std(axis=0, ddof=1)
        widths.append(float(np.median(np.median(half, axis=0)[alive] / own[alive])))
        tell(f"{name}: coverage {coverages[-1]:.3f}, width {widths[-1]:.2f}, {found.runs} runs")
    return _worst(rows, _SIX) | {
        "interval_coverage_6": min(coverages), "interval_width": max(widths)
    }  # fmt: skip


def _of_forty(
    people: int, repetitions: int, seconds: float, told: list[Measure]
) -> dict[str, float]:
    """Hold the rates of 20 districts in 2 periods against paired runs."""
    rows = []
    for name in MODELS:
        found = _results(name, people, repetitions)
        count = DISTRICTS * PERIODS
        true, error = truth(found.model.pair_forty, count, TARGET_FORTY, seconds, f"{name}, forty")
        rows += _rows(name, "40", found.forty.mean(axis=1), true)
        told.append(_told(f"truth_error_40 {name}", float(relative(error, true).max())))
    return _worst(rows, _FORTY)


def _told(name: str, value: float) -> Measure:
    return Measure.without_bar(name.replace(" ", "_"), value, "")


@lru_cache(maxsize=len(MODELS))
def _results(name: str, people: int, repetitions: int) -> Results:
    """Estimate again and again with the time of 20 runs."""
    model = Model(name, people)
    runs = max(RUNS_MIN, int(BUDGET / _cost(model)))
    six, forty = [], []
    for number in range(repetitions * runs):
        one, other = model.estimates(number)
        six.append([one[phase] for phase in PHASES])
        forty.append([other[phase] for phase in PHASES])
    shape = (repetitions, runs, len(PHASES), -1)
    return Results(model, runs, np.reshape(six, shape), np.reshape(forty, shape))


def _cost(model: Model) -> float:
    """Return the processor time of a run with its estimate over that of a run."""
    plain, whole = [], []
    for seed in range(12):
        # In turn: a machine that slows down slows both. The first of each compiles.
        begun = time.process_time()
        model.simulation(seed).run(model.days["peak"])
        middle = time.process_time()
        past = model.history(seed)
        effects_of(past, model.outcome(past, model.days["peak"]), share=SHARE)
        plain.append(middle - begun)
        whole.append(time.process_time() - middle)
    # The least of each: what other programs on the machine add is not theirs.
    cost = min(whole[1:]) / min(plain[1:])
    tell(f"{model.name}: a run with its estimate takes {cost:.2f} runs")
    return cost


def _rows(name: str, count: str, means: np.ndarray, true: np.ndarray) -> list[tuple[float, ...]]:
    """Return cosine, scale and relative error of each phase, the means over the repetitions."""
    rows = []
    for number, phase in enumerate(PHASES):
        each = np.array([compared(one[number], true[number]) for one in means])
        rows.append(tuple(each.mean(axis=0)))
        inside = ((each[:, 1] > 0.97) & (each[:, 1] < 1.03)).mean()
        tell(f"{name}, {count}, {phase}: cosine {each[:, 0].mean():.4f}, scale "
             f"{each[:, 1].mean():.4f} (sd of one {each[:, 1].std():.4f}, within 3 %: {inside:.2f}"
             f"), relative error {each[:, 2].mean():.4f}, of the mean of all "
             f"{compared(means.mean(axis=0)[number], true[number])[2]:.4f}")  # fmt: skip
    return rows


def _worst(rows: Sequence[tuple[float, ...]], names: Sequence[str]) -> dict[str, float]:
    cosines, scales, errors = zip(*rows, strict=True)
    farthest = max(scales, key=lambda scale: abs(scale - 1))
    return dict(zip(names, (min(cosines), farthest, max(errors)), strict=True))
