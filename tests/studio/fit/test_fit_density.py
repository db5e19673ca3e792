"""Curves of what is plausible: their area is 1, and they stay within the bounds."""

import numpy as np
import pytest

from populace.engine.calibration.prior import Prior
from populace.studio.fit.density import posterior_density, prior_density

PRIORS = [
    {"low": 1.0, "high": 4.0},
    {"kind": "normal", "mean": 2.0, "sd": 0.5},
    {"kind": "normal", "mean": 2.0, "sd": 1.5, "low": 0.0, "high": 3.0},
    {"kind": "log_normal", "median": 2.0, "spread": 0.5, "low": 0.5},
]


@pytest.mark.parametrize("spec", PRIORS)
def test_the_area_below_a_prior_is_one(spec):
    found = prior_density(Prior.read(spec, "here"))
    assert np.trapezoid(found.heights, found.values) == pytest.approx(1, abs=0.01)


def test_a_uniform_prior_is_as_high_everywhere():
    found = prior_density(Prior.read(PRIORS[0], "here"))
    assert found.heights == pytest.approx(np.full(len(found.heights), 1 / 3), rel=0.01)


@pytest.mark.parametrize("spec", PRIORS)
def test_draws_of_the_prior_give_the_prior_back(spec):
    prior = Prior.read(spec, "here")
    scores = np.random.default_rng(1).standard_normal(3_000)
    values = np.array([prior.value(score) for score in scores])
    found = posterior_density(prior, values, np.full(len(values), 1 / len(values)))
    before = prior_density(prior)
    middle = (before.values > prior.value(-1)) & (before.values < prior.value(1))
    assert found.heights[middle] == pytest.approx(before.heights[middle], rel=0.15)


def test_weights_move_the_curve():
    prior = Prior.read({"low": 0.0, "high": 10.0}, "here")
    values = np.array([2.0] * 50 + [7.0] * 50)
    weights = np.array([0.9 / 50] * 50 + [0.1 / 50] * 50)
    found = posterior_density(prior, values, weights)
    assert found.values[np.argmax(found.heights)] == pytest.approx(2.0, abs=0.6)
    assert found.values.min() >= 0
    assert found.values.max() <= 10


def test_whole_numbers_of_a_prior_give_the_prior_back():
    prior = Prior.read({"low": 1, "high": 10}, "here")
    scores = np.random.default_rng(1).standard_normal(3_000)
    values = np.array([np.floor(prior.value(score) + 0.5) for score in scores])
    found = posterior_density(prior, values, np.full(3_000, 1 / 3_000), whole=True)
    middle = (found.values > 1.5) & (found.values < 9.5)
    assert found.heights[middle] == pytest.approx(np.full(middle.sum(), 1 / 9), rel=0.25)
