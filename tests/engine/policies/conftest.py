"""Projects with policies, small enough to run in a moment."""

import pytest

from populace.engine.project import Project
from populace.engine.simulation import Simulation

CITY = {
    "name": "City",
    "days": 200,
    "population": {"kind": "nyc", "people": 12_000},
    "networks": [{"kind": kind} for kind in ("household", "school", "workplace", "community")],
    "disease": {"kind": "covid_like", "initial_infected": 60},
}
MIXED = {
    "name": "One place",
    "days": 400,
    "population": {"kind": "well_mixed", "people": 100_000},
    "networks": [{"kind": "well_mixed"}],
    "disease": {"kind": "sir", "initial_infected": 100},
}


@pytest.fixture
def city():
    """Return runs of a small New York: ``city([policy, ...], device="cpu", ...)``."""

    def start(policies=(), device="cpu", **more):
        spec = CITY | {"policies": list(policies)} | more
        return Simulation(Project.from_spec(spec), device=device)

    return start


@pytest.fixture
def mixed():
    """Return runs of 100,000 people in one place with a given R0 and policies."""

    def start(r0, policies=(), **more):
        disease = MIXED["disease"] | {"transmission": r0 / 7, "infectious_period": 7.0}
        spec = MIXED | {"disease": disease, "policies": list(policies)} | more
        return Simulation(Project.from_spec(spec))

    return start
