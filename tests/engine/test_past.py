"""The past of a run: any day can be seen again, and a new run can go on from it."""

import numpy as np
import pytest
from tests.engine.test_runner import wait_for

from populace.engine.past import Past
from populace.engine.project import Project
from populace.engine.runner import Runner

RATE = "disease.transmission"


def finished(project, **settings):
    """Return a runner that has gone all its days."""
    runner = Runner(project, **settings)
    runner.start(autoplay=False)
    wait_for(runner, lambda: runner.status.phase == "paused")
    return runner


def went(runner, day):
    """Let a runner go to a day and hold there."""
    while runner.snapshot.day < day:
        before = runner.snapshot.day
        runner.step()
        wait_for(runner, lambda before=before: runner.snapshot.day > before)


@pytest.fixture
def runner():
    made = finished(Project.load("school_flu"))
    yield made
    made.close()


def test_every_day_gone_by_is_as_it_was_when_it_was_new(runner):
    seen = {0: runner.snapshot}
    for day in range(1, 9):
        went(runner, day)
        seen[day] = runner.snapshot
    for day, snapshot in seen.items():
        assert runner.past.at(day) is snapshot
        assert runner.shown((snapshot.run, day)).day == day
    assert len({int(one.counts[:, 0].sum()) for one in seen.values()}) > 3  # days differ


def test_a_run_that_was_reset_has_no_days_of_the_one_before(runner):
    went(runner, 5)
    old = runner.snapshot.run
    runner.reset()
    wait_for(runner, lambda: runner.snapshot.run != old)
    assert runner.shown((old, 3)) is runner.snapshot
    assert runner.past.at(3).day == 0


def test_where_the_days_take_too_much_room_every_second_one_is_kept(runner):
    went(runner, 9)
    each = runner.snapshot.counts.nbytes
    past = Past(most_bytes=4 * each)
    for day in range(10):
        past.add(runner.past.at(day))
    assert [past.at(day).day for day in range(10)] == [0, 0, 0, 0, 4, 4, 4, 4, 8, 8]


def test_before_the_first_day_there_is_none():
    assert Past().at(3) is None


def test_a_run_goes_on_from_a_past_day_with_the_events_of_the_first(runner):
    """Sliders were moved before day 0, on the way, and after the day from which it goes on."""
    runner.change("networks.well_mixed.intensity", 1.2)
    wait_for(runner, lambda: runner.applied)
    runner.reset()
    wait_for(runner, lambda: runner.epoch == 2)
    went(runner, 4)
    runner.change(RATE, 0.1)
    wait_for(runner, lambda: runner.applied)
    went(runner, 8)
    runner.change(RATE, 0.9)
    wait_for(runner, lambda: len(runner.applied) == 2)
    went(runner, 10)

    project, beginning = runner.until(8)
    assert (beginning.day, [one.new for one in beginning.changes]) == (8, [0.1])
    other = finished(project, seed=runner.seed, beginning=beginning)
    try:
        wait_for(other, lambda: other.snapshot.day == 8)
        first, second = runner.past.at(8), other.snapshot
        assert np.array_equal(first.counts, second.counts)
        assert first.log.table(8).sha256() == second.log.table(8).sha256()
        assert other.values()[RATE] == 0.1
        assert other.status.phase == "paused"
        went(other, 10)
        assert not np.array_equal(runner.snapshot.counts, other.snapshot.counts)
    finally:
        other.close()
