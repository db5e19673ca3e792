"""Ranks: whether a fit finds what was planted as often as its intervals say.

Simulation-based calibration (Talts et al. 2018, arXiv 1804.06788): values are drawn from the prior,
data are made with them, and the fit to these data is asked at which rank of its draws the true
value lies. Where the posterior is right, every rank is as likely as another.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from jaxtyping import Float64, Int64

from populace.engine.calibration.fitting import Fitting
from populace.engine.calibration.guesses import Guesses, values_of
from populace.engine.calibration.plan import FitPlan
from populace.engine.project import Project

DRAWS = 19  # ranks 0 to 19: 20 that are equally likely
_TRUTH = 3  # which chance of a planted truth a draw belongs to: no guess has this number


def planted(project: Project, plan: FitPlan, number: int) -> tuple[tuple[float, ...], FitPlan]:
    """Return true values drawn from the prior, and the plan with data that they made."""
    draws = np.random.default_rng([plan.seed, number, _TRUTH])
    guesses = Guesses(plan, project)
    truth = values_of(plan, draws.standard_normal(len(plan.quantities)).tolist())
    world = guesses.world(lambda message, share: None)
    curves = guesses.curves(truth, int(draws.integers(2**62)), world)
    seen = guesses.drawn(curves, draws)
    series = tuple(
        replace(one, values=values, source=None)
        for one, values in zip(plan.series, seen, strict=True)
    )
    return truth, replace(plan, series=series, seed=int(draws.integers(2**62)))


def ranks(
    project: Project,
    plan: FitPlan,
    count: int,
    told: Callable[[int], None] = lambda done: None,
) -> Int64[np.ndarray, "fits quantities"]:
    """Return the rank of each planted value among `DRAWS` draws of the fit to its data."""
    found = np.zeros((count, len(plan.quantities)), np.int64)
    for number in range(count):
        truth, made = planted(project, plan, number)
        fit = Fitting(project, made).start()
        fit.join()
        posterior = fit.posterior
        assert posterior is not None
        drawn = posterior.draw_values(DRAWS)
        found[number] = (drawn < np.array(truth)).sum(axis=0)
        told(number + 1)
    return found


def unevenness(found: Int64[np.ndarray, " fits"], bins: int = 5) -> Float64[np.ndarray, ""]:
    """Return chi-square of the ranks in so many bins: about ``bins`` - 1 where all is well."""
    counts = np.bincount(found * bins // (DRAWS + 1), minlength=bins)
    expected = len(found) / bins
    return np.square(counts - expected).sum() / expected
