"""Noise has the variance that a likelihood says, and the same size on its scale."""

import numpy as np
import pytest

from populace.engine.calibration.likelihood import Likelihood

KINDS = {
    "negative_binomial": (Likelihood("negative_binomial", 5.0), lambda m: m + m * m / 5),
    "poisson": (Likelihood("poisson"), lambda m: m),
    "normal": (Likelihood("normal", 7.0), lambda m: 49.0),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("mean", [20.0, 2_000.0])
def test_draws_have_the_declared_mean_and_variance(kind, mean):
    likelihood, variance = KINDS[kind]
    drawn = likelihood.draw(np.full(100_000, mean), np.random.default_rng(1))
    assert drawn.mean() == pytest.approx(mean, rel=0.02)
    assert drawn.var() == pytest.approx(variance(mean), rel=0.05)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("mean", [10.0, 100.0, 10_000.0])
def test_noise_is_of_size_one_at_every_count(kind, mean):
    likelihood, _ = KINDS[kind]
    drawn = likelihood.draw(np.full(50_000, mean), np.random.default_rng(2))
    # The scale is exact in the limit; a strongly dispersed count is a tenth off.
    assert likelihood.scaled(drawn).std() == pytest.approx(1, rel=0.15)


@pytest.mark.parametrize("kind", KINDS)
def test_equal_series_are_no_distance_apart_and_a_farther_one_is_farther(kind):
    likelihood, _ = KINDS[kind]
    seen = np.array([3.0, 8, 26, 76])
    assert likelihood.distance(seen, seen) == 0
    assert 0 < likelihood.distance(seen, seen + 1) < likelihood.distance(seen, seen + 9)
    assert np.isfinite(likelihood.scaled(np.zeros(2))).all()
