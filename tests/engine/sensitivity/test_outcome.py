"""An outcome of a run is what happened in it, whatever the disease and however it is counted."""

import numpy as np
import pytest

from populace.engine.project import Project
from populace.engine.sensitivity.outcome import Outcome
from populace.engine.simulation import Simulation

DAYS = 50
TOWN = {
    "name": "Town",
    "days": DAYS,
    "population": {"kind": "town", "people": 1_500},
    "networks": [{"kind": kind} for kind in ("household", "school", "workplace", "community")],
}
DISEASES = {
    "once": {"kind": "sir", "imports_per_week": 20.0},
    "again": {"kind": "seirs", "immune_period": 10.0},
    "another strain": {"kind": "two_strains", "transmission": 0.1, "second_day": 15},
    "births and deaths": {"kind": "covid_like", "turnover": True, "life_expectancy": 20.0},
}


@pytest.mark.parametrize("disease", DISEASES)
def test_infections_are_those_that_the_run_has_counted(disease):
    run = Simulation(Project.from_spec(TOWN | {"disease": DISEASES[disease]}))
    run.run(DAYS)
    west = run.people.x < np.median(run.people.x)
    whole, *parts = (
        Outcome.of("infections", run, DAYS, people=people).total(run)
        for people in (None, west, ~west)
    )
    assert whole == run.ever_infected
    assert sum(parts) == run.ever_infected
    assert min(parts) > 0
