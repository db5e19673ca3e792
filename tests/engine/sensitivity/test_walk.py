"""A walk through the range of one number, or of two, has each point's own runs in its place."""

import numpy as np
import pytest

from populace.engine.project import Project
from populace.engine.scenarios.figures import value_of
from populace.engine.scenarios.store import Store
from populace.engine.sensitivity.ranges import Range
from populace.engine.sensitivity.walk import POINTS, RUNS, Walk

TOWN = {
    "name": "Town",
    "days": 40,
    "population": {"kind": "town", "people": 2_000},
    "networks": [{"kind": kind} for kind in ("household", "school", "workplace", "community")],
    "disease": {"kind": "seir", "transmission": 0.04, "initial_infected": 30},
    "policies": [{"kind": "masks", "coverage": 0.0}],
}
TRANSMISSION = Range("disease.transmission", 0.01, 0.09)
MASKS = Range("policies.masks.coverage", 0.0, 1.0)


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("POPULACE_CACHE", str(tmp_path / "cache"))


def walked(ranges):
    walk = Walk.of(Project.from_spec(TOWN), ranges, people=1_000)
    batch = walk.batch(Store()).start()
    assert batch.join(120)
    return walk, batch, walk.answer(batch.results, "infections")


def test_along_transmission_infections_rise_within_their_band():
    _, _, found = walked([TRANSMISSION])
    assert found.mean.shape == (POINTS[1],)
    assert found.axes[0].values[0] == 0.01
    assert found.axes[0].values[-1] == 0.09
    assert (found.runs, found.people) == (RUNS[1], 1_000)
    assert (np.diff(found.mean) > 0).all()
    assert ((found.low90 <= found.mean) & (found.mean <= found.high90)).all()
    assert (found.low90 < found.high90).any()


def test_over_two_numbers_each_point_has_its_own_value():
    walk, batch, found = walked([TRANSMISSION, MASKS])
    assert found.mean.shape == (POINTS[2], POINTS[2])
    assert found.mean[-1, 0] == found.mean.max()  # much transmission, and no masks
    assert (found.mean[2:, 0] > found.mean[2:, -1]).all()
    point = {TRANSMISSION.path: found.axes[0].values[3], MASKS.path: found.axes[1].values[5]}
    runs = walk.study.runs(batch.results)
    [label] = [
        model.label
        for model in walk.study.models
        if all(model.project.value(path) == value for path, value in point.items())
    ]
    assert found.mean[3, 5] == np.mean([value_of(run, "infections") for run in runs[label]])


def test_what_is_supplied_to_all_is_said_of_the_whole_population():
    spec = TOWN | {"policies": [{"kind": "vaccination", "doses_per_day": 30}]}
    given = Range("policies.vaccination.doses_per_day", 0, 80)
    walk = Walk.of(Project.from_spec(spec), [given], people=1_000)
    assert walk.axes[0].values[-1] == 80
    assert walk.study.models[-1].project.value(given.path) == pytest.approx(40)
