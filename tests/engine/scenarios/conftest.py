"""A small town, and a store of its own for each test."""

import pytest

from populace.engine.project import Project
from populace.engine.scenarios.store import Store

TOWN = {
    "name": "Test town",
    "start_date": "2024-02-28",
    "days": 50,
    "population": {"kind": "town", "people": 1_500},
    "networks": [{"kind": name} for name in ("household", "school", "workplace", "community")],
    "disease": {"kind": "covid_like", "transmission": 0.1, "initial_infected": 20},
    "policies": [{"kind": "masks"}, {"kind": "vaccination", "start_day": 5, "doses_per_day": 20}],
    "observations": [{"kind": "costs"}],
}


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """No test sees the runs of another one."""
    monkeypatch.setenv("POPULACE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def store(cache):
    return Store()


@pytest.fixture(scope="session")
def town():
    return Project.from_spec(TOWN)


@pytest.fixture(scope="session")
def small(town):
    """The town without policies and costs, for fewer days."""
    spec = town.spec() | {"days": 25, "policies": [{"kind": "masks"}], "observations": []}
    return Project.from_spec(spec)
