"""The epidemic as a part of a network: its gradient is that of paired runs, and it learns."""

import numpy as np
import pytest
import torch

from populace.engine.project import Project
from populace.engine.sensitivity.history import NotCoveredError, history_of
from populace.engine.sensitivity.layer import Epidemic
from populace.engine.simulation import Simulation

TOWN = {
    "name": "Town",
    "population": {"kind": "town", "people": 4_000},
    "networks": [{"kind": kind} for kind in ("household", "school", "workplace", "community")],
    "disease": {"kind": "seir", "transmission": 0.025, "initial_infected": 40},
}
DAYS = 40


@pytest.fixture(scope="module")
def epidemic() -> Epidemic:
    return Epidemic.of(Project.from_spec(TOWN), DAYS)


def wave(epidemic: Epidemic) -> torch.Tensor:
    """Return a table that rises and falls, otherwise in each place."""
    day = torch.arange(DAYS, dtype=torch.float64)[:, None]
    return 0.5 * torch.sin(day / 6 + torch.arange(epidemic.places))


def gradient(leaf: torch.Tensor) -> np.ndarray:
    """Return what a backward pass has left at a tensor."""
    assert leaf.grad is not None
    return leaf.grad.numpy().copy()


def test_a_table_of_nothing_is_the_engines_own_run(epidemic):
    for seed in (1, 2):
        past = history_of(Simulation(epidemic.project, world=epidemic.world, seed=seed), DAYS, ())
        _, _, infected_on = epidemic.run(np.zeros((DAYS, epidemic.places)), seed)
        np.testing.assert_array_equal(infected_on, past.run.infected_on)


def test_one_factor_everywhere_is_that_transmission(epidemic):
    """A half as much again: that table, and the engine with that number, infect the same people."""
    path = "disease.transmission"
    value = 1.5 * float(epidemic.project.value(path))
    run = Simulation(epidemic.project, world=epidemic.world, seed=3)
    run.set(path, value)
    run.run(DAYS)
    events = run.events()
    theirs = np.zeros(epidemic.world.agent_count, bool)
    theirs[events.agent[events.before == 0]] = True
    table = np.full((DAYS, epidemic.places), np.log(1.5))
    _, _, infected_on = epidemic.run(table, 3)
    # A factor has 16 bits: a mark that lies between the two ways of rounding may fall otherwise.
    assert np.count_nonzero((infected_on <= DAYS) != theirs) < 0.005 * theirs.sum()


def test_where_the_rate_is_almost_nothing_nobody_is_infected(epidemic):
    table = np.zeros((DAYS, epidemic.places))
    table[:, 0] = -15.0
    counted = epidemic.infections(torch.from_numpy(table), 1).numpy()
    assert counted[:, 0].sum() <= 1
    assert counted[:, 1:].sum() > 100


def test_only_the_named_networks_are_changed():
    home = Epidemic.of(Project.from_spec(TOWN), DAYS, networks=("household",))
    table = torch.full((DAYS, home.places), -20.0, dtype=torch.float64)
    without = home.infections(table, 1).sum()
    project = Project.from_spec(TOWN | {"networks": [
        part | ({"intensity": 1e-9} if part["kind"] == "household" else {})
        for part in TOWN["networks"]]})  # fmt: skip
    run = Simulation(project, world=home.world, seed=1)
    run.run(DAYS)
    assert without == pytest.approx(run.ever_infected - 40, abs=0.02 * run.ever_infected)


@pytest.mark.slow
def test_the_gradient_of_a_loss_is_that_of_paired_runs(epidemic):
    """Along the gradient and along a direction at random, within three standard errors."""
    table = wave(epidemic)
    stream = np.random.default_rng(2)
    weights = torch.from_numpy(stream.random((DAYS, epidemic.places)))

    def loss(of: torch.Tensor, seed: int) -> torch.Tensor:
        return (epidemic.infections(of, seed) * weights).sum()

    found = []
    for seed in range(200):
        leaf = table.clone().requires_grad_()
        loss(leaf, seed).backward()
        found.append(gradient(leaf))
    found = np.array(found)
    mean = found.mean(axis=0)
    for direction in (mean / np.linalg.norm(mean), stream.normal(size=mean.shape) / 20):
        slopes = (found * direction).sum(axis=(1, 2))
        step = 0.05 / np.abs(direction).max()
        move = torch.from_numpy(step * direction)
        pairs = [
            float(loss(table + move, seed) - loss(table - move, seed)) / (2 * step)
            for seed in range(1_000, 1_400)
        ]
        error = np.hypot(np.std(slopes) / 200**0.5, np.std(pairs) / 400**0.5)
        assert slopes.mean() == pytest.approx(np.mean(pairs), abs=3 * error)
    assert error < 0.2 * np.linalg.norm(mean)


