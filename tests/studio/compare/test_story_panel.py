"""A step is summed up by its own figures, or by what it averts, with the interval."""

import pytest

from populace.engine.scenarios.comparison import Cell, Row
from populace.engine.scenarios.intervals import Mean
from populace.studio.compare.story_panel import summary

NAN = float("nan")


def row(name, *changes):
    cells = [Cell("Nothing", 4, 1_234.4, 1_200.0, 1_300.0, Mean(0.0, 0.0, 0.0), 0.0, 4)]
    cells += [
        Cell(f"S{n}", 4, 1_000.0, 900.0, 1_100.0, change, 0.1, 4)
        for n, change in enumerate(changes)
    ]
    return Row(name, name, "people", "averted", tuple(cells))


def test_the_baseline_tells_its_own_figures():
    rows = [row("infections"), row("infected_peak"), row("deaths")]
    assert summary(rows, "Nothing") == [("1,234 infections", ""), ("1,234 deaths", "")]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (Mean(2_000.4, 1_500.0, 2_500.0), ("2,000 infections averted", "1,500 to 2,500")),
        (Mean(-12.0, -20.0, 4.0), ("12 infections added", "−4 to 20")),
        (Mean(0.0, 0.0, 0.0), ("0 infections averted", "0 to 0")),
        (Mean(5.0, NAN, NAN), ("5 infections averted", "")),
    ],
)
def test_a_step_tells_what_it_averts_or_adds(change, said):
    assert summary([row("infections", change)], "S0") == [said]


def test_what_was_not_run_says_nothing():
    assert summary([row("infections")], "S0") == []
    assert summary([], "Nothing") == []
