"""Populations kept on disk."""

import logging
import multiprocessing
from pathlib import Path

import numpy as np
import pytest

from populace.engine.people import People
from populace.engine.population_cache import (
    clear,
    content_key,
    load_or_build,
    people_of,
    save,
)
from populace.engine.populations.nyc import NewYorkCity


def quietly(sentence: str, share: float) -> None:
    pass


def build() -> People:
    return NewYorkCity(people=3_000).build(quietly)


def never() -> People:
    raise AssertionError("the cache should have been used")


def columns(people: People) -> dict[str, np.ndarray]:
    sites = {
        f"{name} {part}": getattr(site, part)
        for name, site in people.sites.items()
        for part in ("x", "y", "capacity")
    }
    own = {name: getattr(people, name) for name in ("age", "region_index", "dwelling", "x", "y")}
    return {**own, **people.memberships, **sites}


def assert_same(one: People, other: People) -> None:
    assert one.places == other.places
    assert columns(one).keys() == columns(other).keys()
    for name, column in columns(one).items():
        assert np.array_equal(column, columns(other)[name]), name
        assert column.dtype == columns(other)[name].dtype


def test_people_come_back_from_the_disk_as_they_were_built(tmp_path):
    built = load_or_build("key", build, tmp_path)
    assert_same(built, build())
    assert_same(load_or_build("key", never, tmp_path), built)


def test_people_from_the_disk_cannot_be_written(tmp_path):
    people = load_or_build("key", build, tmp_path)
    with pytest.raises(ValueError, match="read-only"):
        people.age[0] = 3


@pytest.mark.parametrize("damage", ["cut", "changed", "missing", "no manifest", "odd manifest"])
def test_a_damaged_folder_is_built_anew_with_a_warning(tmp_path, caplog, damage):
    people = load_or_build("key", build, tmp_path)
    ages = tmp_path / "key" / "age.npy"
    manifest = tmp_path / "key" / "manifest.json"
    content = bytearray(ages.read_bytes())
    content[-1] ^= 1
    {
        "cut": lambda: ages.write_bytes(content[:-100]),
        "changed": lambda: ages.write_bytes(content),
        "missing": ages.unlink,
        "no manifest": manifest.unlink,
        "odd manifest": lambda: manifest.write_text("[]"),
    }[damage]()
    with caplog.at_level(logging.WARNING):
        assert_same(load_or_build("key", build, tmp_path), build())
    assert "damaged" in caplog.text
    assert people.agent_count == 3_000
    load_or_build("key", never, tmp_path)


def test_a_folder_that_cannot_be_written_is_a_warning_only(tmp_path, caplog):
    (tmp_path / "file").write_text("not a folder")
    people = load_or_build("key", build, tmp_path / "file")
    assert people.agent_count == 3_000
    assert "could not be kept" in caplog.text


def test_a_stopped_build_leaves_nothing_that_looks_whole(tmp_path, monkeypatch):
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    people = build()
    monkeypatch.setattr("populace.engine.population_cache.json.dumps", stop)
    with pytest.raises(KeyboardInterrupt):
        save(people, tmp_path / "key")
    assert list(tmp_path.iterdir()) == []


def build_in(folder: Path) -> int:
    return int(load_or_build("key", build, folder).age.sum())


def test_two_processes_may_build_the_same_people_at_once(tmp_path):
    # Spawned, not forked: the engine's libraries hold threads.
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        sums = pool.map(build_in, [tmp_path, tmp_path], chunksize=1)
    assert sums[0] == sums[1] == int(build().age.sum())
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def test_the_key_follows_settings_version_and_data(monkeypatch):
    key = content_key(NewYorkCity())
    assert key == content_key(NewYorkCity())
    assert key != content_key(NewYorkCity(people=5_000))
    assert key != content_key(NewYorkCity(draw=2))
    monkeypatch.setattr(NewYorkCity, "version", NewYorkCity.version + 1)
    assert key != content_key(NewYorkCity())
    monkeypatch.undo()
    monkeypatch.setattr(NewYorkCity, "data_files", NewYorkCity.data_files[1:])
    assert key != content_key(NewYorkCity())


def test_clear_removes_what_is_kept_and_nothing_else(tmp_path, monkeypatch):
    monkeypatch.setenv("POPULACE_CACHE", str(tmp_path))
    kept = people_of(NewYorkCity(people=2_000), quietly)
    other = tmp_path / "populations" / "notes.txt"
    other.write_text("mine")
    assert clear() == 1
    assert [path.name for path in other.parent.iterdir()] == ["notes.txt"]
    assert kept.age.max() <= 100  # still readable by those who hold it
