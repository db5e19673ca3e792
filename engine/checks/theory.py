"""Anchors with a reference from theory; each has a size, so that a class and a night can run it."""

import math
from collections.abc import Iterator

import numpy as np

from populace.engine.checks.recursion import (
    dwell_shares,
    expected_shares,
    extinction,
    final_size,
    fixed_point,
)
from populace.engine.checks.result import Figure, mean_against, share_against
from populace.engine.checks.trial import (
    BAND,
    ever_infected,
    grouped_world,
    run_out,
    runs,
    well_mixed,
)
from populace.engine.project import Project
from populace.engine.simulation import Simulation

R0S = (1.5, 2.0, 2.5, 3.0)
# The integrated equations of SEIR with beta .3/day, latent 3 and infectious 7 days, .1 % infected.
ODE = {"final": 0.8223, "peak": 0.1188, "peak day": 73.2, "growth": 0.09216}
SEIR = {"kind": "seir", "transmission": 0.3, "latent_period": 3, "infectious_period": 7}


def final_sizes(people: int, seeds: int) -> Iterator[Figure]:
    """Hold the share ever infected against z = 1 - s exp(-R0 z), at four R0."""
    first = people // 1_000
    for r0 in R0S:
        disease = {"kind": "sir", "transmission": r0 / 4, "infectious_period": 4}
        project = well_mixed(people, disease | {"initial_infected": first})
        sizes = []
        for run in runs(project, seeds):
            run_out(run)
            sizes.append(run.ever_infected / people)
        classic = f"from one case {final_size(r0, 0.0):.4f}"
        yield mean_against(f"R0 {r0:g}", sizes, final_size(r0, first / people), classic)


def seir_curve(people: int, seeds: int) -> Iterator[Figure]:
    """Hold final size, peak and growth of SEIR against the daily recursion."""
    first = people // 1_000
    # Infected people start as infectious, as in the equations.
    start = {"initial_infected": first, "initial_state": "infectious"}
    project = well_mixed(people, SEIR | start)
    expected = expected_shares(project.disease, 1.0, first / people, 600, BAND)
    window = growing(expected[:, 2])
    finals, peaks, peak_days, growths = [], [], [], []
    for run in runs(project, seeds):
        infectious = run_out(run)[:, 2] / people
        finals.append(run.ever_infected / people)
        peaks.append(infectious.max())
        peak_days.append(int(infectious.argmax()))
        growths.append(growth(infectious, window))
    peak_day = int(expected[:, 2].argmax())
    curve = expected[:, 2]
    for name, values, reference in (
        ("final", finals, 1 - expected[-1, 0]),
        ("peak", peaks, curve.max()),
        ("peak day", peak_days, peak_day),
        ("growth", growths, growth(curve, window)),
    ):
        yield mean_against(name, values, float(reference), f"equations {ODE[name]}")


def growing(curve: np.ndarray) -> slice:
    """Return the days on which a curve rises from .4 % to 2 %."""
    return slice(int(np.argmax(curve > 0.004)), int(np.argmax(curve > 0.02)))


def growth(curve: np.ndarray, window: slice) -> float:
    """Return the slope of the curve's logarithm, 1/day."""
    days = np.arange(window.start, window.stop)
    return float(np.polyfit(days, np.log(curve[window]), 1)[0])


