"""What a baseline and eight scenarios cost in one pass, over the baseline alone.

A million people of New York for 120 days. Both are timed from a finished city and its networks to
the last day, in turn, three times in one process, and the middle one counts; the passes use the
same memory one after another. Then every scenario is run by itself as well, and the measure is
refused unless all of its events are those of the pass. What the first pass costs, with memory that
nobody has touched, is told beside it.
"""

import statistics
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

from populace.benchmarks import report
from populace.benchmarks.parts import SAMPLE, WARM_UP_DAYS, WARM_UP_PEOPLE
from populace.benchmarks.report import Measure
from populace.engine.kernels.alongside import Memory
from populace.engine.project import Project
from populace.engine.scenarios.one_pass import OnePass
from populace.engine.shared_world import shared_world
from populace.engine.simulation import Simulation, no_progress
from populace.engine.world import World

NAMES = ("scenario_cost", "scenario_cost_first")
BAR = 3.0
PEOPLE, DAYS, ROUNDS = 1_000_000, 120, 3
# How much more and less of each, as the bars of what matters most show it.
STEPS = {
    "disease.transmission": 0.05,
    "networks.household.intensity": 0.1,
    "networks.workplace.intensity": 0.1,
    "networks.community.intensity": 0.1,
}
T = TypeVar("T")


def measures(only: Sequence[str] = NAMES, people: int = PEOPLE) -> list[Measure]:
    """Take the chosen measures; ``people`` is for tests of the bench."""
    if not set(NAMES) & set(only):
        return []
    given = scenarios(people)
    world = shared_world(given["baseline"], no_progress)
    _warm_up()
    alone, together, passed, memory = [], [], None, Memory()
    for _ in range(ROUNDS):
        # In turn: a machine that slows down slows both.
        _, seconds = _timed(lambda: _alone(given["baseline"], world))
        alone.append(seconds)
        passed, seconds = _timed(lambda: _together(given, world, memory))
        together.append(seconds)
    assert passed is not None
    _compare(given, passed, world)
    usual = statistics.median(alone)
    found = {
        "scenario_cost": Measure.at_most(
            "scenario_cost", statistics.median(together) / usual, "x", BAR
        ),
        "scenario_cost_first": Measure.without_bar("scenario_cost_first", together[0] / usual, "x"),
    }
    return [found[name] for name in NAMES if name in only]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `python -m populace.benchmarks.one_pass [--json] [--only NAME ...]`."""
    return report.command("one_pass", NAMES, measures, arguments)


def scenarios(people: int) -> dict[str, Project]:
    """Return the baseline and its eight scenarios by name."""
    base = Project.load(SAMPLE).with_values({"population.people": people, "days": DAYS})
    found = {"baseline": base}
    for path, step in STEPS.items():
        for factor in (1.0 - step, 1.0 + step):
            value = float(base.value(path)) * factor
            found[f"{path} x {factor:g}"] = base.with_value(path, value)
    return found


def _alone(project: Project, world: World) -> Simulation:
    run = Simulation(project, world=world)
    run.run(DAYS)
    return run


def _together(given: dict[str, Project], world: World, memory: Memory) -> OnePass:
    passed = OnePass(given, world, memory=memory)
    passed.run()
    return passed


def _compare(given: dict[str, Project], passed: OnePass, world: World) -> None:
    """Refuse a pass that has other events than the separate runs."""
    for label, project in given.items():
        run, joint = _alone(project, world), passed.simulations[label]
        same = run.events_sha256() == joint.events_sha256()
        if not same or not np.array_equal(run.counts, joint.counts):
            raise RuntimeError(f"{label}: the pass has other events than the separate run")


def _warm_up() -> None:
    """Compile everything before the clock starts."""
    small = scenarios(WARM_UP_PEOPLE)
    world = shared_world(small["baseline"], no_progress)
    Simulation(small["baseline"], world=world).run(WARM_UP_DAYS)
    passed = OnePass(small, world)
    for _ in range(WARM_UP_DAYS):
        passed.step()


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    start = time.perf_counter()
    return work(), time.perf_counter() - start


if __name__ == "__main__":
    raise SystemExit(main())
