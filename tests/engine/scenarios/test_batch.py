"""Many runs at once: the same numbers, nothing twice, pause and stop, and nothing lost."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from populace.engine.scenarios import batch as module
from populace.engine.scenarios.batch import Batch, Task
from populace.engine.scenarios.model import Model
from populace.engine.scenarios.one_run import run_model
from populace.engine.scenarios.store import Store
from populace.engine.shared_world import shared_world
from populace.engine.simulation import no_progress

PATIENCE_S = 60


def tasks(project, runs, label="town"):
    model = Model(label, project)
    return [Task.of(model, seed) for seed in range(runs)]


def finished(*arguments, **options):
    batch = Batch(*arguments, **options).start()
    assert batch.join(PATIENCE_S)
    return batch


def wait_for(condition):
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)


@pytest.fixture
def slow(monkeypatch):
    """Let runs go on only as far as a test allows: `slow.set()` lets them all go on."""
    gate = threading.Event()

    def run(model, seed, world, each_day):
        def day_by_day(day):
            each_day(day)
            if day == 3:
                wait_for(gate.is_set)

        return run_model(model, seed, world, day_by_day)

    monkeypatch.setattr(module, "run_model", run)
    yield gate
    gate.set()


@pytest.mark.parametrize("at_once", [1, 2])
def test_the_numbers_are_those_of_separate_runs(small, store, at_once):
    wanted = tasks(small, 4)
    batch = finished(wanted, store, at_once=at_once)
    world = shared_world(small, no_progress)
    for task in wanted:
        alone = run_model(task.model, task.seed, world, lambda day: None)
        assert batch.results[task.key].counts_sha256 == alone.counts_sha256
    assert len({one.counts_sha256 for one in batch.results.values()}) == 4
    assert batch.progress.phase == "finished"
    assert (batch.progress.computed, batch.progress.reused) == (4, 0)
    assert batch.progress.share_done == 1.0


def test_what_was_run_before_is_read_and_not_run(small, store, monkeypatch):
    first = finished(tasks(small, 3), store)

    def never(*arguments):
        raise AssertionError("a kept run was run again")

    monkeypatch.setattr(module, "run_model", never)
    monkeypatch.setattr(module, "shared_world", never)
    again = finished(tasks(small, 3), Store())
    assert (again.progress.computed, again.progress.reused) == (0, 3)
    for key, result in first.results.items():
        assert again.results[key].counts_sha256 == result.counts_sha256


def test_only_what_is_missing_is_run(small, store):
    finished(tasks(small, 2), store)
    batch = finished(tasks(small, 5), store)
    assert (batch.progress.computed, batch.progress.reused) == (3, 2)


def test_a_damaged_run_is_run_again(small, store):
    wanted = tasks(small, 2)
    first = finished(wanted, store)
    (store.folder / f"{wanted[0].key}.run.npz").write_bytes(b"PK")
    again = finished(wanted, store)
    assert (again.progress.computed, again.progress.reused) == (1, 1)
    key = wanted[0].key
    assert again.results[key].counts_sha256 == first.results[key].counts_sha256
    assert store.get(key) is not None


def test_equal_tasks_are_run_once_under_the_first_name(small, store):
    batch = finished(tasks(small, 2, "first") + tasks(small, 2, "second"), store)
    assert (batch.progress.runs, batch.progress.computed) == (2, 2)
    assert {one.about["scenario"] for one in batch.results.values()} == {"first"}


def test_a_pause_holds_every_run_and_changes_no_number(small, store, slow):
    wanted = tasks(small, 3)
    batch = Batch(wanted, store, at_once=2).start()
    wait_for(lambda: batch.progress.share_done > 0)
    batch.pause()
    slow.set()
    before = batch.progress
    assert before.phase == "paused"
    assert not batch.join(0.3)
    after = batch.progress
    assert after.computed == 0
    # A run may have been between two days when the pause came.
    assert after.share_done - before.share_done <= 2 / small.days / 3 + 1e-9
    batch.resume()
    assert batch.join(PATIENCE_S)
    monkey_free = finished(wanted, Store(store.folder / "other"))
    for task in wanted:
        one, other = batch.results[task.key], monkey_free.results[task.key]
        assert one.counts_sha256 == other.counts_sha256


def test_a_stop_keeps_what_is_finished(small, store, slow):
    first = tasks(small, 1)
    slow.set()
    finished(first, store)
    slow.clear()
    batch = Batch(tasks(small, 4), store, at_once=1).start()
    wait_for(lambda: batch.progress.reused == 1 and batch.progress.share_done > 0.25)
    batch.stop()
    slow.set()
    assert batch.join(PATIENCE_S)
    assert batch.progress.phase == "stopped"
    assert batch.progress.computed == 0
    assert store.keys() == [first[0].key]


def test_a_paused_batch_can_be_stopped(small, store, slow):
    batch = Batch(tasks(small, 2), store).start()
    wait_for(lambda: batch.progress.share_done > 0)
    batch.pause()
    batch.stop()
    slow.set()
    assert batch.join(PATIENCE_S)
    assert batch.progress.phase == "stopped"


def test_what_goes_wrong_in_a_run_is_raised(small, store, monkeypatch):
    def broken(*arguments):
        raise ZeroDivisionError("on purpose")

    monkeypatch.setattr(module, "run_model", broken)
    batch = Batch(tasks(small, 3), store).start()
    with pytest.raises(ZeroDivisionError, match="on purpose"):
        batch.join(PATIENCE_S)
    assert batch.progress.phase == "failed"


def test_the_time_left_is_told_and_shrinks(small, store, slow):
    batch = Batch(tasks(small, 2), store, at_once=1).start()
    wait_for(lambda: batch.progress.seconds_left is not None)
    assert batch.progress.seconds_left > 0
    slow.set()
    assert batch.join(PATIENCE_S)
    assert batch.progress.seconds_left is None


def test_whoever_watches_is_told_of_every_day(small, store):
    calls = []
    finished(tasks(small, 1), store, changed=lambda: calls.append(1))
    assert len(calls) >= small.days


SCRIPT = """
import sys
from populace.engine.project import Project
from populace.engine.scenarios.store import Store
from populace.engine.scenarios.study import Study
project = Project.load(sys.argv[1])
Study.of({"town": project}, 500).batch(Store(), 2).start().join()
"""


@pytest.mark.slow
def test_a_kill_in_the_middle_loses_nothing_finished(small, store, tmp_path):
    file = small.save(tmp_path / "town")
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(file)],
        env=os.environ | {"POPULACE_CACHE": str(store.folder.parent)},
    )
    try:
        wait_for(lambda: len(store.keys()) >= 3 or process.poll() is not None)
        assert process.poll() is None, "it ended by itself"
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    there = store.keys()
    assert 3 <= len(there) < 500
    # The same seeds as the killed process had.
    model = Model("town", small)
    wanted = [Task.of(model, seed) for seed in range(small.seed, small.seed + len(there) + 2)]
    kept = [task for task in wanted if task.key in there]
    assert len(kept) >= len(there) - 1
    batch = finished(wanted, store)
    assert batch.progress.reused == len(kept)
    assert batch.progress.computed == len(wanted) - len(kept)
    world = shared_world(small, no_progress)
    alone = run_model(model, kept[0].seed, world, lambda day: None)
    assert batch.results[kept[0].key].counts_sha256 == alone.counts_sha256
