"""Integer tables: exact, portable, and true to the numbers that were declared."""

import hashlib
import math

import numpy as np
import pytest
from scipy import stats
from scipy.stats import gamma, lognorm, poisson

from populace.engine import distributions, tables
from populace.engine.diseases.base import Dwell

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


@pytest.mark.parametrize("shape", [-1, 0.01, 101])
def test_shapes_that_no_table_can_hold_are_refused_in_words(shape):
    with pytest.raises(ValueError, match="is neither 0 nor from"):
        tables.dwell_row(5.0, shape)


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
    levels = tables.level_table(rates, bounds)
    assert levels.shape == (3, 2)
    np.testing.assert_allclose(levels / FULL, rates / bounds, rtol=0, atol=1 / FULL)
    assert tables.slab_count(levels, tables.gain_table(100.0)) == 4
    assert tables.slab_count(np.zeros((1, 1, 1), np.uint64), tables.gain_table(100.0)) == 1


@pytest.mark.parametrize("k", [0.05, 0.16, 0.5, 1.0, 3.3, 99.0])
def test_classes_of_infectiousness_have_mean_1_and_the_spread_of_a_gamma_distribution(k):
    gain = tables.gain_table(k) / 2**16
    assert len(gain) == tables.SPREADERS
    assert gain.mean() == pytest.approx(1.0, abs=2e-5)
    assert (np.diff(gain) >= 0).all()
    # Against SciPy's slices; 16 bits cut off at most 2**-16.
    edges = stats.gamma.ppf(np.arange(257) / 256, k)
    slices = 256 * np.diff(stats.gamma.cdf(edges, k + 1))
    np.testing.assert_allclose(gain, slices, rtol=0, atol=2**-16 + 1e-6)


def test_a_dispersion_of_100_makes_everybody_alike():
    assert tables.gain_table(100.0).tolist() == [2**16]
    strongest = tables.slab_count(np.full((1, 1, 1), FULL, np.uint64), tables.gain_table(0.16))
    assert strongest == 23  # the largest class infects 22.2 times as much as the mean


def test_a_rate_without_a_bound_is_refused():
    with pytest.raises(ValueError, match="bound above 0"):
        tables.level_table(np.array([[1.0]]), np.array([0.0]))
    assert tables.level_table(np.array([[0.0]]), np.array([0.0])).sum() == 0


def test_relative_thresholds_keep_the_ratios():
    found = tables.relative_thresholds(np.array([0.4, 0.8, 0.0]), bits=24)
    assert found.tolist() == [2**23, 2**24, 0]
    assert tables.relative_thresholds(np.zeros(3), bits=24).tolist() == [0, 0, 0]


def test_tables_are_the_same_on_every_machine():
    """A stored digest: equal tables and seed give equal events, wherever a run is repeated."""
    digest = hashlib.sha256()
    for mean in (0.001, 0.05, 0.7, 1 / 3, 2.9, 11.99):
        digest.update(np.array(tables.poisson_row(mean), np.uint32).tobytes())
    means, shapes = (1.3, 2.9, 4.5, 6.0, 10.1, 77.7), (0, 1, 3, 4)
    rows = [tables.dwell_row(mean, shape) for mean in means for shape in shapes]
    digest.update(tables.dwell_table(rows).tobytes())
    shares = np.array([[1 / 3, 0.1], [1 / 3, 0.2], [1 / 3, 0.7]])
    digest.update(tables.share_thresholds(shares).tobytes())
    rates = np.array([[0.1, 0.2], [0.7, 2.3]])
    digest.update(tables.level_table(rates, np.array([0.4, 0.6])).tobytes())
    digest.update(tables.relative_thresholds(np.array([0.4, 0.38, 0.79, 0.86]), 24).tobytes())
    for k in (0.05, 0.16, 0.7, 3.0, 40.0):
        digest.update(tables.gain_table(k).tobytes())
    assert digest.hexdigest()[:16] == "3228155a641a1028"


@pytest.mark.parametrize("mean", [1.0, 2.1, 7.0, 33.3])
@pytest.mark.parametrize("shape", [0.2, 0.7, 2.5, 33.3, 99.5])
def test_a_gamma_shape_need_not_be_a_whole_number(mean, shape):
    row = np.array(tables.dwell_row(mean, shape))
    assert abs(row.mean() - mean) < 0.001 * mean
    assert row.min() >= 1
    assert (np.diff(row) >= 0).all()


