"""What is shown of whole ranges: in order, with intervals, chance and the size of the sample."""

import numpy as np
import pytest

from populace.engine.scenarios.figures import Figure
from populace.engine.scenarios.sweep import Axis
from populace.engine.sensitivity.global_design import Elementary, Share
from populace.engine.sensitivity.global_runs import GlobalSensitivity
from populace.engine.sensitivity.ranges import Range
from populace.engine.sensitivity.walk import Walked
from populace.studio.views.whole_range_figures import bars, walked_figure

LABELS = {"a": "Masks: <coverage>", "b": "Transmission"}
INFECTIONS = Figure("infections", "Infections", "people", 0)


def found(method, numbers, chance):
    """Return an answer about the two numbers."""
    return GlobalSensitivity(
        method=method,
        outcome="infections",
        label="Infections",
        unit="people",
        days=120,
        people=20_000,
        of_people=8_804_190,
        first_infected=5,
        runs=1_408,
        mean=4_000.0,
        low90=16.0,
        high90=12_000.0,
        ranges=(Range("a", 0, 1), Range("b", 0.01, 0.04)),
        numbers=numbers,
        chance=chance,
    )


def walked(axes, mean):
    mean = np.array(mean, float)
    return Walked(INFECTIONS, 20_000, 20, axes, mean, 0.8 * mean, 1.2 * mean)


def test_bars_are_in_order_and_say_how_small_the_population_is():
    first = Share("b", 0.6, 0.5, 0.8, 0.4, 0.3, 0.5)
    second = Share("a", 0.2, 0.1, 0.3, 0.2, 0.1, 0.3)
    words = bars(found("sobol", (first, second), Share("chance", 0.1, 0, 0.2, 0, 0, 0)), LABELS)
    places = [words.index(name) for name in ("Transmission", "Masks: &lt;coverage", "Chance alone")]
    assert places == sorted(places)
    assert "20,000 people instead of 8,804,190" in words
    assert "60 %<small>50 % to 80 %</small>" in words
    assert "<i style='width:75.0%'></i><b style='left:62.5%;width:37.5%'></b>" in words
    assert "data-path='b'" in words
    assert "from 0.01 to 0.04" in words
    assert "a part in 10 %" in words


def test_what_chance_could_have_made_is_named_in_words():
    numbers = (
        Elementary("b", 900.0, 700.0, 1_100.0, 900.0, 10.0),
        Elementary("a", 60.0, 20.0, 100.0, -60.0, 5.0),
    )
    words = bars(found("morris", numbers, Elementary("chance", 50.0, 40.0, 60.0, 0, 1)), LABELS)
    assert "900<small>700 to 1,100</small>" in words
    assert "Not told apart from it: Masks: &lt;coverage&gt;." in words
    assert "differ by 50 people on average" in words


def test_where_nothing_matters_there_are_bars_of_no_length():
    none = [Elementary(path, 0.0, 0.0, 0.0, 0.0, 0.0) for path in ("a", "b", "chance")]
    words = bars(found("morris", tuple(none[:2]), none[2]), LABELS)
    assert words.count("width:0.0%") == 3


def test_a_curve_rises_to_the_top_of_its_band():
    words = walked_figure(walked((Axis("b", (0.0, 1.0, 2.0)),), [0, 50, 100]), LABELS)
    assert "points='46.0,112.0 179.0,68.7 312.0,25.3'" in words
    assert "mean 0 at 0, 100 at 2" in words
    assert ">120</text>" in words
    assert "20 runs of 20,000 people" in words


def test_a_map_has_a_square_for_each_point_at_its_place():
    axes = Axis("b", (1.0, 2.0)), Axis("a", (0.0, 0.5, 1.0))
    words = walked_figure(walked(axes, [[0, 10, 20], [30, 40, 100]]), LABELS)
    assert words.count("<rect") == 6
    right_top = "<rect x='179.0' y='8.0'"
    assert f"{right_top}" in words
    cell = words[words.index(right_top) :].partition("</rect>")[0]
    assert "100%" in cell
    assert "100 at 2 and 1" in cell
    assert "Across: Transmission. Upwards: Masks: &lt;coverage&gt;" in words


@pytest.mark.parametrize("mean", [[0, 0], [7, 7]])
def test_an_outcome_that_is_everywhere_the_same_can_be_drawn(mean):
    assert "nan" not in walked_figure(walked((Axis("b", (0.0, 1.0)),), mean), LABELS)
    axes = Axis("b", (0.0, 1.0)), Axis("a", (0.0,))
    assert "nan" not in walked_figure(walked(axes, [[one] for one in mean]), LABELS)
