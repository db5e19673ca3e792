"""The bench of fits really fits, and its R0 is that of the draws."""

import numpy as np
import pytest

from populace.benchmarks import fit


def test_a_short_fit_gives_both_measures_their_values():
    # Far too few runs for the bars: only what is measured is tested.
    rmse, r0 = fit.measures(runs=160)
    assert (rmse.name, r0.name) == fit.NAMES
    assert rmse.value is not None
    assert 5 < rmse.value < 200
    assert rmse.holds == (rmse.value <= 17)
    assert r0.value is not None
    assert 1 < r0.value < 20
    assert "90 %" in r0.unit


def test_r0_of_a_draw_is_transmission_by_infectious_days():
    posterior = fit.fitted(160, 20)
    plain = posterior.values[:, 0] * posterior.values[:, 1]
    _, middle, _ = fit.r0_of(posterior)
    heavy = np.sort(plain)
    assert heavy[0] <= middle <= heavy[-1]
    assert middle == pytest.approx(np.median(np.repeat(plain, 3)), rel=0.3)
