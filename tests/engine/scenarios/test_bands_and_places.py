"""Bands and probabilities are those of the runs, counted by hand."""

from dataclasses import replace

import numpy as np
import pytest

from populace.engine.errors import ProjectError
from populace.engine.scenarios.bands import bands_of, bands_table
from populace.engine.scenarios.places import passing
from populace.engine.scenarios.store import Store
from populace.engine.scenarios.study import Study


@pytest.fixture(scope="module")
def runs(small, tmp_path_factory):
    study = Study.of({"town": small}, 7)
    batch = study.batch(Store(tmp_path_factory.mktemp("runs"))).start()
    assert batch.join(120)
    return study.runs(batch.results)["town"]


def test_bands_are_the_quantiles_of_each_day(runs):
    band = bands_of(runs)["infected"]
    values = np.array([one.infected for one in runs])
    assert np.array_equal(band.median, np.median(values, axis=0))
    assert np.array_equal(band.low90, np.quantile(values, 0.05, axis=0))
    assert np.array_equal(band.high50, np.quantile(values, 0.75, axis=0))
    assert np.ptp(values[:, -1]) > 0


def test_every_state_and_what_is_asked_for_has_a_band(runs):
    bands = bands_of(runs)
    assert {"infected", "new_infections", "reproduction_number", "deaths"} <= set(bands)
    assert {"in_hospital", "in_intensive_care", "state.susceptible"} <= set(bands)


def test_r_has_a_band_where_half_of_the_runs_have_one(runs):
    days = len(runs[0].totals)
    r_t = np.full((7, days), np.nan)
    r_t[:4, 10], r_t[:3, 11] = [1.0, 2.0, 3.0, 4.0], 1.0
    made = [replace(one, r_t=row) for one, row in zip(runs, r_t, strict=True)]
    band = bands_of(made)["reproduction_number"]
    assert band.median[10] == 2.5
    assert np.isnan(band.median[11])
    assert np.isnan(band.low90[9])


def test_one_run_has_a_band_without_width(runs):
    band = bands_of(runs[:1])["infected"]
    assert np.array_equal(band.low90, band.high90)


def test_the_table_has_dates(runs):
    table = bands_table(runs)
    days = len(runs[0].totals)
    assert len(table) == days * len(bands_of(runs))
    assert str(table["date"][2]) == "2024-03-01"  # a leap year
    first = table["median"][:days]
    assert np.array_equal(first, bands_of(runs)[table["series"][0]].median)


@pytest.mark.parametrize(("measure", "threshold"), [("infected", 10.0), ("deaths", 50.0)])
def test_a_probability_is_the_share_of_runs_that_pass(runs, measure, threshold):
    found = {one.place: one for one in passing(runs, measure, threshold)}
    places = runs[0].places
    assert set(found) == set(places.ids)
    for index, place in enumerate(places.ids):
        per = 100 if measure == "infected" else 100_000
        field = "infections" if measure == "infected" else "deaths"
        counts = [getattr(one.places, field)[index] for one in runs]
        passed = sum(c * per / places.people[index] >= threshold for c in counts)
        assert found[place].passed == passed
        assert found[place].probability == passed / 7
        low, high = found[place].interval
        assert low <= passed / 7 <= high


def test_the_likeliest_places_come_first(runs):
    found = [one.passed for one in passing(runs, "infected", 10.0)]
    assert found == sorted(found, reverse=True)
    assert found[0] > 0


def test_a_place_where_nobody_lives_passes_nothing(runs):
    places = runs[0].places
    empty = replace(places, people=np.where(np.arange(len(places.ids)) == 0, 0, places.people))
    found = passing([replace(runs[0], places=empty)], "infected", 0.0001)
    assert {one.place: one.passed for one in found}[places.ids[0]] == 0


def test_an_unknown_measure_is_refused(runs):
    with pytest.raises(
        ProjectError, match=r'no figure "infectd" of places. Did you mean "infected"'
    ):
        passing(runs, "infectd", 1.0)
