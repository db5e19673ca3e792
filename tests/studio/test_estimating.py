"""Effects come from a small city first and then from everybody; a new release ends the old."""

import queue
import sys

import pytest

from populace.engine.project import Project
from populace.engine.sensitivity import staged
from populace.studio import estimator
from populace.studio.estimating import Estimating

TOWN = {
    "name": "Town",
    "days": 30,
    "population": {"kind": "town", "people": 3_000},
    "networks": [{"kind": "household"}, {"kind": "community"}],
    "disease": {"kind": "seir", "transmission": 0.06, "initial_infected": 60},
}
WAIT_S = 120
# The same process, where a small city is one of a thousand.
_CODE = "from populace.engine.sensitivity import desk, staged; staged.SAMPLE = 1_000; desk.main()"


@pytest.fixture
def told():
    return queue.SimpleQueue()


@pytest.fixture
def estimating(told, monkeypatch):
    monkeypatch.setattr(staged, "SAMPLE", 1_000)
    monkeypatch.setattr(estimator, "_WORDS", [sys.executable, "-c", _CODE])
    found = Estimating(told.put)
    yield found
    found.close()


def test_a_small_city_comes_first_then_everybody_and_a_new_release_ends_the_old(estimating, told):
    town = Project.from_spec(TOWN)
    estimating.ask(town.with_value("days", 3_000), "infections")
    estimating.ask(town, "infections")
    heard = [told.get(timeout=WAIT_S) for _ in range(4)]
    assert [one.running for one in heard] == [True, True, False, False]
    first, full = heard[2:]
    assert first.source == "From a city of 1,000 people, scaled up to 3,000."
    assert first.refining
    assert full.source == "From all 3,000 people."
    assert not full.refining
    for one in (first, full):
        assert "to day 30" in one.note
        assert {effect.path for effect in one.effects} >= {"disease.transmission"}
    processes = [estimating._of_sample._process, estimating._of_all._process]
    estimating.ask(town.with_value("days", 3_000), "infections")
    assert told.get(timeout=WAIT_S).running
    estimating.close()
    assert all(process.poll() is not None for process in processes)
    assert told.empty()


def test_a_process_that_broke_is_told_and_the_next_question_has_a_new_one(
    estimating, told, monkeypatch
):
    code = "import sys; sys.stdin.readline(); sys.exit('There is no memory.')"
    estimating._of_all._words = [sys.executable, "-c", code]
    small = Project.from_spec(TOWN | {"population": {"kind": "town", "people": 500}})
    for _ in range(2):
        estimating.ask(small, "infections")
        assert told.get(timeout=WAIT_S).running
        assert told.get(timeout=WAIT_S).note == "There is no memory."


def test_a_process_that_cannot_be_started_is_told(monkeypatch, told):
    monkeypatch.setattr(estimator, "_WORDS", ["/nowhere/python"])
    estimating = Estimating(told.put)
    estimating.ask(Project.from_spec(TOWN), "infections")
    assert told.get(timeout=WAIT_S).running
    ended = told.get(timeout=WAIT_S)
    assert not ended.running
    assert "/nowhere/python" in ended.note
    assert not estimating.busy
    estimating.close()
