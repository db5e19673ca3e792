"""A room shows the model that its address names, or says why it cannot."""

import pytest

from populace.engine.errors import ProjectError
from populace.engine.project import Project
from populace.studio import asked as asking
from populace.studio.runs import RUNS


@pytest.fixture
def address(monkeypatch):
    """Say what stands in the address."""

    def says(**words):
        monkeypatch.setattr(asking, "argument", lambda name: words.get(name, ""))

    return says


def test_a_run_that_has_ended_is_said_and_no_other_model_is_shown(address):
    address(run="gone")
    with pytest.raises(ProjectError, match="has ended"):
        asking.asked("town_flu")
    address(run="gone", project="school_flu")
    assert asking.asked("town_flu").query == "project=school_flu"
    address()
    assert asking.asked("town_flu").query == "project=town_flu"


def test_the_address_of_a_run_names_its_sample_for_when_it_has_ended(address):
    key = RUNS.open(Project.load("school_flu")).runner.key
    address(run=key)
    try:
        assert asking.asked("town_flu").query == f"run={key}&project=school_flu"
    finally:
        RUNS.close()
