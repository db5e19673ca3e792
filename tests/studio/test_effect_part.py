"""Effects may be asked from today on and of an area; what cannot be asked is a sentence."""

import time

import pytest

from populace.engine.errors import ProjectError
from populace.engine.project import Project
from populace.engine.runner import Runner
from populace.studio.effect_part import part_of
from populace.studio.views.area import Choice

TRANSMISSION = "disease.transmission"
TOWN = {
    "name": "Town",
    "start_date": "2020-03-01",
    "days": 5,
    "population": {"kind": "town", "people": 500},
    "networks": [{"kind": "household"}, {"kind": "community"}],
    "disease": {"kind": "seir", "transmission": 0.05, "initial_infected": 10},
}
AREA = Choice("Queens", regions=(3, 4))


def until(condition):
    """Wait for a run in its thread."""
    limit = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.01)


@pytest.fixture
def runner():
    found = Runner(Project.from_spec(TOWN), seed=7)
    found.start(autoplay=False)
    until(lambda: found.snapshot is not None)
    yield found
    found.close()


def test_from_day_0_the_numbers_are_those_of_the_sliders(runner):
    runner.change(TRANSMISSION, 0.04)
    until(lambda: runner.applied)
    project, part = part_of(runner, today=False, in_area=False, choice=AREA)
    assert project.value(TRANSMISSION) == 0.04
    assert (part.since, part.area, part.words) == (None, None, "")


def test_from_today_on_the_run_goes_as_it_went_and_tomorrow_is_as_the_sliders_are(runner):
    runner.step()
    until(lambda: runner.snapshot.day == 1)
    runner.change(TRANSMISSION, 0.04)
    until(lambda: runner.applied)
    project, part = part_of(runner, today=True, in_area=True, choice=AREA)
    assert (project.value(TRANSMISSION), project.seed) == (0.05, 7)
    assert part.since == {"day": 1, "changes": [(2, TRANSMISSION, 0.04)]}
    assert part.area == {"xs": (), "ys": (), "regions": (3, 4)}
    assert part.words == ", from 2 March 2020 on (day 1), of Queens"


def test_before_the_first_day_it_is_said_what_is_waited_for():
    not_begun = Runner(Project.from_spec(TOWN))
    with pytest.raises(ProjectError, match="still being made"):
        part_of(not_begun, today=True, in_area=False, choice=None)


def test_without_an_area_or_days_to_come_there_is_nothing_to_ask(runner):
    with pytest.raises(ProjectError, match="No area is chosen"):
        part_of(runner, today=False, in_area=True, choice=None)
    runner.run()
    until(lambda: runner.snapshot.day == 5)
    with pytest.raises(ProjectError, match="at its end"):
        part_of(runner, today=True, in_area=False, choice=None)
