"""The runner: orders in, records out, one thread."""

import gc
import threading
import time

import psutil
import pytest

from populace.engine.errors import ProjectError
from populace.engine.project import Project
from populace.engine.runner import Runner
from populace.engine.simulation import Simulation

RATE = "disease.transmission"


@pytest.fixture
def school():
    return Project.load("school_flu")


@pytest.fixture
def runner(school):
    made = Runner(school)
    made.start(autoplay=False)
    wait_for(made, lambda: made.status.phase == "paused")
    yield made
    made.close()


def wait_for(runner, reached, seconds=120):
    """Wait for something to become true of a runner, woken by its own calls."""
    woken = threading.Event()
    end = runner.subscribe(woken.set)
    try:
        limit = time.monotonic() + seconds
        while not reached():
            assert time.monotonic() < limit, runner.status
            woken.wait(0.5)
            woken.clear()
    finally:
        end()


def test_the_first_snapshot_is_day_0(runner):
    assert runner.snapshot.day == 0
    assert [record.day for record in runner.history] == [0]
    assert runner.history[0].totals.sum() == 763


def test_a_step_is_one_day_and_no_more(runner):
    runner.step()
    runner.step()
    wait_for(runner, lambda: runner.snapshot.day == 2)
    assert runner.status.phase == "paused"
    assert [record.day for record in runner.history] == [0, 1, 2]


def test_a_run_ends_on_the_project_s_last_day(runner, school):
    runner.run()
    wait_for(runner, lambda: runner.status.phase == "finished")
    assert runner.snapshot.day == school.days
    assert [record.day for record in runner.history] == list(range(school.days + 1))


def test_incidence_adds_up_to_those_ever_infected(runner, school):
    runner.run()
    wait_for(runner, lambda: runner.status.phase == "finished")
    new = sum(record.incidence for record in runner.history)
    assert school.disease.initial_infected + new == runner.snapshot.ever_infected


def test_a_pause_holds_the_day(runner):
    runner.set_speed(20)
    runner.run()
    wait_for(runner, lambda: runner.snapshot.day >= 2)
    runner.pause()
    wait_for(runner, lambda: runner.status.phase == "paused")
    day = runner.snapshot.day
    runner.set_speed(None)
    wait_for(runner, lambda: runner.speed is None)
    assert runner.snapshot.day == day


def test_a_change_while_paused_is_stamped_with_the_next_day_at_once(runner):
    runner.step()
    wait_for(runner, lambda: runner.snapshot.day == 1)
    ticket = runner.change(RATE, 0.5)
    wait_for(runner, lambda: runner.applied)
    applied = runner.applied[0]
    assert (applied.ticket, applied.day, applied.path) == (ticket, 2, RATE)
    assert (applied.old, applied.new) == (runner.project.value(RATE), 0.5)
    wait_for(runner, lambda: "from day 2" in runner.status.message)
    assert runner.values()[RATE] == 0.5


def test_a_change_acts_on_the_day_of_its_stamp(runner):
    runner.change(RATE, 0.0)
    runner.run()
    wait_for(runner, lambda: runner.status.phase == "finished")
    assert sum(record.incidence for record in runner.history) == 0


def test_a_number_out_of_range_is_refused_where_it_is_given(runner):
    with pytest.raises(ProjectError, match="at most"):
        runner.change(RATE, 1e9)
    with pytest.raises(ProjectError, match=r'Did you mean "disease\.transmission"'):
        runner.change("disease.transmision", 1.0)
    assert runner.applied == ()


def test_a_reset_goes_to_day_0_with_the_values_as_they_are_now(runner):
    runner.change(RATE, 0.0)
    runner.step()
    wait_for(runner, lambda: runner.snapshot.day == 1)
    run, epoch = runner.snapshot.run, runner.epoch
    runner.reset()
    wait_for(runner, lambda: runner.epoch > epoch)
    assert runner.snapshot.day == 0
    assert runner.snapshot.run != run
    assert (len(runner.history), runner.applied) == (1, ())
    assert runner.values()[RATE] == 0.0


