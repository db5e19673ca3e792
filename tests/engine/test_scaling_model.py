"""What a run will cost: measured on a small one, corrected by real ones, kept with the machine."""

import json

import pytest

from populace.engine import scaling_model
from populace.engine.project import Project
from populace.engine.scaling_model import Machine, Trial, expected, in_words, learn

TRIAL = Trial(
    infections_per_person=0.5, fixed_s=0.2, per_person_s=1e-6, network_bytes_per_person=20
)


@pytest.fixture
def project():
    return Project.load("town_flu")


@pytest.fixture
def known():
    fresh = scaling_model._fresh()
    fresh.measured = True
    return fresh


def test_a_run_costs_by_its_people_on_the_line_of_two_small_runs(project, known):
    found = expected(project, known, 2_000_000, TRIAL)
    assert found.run_s == pytest.approx(2.2)
    assert found.per_day_s == pytest.approx(2.2 / 120)
    assert found.infections == 1_000_000
    assert found.start_s == pytest.approx(0.3 + 2_000_000 * known.per_person_built)
    assert not found.learned


def test_without_a_small_run_the_dearest_is_assumed(project, known):
    known.per_infection, known.per_day = 2e-6, 1e-3
    assert expected(project, known, 1_000_000).run_s == pytest.approx(2 + 0.12)


def test_a_real_run_corrects_the_next_estimate_of_its_like(project, tmp_path):
    file = tmp_path / "machine.json"
    learn(project, 2_000_000, 900_000, 120, 6.6, path=file, trial=TRIAL)
    known = scaling_model._read(file)
    assert expected(project, known, 2_000_000, TRIAL).run_s == pytest.approx(6.6)
    learn(project, 2_000_000, 900_000, 120, 2.2, path=file, trial=TRIAL)  # half of the way back
    known = scaling_model._read(file)
    assert expected(project, known, 2_000_000, TRIAL).run_s == pytest.approx(4.4)
    other = project.with_value("population.people", 1_000)
    assert not expected(other, known, 1_000, TRIAL).learned


def test_a_busy_machine_is_slower_and_teaches_what_it_does_alone(project, tmp_path):
    file = tmp_path / "machine.json"
    learn(project, 2_000_000, 900_000, 120, 8.8, path=file, trial=TRIAL, busy=4.0)
    known = scaling_model._read(file)
    assert expected(project, known, 2_000_000, TRIAL).run_s == pytest.approx(2.2)
    assert expected(project, known, 2_000_000, TRIAL, busy=3.0).run_s == pytest.approx(6.6)
    assert scaling_model.contention() >= 1.0


@pytest.mark.parametrize(("infections", "days"), [(100, 120), (900_000, 60)])
def test_a_run_without_an_epidemic_or_an_end_teaches_nothing(project, tmp_path, infections, days):
    file = tmp_path / "machine.json"
    learn(project, 2_000_000, infections, days, 99.0, path=file, trial=TRIAL)
    assert not file.exists()


def test_what_is_kept_of_another_machine_or_engine_does_not_hold(tmp_path):
    file = tmp_path / "machine.json"
    for kept in (
        {"name": "another", "engine": scaling_model._fresh().engine, "measured": True},
        {"name": scaling_model._fresh().name, "engine": "0.0", "measured": True},
    ):
        file.write_text(json.dumps(kept))
        assert not scaling_model._read(file).measured
    file.write_text("{")
    assert isinstance(scaling_model._read(file), Machine)


def test_a_small_run_tells_how_many_are_infected(project):
    trial = scaling_model.run_small(project)
    # The whole town of 50,000 has 51 % infected: see its own test.
    assert 0.4 < trial.infections_per_person < 0.65
    assert trial.per_person_s > 0
    assert trial.network_bytes_per_person > 4


def test_a_model_is_made_small_with_its_share_of_infected_and_supplies():
    project = Project.load("nyc_response")
    small = scaling_model._small(project, 88_042)
    assert small.population.agent_count() == 88_042
    assert small.disease.initial_infected == 20
    assert small.value("policies.vaccination.doses_per_day") == pytest.approx(600, rel=0.01)


def test_people_whose_number_cannot_be_changed_are_run_if_they_are_few():
    school = Project.load("school_flu")
    assert scaling_model._small(school, 25_000) is school or school.population.agent_count() is None


def test_this_machine_is_measured_once_within_its_time(tmp_path, monkeypatch):
    monkeypatch.setenv("POPULACE_CACHE", str(tmp_path))
    known = scaling_model.machine()
    assert known.measured
    assert 1e-8 < known.per_infection < 1e-3
    monkeypatch.setattr(scaling_model, "calibrate", None)  # a second measure would fail
    assert scaling_model.machine() == known


def test_a_disturbed_day_does_not_count():
    assert scaling_model._undisturbed([1.0] * 10 + [50.0] + [1.0] * 10) == pytest.approx(21)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "less than a second"), (1.2, "1 second"), (44, "44 seconds"), (600, "10 minutes"),
     (9_000, "2.5 hours")],
)  # fmt: skip
def test_a_time_is_said_as_people_say_it(seconds, words):
    assert in_words(seconds) == words
