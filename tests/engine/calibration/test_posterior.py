"""What is said of a posterior is what its draws and weights hold."""

from dataclasses import replace

import numpy as np
import pytest

from populace.engine.calibration.likelihood import Likelihood
from populace.engine.calibration.plan import FitPlan
from populace.engine.calibration.posterior import Posterior, weighted_quantiles

SPEC = {
    "quantities": [
        {"path": "disease.transmission", "low": 0.0, "high": 2.0},
        {"path": "disease.infectious_period", "low": 1, "high": 11},
        {"path": "disease.initial_infected", "low": 1, "high": 101},
    ],
    "series": [{"data": {"2024-02-29": 30, "2024-03-02": 400}, "likelihood": "poisson"}],
    "seed": 4,
}
DRAWS = 400


@pytest.fixture
def posterior(village):
    draws = np.random.default_rng(1)
    first = draws.normal(1.0, 0.1, DRAWS)
    values = np.array([first, 6 + 20 * (first - 1.0), draws.integers(1, 102, DRAWS)]).T
    weights = draws.uniform(0.5, 1.5, DRAWS)
    curves = np.tile([0.0, 25.0, 50.0, 100.0], (DRAWS, 1))
    plan = FitPlan.read(SPEC, village)
    return Posterior(plan, village, values, weights / weights.sum(), (curves,), 3, 1.2, 1_000)


def test_marginals_have_the_intervals_of_the_draws_and_of_the_prior(posterior):
    transmission, period, first = posterior.marginals()
    assert transmission.median == pytest.approx(1, abs=0.03)
    assert (transmission.low, transmission.high) == pytest.approx((0.835, 1.165), abs=0.04)
    assert (transmission.prior_low, transmission.prior_high) == pytest.approx((0.1, 1.9))
    assert (transmission.identified, period.identified, first.identified) == (True, True, False)


def test_a_wide_interval_far_out_in_a_long_tail_was_told_by_the_data(village):
    draws = np.random.default_rng(2).standard_normal(DRAWS)
    prior = {"kind": "log_normal", "median": 4, "spread": 0.6}
    quantities = [{"path": "disease.infectious_period", **prior}]
    plan = FitPlan.read(SPEC | {"quantities": quantities}, village)
    weights, curves = np.full(DRAWS, 1 / DRAWS), (np.zeros((DRAWS, 4)),)

    def marginal(values):
        found = Posterior(plan, village, values[:, None], weights, curves, 3, 1.2, 1_000)
        return found.marginals()[0]

    far = marginal(14 * np.exp(0.25 * draws))
    assert far.high - far.low > far.prior_high - far.prior_low - 1.5
    assert far.identified
    assert not marginal(4 * np.exp(0.6 * draws)).identified


def test_pairs_are_correlations(posterior):
    pairs = posterior.pairs()
    assert np.diag(pairs) == pytest.approx([1, 1, 1])
    assert pairs[0, 1] == pytest.approx(1)
    assert abs(pairs[0, 2]) < 0.15
    same = replace(posterior, values=np.ones_like(posterior.values))
    assert np.isnan(same.pairs()).all()


def test_bands_hold_the_noise_of_reports_and_residuals_are_of_the_data(posterior):
    [found] = posterior.predictive()
    assert [str(date) for date in found.dates[:2]] == ["2024-02-28", "2024-02-29"]
    assert found.expected.tolist() == [0, 25, 50, 100]
    # 90 % of Poisson counts with mean 100 lie from 84 to 117.
    assert (found.low90[3], found.high90[3]) == pytest.approx((84, 117), abs=2)
    assert (found.low50[3], found.high50[3]) == pytest.approx((93, 107), abs=2)
    assert np.isnan(found.residual[[0, 2]]).all()
    assert found.residual[1] == pytest.approx(5, abs=1)
    assert found.share_inside == 0.5
    assert found.rmse == pytest.approx(np.sqrt((25 + 300**2) / 2))


def test_projects_have_values_drawn_together_and_whole_ones_are_whole(posterior):
    projects = posterior.draw_projects(30)
    for one in projects:
        transmission = one.value("disease.transmission")
        assert one.value("disease.infectious_period") == pytest.approx(
            6 + 20 * (transmission - 1), abs=1e-6
        )
        assert isinstance(one.value("disease.initial_infected"), int)
    assert len({one.value("disease.transmission") for one in projects}) > 20
    assert projects == posterior.draw_projects(30)
    assert projects != posterior.draw_projects(30, seed=1)
    median = posterior.median_project()
    assert median.value("disease.transmission") == posterior.marginals()[0].median


def test_json_has_no_number_that_json_does_not_know(posterior):
    import json

    same = replace(posterior, values=np.ones_like(posterior.values))
    told = json.loads(json.dumps(same.as_json(), allow_nan=False))
    assert told["correlations"][0][0] is None
    assert told["series"][0]["observed"][0] is None
    assert told["effective_size"] == pytest.approx(same.effective_size)


def test_quantiles_follow_weights():
    values = np.array([3.0, 1.0, 2.0])
    assert weighted_quantiles(values, np.array([0.98, 0.01, 0.01]), (0.5,))[0] > 2.9
    even = np.random.default_rng(0).normal(size=2_001)
    found = weighted_quantiles(even, np.full(2_001, 1 / 2_001), (0.05, 0.5, 0.95))
    assert found == pytest.approx(np.quantile(even, [0.05, 0.5, 0.95]), abs=0.01)


def test_reports_of_an_unweighted_run_are_not_in_the_bands(posterior):
    [curves] = posterior.curves
    far = curves.copy()
    far[0] = 10_000
    weights = posterior.weights.copy()
    weights[0] = 0
    heavy = replace(posterior, curves=(far,), weights=weights / weights.sum())
    assert heavy.predictive()[0].high90.max() < 200
    assert isinstance(posterior.plan.series[0].likelihood, Likelihood)
