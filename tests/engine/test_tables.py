"""Integer tables: exact, portable, and true to the numbers that were declared."""

import hashlib

import numpy as np
import pytest
from scipy.stats import gamma, poisson

from populace.engine import tables

FULL = 2.0**32


@pytest.mark.parametrize("mean", [0.0, 1e-6, 0.01, 0.3, 1.0, 3.7, 8.0, 12.0])
def test_poisson_rows_are_the_cumulated_chances(mean):
    row = np.array(tables.poisson_row(mean)) / FULL
    np.testing.assert_allclose(row, poisson.cdf(np.arange(48), mean), rtol=0, atol=1e-9)


def test_a_poisson_row_loses_nobody():
    """At the cap of 12 a day, the mean of the table is 12."""
    row = np.array(tables.poisson_row(tables.BOUND_MAX)) / FULL
    assert abs((1 - row).sum() - tables.BOUND_MAX) < 1e-6


MEANS = (1.0, 1.5, 2.1, 4.5, 7.0, 33.3, 127.5, 400.0)


@pytest.mark.parametrize("mean", MEANS)
@pytest.mark.parametrize("shape", [0, 1, 2, 4, 8])
def test_the_mean_of_a_dwell_table_is_the_declared_mean(mean, shape):
    row = np.array(tables.dwell_row(mean, shape))
    assert len(row) == 1024
    assert row.min() >= 1
    assert (np.diff(row) >= 0).all()
    assert abs(row.mean() - mean) < 0.001 * mean


@pytest.mark.parametrize("shape", [1, 4])
def test_a_dwell_table_has_the_spread_of_its_distribution(shape):
    row = np.array(tables.dwell_row(40.0, shape))
    share = (np.arange(1024) + 0.5) / 1024
    quantiles = gamma.ppf(share, shape, scale=40.0 / shape)
    assert abs(row - quantiles).max() < 1.5, "whole days, moved by no more than a day"


def test_a_fixed_stay_of_a_broken_number_of_days_is_shared_out():
    row = tables.dwell_row(2.25, 0)
    assert (row.count(2), row.count(3)) == (768, 256)


@pytest.mark.parametrize("mean", [0.0, 0.5, 40_000.0])
def test_stays_that_no_table_can_hold_are_refused_in_words(mean):
    with pytest.raises(ValueError, match="days is outside 1 to"):
        tables.dwell_row(mean, 1)


def test_shares_become_cumulated_thresholds():
    shares = np.array([[0.25, 1.0, 0.0], [0.5, 0.0, 0.0], [0.25, 0.0, 1.0]])
    found = tables.share_thresholds(shares)
    np.testing.assert_array_equal(found / FULL, [[0.25, 1, 0], [0.75, 1, 0], [1, 1, 1]])


def test_shares_that_do_not_sum_to_one_are_refused():
    for wrong in ([[0.5], [0.4]], [[1.2], [-0.2]]):
        with pytest.raises(ValueError, match="sum to 1"):
            tables.share_thresholds(np.array(wrong))


def test_slabs_sum_to_the_rate_over_the_bound():
    rates = np.array([[0.0, 0.3], [1.0, 2.0], [7.3, 0.1]])
    bounds = np.array([2.0, 1.0])
    slabs = tables.slab_table(rates, bounds)
    assert slabs.shape == (4, 3, 2)
    np.testing.assert_allclose(slabs.sum(axis=0) / FULL, rates / bounds, rtol=0, atol=4 / FULL)
    assert (np.diff(slabs.astype(np.int64), axis=0) <= 0).all(), "a slab begins when one is full"


def test_a_rate_without_a_bound_is_refused():
    with pytest.raises(ValueError, match="bound above 0"):
        tables.slab_table(np.array([[1.0]]), np.array([0.0]))
    assert tables.slab_table(np.array([[0.0]]), np.array([0.0])).sum() == 0


def test_relative_thresholds_keep_the_ratios():
    found = tables.relative_thresholds(np.array([0.4, 0.8, 0.0]), bits=24)
    assert found.tolist() == [2**23, 2**24, 0]
    assert tables.relative_thresholds(np.zeros(3), bits=24).tolist() == [0, 0, 0]


def test_tables_are_the_same_on_every_machine():
    """A stored digest: equal tables and seed give equal events, wherever a run is repeated."""
    digest = hashlib.sha256()
    for mean in (0.001, 0.05, 0.7, 1 / 3, 2.9, 11.99):
        digest.update(np.array(tables.poisson_row(mean), np.uint32).tobytes())
    rows = [(mean, shape) for mean in (1.3, 2.9, 4.5, 6.0, 10.1, 77.7) for shape in (0, 1, 3, 4)]
    digest.update(tables.dwell_table(rows).tobytes())
    shares = np.array([[1 / 3, 0.1], [1 / 3, 0.2], [1 / 3, 0.7]])
    digest.update(tables.share_thresholds(shares).tobytes())
    rates = np.array([[0.1, 0.2], [0.7, 2.3]])
    digest.update(tables.slab_table(rates, np.array([0.4, 0.6])).tobytes())
    digest.update(tables.relative_thresholds(np.array([0.4, 0.38, 0.79, 0.86]), 24).tobytes())
    assert digest.hexdigest()[:16] == "0ebacd2f86035582"