@pytest.mark.slow
def test_a_planted_course_of_the_rates_is_found_again(epidemic):
    """Four numbers, the log-rate of each quarter, from the infections by day of eight runs."""
    truth = torch.tensor([0.4, -0.3, 0.5, 0.0], dtype=torch.float64)

    def table(quarters: torch.Tensor) -> torch.Tensor:
        return quarters.repeat_interleave(DAYS // 4)[:, None].expand(DAYS, epidemic.places)

    observed = [epidemic.infections(table(truth), seed).sum(1) for seed in range(100, 108)]
    seen = torch.stack(observed).mean(0)
    guess = torch.zeros(4, dtype=torch.float64, requires_grad=True)
    descent = torch.optim.Adam([guess], lr=0.08)
    for step in range(60):
        descent.zero_grad()
        runs = [epidemic.infections(table(guess), 4 * step + one).sum(1) for one in range(4)]
        expected = torch.stack(runs).mean(0)
        (((expected - seen) ** 2) / (seen + 5)).mean().backward()
        descent.step()
    assert torch.abs(guess.detach() - truth)[:3].max() < 0.15


class Distancing(torch.nn.Module):
    """Places that stay at home the more, the more there was in them in the last week."""

    def __init__(self) -> None:
        super().__init__()
        self.answer = torch.nn.Parameter(torch.tensor([0.15, 0.05, -0.1], dtype=torch.float64))

    def forward(self, day: int, so_far: torch.Tensor) -> torch.Tensor:
        week = so_far[max(0, day - 8) :].sum(0)
        own, all_places, always = self.answer
        return always - own * torch.log1p(week / 10) - all_places * torch.log1p(week.sum() / 50)


@pytest.mark.study
def test_a_policy_that_reacts_to_the_infections_has_the_gradient_of_paired_runs(epidemic):
    policy = Distancing()
    runs, pairs, step = 100, 300, 0.03

    def total(seed: int) -> float:
        return float(epidemic.run_with(policy, seed).sum())

    found = []
    for seed in range(runs):
        policy.zero_grad()
        epidemic.backward_through(policy, torch.sum, seed)
        found.append(gradient(policy.answer))
    mean, error = np.mean(found, axis=0), np.std(found, axis=0) / runs**0.5
    for number in range(3):
        ends = []
        for sign in (1, -1):
            with torch.no_grad():
                policy.answer[number] += sign * step
            ends.append([total(seed) for seed in range(5_000, 5_000 + pairs)])
            with torch.no_grad():
                policy.answer[number] -= sign * step
        each = (np.array(ends[0]) - np.array(ends[1])) / (2 * step)
        both = np.hypot(error[number], each.std() / pairs**0.5)
        assert mean[number] == pytest.approx(each.mean(), abs=3 * both + 0.02 * abs(each.mean()))


def test_a_policy_that_ignores_the_infections_is_a_table(epidemic):
    """Then the adjoint is the plain gradient of the layer, to the last digit."""
    table = wave(epidemic).requires_grad_()
    value, counted = epidemic.backward_through(
        lambda day, so_far: table[day - 1], lambda found: (found**2).sum(), 5
    )
    plain = wave(epidemic).requires_grad_()
    (epidemic.infections(plain, 5) ** 2).sum().backward()
    np.testing.assert_allclose(gradient(table), gradient(plain), atol=1e-9)
    assert value == (counted**2).sum()


def test_what_is_not_covered_is_refused():
    for policy, why in (("testing", "single people"), ("vaccination", "a table cannot know")):
        with pytest.raises(NotCoveredError, match=why):
            Epidemic.of(Project.from_spec(TOWN | {"policies": [{"kind": policy}]}), DAYS)


def test_a_factor_that_is_too_large_is_refused(epidemic):
    with pytest.raises(ValueError, match="at most 64"):
        epidemic.run(np.full((DAYS, epidemic.places), 5.0), 1)
