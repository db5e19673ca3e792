"""The bench of gradients: it sees what is wrong, and every figure has its bar."""

import numpy as np
import pytest

from populace.benchmarks import gradient_checks, gradient_models, gradients
from populace.engine.project import Project
from populace.engine.sensitivity.history import History, history_of
from populace.engine.simulation import Simulation


@pytest.fixture(scope="module")
def past() -> History:
    spec = gradient_checks.WORLDS["falling"]
    return history_of(Simulation(Project.from_spec(spec), seed=1), 50, ())


def test_every_figure_has_a_bar():
    assert set(gradients.BARS) == set(gradients.NAMES)
    for name in gradients.NAMES:
        assert gradients._measure(name, 1e9).holds in (True, False)
        assert gradients._measure(name, 1e9).bar


@pytest.mark.parametrize(("value", "holds"), [(0.96, False), (0.98, True), (1.04, False)])
def test_a_scale_may_be_off_to_neither_side(value, holds):
    assert gradients._measure("scale_6", value).holds is holds


def test_an_estimate_that_is_twice_the_truth_has_its_direction_and_not_its_size():
    true = np.array([1.0, -2.0, 3.0])
    cosine, scale, error = gradient_models.compared(2 * true, true)
    assert (cosine, scale, error) == pytest.approx((1.0, 2.0, 1.0))


def test_the_worst_of_the_models_is_told():
    rows = [(0.999, 1.01, 0.03), (0.99, 0.95, 0.02)]
    worst = gradients._worst(rows, ("cosine", "scale", "error"))
    assert worst == {"cosine": 0.99, "scale": 0.95, "error": 0.03}


def test_right_deletions_are_no_mismatches_and_wrong_ones_are(past, monkeypatch):
    assert gradient_checks.mismatches(past, 25) == 0
    right = gradient_checks.differences
    monkeypatch.setattr(
        gradient_checks, "differences", lambda *args: (1.001 * right(*args)[0], None)
    )
    assert gradient_checks.mismatches(past, 25) > 20


@pytest.mark.slow
def test_the_slope_of_the_final_size_is_that_of_theory():
    scale, [error] = gradient_checks.theory_scale(5_000)
    assert error.value is not None
    assert scale == pytest.approx(1.0, abs=4 * error.value)
    assert error.value < 0.02
