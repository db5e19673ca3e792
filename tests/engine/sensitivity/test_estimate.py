"""Estimates: right where theory knows the answer, and never shown without error and audit."""

import json

import numpy as np
import pytest

from populace.engine.checks.recursion import final_size
from populace.engine.checks.trial import well_mixed, world_of
from populace.engine.cli import main
from populace.engine.errors import ProjectError
from populace.engine.project import Project
from populace.engine.sensitivity.estimate import (
    LEAVE_ONE_OUT,
    PAIRED,
    Audit,
    sensitivity,
    usual_paths,
)

TRANSMISSION = "disease.transmission"
TOWN = {
    "name": "Town",
    "population": {"kind": "town", "people": 2_000},
    "networks": [{"kind": kind} for kind in ("household", "school", "workplace", "community")],
    "disease": {"kind": "seir", "transmission": 0.05, "initial_infected": 20},
}


def test_the_slope_of_the_final_size_is_the_textbooks():
    """dz/dR0 = z (1 - z) / (1 - R0 (1 - z)), .2728 at R0 2 from one case."""
    people, first = 20_000, 200
    disease = {"kind": "sir", "transmission": 0.5, "infectious_period": 4}
    project = well_mixed(people, disease | {"initial_infected": first})
    found = sensitivity(project, [TRANSMISSION], "infections", 12, 200, world=world_of(project))
    [one] = found.estimates
    share, step = first / people, 1e-4
    slope = (final_size(2 + step, share) - final_size(2 - step, share)) / (2 * step)
    assert slope == pytest.approx(0.2728, rel=0.05)  # a hundredth is infected from outside here
    per_r0, error = one.slope / 4 / people, one.error / 4 / people
    assert per_r0 == pytest.approx(slope, abs=4 * error)
    assert error < 0.05 * slope
    assert found.audit.passed


def test_all_networks_together_are_the_transmission():
    networks = [f"networks.{network['kind']}.intensity" for network in TOWN["networks"]]
    project = Project.from_spec(TOWN)
    found = sensitivity(project, [TRANSMISSION, *networks], "infections", 4, 60)
    whole, *parts = (one.slope * one.value for one in found.estimates)
    assert whole == pytest.approx(sum(parts), rel=1e-6)
    assert {one.method for one in found.estimates} == {LEAVE_ONE_OUT}


def test_a_model_that_is_not_covered_gets_paired_runs_and_the_reason():
    project = Project.from_spec(TOWN | {"policies": [{"kind": "household_quarantine"}]})
    found = sensitivity(project, [TRANSMISSION], "infections", 4, 40)
    [one] = found.estimates
    assert one.method == PAIRED
    assert "single people" in one.why
    assert one.slope > 0


def test_a_quantity_at_zero_is_raised_by_a_tenth_of_its_range():
    project = Project.from_spec(TOWN | {"policies": [{"kind": "masks", "coverage": 0.0}]})
    found = sensitivity(project, ["policies.masks.coverage"], "infections", 4, 60)
    [one] = found.estimates
    assert (one.value, one.higher) == (0.0, 0.1)
    assert one.change < 0


def test_of_nothing_there_is_no_tenth():
    policies = [{"kind": "masks", "coverage": 0.0}]
    paths = usual_paths(Project.from_spec(TOWN | {"policies": policies}))
    assert "policies.masks.coverage" in paths
    assert "disease.imports_per_week" not in paths


def test_an_audit_fails_only_where_it_is_off_by_errors_and_by_a_tenth():
    assert Audit(predicted=105.0, measured=100.0, error=1.0).passed
    assert Audit(predicted=150.0, measured=100.0, error=30.0).passed
    assert not Audit(predicted=150.0, measured=100.0, error=5.0).passed
    assert Audit(predicted=150.0, measured=100.0, error=5.0).ratio == 1.5


def test_a_wrong_slope_does_not_pass_the_audit(monkeypatch):
    from populace.engine.sensitivity.leave_one_out import Effects

    real = Effects.of_each
    monkeypatch.setattr(Effects, "of_each", lambda *args: 2 * real(*args))
    project = Project.from_spec(TOWN)
    assert not sensitivity(project, [TRANSMISSION], "infections", 12, 60).audit.passed


@pytest.mark.parametrize(
    ("path", "runs", "message"),
    [
        ("disease.transmision", 8, 'Did you mean "disease.transmission"'),
        (TRANSMISSION, 3, "at least 4"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_line(path, runs, message):
    with pytest.raises(ProjectError, match=message):
        sensitivity(Project.from_spec(TOWN), [path], "infections", runs, 20)


def test_the_command_prints_every_figure_as_json(capsys):
    words = ["sensitivity", "school_flu", "--wrt", TRANSMISSION, "--runs", "8", "--json"]
    code = main(words)
    found = json.loads(capsys.readouterr().out)
    assert code == (0 if found["audit"]["passed"] else 1)
    [one] = found["estimates"]
    assert one["path"] == TRANSMISSION
    assert one["low"] < one["change"] < one["high"]
    assert np.isfinite(found["audit"]["measured"])
