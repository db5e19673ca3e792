"""Colours of changes: the middle is no change, the ends are the scale's, the unknown is bare."""

import numpy as np
import pytest

from populace.layers.changes import chance_colours, chance_ramp, change_colours, round_top
from populace.layers.themes import THEMES


@pytest.mark.parametrize("theme", THEMES.values())
def test_the_ends_and_the_middle_are_those_of_the_ramp(theme):
    less, *_, more = theme.change_ramp
    colours = change_colours(np.array([-5.0, 5.0, -50.0, 50.0, np.nan]), 5.0, theme)
    assert colours == [less, more, less, more, theme.land]
    # 256 steps have no middle: the two nearest differ from it by one in each channel.
    [middle] = change_colours(np.array([0.0]), 5.0, theme)
    wanted = theme.change_ramp[2]
    for start in (1, 3, 5):
        assert abs(int(middle[start : start + 2], 16) - int(wanted[start : start + 2], 16)) <= 2


@pytest.mark.parametrize("theme", THEMES.values())
def test_a_probability_runs_from_never_to_always(theme):
    never, always = chance_ramp(theme)
    assert chance_colours(np.array([0.0, 1.0, np.nan]), theme) == [never, always, theme.land]


@pytest.mark.parametrize(
    ("values", "top"),
    [
        ([], 1.0),
        ([0.0, 0.0], 1.0),
        ([-0.034, 0.01], 0.04),
        ([10.0] * 99 + [-900.0], 10.0),
        ([0.0] * 99 + [7.0], 8.0),
        ([float("nan"), 499.0], 500.0),
        ([950.0], 1_000.0),
    ],
)
def test_a_scale_is_round_and_holds_nearly_all(values, top):
    assert round_top(values) == pytest.approx(top)
