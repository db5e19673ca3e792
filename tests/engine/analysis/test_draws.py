"""Draws that belong to an infection."""

import numpy as np
import pytest

from populace.engine.analysis.draws import chosen, drawn_days, draws

PEOPLE = np.arange(200_000, dtype=np.int32)
FIRST = np.zeros(len(PEOPLE), np.uint16)


def test_draws_are_even():
    found = draws(PEOPLE, FIRST, 1, "a test")
    counts = np.bincount(found >> 26, minlength=64)
    expected = len(PEOPLE) / 64
    # Chi square with 63 degrees of freedom: 126 is one in four million.
    assert np.sum((counts - expected) ** 2 / expected) < 126


def test_a_draw_depends_on_nobody_else():
    everybody = draws(PEOPLE, FIRST, 1, "a test")
    some = np.array([5, 77, 199_999, 5], np.int32)
    alone = draws(some, np.zeros(4, np.uint16), 1, "a test")
    np.testing.assert_array_equal(alone, everybody[some])


@pytest.mark.parametrize(
    "other",
    [
        (PEOPLE, FIRST + np.uint16(1), 1, "a test"),
        (PEOPLE, FIRST, 2, "a test"),
        (PEOPLE, FIRST, 1, "another test"),
    ],
)
def test_episode_seed_and_purpose_give_other_draws(other):
    one, two = draws(PEOPLE, FIRST, 1, "a test") / 2**32, draws(*other) / 2**32
    assert abs(np.corrcoef(one, two)[0, 1]) < 0.01


@pytest.mark.parametrize("share", [0.0, 0.003, 0.25, 1.0])
def test_a_share_is_chosen_and_a_larger_one_holds_it(share):
    found = draws(PEOPLE, FIRST, 1, "a test")
    marked = chosen(found, share)
    error = 4 * np.sqrt(share * (1 - share) / len(PEOPLE))
    assert abs(marked.mean() - share) <= error
    assert chosen(found, min(1.0, share + 0.1))[marked].all()


def test_the_largest_draw_is_chosen_by_a_share_of_one_and_none_by_zero():
    ends = np.array([0, 2**32 - 1], np.uint32)
    assert chosen(ends, 1.0).all()
    assert not chosen(ends, 0.0).any()
    assert drawn_days(ends, 3.0, 0).tolist() == [3, 3]


@pytest.mark.parametrize("shape", [0, 1, 4])
def test_days_have_the_declared_mean(shape):
    days = drawn_days(draws(PEOPLE, FIRST, 1, "a test"), 6.5, shape)
    assert days.min() >= 1
    assert days.mean() == pytest.approx(6.5, rel=0.012)
