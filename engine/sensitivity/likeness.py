"""Likeness: whether other runs with the same numbers speak for the one that goes on.

Effects from today on are means over several runs, of which the others have other chance from day 0
on. Where this one has gone another way, such as died out, they say nothing of it.
"""

from collections.abc import Sequence

import numpy as np

from populace.engine.diseases.base import INFECTED_ROLES
from populace.engine.errors import ProjectError
from populace.engine.project import Project
from populace.engine.sensitivity.since import Since
from populace.engine.world import World

# As many times more, or fewer, people infected today than on average: no longer alike.
APART = 2.0


def require_likeness(project: Project, since: Since, seeds: Sequence[int], world: World) -> None:
    """Refuse a run, that of the first seed, which has gone another way until today."""
    own, *others = (_infected_today(project, since, seed, world) for seed in seeds)
    usual = float(np.mean(others))
    if usual / APART <= own <= APART * usual:
        return
    raise ProjectError(
        f"This run has gone another way than most: {own:,} people are infected today, and in "
        f"{len(others)} other runs with the same numbers {usual:,.0f} on average. They cannot say "
        "what would come of it: choose From day 0."
    )


def _infected_today(project: Project, since: Since, seed: int, world: World) -> int:
    run = since.begin(project, world, seed)
    for day in range(1, since.day + 1):
        run.step()
        since.evening(run, day)
    infected = [one.role in INFECTED_ROLES for one in run.in_force()[0].states]
    return int(run.counts[:, infected].sum())
