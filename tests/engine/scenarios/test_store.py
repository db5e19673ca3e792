"""What is kept is read back, and what is damaged is as good as not there."""

import logging

import pytest

from populace.engine.scenarios.model import Model
from populace.engine.scenarios.one_run import run_model
from populace.engine.scenarios.store import Store, runs_folder
from populace.engine.shared_world import shared_world
from populace.engine.simulation import no_progress


@pytest.fixture(scope="module")
def result(small):
    return run_model(Model("x", small), 1, shared_world(small, no_progress), lambda day: None)


def test_runs_are_kept_in_the_cache_folder(cache, store, result):
    assert store.put("abc", result)
    assert runs_folder() == cache / "runs"
    assert [path.name for path in (cache / "runs").iterdir()] == ["abc.run.npz"]
    assert store.keys() == ["abc"]
    assert store.get("abc").counts_sha256 == result.counts_sha256
    assert store.get("xyz") is None
    assert store.size_bytes() == (cache / "runs" / "abc.run.npz").stat().st_size


def test_a_damaged_run_is_not_there(store, result, caplog):
    store.put("abc", result)
    path = store.folder / "abc.run.npz"
    path.write_bytes(path.read_bytes()[:-200])
    with caplog.at_level(logging.WARNING):
        assert store.get("abc") is None
    assert "computed again" in caplog.text
    assert list(store.all()) == []


def test_what_a_killed_writer_left_is_no_run(store, result):
    store.put("abc", result)
    (store.folder / ".xyz.run.npz").write_bytes(b"half")
    assert store.keys() == ["abc"]


def test_where_nothing_can_be_written_it_goes_on(tmp_path, result, caplog):
    (tmp_path / "file").write_text("")
    assert Store(tmp_path / "file" / "runs").put("abc", result) is False
    assert "could not be kept" in caplog.text


def test_runs_are_forgotten_when_asked(store, result):
    store.put("abc", result)
    store.put("xyz", result)
    assert store.clear() == 2
    assert store.keys() == []
