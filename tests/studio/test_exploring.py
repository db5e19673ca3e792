"""Questions over whole ranges beside a run: one at a time, to be stopped, and never lost."""

import threading
import time

import pytest

from populace.engine.project import Project
from populace.studio.exploring import Exploring

TOWN = {
    "name": "Town",
    "days": 40,
    "population": {"kind": "town", "people": 1_000},
    "networks": [{"kind": "household"}, {"kind": "community"}],
    "disease": {"kind": "seir", "transmission": 0.06, "initial_infected": 20},
}


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("POPULACE_CACHE", str(tmp_path / "cache"))


class Listener:
    """Keeps what is told, and waits for the end of a question."""

    def __init__(self):
        self.told, self._news = [], threading.Condition()

    def __call__(self, explored):
        with self._news:
            self.told.append(explored)
            self._news.notify_all()

    def wait(self, wanted):
        with self._news:
            assert self._news.wait_for(lambda: self.told and wanted(self.told[-1]), 120)
            return self.told[-1]


@pytest.fixture
def listener():
    return Listener()


@pytest.fixture
def exploring(listener):
    made = Exploring(listener)
    yield made
    made.close()


def test_an_answer_a_curve_and_another_outcome_of_the_same_runs(exploring, listener):
    exploring.begin(Project.from_spec(TOWN), "morris")
    now = listener.wait(lambda one: one.found is not None)
    assert not now.busy
    assert any(one.busy and "runs" in one.said for one in listener.told)
    paths = [one.path for one in now.found.numbers]
    assert "disease.transmission" in paths
    exploring.walk(("disease.transmission",))
    now = listener.wait(lambda one: one.walked is not None)
    assert now.found is not None  # the bars stay
    assert now.walked.figure.name == "infections"
    exploring.choose("peak_day")
    now = listener.wait(lambda one: one.outcome == "peak_day")
    assert (now.found.outcome, now.walked.figure.name) == ("peak_day", "peak_day")
    exploring.choose("no such thing")
    assert listener.told[-1] is now


def test_what_is_stopped_says_so_and_a_new_question_forgets_the_old(exploring, listener):
    project = Project.from_spec(TOWN | {"days": 400, "population": {"kind": "town"}})
    exploring.begin(project, "sobol")
    listener.wait(lambda one: one.busy)
    exploring.stop()
    now = listener.wait(lambda one: not one.busy)
    assert "Stopped" in now.said
    count = len(listener.told)
    time.sleep(0.7)
    assert len(listener.told) == count
    exploring.begin(Project.from_spec(TOWN), "morris")
    now = listener.wait(lambda one: one.found is not None)
    assert (now.found.method, now.said) == ("morris", "")


def test_what_cannot_be_asked_is_told_in_one_line(exploring, listener):
    exploring.begin(Project.from_spec(TOWN), "morris")
    listener.wait(lambda one: one.found is not None)
    exploring.walk(("disease.imports_per_week",))
    now = listener.wait(lambda one: one.wrong)
    assert "give its range" in now.wrong
    assert not now.busy
    assert now.found is not None
