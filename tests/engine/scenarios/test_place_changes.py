"""Differences between places are those of pairs of runs, counted by hand."""

from dataclasses import replace

import numpy as np
import pytest

from populace.engine.errors import ProjectError
from populace.engine.scenarios.place_changes import place_changes
from populace.engine.scenarios.store import Store
from populace.engine.scenarios.study import Study


@pytest.fixture(scope="module")
def runs(small, tmp_path_factory):
    masks = small.with_value("policies.masks.coverage", 0.9)
    study = Study.of({"nothing": small, "masks": masks}, 5)
    batch = study.batch(Store(tmp_path_factory.mktemp("runs"))).start()
    assert batch.join(120)
    return study.runs(batch.results)


@pytest.mark.parametrize(("measure", "field"), [("infected", "infections"), ("deaths", "deaths")])
def test_a_change_is_the_mean_of_the_pairs_with_its_interval(runs, measure, field):
    found = place_changes(runs["nothing"], runs["masks"], measure)
    places = runs["nothing"][0].places
    assert [one.place for one in found] == list(places.ids)
    for row, one in enumerate(found):
        before, after = (
            np.array([1_000 * getattr(run.places, field)[row] / one.people for run in runs[name]])
            for name in ("nothing", "masks")
        )
        pairs = after - before
        assert one.first == pytest.approx(before.mean())
        assert one.second == pytest.approx(after.mean())
        assert one.change.value == pytest.approx(pairs.mean())
        half = 2.776445 * pairs.std(ddof=1) / np.sqrt(5)  # Student's t, 4 degrees of freedom
        assert one.change.high - one.change.value == pytest.approx(half, rel=1e-4)


def test_the_town_has_fewer_infections_with_masks(runs):
    found = place_changes(runs["nothing"], runs["masks"], "infected")
    people = np.array([one.people for one in found])
    total = (np.array([one.change.value for one in found]) * people).sum() / 1_000
    before, after = (np.mean([one.ever_infected for one in runs[n]]) for n in ("nothing", "masks"))
    assert total == pytest.approx(after - before)
    assert total < 0


def test_a_scenario_against_itself_changes_nothing(runs):
    found = place_changes(runs["masks"], runs["masks"], "infected")
    assert all((one.change.value, one.change.low, one.change.high) == (0, 0, 0) for one in found)
    assert not any(one.is_sure for one in found)


def test_pairs_are_found_by_their_seed(runs):
    [*_, last] = runs["masks"]
    one = place_changes(runs["nothing"], [last], "infected")[0]
    before = runs["nothing"][-1].places
    assert one.change.value == pytest.approx(
        1_000 * (last.places.infections[0] - before.infections[0]) / before.people[0]
    )
    assert np.isnan(one.change.low)
    assert not one.is_sure
    other = replace(last, seed=10_000)
    assert np.isnan(place_changes(runs["nothing"], [other], "infected")[0].change.low)


def test_where_nobody_lives_nothing_changes(runs):
    empty = [
        replace(run, places=replace(run.places, people=run.places.people * 0))
        for run in runs["nothing"]
    ]
    found = place_changes(empty, empty, "infected")
    assert all(np.isnan(one.change.value) for one in found)


def test_other_districts_and_unknown_measures_are_refused(runs):
    [first, *_] = runs["masks"]
    ids = tuple(f"x{one}" for one in first.places.ids)
    with pytest.raises(ProjectError, match="have other districts"):
        place_changes(
            runs["nothing"], [replace(first, places=replace(first.places, ids=ids))], "infected"
        )
    with pytest.raises(ProjectError, match='no difference "death" of places'):
        place_changes(runs["nothing"], runs["masks"], "death")
