"""`python -m populace.benchmarks.relaxed`: what autograd takes for the slope of an epidemic.

Each estimate is held against paired runs of the model that it is an estimate of: those of
autograd against the relaxed models, those of this project's against the engine. The quantities are
the log-rates of each network in each period, the outcome the infections up to the peak.
"""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from populace.benchmarks.gradient_models import LOG_STEP, SHARE, compared, plain_project, tell
from populace.benchmarks.relaxed_models import Relaxed, Way
from populace.engine.project import Project
from populace.engine.sensitivity.history import history_of, setting_of
from populace.engine.sensitivity.leave_one_out import effects_of
from populace.engine.sensitivity.outcome import Outcome
from populace.engine.sensitivity.places import Factors
from populace.engine.sensitivity.standing import Standing
from populace.engine.sensitivity.sweep import sweep
from populace.engine.simulation import Simulation

# Periods: the well-mixed model has one network, the others have four.
PERIODS = {"well mixed": 6, "household and work": 2, "strongly clustered": 2}
WAYS: dict[str, tuple[Way, float]] = {
    "straight-through": ("straight_through", 1.0),
    "straight-through, stays detached": ("detached_stays", 1.0),
    "Gumbel-softmax, temperature 0.1": ("gumbel", 0.1),
    "Gumbel-softmax, temperature 0.5": ("gumbel", 0.5),
    "Gumbel-softmax, temperature 1": ("gumbel", 1.0),
    "mean field": ("mean_field", 1.0),
}
OURS = "leave one out (this project)"
PEOPLE, RUNS, PAIRS, DAYS_MAX = 20_000, 40, 60, 150


@dataclass(frozen=True)
class Row:
    """How an estimate, the mean of some runs, stands against the truth of its model."""

    way: str
    model: str
    cosine: float
    scale: float
    scale_error: float  # standard error, of the estimate and the truth together


def rows(name: str, people: int, runs: int, pairs: int) -> list[Row]:
    """Return a row for each way to a slope in one model."""
    project = plain_project(name, people)
    relaxed = Relaxed.of(project, PERIODS[name])
    days = _peak(relaxed.curve(torch.zeros(relaxed.quantities), DAYS_MAX, 0).numpy())
    true = _sampled(
        lambda seed: [relaxed.pair(n, days, seed, LOG_STEP) for n in range(relaxed.quantities)],
        pairs,
    )
    found = []
    for title, (way, temperature) in WAYS.items():
        # A mean field has no chance in it but who is infected first.
        each = _sampled(lambda seed, w=way, t=temperature: relaxed.slope(days, seed, w, t)[1], runs)
        found.append(_row(title, name, each, true))
        tell(f"{name}: {found[-1]}")
    found.append(_row(OURS, name, *_ours(project, PERIODS[name], runs, pairs)))
    tell(f"{name}: {found[-1]}")
    return found


def _ours(project: Project, periods: int, runs: int, pairs: int) -> tuple[np.ndarray, np.ndarray]:
    """Return estimates and paired differences of the engine, [runs, quantities]."""
    world = Simulation(project).world
    pilot = Simulation(project, world=world, seed=0)
    pilot.run(DAYS_MAX)
    events = pilot.events()
    days = _peak(np.bincount(events.day[events.before == 0], minlength=DAYS_MAX + 1)[1:])
    setting = setting_of(Simulation(project, world=world, seed=0), days, [])
    place = np.zeros(world.agent_count, np.int32)
    period = np.concatenate([[0], np.arange(days) * periods // days])  # of each day; day 0 is empty
    masks = np.eye(len(world.networks), dtype=bool)

    def estimate(seed: int) -> list[float]:
        past = history_of(Simulation(project, world=world, seed=seed), days, [], setting=setting)
        effects = effects_of(past, Outcome.of("infections", past.simulation, days), share=SHARE)
        tables = [effects.by_day_and_place(past, place, 1, networks=mask)[:, 0] for mask in masks]
        return [x for table in tables for x in np.bincount(period, table, periods)]

    def pair(seed: int) -> list[float]:
        start = Simulation(project, world=world, seed=seed)
        first, standing = start.events().agent, Standing.of(start)
        found = []
        for mask in masks:
            for part in range(periods):
                ends = []
                for sign in (1, -1):
                    table = np.where(period == part, sign * LOG_STEP, 0.0)[:, None]
                    rules = setting.rules(seed, standing, Factors(place, table, mask))
                    ends.append(np.count_nonzero(sweep(setting, rules, first, standing) <= days))
                found.append((ends[0] - ends[1]) / (2 * LOG_STEP))
        return found

    return _sampled(estimate, runs), _sampled(pair, pairs)


def _sampled(one: Callable[[int], Sequence[float] | np.ndarray], count: int) -> np.ndarray:
    return np.array([one(1_000 + number) for number in range(count)])


def _peak(curve: np.ndarray) -> int:
    """Return the day with the most infections; the first day is 1."""
    return int(curve.argmax()) + 1


def _row(way: str, model: str, each: np.ndarray, pairs: np.ndarray) -> Row:
    """Compare the means; the error of the scale is that of both along the truth."""
    true = pairs.mean(axis=0)
    cosine, scale, _ = compared(each.mean(axis=0), true)
    along = true / (true @ true)
    parts = [np.std(one @ along, ddof=1) / len(one) ** 0.5 for one in (each, scale * pairs)]
    return Row(way, model, cosine, scale, float(np.hypot(*parts)))


def as_table(found: Sequence[Row]) -> str:
    """Write a table of Markdown: a row for each way, two columns for each model."""
    models = list(dict.fromkeys(row.model for row in found))
    lines = ["| slope by | " + " | ".join(f"{one}: scale | cosine" for one in models) + " |"]
    lines.append("|---" * (1 + 2 * len(models)) + "|")
    for way in dict.fromkeys(row.way for row in found):
        of_way = {row.model: row for row in found if row.way == way}
        cells = [f"{of_way[one].scale:.2f} +- {of_way[one].scale_error:.2f} | "
                 f"{of_way[one].cosine:.3f}" for one in models]  # fmt: skip
        lines.append(f"| {way} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Take the table and print it."""
    parser = argparse.ArgumentParser(prog="populace.benchmarks.relaxed", description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--runs", type=int, default=RUNS, help="runs of which each mean is taken")
    parser.add_argument("--pairs", type=int, default=PAIRS, help="pairs of which the truth is")
    asked = parser.parse_args(arguments)
    torch.set_num_threads(1)
    found = [row for name in PERIODS for row in rows(name, asked.people, asked.runs, asked.pairs)]
    print(as_table(found))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
