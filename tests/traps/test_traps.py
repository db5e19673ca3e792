"""Wrong results that were seen in other simulators; each must not happen in this one."""

import hashlib
import tracemalloc
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from populace.engine import registry
from populace.engine.checks import invariants, theory
from populace.engine.checks.recursion import expected_shares
from populace.engine.checks.result import mean_against
from populace.engine.checks.trial import BAND, plain_people, run_out, runs, well_mixed
from populace.engine.contacts import Edges
from populace.engine.policies.masks import Masks
from populace.engine.project import Project, sample_names
from populace.engine.simulation import Simulation
from populace.engine.world import World, network_shape
from populace.layers import pixels

# Stays of 2.5 and 1.3 Erlang stages, and one without stages whose mean is no whole number.
FRACTIONS = {
    "kind": "custom",
    "transmission": 0.5,
    "initial_infected": 50,
    "graph": {
        "states": [
            {"name": "susceptible", "role": "susceptible"},
            {"name": "exposed", "role": "latent"},
            {"name": "infectious", "role": "infectious"},
            {"name": "in_bed", "role": "removed"},
            {"name": "recovered", "role": "removed"},
        ],
        "transitions": [
            {"from": "exposed", "to": "infectious",
             "dwell": {"kind": "gamma", "mean": 3.3, "shape": 2.5}},
            {"from": "infectious", "to": "in_bed",
             "dwell": {"kind": "gamma", "mean": 4.7, "shape": 1.3}},
            {"from": "in_bed", "to": "recovered",
             "dwell": {"kind": "lognormal", "mean": 2.5, "deviation": 1.7}},
        ],
    },
}  # fmt: skip


def test_trap_exposed_agents_that_transmit():
    """Latent people passed the infection on: final size .912 in place of .733."""
    project = well_mixed(20_000, theory.SEIR | {"latent_period": 10, "initial_infected": 20})
    [figure] = invariants.sources_are_infectious(project, days=150)
    assert figure.passed
    assert "of 1" in figure.beside, (
        figure.beside
    )  # well over ten thousand infections were looked at


def test_trap_order_of_components():
    """Who was listed first moved first: .831 or .738 in place of .822, by the order of a list."""
    disease = theory.SEIR | {"initial_infected": 20, "initial_state": "infectious"}
    project = well_mixed(20_000, disease)
    expected = expected_shares(project.disease, 1.0, 0.001, 600, BAND)
    finals = []
    for run in runs(project, 8):
        run_out(run)
        finals.append(run.ever_infected / 20_000)
    assert mean_against("final", finals, float(1 - expected[-1, 0])).passed
    town = Project.load("town_flu")
    [figure] = invariants.order_of_networks(town, days=30)
    assert figure.passed


def test_trap_a_weekly_rate_summed_over_the_weeks():
    """Three weeks of 4.75 were added up to 14.25. A rate that is set again is the same rate."""
    project = well_mixed(5_000, theory.SEIR | {"initial_infected": 20})
    once, weekly = Simulation(project), Simulation(project)
    for day in range(60):
        if day % 7 == 0:
            weekly.set("disease.transmission", 0.3)
        once.step()
        weekly.step()
    assert weekly.events_sha256() == once.events_sha256()
    assert weekly.ever_infected > 1_000


def test_trap_one_directional_edges():
    """A pair was stored one way round, and infected one way only."""
    pairs = np.arange(20_000).reshape(2, 10_000)
    for ill in pairs:
        run = _run_on(Edges.of_pairs(20_000, *pairs, 1.0), ill)
        run.run(30)
        assert run.ever_infected > 19_000  # from either end


def test_trap_a_normaliser_read_from_one_agent_for_all_edges():
    """The number of contacts of one person divided the rates of everybody."""
    hub = np.zeros(1_000, int), np.arange(1, 1_001)
    pair = np.arange(1_001, 2_001), np.arange(2_001, 3_001)
    first, second = (np.concatenate([a, b]) for a, b in zip(hub, pair, strict=True))
    ill = np.concatenate([[0], pair[0]]).astype(np.int32)
    of_the_hub, of_pairs = 0, 0
    for seed in range(10):
        run = _run_on(Edges.of_pairs(3_001, first, second, 0.5), ill, seed)
        run.step()
        infected = run.events().agent[len(ill) :]
        of_the_hub += np.count_nonzero(infected <= 1_000)
        of_pairs += np.count_nonzero(infected > 2_000)
    expected = 10 * 1_000 * -np.expm1(-0.5 * 0.2)
    for count in (of_the_hub, of_pairs):
        assert count == pytest.approx(expected, abs=4 * expected**0.5)


