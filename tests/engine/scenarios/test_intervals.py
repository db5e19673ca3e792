"""Intervals have the widths of the textbooks."""

import math

import numpy as np
import pytest
from scipy import stats

from populace.engine.scenarios.intervals import mean_of, share_interval, t_quantile


@pytest.mark.parametrize("freedom", [1, 2, 3, 4, 5, 9, 10, 29, 100, 999, 2_000, 50_000])
def test_quantiles_are_those_of_student(freedom):
    assert t_quantile(freedom) == pytest.approx(stats.t.ppf(0.975, freedom), rel=3e-4)


def test_a_mean_has_the_interval_of_a_t_test():
    values = np.random.default_rng(1).normal(5, 2, 12)
    found = mean_of(values)
    low, high = stats.t.interval(0.95, 11, values.mean(), stats.sem(values))
    assert (found.value, found.low, found.high) == pytest.approx((values.mean(), low, high))
    assert found.half_width == pytest.approx((high - low) / 2)


def test_one_value_has_no_interval_and_equal_ones_leave_no_doubt():
    assert math.isnan(mean_of([3.0]).low)
    assert mean_of([0.1] * 7).half_width == 0.0


@pytest.mark.parametrize(("count", "of"), [(0, 10), (3, 10), (10, 10), (47, 100)])
def test_a_share_has_the_interval_of_wilson(count, of):
    known = stats.binomtest(count, of).proportion_ci(method="wilson")
    assert share_interval(count, of) == pytest.approx((known.low, known.high), abs=1e-6)
