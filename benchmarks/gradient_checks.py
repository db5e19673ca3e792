"""The other figures of `populace bench gradients`: deletions, theory, networks and cost."""

import statistics
import time
from typing import Any

import numpy as np
import torch

from populace.benchmarks import gradient_again
from populace.benchmarks.gradient_models import tell
from populace.benchmarks.report import Measure
from populace.engine.checks.recursion import final_size
from populace.engine.checks.trial import well_mixed
from populace.engine.project import Project
from populace.engine.sensitivity.attempts import COLUMNS, DAY, NEVER, TIE_HASH, TO, attempts_from
from populace.engine.sensitivity.attempts import Path as Course
from populace.engine.sensitivity.counterfactual import Worth
from populace.engine.sensitivity.history import History, history_of, past_of
from populace.engine.sensitivity.layer import Epidemic
from populace.engine.sensitivity.leave_one_out import differences, effects_of
from populace.engine.sensitivity.outcome import Outcome
from populace.engine.sensitivity.places import Factors
from populace.engine.sensitivity.sweep import Attempt, sweep
from populace.engine.simulation import Simulation

Taken = tuple[float, list[Measure]]
DELETIONS = 2_000
DELETIONS_AGAIN = 1_000  # where people can be infected again
_DAYS = 50
_TOWN: dict[str, Any] = {
    "name": "Town",
    "population": {"kind": "town", "people": 3_000},
    "networks": [{"kind": kind} for kind in ("household", "school", "workplace", "community")],
    "disease": {"kind": "covid_like", "transmission": 0.08, "initial_infected": 30},
}
_FALLING = {"policies": [{"kind": "lockdown", "start_day": 15, "fade_in_days": 20}]}
_RISING = {"policies": [{"kind": "lockdown", "start_day": 0, "end_day": 25}]}
_CONDUCT = {"behaviours": [{"kind": "isolate_when_ill", "share_isolating": 0.6}]}
_UNLIKE = {"disease": _TOWN["disease"] | {"dispersion": 0.3}}
_IMPORTS = {"disease": _TOWN["disease"] | {"imports_per_week": 20.0}}
_TARGET = {"policies": [
    {"kind": "lockdown", "target_age_min": 40, "reduction": 0.6, "start_day": 10,
     "fade_in_days": 5},
    {"kind": "masks", "coverage": 0.5},
    {"kind": "travel_limits", "reduction": 0.5, "start_day": 5, "end_day": 30},
]}  # fmt: skip
_DOSES = {
    "disease": {"kind": "seir", "transmission": 0.04, "initial_infected": 30},
    "policies": [{"kind": "vaccination", "doses_per_day": 80, "delay_days": 5}],
}
_EDGES = {"networks": [*_TOWN["networks"], {"kind": "barabasi_albert"}]}
WORLDS = {
    "constant": _TOWN, "falling": _TOWN | _FALLING, "rising": _TOWN | _RISING,
    "conduct": _TOWN | _CONDUCT, "spreaders": _TOWN | _UNLIKE, "edges": _TOWN | _EDGES,
    "imports": _TOWN | _IMPORTS, "for some people": _TOWN | _TARGET, "vaccination": _TOWN | _DOSES,
    "all together": _TOWN | _CONDUCT | _EDGES | _DOSES | {
        "disease": _DOSES["disease"] | {"dispersion": 0.3, "imports_per_week": 20.0},
        "policies": [*_DOSES["policies"], *_TARGET["policies"]],
    },
}  # fmt: skip


