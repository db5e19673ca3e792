"""Staged estimates: first a small city, then everybody; they agree, and each has its audit."""

import json

import numpy as np
import pytest

from populace.engine.project import Project
from populace.engine.sensitivity import staged
from populace.engine.sensitivity.estimate import sensitivity, usual_paths
from populace.engine.sensitivity.history import NotCoveredError
from populace.engine.sensitivity.leave_one_out import Effects
from populace.engine.sensitivity.staged import Spread, of_one_run, of_sample, sample_of, stages_of
from populace.engine.shared_world import shared_world
from populace.engine.world import World

TRANSMISSION, SHARE = "disease.transmission", "behaviours.isolate_when_ill.share_isolating"
TOWN = {
    "name": "Town",
    "days": 60,
    "population": {"kind": "town", "people": 9_000},
    "networks": [{"kind": kind} for kind in ("household", "school", "workplace", "community")],
    "disease": {"kind": "covid_like", "transmission": 0.08, "initial_infected": 90},
    "behaviours": [{"kind": "isolate_when_ill", "share_isolating": 0.3}],
}


def world_of(project: Project) -> World:
    """Return the people of a project."""
    return shared_world(project, lambda message, share: None)


@pytest.fixture
def town(monkeypatch):
    monkeypatch.setattr(staged, "SAMPLE", 3_000)
    return Project.from_spec(TOWN)


@pytest.fixture
def first(town):
    paths = usual_paths(town)
    return of_sample(town, paths, "infections", world_of(sample_of(town)))


def one_run(town, first, paths=(TRANSMISSION, SHARE)):
    """Return the estimate of one run of everybody."""
    spread = Spread.of(json.loads(json.dumps(first.as_dict())))
    return of_one_run(town, paths, "infections", world_of(town), spread)


def test_a_small_city_and_everybody_agree_within_their_intervals(town, first):
    assert first.people == 3_000
    whole = one_run(town, first, usual_paths(town))
    assert (whole.people, whole.runs) == (9_000, 1)
    assert first.audit.passed
    assert whole.audit.passed
    small = {one.path: one for one in first.estimates}
    for one in whole.estimates:
        low, high = 3 * small[one.path].low, 3 * small[one.path].high
        assert max(low, one.low) <= min(high, one.high)
    assert {TRANSMISSION, SHARE} <= {one.path for one in whole.estimates}


def test_one_run_of_everybody_has_the_interval_that_several_runs_would_tell(town, first):
    whole = one_run(town, first, [TRANSMISSION]).estimates[0]
    many = sensitivity(town, [TRANSMISSION], "infections", 8, town.days, world=world_of(town))
    [several] = many.estimates
    assert several.low < several.change < several.high
    assert whole.low < several.change < whole.high
    of_a_run = several.error * many.runs**0.5
    assert 0.4 < whole.error / of_a_run < 3.0


def test_chance_grows_with_the_root_of_the_people():
    spread = Spread(1_000, 4, {"a": 3.0}, 5.0).in_city_of(100_000)
    assert (spread.of_change["a"], spread.of_pair) == (30.0, 50.0)


def test_looking_at_some_of_the_infected_alone_makes_it_less_sure(town, first, monkeypatch):
    all_of_them = one_run(town, first, [TRANSMISSION]).estimates[0]
    monkeypatch.setattr(staged, "_DELETIONS", 100)
    some = one_run(town, first, [TRANSMISSION]).estimates[0]
    assert some.slope != all_of_them.slope
    assert some.error > 1.1 * all_of_them.error


def test_a_wrong_slope_of_everybody_does_not_pass_its_audit(town, first, monkeypatch):
    real = Effects.of_each
    monkeypatch.setattr(Effects, "of_each", lambda *args: 3 * real(*args))
    assert not one_run(town, first, [TRANSMISSION]).audit.passed


def test_what_needs_paired_runs_is_left_out_of_one_run_and_a_model_that_does_is_refused(first):
    quarantine = Project.from_spec(TOWN | {"policies": [{"kind": "household_quarantine"}]})
    with pytest.raises(NotCoveredError, match="single people"):
        one_run(quarantine, first)
    masked = Project.from_spec(TOWN | {"policies": [{"kind": "masks", "coverage": 0.0}]})
    effect = "policies.masks.effect"
    spread = Spread(3_000, 4, dict.fromkeys([TRANSMISSION, effect], 10.0), 10.0)
    found = of_one_run(masked, [TRANSMISSION, effect], "infections", world_of(masked), spread)
    assert [one.path for one in found.estimates] == [TRANSMISSION]


@pytest.mark.parametrize(
    ("people", "stages"),
    [(50_000, ("all",)), (60_000, ("sample", "all"))],
)
def test_who_is_asked_depends_on_how_many_there_are(people, stages):
    population = {"kind": "town", "people": people}
    assert stages_of(Project.from_spec(TOWN | {"population": population})) == stages


def test_of_a_billion_only_a_sample_is_asked():
    assert stages_of(Project.load("billion")) == ("sample",)


def test_what_is_told_of_each_day_may_end_the_work(town):
    days = []

    def stop(message, share):
        days.append(message)
        if len(days) > 5:
            raise InterruptedError

    world = world_of(sample_of(town))
    with pytest.raises(InterruptedError):
        of_sample(town, [TRANSMISSION], "infections", world, stop)
    assert len(days) == 6


def test_the_spread_is_that_of_one_run():
    estimate = {"path": "a", "error": 2.0, "value": 1.0, "higher": 1.1}
    found = {"people": 10, "runs": 4, "estimates": [estimate], "audit": {"spread": 7.0}}
    spread = Spread.of(found)
    assert spread.of_change["a"] == pytest.approx(0.4)
    assert Spread(**json.loads(json.dumps(spread.as_dict()))) == spread
    assert np.isclose(spread.of_pair, 7.0)
