"""The desk answers the newest question, in a line, and drops what was overtaken."""

import json
import os
import threading

import pytest

from populace.engine.project import Project
from populace.engine.sensitivity.desk import Desk

TOWN = {
    "name": "Town",
    "days": 20,
    "population": {"kind": "town", "people": 1_000},
    "networks": [{"kind": "household"}, {"kind": "community"}],
    "disease": {"kind": "seir", "transmission": 0.05, "initial_infected": 10},
}


class Counter:
    """A desk in a thread, and the two ends of its pipes."""

    def __init__(self, idle_s=60.0):
        asked, ask = os.pipe()
        hear, said = os.pipe()
        self._ask, self._said = os.fdopen(ask, "w"), os.fdopen(hear)
        self.desk = Desk(os.fdopen(asked), os.fdopen(said, "w"), idle_s)
        self.thread = threading.Thread(target=self.desk.work, daemon=True)

    def ask(self, **question):
        print(json.dumps(question), file=self._ask, flush=True)

    def hear(self):
        return json.loads(self._said.readline())

    def leave(self):
        self._ask.close()
        self.thread.join(30)
        assert not self.thread.is_alive()


@pytest.fixture
def counter():
    found = Counter()
    yield found
    found.leave()


@pytest.fixture
def folder(tmp_path):
    Project.from_spec(TOWN).save(tmp_path)
    return str(tmp_path)


def test_of_several_questions_only_the_newest_is_answered(counter, folder):
    counter.thread.start()
    long_one = folder + "/long"
    os.makedirs(long_one)
    Project.from_spec(TOWN | {"days": 3_000}).save(long_one)
    counter.ask(turn=1, stage="all", folder=long_one, outcome="infections")
    counter.ask(turn=2, stage="all", folder=folder, outcome="infections")
    answer = counter.hear()
    assert answer["turn"] == 2
    assert answer["found"]["days"] == 20
    assert answer["found"]["audit"]["spread"] > 0


def test_what_cannot_be_answered_is_a_sentence_and_the_next_one_is(counter, folder):
    counter.thread.start()
    counter.ask(turn=1, stage="all", folder=folder, outcome="deaths")
    assert 'no state that counts as "deaths"' in counter.hear()["wrong"]
    counter.ask(turn=2, stage="all", folder=folder + "/none", outcome="infections")
    assert counter.hear()["turn"] == 2
    counter.ask(stage="prepare", folder=folder)
    counter.ask(turn=3, stage="all", folder=folder, outcome="infections")
    assert counter.hear()["found"]["people"] == 1_000


def test_a_desk_that_nobody_asks_ends(folder):
    counter = Counter(idle_s=0.05)
    counter.thread.start()
    counter.thread.join(10)
    assert not counter.thread.is_alive()
