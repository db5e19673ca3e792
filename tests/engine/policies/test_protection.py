"""Classes of protection combine what several policies do to one person."""

import numpy as np
import pytest

from populace.engine.protection import (
    NONE,
    Classes,
    Protection,
    contact_tables,
    fractions,
    less_often,
    more_often,
    risks,
)


def test_a_standing_changes_without_the_others():
    classes = Classes([4, 2, 3])
    everyone = np.arange(classes.count, dtype=np.uint8)
    changed = classes.with_standing(everyone, 1, 1)
    assert (classes.standing(changed, 1) == 1).all()
    for other in (0, 2):
        assert np.array_equal(classes.standing(changed, other), classes.standing(everyone, other))


def test_the_class_of_several_standings_multiplies_their_protection():
    classes = Classes([2, 2])
    dose, mask = Protection(susceptibility=0.5), Protection(susceptibility=0.5, outside=0.2)
    table = classes.protections([[NONE, dose], [NONE, mask]])
    both = int(classes.with_standing(classes.with_standing(np.zeros(1), 0, 1), 1, 1)[0])
    assert table[0] == NONE
    assert table[both] == Protection(susceptibility=0.25, outside=0.2)


def test_more_classes_than_a_byte_holds_are_refused():
    with pytest.raises(ValueError, match="leave one out"):
        Classes([4] * 5)


def test_protection_outside_the_home_does_not_act_at_home():
    one_block = np.ones((2, 1)), np.ones((2, 1, 1))
    spread, shield = contact_tables([NONE, Protection(outside=0.25)], [True, False], *one_block)
    assert spread.tolist() == shield[:, 0].tolist() == [[65536, 65536], [65536, 16384]]


def test_a_multiplier_above_one_is_refused():
    with pytest.raises(ValueError, match="by 0 to 1"):
        fractions([1.01])


def test_classes_with_equal_risks_share_a_table():
    some = [NONE, Protection(severe=0.1), Protection(susceptibility=0.5), Protection(severe=0.1)]
    different, number = risks(some)
    assert different == [(1.0, 1.0, 1.0), (1.0, 0.1, 1.0)]
    assert number.tolist() == [0, 1, 0, 1]


def test_what_rare_ways_out_lose_goes_to_the_others_in_proportion():
    shares = np.array([[0.2, 0.0], [0.6, 0.25], [0.2, 0.75]])
    changed = less_often(shares, [True, False, False], 0.5)
    assert changed.sum(axis=0) == pytest.approx(1)
    assert changed[:, 0] == pytest.approx([0.1, 0.675, 0.225])
    assert changed[:, 1] == pytest.approx([0, 0.25, 0.75])


def test_a_state_with_rare_ways_out_alone_is_left_as_usual():
    shares = np.ones((1, 16))
    assert np.array_equal(less_often(shares, [True], 0.3), shares)


def test_grave_ways_out_win_from_the_others_in_proportion_until_those_have_nothing_left():
    shares = np.array([[0.2, 0.6, 0.0], [0.6, 0.2, 0.5], [0.2, 0.2, 0.5]])
    changed = more_often(shares, [True, False, False], 2.0)
    assert changed.sum(axis=0) == pytest.approx(1)
    assert changed[:, 0] == pytest.approx([0.4, 0.45, 0.15])
    assert changed[:, 1] == pytest.approx([1.0, 0.0, 0.0])
    assert changed[:, 2] == pytest.approx([0.0, 0.5, 0.5])
