"""Checking: `populace check` on the model of a page, in a process of its own.

A process, because the checks take a minute of both cores' time, and a page and a run that other
people watch must not wait for them. It has the lowest priority.
"""

import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from populace.engine.checks.checklist import checklist
from populace.engine.errors import ProjectError
from populace.engine.project import Project

_CODE = "import os, sys; os.nice(15); from populace.engine.cli import main; sys.exit(main())"


@dataclass(frozen=True)
class Outcome:
    """One check: its title, and once it is done whether it passed and with which figures."""

    title: str
    passed: bool | None = None
    figures: str = ""


@dataclass(frozen=True)
class Checked:
    """How far the checks of a model are. ``error`` is why they could not go on."""

    outcomes: tuple[Outcome, ...]
    running: bool
    error: str = ""


class Checking:
    """Checks one model at a time; ``tell(checked)`` is called in another thread."""

    def __init__(self, tell: Callable[[Checked], None]) -> None:
        self._tell = tell
        self._process: subprocess.Popen[str] | None = None
        self._closed = False
        self._last: tuple[Project, Checked] | None = None  # the last that came to its end

    def start(self, project: Project) -> bool:
        """Begin, unless checks are under way or this model has been checked; say which."""
        if self._process is not None or self._closed:
            return False
        if self._last is not None and self._last[0] == project:
            self._tell(self._last[1])
            return False
        folder = tempfile.TemporaryDirectory(prefix="populace-check-")
        try:
            outcomes = tuple(Outcome(check.title) for check in checklist(project))
            project.save(Path(folder.name))
        except (ProjectError, OSError) as error:
            folder.cleanup()
            self._tell(Checked((), running=False, error=str(error)))
            return False
        self._process = subprocess.Popen(
            [sys.executable, "-c", _CODE, "check", folder.name],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
        )
        self._tell(Checked(outcomes, running=True))
        threading.Thread(
            target=self._read, args=[project, self._process, outcomes, folder], daemon=True
        ).start()
        return True

    def found(self, project: Project) -> tuple[Outcome, ...]:
        """Return what the checks of this model found, if they came to their end."""
        if self._last is None or self._last[0] != project:
            return ()
        return self._last[1].outcomes

    def close(self) -> None:
        """Stop what is under way: nobody will read it."""
        self._closed = True
        if self._process is not None:
            self._process.terminate()

    def _read(
        self,
        project: Project,
        process: "subprocess.Popen[str]",
        outcomes: tuple[Outcome, ...],
        folder: "tempfile.TemporaryDirectory[str]",
    ) -> None:
        assert process.stdout is not None
        assert process.stderr is not None
        for line in process.stdout:
            outcomes = _with_result(outcomes, line)
            self._tell(Checked(outcomes, running=True))
        said = process.stderr.read().strip().splitlines()
        process.wait()
        folder.cleanup()
        self._process = None
        done = all(outcome.passed is not None for outcome in outcomes)
        error = "" if done else (said[-1] if said else "The checks were stopped.")
        checked = Checked(outcomes, running=False, error=error)
        if done:
            self._last = project, checked
        self._tell(checked)


def _with_result(outcomes: tuple[Outcome, ...], line: str) -> tuple[Outcome, ...]:
    """Return the outcomes with what a line of `populace check` says of one of them."""
    word, _, rest = line.strip().partition("  ")
    return tuple(
        replace(one, passed=word == "passed", figures=rest[len(one.title) + 2 :])
        if one.passed is None and rest.startswith(f"{one.title}: ")
        else one
        for one in outcomes
    )
