"""The method finds a posterior that is known exactly, and goes on where it was stopped."""

import tracemalloc

import numpy as np
import pytest

from populace.engine.calibration.abc_smc import AbcSmc
from populace.engine.calibration.prior import Prior
from populace.engine.errors import ProjectError

SEEN, NOISE = 1.0, 0.5


def _distance(guess: list[float], number: int) -> float:
    noise = np.random.default_rng([7, number]).normal(0, NOISE)
    return abs(guess[0] + noise - SEEN)


def _run(method: AbcSmc, generations: int, batch: int, guesses: int = 100_000) -> AbcSmc:
    while method.generation < generations and method.guesses_done < guesses:
        asked = method.guesses(batch)
        first = method.guesses_done
        method.tell(asked, [_distance(one, first + i) for i, one in enumerate(asked)])
    return method


def test_a_normal_prior_and_noise_give_their_exact_posterior_and_leave_the_unseen_as_it_was():
    method = _run(AbcSmc(2, particles=1_000, seed=3), 5, 50)
    scores, weights = method.sample()
    mean = weights @ scores
    sd = np.sqrt(weights @ np.square(scores - mean))
    # Prior N(0, 1), data 1 with noise .5: mean 1 / 1.25, variance .2. The second is not observed.
    assert mean == pytest.approx([0.8, 0.0], abs=0.1)
    assert sd == pytest.approx([0.2**0.5, 1.0], abs=0.1)
    assert 100 < method.effective_size() <= 1_000


def test_a_fit_that_was_stopped_goes_on_as_if_it_had_not_been():
    whole = _run(AbcSmc(2, particles=60, seed=5), 4, 7)
    stopped = _run(AbcSmc(2, particles=60, seed=5), 4, 11, guesses=95)
    assert stopped.generation < 4
    again = _run(AbcSmc.of_text(stopped.as_text()), 4, 3)
    assert again == whole


@pytest.mark.parametrize(
    ("spec", "median", "far"),
    [
        ({"low": 1, "high": 3}, 2, (1, 3)),
        ({"kind": "normal", "mean": 2, "sd": 1, "low": 0, "high": 4}, 2, (0, 4)),
        ({"kind": "log_normal", "median": 2, "spread": 0.5, "low": 1, "high": 4}, 2, (1, 4)),
    ],
)
def test_no_score_leaves_the_bounds_of_a_prior(spec, median, far):
    prior = Prior.read(spec, "quantities.x")
    assert prior.value(0) == pytest.approx(median)
    assert (prior.value(-50), prior.value(50)) == pytest.approx(far)


@pytest.mark.parametrize(
    ("spec", "place"),
    [
        ({"kind": "normel"}, "x.kind"),
        ({"low": 1}, "x.high"),
        ({"low": 3, "high": 1}, "x"),
        ({"low": 0, "high": 1, "sd": 1}, "x.sd"),
        ({"kind": "normal", "mean": 0, "sd": 0}, "x.sd"),
        ({"kind": "log_normal", "median": -1, "spread": 1}, "x.median"),
        ({"kind": "normal", "mean": 0, "sd": 1, "low": 9, "high": 10}, "x"),
    ],
)
def test_a_bad_prior_is_named_with_its_place(spec, place):
    with pytest.raises(ProjectError) as found:
        Prior.read(spec, "x")
    assert found.value.place == place


def test_a_step_of_thousands_takes_no_gigabytes():
    method = _run(AbcSmc(6, particles=1_000, seed=3), 1, 1_000)
    asked = method.guesses(1_000)
    tracemalloc.start()
    try:
        method.tell(asked, [0.0] * 1_000)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert method.generation == 2
    assert most < 10e6  # all pairs would be 48e6