def brute_force_mismatches(people: int) -> Taken:
    """Delete infections and run everybody again: with and without rates by day and place."""
    wrong = done = 0
    each = -(-DELETIONS // (2 * len(WORLDS)))
    for name, spec in WORLDS.items():
        plain = history_of(Simulation(Project.from_spec(spec), seed=1), _DAYS, ())
        for past in (plain, _uneven(plain)):
            found = mismatches(past, min(each, DELETIONS - done))
            tell(f"deletions, {name}: {found} wrong of {each}")
            wrong += found
            done += min(each, DELETIONS - done)
    assert done == DELETIONS
    return float(wrong + _mismatches_again()), []


def _mismatches_again() -> int:
    wrong = done = 0
    each = -(-DELETIONS_AGAIN // len(gradient_again.WORLDS))
    for name, spec in gradient_again.WORLDS.items():
        found, looked_at = gradient_again.mismatches(gradient_again.history(spec), each)
        tell(f"deletions, {name}: {found} wrong of {looked_at}")
        wrong += found
        done += looked_at
    assert done == DELETIONS_AGAIN
    return wrong


def _uneven(past: History) -> History:
    """Return a run with rates that rise and fall, otherwise in each of ten places."""
    agents = len(past.run.infected_on)
    place = (np.arange(agents) * 10 // agents).astype(np.int32)
    table = 0.6 * np.sin(np.arange(_DAYS + 1)[:, None] / 5 + np.arange(10))
    rules = past.setting.rules(past.simulation.seed, past.standing, Factors(place, table))
    first = np.flatnonzero(past.run.infected_on == 0)
    day_of = sweep(past.setting, rules, first, past.standing)
    return past_of(past.simulation, past.setting, rules, day_of, past.standing)


def mismatches(past: History, count: int) -> int:
    """Return how many deletions are not what running everybody again gives."""
    draw = np.random.default_rng(4)
    run = past.run
    region = past.simulation.world.region.astype(np.int32)
    table = draw.random((run.horizon + 1, int(region.max()) + 1))
    none = np.zeros(len(past.course.infectious), bool)
    worth = Worth(table, region, np.zeros(len(region), np.int32), none, False)
    victims = draw.permutation(np.flatnonzero(run.winner >= 0))[:count]
    if len(victims) < count:
        victims = np.resize(victims, count)
    found, _ = differences(past, victims, worth)
    first = np.flatnonzero(run.infected_on == 0)
    base, wrong = _worth_of(run.infected_on, table, region), 0
    for victim, difference in zip(victims, found, strict=True):
        removed = winning_attempt(past, int(victim))
        again = sweep(past.setting, past.rules, first, past.standing, removed=removed)
        wrong += abs(base - _worth_of(again, table, region) - difference) > 1e-8
    return wrong


def _worth_of(infected_on: np.ndarray, table: np.ndarray, region: np.ndarray) -> float:
    who = np.flatnonzero(infected_on < NEVER)
    return float(table[infected_on[who], region[who]].sum())


def winning_attempt(past: History, victim: int) -> Attempt:
    """Return the attempt that infected somebody."""
    run = past.run
    source = int(run.source[run.winner[victim]])
    day = int(run.infected_on[source])
    made = np.empty((1 << 14, COLUMNS), np.uint32)
    count = attempts_from(source, day, day == 0, run.horizon, past.course, past.meetings,
                          past.rules, Course.fresh(), made, 0)  # fmt: skip
    rows = made[:count].astype(int)
    rows = rows[(rows[:, TO] == victim) & (rows[:, DAY] == run.infected_on[victim])]
    return source, victim, int(rows[:, TIE_HASH].min())


def theory_scale(people: int) -> Taken:
    """Hold the slope of the final size against dz/dR0 = z (1 - z) / (1 - R0 (1 - z))."""
    first, path, runs = people // 100, "disease.transmission", 20
    disease = {"kind": "sir", "transmission": 0.5, "infectious_period": 4}
    project = well_mixed(people, disease | {"initial_infected": first})
    world = Simulation(project).world
    found = []
    for seed in range(runs):
        past = history_of(Simulation(project, world=world, seed=seed), 200, [path])
        outcome = Outcome.of("infections", past.simulation, 200)
        found.append(effects_of(past, outcome).gradient(past, [path])[0] / 4 / people)
    # A hundredth is infected from outside; from one case the slope would be that of the formula.
    step, share = 1e-4, first / people
    slope = (final_size(2 + step, share) - final_size(2 - step, share)) / (2 * step)
    error = statistics.stdev(found) / runs**0.5 / slope
    tell(f"theory: {statistics.mean(found):.5f} against {slope:.5f}")
    return statistics.mean(found) / slope, [
        Measure.without_bar("theory_scale_error", error, "standard error")
    ]


_CITY: dict[str, Any] = {
    "name": "Town",
    "population": {"kind": "town"},
    "networks": _TOWN["networks"],
    "disease": {"kind": "seir", "transmission": 0.025},
}
_CITY_DAYS, _CITY_PLACES = 60, 20
_RUNS, _PAIRS = 60, 120


def _city(people: int) -> Epidemic:
    population = {"kind": "town", "people": people}
    disease = _CITY["disease"] | {"initial_infected": people // 200}
    project = Project.from_spec(_CITY | {"population": population, "disease": disease})
    place = (np.arange(people) * _CITY_PLACES // people).astype(np.int32)
    return Epidemic.of(project, _CITY_DAYS, place=place)


def _network(width: int, inputs: int) -> torch.nn.Module:
    linear, tanh = torch.nn.Linear, torch.nn.Tanh
    return torch.nn.Sequential(
        linear(inputs, width), tanh(), linear(width, width), tanh(), linear(width, 1)
    ).double()


def neural_scale(people: int) -> Taken:
    """Return estimate over paired runs for a network that writes beta by day and district.

    Along the direction in which all its weights together matter most.
    """
    torch.manual_seed(0)
    epidemic = _city(people // 2)
    network = _network(28, 5)
    inputs = 0.2 * torch.randn(_CITY_DAYS, _CITY_PLACES, 5, dtype=torch.float64).cumsum(0)
    weights = torch.rand(_CITY_DAYS, _CITY_PLACES, dtype=torch.float64)

    def loss(seed: int) -> torch.Tensor:
        table = 0.4 * torch.tanh(network(inputs)[..., 0])
        return (epidemic.infections(table, seed) * weights).sum()

    def slope(seed: int) -> None:
        loss(seed).backward()

    def value(seed: int) -> float:
        return float(loss(seed).detach())

    return _scale("neural", network, slope, value, 0.05)


class Answer(torch.nn.Module):
    """A policy: people keep apart as a small network says that reads the week's infections."""

    def __init__(self, district: int) -> None:
        super().__init__()
        self.inside, self.district = _network(8, 3), district
        with torch.no_grad():
            for part in self.inside.parameters():
                part.abs_()

    def forward(self, day: int, so_far: torch.Tensor) -> torch.Tensor:
        week = so_far[max(0, day - 8) :].sum(0) / self.district
        all_places = week.mean().expand_as(week)
        read = torch.stack([10 * week, 10 * all_places, torch.full_like(week, day / 60)], dim=1)
        return -torch.nn.functional.softplus(0.7 * self.inside(read)[:, 0] - 1.5)


def closed_loop_scale(people: int) -> Taken:
    """Return estimate over paired runs for a network that reacts to the infections."""
    torch.manual_seed(1)
    epidemic = _city(people)
    policy = Answer(people // _CITY_PLACES)

    def slope(seed: int) -> None:
        epidemic.backward_through(policy, torch.sum, seed)

    def value(seed: int) -> float:
        return float(epidemic.run_with(policy, seed).sum())

    return _scale("closed_loop", policy, slope, value, 0.05)


def _scale(name: str, network: torch.nn.Module, slope: Any, value: Any, step: float) -> Taken:
    """Hold the gradient of all weights against pairs of runs along it."""
    each = []
    for seed in range(_RUNS):
        network.zero_grad()
        slope(seed)
        parts = [part.grad.ravel() for part in network.parameters() if part.grad is not None]
        each.append(torch.cat(parts).numpy().copy())
    found = np.array(each)
    direction = found.mean(axis=0) / np.linalg.norm(found.mean(axis=0))
    start = torch.nn.utils.parameters_to_vector(network.parameters()).detach()
    slopes, pairs, ends = found @ direction, [], []
    for sign in (1, -1):
        moved = start + sign * step * torch.from_numpy(direction)
        torch.nn.utils.vector_to_parameters(moved, network.parameters())
        ends.append([value(seed) for seed in range(10_000, 10_000 + _PAIRS)])
    torch.nn.utils.vector_to_parameters(start, network.parameters())
    pairs = (np.array(ends[0]) - np.array(ends[1])) / (2 * step)
    scale = slopes.mean() / pairs.mean()
    error = scale * np.hypot(slopes.std() / _RUNS**0.5 / slopes.mean(),
                             pairs.std() / _PAIRS**0.5 / pairs.mean())  # fmt: skip
    tell(f"{name}: {len(start)} weights, scale {scale:.4f} +- {error:.4f}; the step changes the "
         f"outcome by {step * pairs.mean() / np.mean(ends):.2%}")  # fmt: skip
    return float(scale), [Measure.without_bar(f"{name}_error", error, "standard error")]


def sampled_cost(people: int) -> Taken:
    """Return a run with a sample of a tenth over a run, with a million people."""
    count = 10 * people
    disease = {"kind": "seir", "transmission": 0.0163, "initial_infected": count // 500}
    population = {"kind": "town", "people": count}
    project = Project.from_spec(_CITY | {"population": population, "disease": disease})
    world, path = Simulation(project).world, "disease.transmission"
    plain, whole, attack = [], [], 0.0
    for seed in range(6):
        run = Simulation(project, world=world, seed=seed)
        begun = time.perf_counter()
        run.run(150)
        middle = time.perf_counter()
        twin = Simulation(project, world=world, seed=seed)
        again = time.perf_counter()
        past = history_of(twin, 150, [path])
        effects_of(past, Outcome.of("infections", twin, 150), share=0.1).gradient(past, [path])
        plain.append(middle - begun)
        whole.append(time.perf_counter() - again)
        attack = run.ever_infected / count
    cost = statistics.median(whole[1:]) / statistics.median(plain[1:])
    tell(f"cost: {cost:.2f}, attack rate {attack:.0%}, plain {plain}, whole {whole}")
    return cost, [Measure.without_bar("sampled_cost_attack", attack, "share infected")]