def test_trap_agents_stuck_between_compartments_by_fractional_stages():
    """Stays with 2.5 stages left people between two states for ever."""
    project = well_mixed(5_000, FRACTIONS, contacts_a_day=1.0)
    run = Simulation(project)
    run_out(run)
    run.run(60)  # the last in bed
    last = run.counts.sum(axis=0)
    assert run.ever_infected > 3_000
    assert last.tolist() == [5_000 - run.ever_infected, 0, 0, 0, run.ever_infected]


def test_trap_a_registry_where_one_models_class_overwrites_anothers(monkeypatch):
    """Two models had a class of one name: the second took the place of the first in silence."""

    class Entry:
        name = "masks"
        value = "their_package.masks:Masks"

        def load(self):
            return type("Masks", (Masks,), {})

    monkeypatch.setattr(
        registry, "entry_points", lambda group: [Entry()] if group.endswith("policies") else []
    )
    # Not through the cache: what is registered there belongs to the whole process.
    with pytest.raises(ImportError, match=r"their_package.*masks"):
        registry.kinds.__wrapped__("policies")
    assert registry.kind("policies", "masks") is Masks


def test_trap_the_full_state_copied_at_every_step_and_never_freed():
    """Each day kept a copy of everybody: memory grew by the size of the city a day."""
    project = well_mixed(100_000, theory.SEIR | {"transmission": 0.0, "initial_infected": 10})
    run = Simulation(project)
    run.run(5)
    tracemalloc.start()
    try:
        run.run(200)
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 1_000_000  # a byte for each person on each day would be 20,000,000


def test_trap_configuration_written_back_into_the_installed_package(tmp_path):
    """A run wrote its settings into the package's own files; the next run began with them."""
    before = _checksums()
    project = Project.load("school_flu").with_value("disease.transmission", 0.5)
    Simulation(project).run(3)
    project.save(tmp_path)
    assert _checksums() == before
    assert Project.load("school_flu").value("disease.transmission") != 0.5


@pytest.mark.parametrize("name", [name for name in sample_names() if name != "billion"])
def test_trap_examples_whose_steps_are_stubs(name, capsys):
    """Bundled examples did nothing and printed "completed"."""
    project = Project.load(name)
    if "people" in vars(project.population.values()):
        fewer = min(20_000, project.population.values().people)
        first = min(200, project.disease.initial_infected)
        project = project.with_values(
            {"population.people": fewer, "disease.initial_infected": first}
        )
    run = Simulation(project)
    run.run(20)
    assert run.ever_infected > 1.5 * project.disease.initial_infected
    assert capsys.readouterr().out == ""


def test_trap_a_running_sum_blur_that_goes_negative_and_paints_the_sea():
    """Sums of floats left a little less than nothing where nobody lives, and coloured it."""
    draw = np.random.default_rng(3)
    grid = np.zeros((200, 300), np.int64)
    grid[20:60, 30:90] = draw.integers(0, 50_000, (40, 60))
    blurred = grid.copy()
    pixels.blur(blurred, 8, np.empty_like(grid), np.empty((2, 300), np.int64))
    assert (blurred >= 0).all()
    assert not blurred[100:, 150:].any()
    assert blurred[40, 60] > 0


def _run_on(edges: Edges, ill: np.ndarray, seed: int = 1) -> Simulation:
    people = len(edges.pointers) - 1
    world = World.of_shapes(plain_people(people), [network_shape("contact", False, edges)])
    disease = {"kind": "sir", "transmission": 0.2, "infectious_period": 60}
    project = well_mixed(2, disease | {"initial_infected": 0})
    return Simulation(project, world=world, seed=seed, first_infected=ill.astype(np.int32))


def _checksums() -> dict[str, str]:
    folder = Path(str(files("populace.sample_projects")))
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }
