"""Small worlds of computed people, and runs on them."""

import numpy as np

from populace.engine.acceptance import acceptance_of
from populace.engine.lean.kernel import LeanKernel
from populace.engine.project import Project
from populace.engine.simulation import Simulation

NETWORKS = [
    {"kind": "household"},
    {"kind": "school"},
    {"kind": "workplace"},
    {"kind": "community"},
    {"kind": "well_mixed", "contacts_a_day": 0.3},
]
FAST = {"kind": "seir", "transmission": 0.06, "latent_period": 2, "infectious_period": 4}


def quietly(message: str, share: float) -> None:
    """Take the place of a progress bar."""


def project(people: int = 60_007, *, rows: bool = False, days: int = 60, **more) -> Project:
    """Return a project of this many people of the world, computed or in rows."""
    population = {"kind": "lean", "people": people, "rows_up_to": 20_000_000 if rows else 0}
    disease = more.pop("disease", None)
    return Project.from_spec(
        {
            "name": "World",
            "days": days,
            "population": population,
            "networks": more.pop("networks", NETWORKS),
            "disease": {"initial_infected": max(1, people // 500)} | (disease or FAST),
            **more,
        }
    )


def with_kernel(run: Simulation, first: np.ndarray, **settings: int) -> Simulation:
    """Give a run that has not begun another kernel: other chunks, other threads."""
    tables = acceptance_of(run.world, run._graph, run._bounds, run._multipliers())
    run._kernel = LeanKernel(
        run.world, run._graph, run._bounds, tables, run._kernel._key, **settings
    )
    run._kernel.begin(first)
    return run


def series(run: Simulation, days: int) -> np.ndarray:
    """Return the counts by evening, region and state."""
    counts = [run.counts]
    for _ in range(days):
        run.step()
        counts.append(run.counts)
    return np.array(counts)
