"""Bars on the timeline stand where a policy was in force."""

import datetime as dt

import numpy as np
from bokeh.models import Range1d
from bokeh.plotting import figure

from populace.engine.project import Project
from populace.engine.records import DayRecord
from populace.studio.views.policy_bars import PolicyBars


class Kept:
    """What a board is given."""

    def put(self, source, rows):
        assert source == "policy_bars"
        self.rows = rows


def bars(policies, strengths):
    """Return the rows after days with these strengths, and the project."""
    spec = {
        "name": "x",
        "start_date": "2020-03-01",
        "days": 30,
        "population": {"kind": "well_mixed", "people": 100},
        "networks": [{"kind": "well_mixed"}],
        "disease": {"kind": "sir"},
        "policies": policies,
    }
    project = Project.from_spec(spec)
    plot = figure()
    plot.extra_y_ranges = {"marks": Range1d(0, 1)}
    kept = Kept()
    made = PolicyBars(project, plot, "marks", kept)
    nobody = np.zeros(1, int)
    made.draw(
        [
            DayRecord(day, project.date_of(day), nobody, 0, nobody, None, in_force)
            for day, in_force in enumerate(strengths)
        ]
    )
    return getattr(kept, "rows", None)


def days(rows, what):
    """Return first day and end of the bars whose words begin so."""
    start = 86_400_000 * (dt.date(2020, 3, 1) - dt.date(1970, 1, 1)).days
    edges = zip(rows["left"], rows["right"], rows["what"], strict=True)
    return [
        [(edge - start) / 86_400_000 for edge in (left, right)]
        for left, right, words in edges
        if words.startswith(what)
    ]


def test_a_bar_for_each_time_in_force():
    path = "policies.lockdown"
    on = [0, 0, 1, 1, 0, 0.5, 1]
    rows = bars(
        [{"kind": "lockdown", "trigger": "incidence"}], [{path: strength} for strength in on]
    )
    assert days(rows, "Lockdown: in force") == [[2, 4], [5, 7]]
    assert "from 50 infections a week per 100,000 until below 25" in rows["what"][0]


def test_dates_are_drawn_before_they_come():
    rows = bars([{"kind": "lockdown", "start_day": 10, "end_day": 20}], [{}])
    assert days(rows, "Lockdown: planned") == [[10, 20]]


def test_what_always_holds_has_no_bar():
    assert bars([{"kind": "masks"}], [{"policies.masks": 1.0}]) is None
