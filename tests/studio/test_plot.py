"""Axes stay still: round upper ends, few dates, and dates that people count by."""

import datetime as dt

import pytest

from populace.engine.project import Project
from populace.studio.views import numbers, plot
from populace.studio.views.top_bar import SPEEDS, pace_to_watch


@pytest.mark.parametrize(("largest", "top"), [(0, 10), (11, 15), (96, 150), (312_480, 400_000)])
def test_an_axis_ends_at_a_round_number_with_air_over_the_curve(largest, top):
    assert plot.roomy(largest, 10) == top


@pytest.mark.parametrize("name", ["nyc_covid", "school_flu"])
@pytest.mark.parametrize("most", [5, 13])
def test_dates_on_the_axis_are_few_and_within_the_run(name, most):
    project = Project.load(name)
    ticks = plot.ticks(project, most)
    assert 2 <= len(ticks) <= most
    assert plot.midnight(project.start_date) <= ticks[0]
    assert ticks[-1] <= plot.midnight(project.date_of(project.days))


def test_midnight_is_counted_in_milliseconds_since_1970():
    assert plot.midnight(dt.date(1970, 1, 2)) == 86_400_000


def test_numbers_are_written_as_people_read_them():
    assert numbers.count(8_804_190) == "8,804,190"
    assert numbers.short(7_734_120) == "7.73 M"
    assert numbers.short(312_480) == "312 k"
    assert numbers.short(999_499) == "999 k"
    assert numbers.per_cent(312_480, 8_804_190) == "3.55 %"
    assert numbers.per_100_000(1, 8_804_190) == "0.0"
    assert numbers.long_date(dt.date(2020, 4, 9)) == "Thu 9 April 2020"


@pytest.mark.parametrize("days", [14, 28, 120, 180, 3650])
def test_a_run_opens_at_a_pace_that_is_offered(days):
    assert pace_to_watch(days) in SPEEDS.values()
