"""People who are computed from their number, against the same people kept in rows."""

from collections.abc import Iterator

import numpy as np

from populace.engine.checks.result import Figure, exactly
from populace.engine.project import Project
from populace.engine.simulation import Simulation


def computed_and_kept(project: Project, days: int) -> Iterator[Figure]:
    """Run a project of computed people both ways: every evening's counts must be equal."""
    never = project.with_value("population.rows_up_to", 0)
    always = project.with_value("population.rows_up_to", project.population.agent_count())
    kept, computed = Simulation(always), Simulation(never)
    off = 0
    for _ in range(days):
        kept.step()
        computed.step()
        off += int(np.abs(kept.counts - computed.counts).sum())
    yield exactly("people counted otherwise, by evening, region and state", off, 0)
    yield exactly("further infections", computed.ever_infected - kept.ever_infected, 0)
