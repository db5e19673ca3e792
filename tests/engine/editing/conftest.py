"""A draft of the boarding school, on disk, apart from all others."""

from collections.abc import Iterator

import pytest

from populace.engine.editing.workspace import Workspace, open_sample


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("POPULACE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def workspace(home) -> Iterator[Workspace]:
    opened = open_sample("school_flu")
    yield opened
    opened.journal.close()