def test_the_same_seed_gives_the_same_epidemic_after_a_reset(runner):
    first = totals_of_a_whole_run(runner)
    runner.reset()
    wait_for(runner, lambda: runner.snapshot.day == 0)
    assert totals_of_a_whole_run(runner) == first
    runner.reset(seed=99)
    wait_for(runner, lambda: runner.snapshot.day == 0)
    assert totals_of_a_whole_run(runner) != first


def totals_of_a_whole_run(runner):
    runner.run()
    wait_for(runner, lambda: runner.status.phase == "finished")
    return [record.totals.tolist() for record in runner.history]


def test_a_fault_of_the_engine_is_told_in_words_and_the_last_day_stays(runner, monkeypatch):
    runner.step()
    wait_for(runner, lambda: runner.snapshot.day == 1)

    def fails(self):
        raise ZeroDivisionError("no contacts left")

    monkeypatch.setattr("populace.engine.simulation.Simulation.step", fails)
    runner.step()
    wait_for(runner, lambda: runner.status.phase == "failed")
    assert runner.status.error == "ZeroDivisionError: no contacts left"
    assert "day 1" in runner.status.message
    assert runner.snapshot.day == 1
    monkeypatch.undo()
    runner.reset()
    wait_for(runner, lambda: runner.status.phase == "paused")
    runner.step()
    wait_for(runner, lambda: runner.snapshot.day == 1)


def test_what_could_not_be_built_is_built_once_its_value_is_moved_back(runner, monkeypatch):
    runner.step()
    wait_for(runner, lambda: runner.snapshot.day == 1)

    def refuses(project, **settings):
        if project.value(RATE) > 0.5:
            raise ProjectError("too much")
        return Simulation(project, **settings)

    monkeypatch.setattr("populace.engine.runner.Simulation", refuses)
    runner.change(RATE, 0.6)
    runner.reset()
    wait_for(runner, lambda: runner.status.phase == "failed")
    runner.change(RATE, 0.4)
    wait_for(runner, lambda: runner.status.phase == "paused")
    assert (runner.snapshot.day, runner.values()[RATE]) == (0, 0.4)


def test_a_run_that_broke_on_a_day_is_not_reset_by_a_slider(runner, monkeypatch):
    runner.step()
    wait_for(runner, lambda: runner.snapshot.day == 1)
    monkeypatch.setattr("populace.engine.simulation.Simulation.step", lambda self: 1 / 0)
    runner.step()
    wait_for(runner, lambda: runner.status.phase == "failed")
    runner.change(RATE, 0.4)
    wait_for(runner, lambda: runner.values()[RATE] == 0.4)
    assert runner.status.phase == "failed"
    assert runner.snapshot.day == 1


def test_a_watcher_that_fails_does_not_stop_the_run(runner):
    def fails():
        raise RuntimeError("this page is gone")

    runner.subscribe(fails)
    runner.step()
    wait_for(runner, lambda: runner.snapshot.day == 1)
    assert runner.status.phase == "paused"


def test_keys_of_runs_cannot_be_guessed(school):
    keys = {Runner(school).key for _ in range(50)}
    assert len(keys) == 50
    assert min(map(len, keys)) >= 20


def test_a_speed_limits_the_pace(runner):
    runner.set_speed(10)
    runner.run()
    start = time.monotonic()
    wait_for(runner, lambda: runner.snapshot.day >= 5)
    # A slow machine may be slower, never quicker.
    assert time.monotonic() - start > 0.35


def test_twenty_opens_and_closes_leave_no_thread_and_no_memory(school):
    city = school.with_value("population.boys", 20_000)
    others = set(threading.enumerate())  # of pages that other tests left

    def open_and_close():
        runner = Runner(city)
        runner.start()
        wait_for(runner, lambda: runner.status.phase == "finished")
        runner.close()

    for _ in range(3):
        open_and_close()
    gc.collect()
    process = psutil.Process()
    threads = process.num_threads()
    grown = []
    for _ in range(3):  # what leaks grows each time, what the allocator keeps does not
        memory = process.memory_info().rss
        for _ in range(20):
            open_and_close()
        gc.collect()
        grown.append(process.memory_info().rss - memory)
    own = set(threading.enumerate()) - others
    assert not [one for one in own if one.name == "populace-engine"]
    assert process.num_threads() <= threads
    assert min(grown) < 10e6