def reed_frost(households: int) -> Iterator[Figure]:
    """Hold households of three against Reed and Frost's chain: p = .1, one infectious day."""
    p = 0.1
    project = one_case_each(-math.log1p(-p), shape=0, period=1.0, network="household")
    world = grouped_world(3, households)
    first = np.arange(households, dtype=np.int32) * 3
    run = Simulation(project, world=world, first_infected=first)
    run_out(run)
    cases = np.bincount(ever_infected(run) // 3, minlength=households) - 1
    for further, chance in enumerate(((1 - p) ** 2, 2 * p * (1 - p) ** 2, p**2 * (3 - 2 * p))):
        hits = int(np.count_nonzero(cases == further))
        yield share_against(f"{further} further cases", hits, households, chance)


def extinctions(introductions: int) -> Iterator[Figure]:
    """Hold the share of single cases that die out, R0 2, against the recursion on the tables."""
    size, cells = 500, 1_000
    for name, shape, classic in (("exponential stay", 1, 0.5), ("fixed stay", 0, 0.2032)):
        project = one_case_each(2 / 4 / (size - 1), shape, period=4.0, network="household")
        world = grouped_world(size, cells)
        first = np.arange(cells, dtype=np.int32) * size
        died_out = 0
        trials = range(-(-introductions // cells))
        for seed in trials:
            run = Simulation(project, world=world, seed=seed, first_infected=first)
            run_out(run)
            sizes = np.bincount(ever_infected(run) // size, minlength=cells)
            # A tenth of the cell: outbreaks that take off reach eight tenths.
            died_out += int(np.count_nonzero(sizes < size // 10))
        stays = dwell_shares(project.disease.transitions(project.disease.values())[0])
        reference = extinction(2 / 4, list(stays))
        beside = f"in continuous time {classic}"
        yield share_against(name, died_out, len(trials) * cells, reference, beside)


def spreaders(introductions: int) -> Iterator[Figure]:
    """Hold the share of single cases that die out where few infect most: R0 2, dispersion .16."""
    size, cells, k = 1_000, 1_000, 0.16
    project = one_case_each(2 / 4 / (size - 1), shape=0, period=4.0, network="household")
    project = project.with_value("disease.dispersion", k)
    world = grouped_world(size, cells)
    first = np.arange(cells, dtype=np.int32) * size
    died_out = 0
    trials = range(-(-introductions // cells))
    for seed in trials:
        run = Simulation(project, world=world, seed=seed, first_infected=first)
        run_out(run)
        sizes = np.bincount(ever_infected(run) // size, minlength=cells)
        died_out += int(np.count_nonzero(sizes < size // 10))
    reference = extinction_of_spreaders(2.0, k)
    beside = f"everybody alike {extinction(2 / 4, [0, 0, 0, 0, 1]):.4f}"
    yield share_against("k .16, fixed stay", died_out, len(trials) * cells, reference, beside)


def extinction_of_spreaders(r0: float, k: float) -> float:
    """Return the chance that one case dies out: offspring are negative binomial, mean ``r0``.

    That is a Poisson number whose mean is gamma distributed over people, with the shape ``k``.
    """
    return fixed_point(lambda q: (1 + r0 * (1 - q) / k) ** -k, 0.0)


def dwell_means(people: int) -> Iterator[Figure]:
    """Hold the mean days between two events of a person against the declared mean."""
    for shape in (0, 1, 4):
        disease = {"kind": "seir", "transmission": 1.0, "latent_period": 4.5}
        disease |= {"infectious_period": 6.0, "latent_shape": shape, "infectious_shape": shape}
        project = well_mixed(people, disease | {"initial_infected": people // 100})
        run = next(runs(project, 1))
        run_out(run)
        events = run.events()
        days = np.zeros((4, people))
        days[events.after, events.agent] = events.day
        ill = days[3] > 0
        for name, before, after, mean in (("latent", 1, 2, 4.5), ("infectious", 2, 3, 6.0)):
            stays = (days[after] - days[before])[ill]
            error = float(stays.std()) / len(stays) ** 0.5
            measured = float(stays.mean())
            allowed = max(3 * error, 0.001 * mean)
            yield Figure(f"{name}, shape {shape}", measured, mean, allowed)


def one_case_each(transmission: float, shape: int, period: float, network: str) -> Project:
    """Return SIR for worlds of groups, in which a pair has one contact a day."""
    disease = {
        "kind": "sir",
        "transmission": transmission,
        "infectious_period": period,
        "infectious_shape": shape,
        "initial_infected": 0,
    }
    return Project.from_spec(
        {
            "name": "Check",
            "population": {"kind": "well_mixed"},
            "networks": [{"kind": network}],
            "disease": disease,
        }
    )
