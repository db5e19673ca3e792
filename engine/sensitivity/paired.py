"""Paired runs: the same draws with a quantity a little lower and a little higher.

Right for every model and every quantity, at the price of two runs for each. The draws belong to
people and not to days, so that both runs of a pair have most of their chance in common.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from jaxtyping import Float64

from populace.engine.project import Project
from populace.engine.quantities import Quantity
from populace.engine.sensitivity.derivative import around
from populace.engine.sensitivity.outcome import Outcome
from populace.engine.sensitivity.since import Since
from populace.engine.world import World

# Of the present value, or at 0 of the range, to each side: a straight line, and not lost in chance.
STEP = 0.05
DAY_0 = Since()


def ends_of(project: Project, path: str) -> tuple[float, float]:
    """Return a value below and one above the present one, both admitted."""
    [declared] = [one.declaration for one in project.quantities() if one.path == path]
    assert isinstance(declared, Quantity)
    return around(float(project.value(path)), declared, STEP)


def slopes(
    project: Project, path: str, outcome: Outcome, days: int, seeds: Sequence[int], world: World,
    each_day: Callable[[int], None] = lambda day: None, since: Since = DAY_0, *, idle: bool = False,
) -> Float64[np.ndarray, " seeds"]:  # fmt: skip
    """Return the outcome per unit of a quantity, one estimate for each seed.

    Of one that is ``idle``, such as the effect of masks that nobody wears, one pair of equal runs
    tells that all are.
    """
    below, above = ends_of(since.now(project), path)
    found: list[float] = []
    for seed in seeds:
        found.append(
            difference(
                project, {path: below}, {path: above}, outcome, days, seed, world, each_day, since
            )
        )
        if idle and found == [0.0]:
            return np.zeros(len(seeds))
    return np.array(found) / (above - below)


def difference(
    project: Project, one: Mapping[str, float], other: Mapping[str, float], outcome: Outcome,
    days: int, seed: int, world: World, each_day: Callable[[int], None] = lambda day: None,
    since: Since = DAY_0,
) -> float:  # fmt: skip
    """Return how much more of the outcome there is with the other values, by the same draws.

    Both runs begin with the project's numbers and their bounds, and change them on the evening
    that is given, before day 1 as a rule: else the draws themselves would differ. What ``each_day``
    raises ends them.
    """
    base = since.begin(project, world, seed)
    for day in range(1, since.day + 1):
        base.step()
        since.evening(base, day)
        each_day(day)
    totals = []
    for values in (one, other):
        run = base.fork()
        for path, value in values.items():
            run.set(path, value)
        for day in range(since.day + 1, days + 1):
            run.step()
            each_day(day)
        totals.append(outcome.total(run))
    return totals[1] - totals[0]
