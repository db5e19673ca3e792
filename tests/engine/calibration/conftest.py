"""A village of one disease, small enough for hundreds of runs, and data that it made."""

import pytest

from populace.engine.calibration.plan import FitPlan
from populace.engine.project import Project

VILLAGE = {
    "name": "Village",
    "start_date": "2024-02-28",
    "days": 20,
    "population": {"kind": "well_mixed", "people": 600},
    "networks": [{"kind": "well_mixed"}],
    "disease": {"kind": "sir", "transmission": 0.9, "infectious_period": 3.0},
}
PLAN = {
    "quantities": [{"path": "disease.transmission", "low": 0.4, "high": 1.6}],
    "series": [{"data": {"2024-03-01": 9}, "likelihood": "poisson"}],
    "runs": 160,
    "particles": 20,
    "seed": 7,
}


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """No test sees what another one has kept."""
    monkeypatch.setenv("POPULACE_CACHE", str(tmp_path / "cache"))


@pytest.fixture(scope="session")
def village():
    spec = VILLAGE | {"disease": VILLAGE["disease"] | {"initial_infected": 10}}
    return Project.from_spec(spec)


@pytest.fixture
def plan(village):
    return FitPlan.read(PLAN, village)
