"""Checks of a page's model: begun once for a model, and never failing in silence."""

import threading
from pathlib import Path

import pytest

from populace.engine.project import Project
from populace.studio import checking
from populace.studio.checking import Checked, Checking

FAST = "print('  passed  One: 1, must be 1'.strip())"


@pytest.fixture
def told(monkeypatch):
    """Return what was told, with checks that take no time."""
    monkeypatch.setattr(checking, "_CODE", FAST)
    monkeypatch.setattr(
        checking, "checklist", lambda project: [type("One", (), {"title": "One"})()]
    )
    return []


def _start(checks: Checking, project: Project, told: list[Checked]) -> bool:
    began = checks.start(project)
    for _ in range(1_000):
        if told and not told[-1].running:
            return began
        threading.Event().wait(0.01)
    raise AssertionError("the checks never ended")


def test_a_model_that_was_checked_shows_its_result_again_at_once(told):
    checks = Checking(told.append)
    project = Project.load("school_flu")
    assert _start(checks, project, told)
    result = told[-1]
    assert [one.passed for one in result.outcomes] == [True]
    assert not _start(checks, project, told)
    assert told[-1] == result


def test_a_changed_model_is_checked_anew(told):
    checks = Checking(told.append)
    project = Project.load("school_flu")
    _start(checks, project, told)
    told.clear()
    assert _start(checks, project.with_value("days", 20), told)


def test_a_project_whose_files_have_gone_says_so_on_the_page(told, tmp_path: Path):
    project = Project.load(Project.load("school_flu").save(tmp_path))
    for file in (tmp_path / "data").iterdir():
        file.unlink()
    assert not Checking(told.append).start(project)
    assert "there is no file" in told[-1].error
