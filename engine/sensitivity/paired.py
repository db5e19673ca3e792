"""Paired runs: the same draws with a quantity a little lower and a little higher.

Right for every model and every quantity, at the price of two runs for each. The draws belong to
people and not to days, so that both runs of a pair have most of their chance in common.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float64

from populace.engine.project import Project
from populace.engine.quantities import Quantity
from populace.engine.sensitivity.derivative import around
from populace.engine.sensitivity.outcome import Outcome
from populace.engine.simulation import Simulation
from populace.engine.world import World

# Of the present value, or at 0 of the range, to each side: a straight line, and not lost in chance.
STEP = 0.05


def ends_of(project: Project, path: str) -> tuple[float, float]:
    """Return a value below and one above the present one, both admitted."""
    [declared] = [one.declaration for one in project.quantities() if one.path == path]
    assert isinstance(declared, Quantity)
    return around(float(project.value(path)), declared, STEP)


def slopes(
    project: Project, path: str, outcome: Outcome, days: int, seeds: Sequence[int], world: World
) -> Float64[np.ndarray, " seeds"]:
    """Return the outcome per unit of a quantity, one estimate for each seed."""
    below, above = ends_of(project, path)
    found = [
        difference(project, {path: below}, {path: above}, outcome, days, seed, world)
        for seed in seeds
    ]
    return np.array(found) / (above - below)


def difference(
    project: Project, one: Mapping[str, float], other: Mapping[str, float], outcome: Outcome,
    days: int, seed: int, world: World,
) -> float:  # fmt: skip
    """Return how much more of the outcome there is with the other values, by the same draws.

    Both runs begin with the project's numbers and their bounds, and change them before day 1: else
    the draws themselves would differ.
    """
    totals = []
    for values in (one, other):
        run = Simulation(project, world=world, seed=seed)
        for path, value in values.items():
            run.set(path, value)
        run.run(days)
        totals.append(outcome.total(run))
    return totals[1] - totals[0]
