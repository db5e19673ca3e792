"""A run that is kept has the numbers of the same run by other means."""

import numpy as np
import pytest

from populace.engine.analysis.record import Record
from populace.engine.project import Project
from populace.engine.run_output import run_project
from populace.engine.scenarios.model import Model
from populace.engine.scenarios.one_run import run_model
from populace.engine.scenarios.result import PLACE_ROWS, DamagedResultError, Result
from populace.engine.shared_world import shared_world
from populace.engine.simulation import Simulation, no_progress


def run(project):
    world = shared_world(project, no_progress)
    return run_model(Model("x", project), project.seed, world, lambda day: None)


@pytest.fixture(scope="module")
def kept(town):
    return run(town)


def test_it_has_the_numbers_of_populace_run(town, kept):
    report = run_project(town, None, device="cpu", progress=no_progress)
    assert kept.counts_sha256 == report["counts_sha256"]
    assert kept.ever_infected == report["ever_infected"] > 100
    names = [state.name for state in kept.states]
    assert dict(zip(names, kept.totals[-1].tolist(), strict=True)) == report["final_counts"]


def test_places_add_up_to_everybody(kept):
    assert kept.places.people.sum() == kept.people
    assert kept.places.infections.sum() == kept.ever_infected == kept.new.sum() + 20
    assert kept.places.deaths.sum() == kept.present(kept.dead)[-1]
    assert kept.places.infected_peak.sum() >= kept.infected.max() > kept.places.infected_peak.max()


def test_policies_and_costs_are_those_of_the_simulation(town, kept):
    simulation = Simulation(town)
    simulation.run(town.days)
    table = town.observations[0].observe(Record.of(simulation))
    assert kept.done == simulation.policy_counts()
    assert kept.done["policies.vaccination.first_doses"] > 100
    assert kept.policy_days == {"policies.masks": 50, "policies.vaccination": 46}
    assert kept.costs == {name: float(table[name].sum()) for name in ("cost", "dalys")}
    assert kept.costs["cost"] > 0


def test_infections_of_those_who_had_it_before_count_in_their_places(small):
    disease = {"kind": "seirs", "transmission": 0.3, "initial_infected": 50, "immune_period": 15}
    project = Project.from_spec(small.spec() | {"disease": disease, "days": 80})
    found = run(project)
    assert found.ever_infected > found.people
    assert found.places.infections.sum() == found.ever_infected


def test_people_who_are_computed_have_the_same_numbers(small):
    population = {"kind": "lean", "people": 20_000, "rows_up_to": 0}
    spec = small.spec() | {"population": population, "policies": []}
    computed = run(Project.from_spec(spec))
    rows = run(Project.from_spec(spec | {"population": population | {"rows_up_to": 20_000}}))
    assert computed.counts_sha256 == rows.counts_sha256
    for name in PLACE_ROWS:
        assert np.array_equal(getattr(computed.places, name), getattr(rows.places, name)), name


def test_it_is_read_back_as_it_was(kept):
    again = Result.of_bytes(kept.as_bytes())
    for name in ("totals", "new", "r_t"):
        assert np.array_equal(getattr(again, name), getattr(kept, name), equal_nan=True)
    for name in ("seed", "people", "states", "done", "costs", "policy_days", "counts_sha256"):
        assert getattr(again, name) == getattr(kept, name), name
    for name in ("ids", "names"):
        assert getattr(again.places, name) == getattr(kept.places, name)
    for name in PLACE_ROWS:
        assert np.array_equal(getattr(again.places, name), getattr(kept.places, name))


@pytest.mark.parametrize("share", [0, 0.3, 0.9, 0.99])
def test_bytes_that_are_cut_short_are_damaged(kept, share):
    data = kept.as_bytes()
    with pytest.raises(DamagedResultError):
        Result.of_bytes(data[: int(len(data) * share)])