@pytest.mark.parametrize("shape", [0.5, 2.5, 33.3])
def test_gamma_quantiles_are_those_of_the_distribution(shape):
    found = distributions.gamma_quantiles(40.0, shape, 1024)
    share = (np.arange(1024) + 0.5) / 1024
    np.testing.assert_allclose(found, gamma.ppf(share, shape, scale=40.0 / shape), atol=2**-20)


@pytest.mark.parametrize(("mean", "shape"), [(5.0, 1), (40.0, 4), (12.0, 20)])
def test_gamma_and_erlang_agree_at_whole_shapes(mean, shape):
    erlang = tables._erlang_quantiles(mean, shape)
    np.testing.assert_array_equal(distributions.gamma_quantiles(mean, float(shape), 1024), erlang)
    assert tables.dwell_row(mean, float(shape)) == tables.dwell_row(mean, shape)


LOGNORMALS = [(1.0, 0.2), (2.0, 0.3), (5.0, 4.0), (11.4, 8.0), (100.0, 300.0), (400.0, 40.0)]


@pytest.mark.parametrize(("mean", "deviation"), LOGNORMALS)
def test_a_lognormal_table_has_the_declared_mean(mean, deviation):
    row = np.array(tables.lognormal_row(mean, deviation))
    assert len(row) == 1024
    assert abs(row.mean() - mean) < 0.001 * mean
    assert row.min() >= 1
    assert (np.diff(row) >= 0).all()


@pytest.mark.parametrize(("mean", "deviation"), [(11.4, 8.0), (40.0, 10.0), (60.0, 30.0)])
def test_a_lognormal_table_has_the_declared_deviation_and_quantiles(mean, deviation):
    row = np.array(tables.lognormal_row(mean, deviation))
    assert row.std() == pytest.approx(deviation, rel=0.01)
    sigma = math.sqrt(math.log1p((deviation / mean) ** 2))
    share = (np.arange(1024) + 0.5) / 1024
    quantiles = lognorm.ppf(share, sigma, scale=mean / math.exp(sigma**2 / 2))
    assert abs(row - quantiles)[:1000].max() < 1.6, "whole days, moved by no more than a day"


def test_an_empirical_table_keeps_its_days_and_its_mean():
    row = tables.table_row(((2, 1.0), (3, 2.0), (10, 1.0)))
    assert [row.count(day) for day in (2, 3, 10)] == [256, 512, 256]
    thirds = tables.table_row(((3, 1 / 3), (4, 1 / 3), (9, 1 / 3)))
    # 1024 is no multiple of three: one or two entries lie between the days of the table.
    assert sum(thirds.count(day) for day in (3, 4, 9)) >= 1022
    assert abs(np.mean(thirds) - 16 / 3) < 1 / 1024
    assert list(thirds) == sorted(thirds)


@pytest.mark.parametrize("last", [2, 40, 1_000, 32_000])
def test_a_day_too_rare_for_an_entry_still_counts_in_the_mean(last):
    row = tables.table_row(((1, 0.9999), (last, 0.0001)))
    mean = 0.9999 + last * 0.0001
    assert abs(np.mean(row) - mean) < 0.001 * mean
    assert min(row) == 1
    assert max(row) <= last


def test_a_table_of_one_day_is_a_fixed_stay():
    assert tables.table_row(((7, 0.3),)) == (7,) * 1024
    assert tables.table_row(((7, 0.0), (9, 2.0))) == (9,) * 1024


def test_every_way_to_declare_a_stay_has_the_mean_it_says():
    ways = {
        "fixed": (Dwell(4.25, 0), 4.25),
        "exponential": (Dwell(4.25, 1), 4.25),
        "gamma": (Dwell(4.25, 1.7), 4.25),
        "log-normal": (Dwell.lognormal(4.25, 3.0), 4.25),
        "table": (Dwell.table({9: 1.0, 2: 3.0}), 3.75),
    }
    for name, (dwell, mean) in ways.items():
        assert dwell.mean == mean, name
        assert np.mean(dwell.days()) == pytest.approx(mean, rel=1e-3), name
    assert len({dwell.days() for dwell, _ in ways.values()}) == len(ways)


def test_the_tables_of_new_distributions_are_the_same_on_every_machine():
    rows = [
        *(tables.dwell_row(mean, shape) for mean in (1.3, 77.7) for shape in (0.4, 2.5, 31.7)),
        *(tables.lognormal_row(mean, deviation) for mean, deviation in LOGNORMALS),
        tables.table_row(((1, 0.1), (2, 0.25), (5, 0.4), (21, 0.05))),
    ]
    digest = hashlib.sha256(tables.dwell_table(rows).tobytes())
    assert digest.hexdigest()[:16] == "03f403ba46389868"
