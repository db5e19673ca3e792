"""Effects: how much an outcome answers to each slider, worked out beside the run.

In a process of its own with the lowest priority, as the checks are: the run and its map must not
wait. On a sample of the people, from day 0, with the numbers that the sliders show now.
"""

import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from populace.engine.errors import ProjectError
from populace.engine.project import Project

PEOPLE_MAX = 50_000  # a sample large enough for an epidemic, small enough for some seconds
RUNS = 8
WAIT_S = 0.6  # after a slider is released: the next may follow at once
_CODE = "import os, sys; os.nice(15); from populace.engine.cli import main; sys.exit(main())"


@dataclass(frozen=True)
class Effect:
    """What a tenth more of one quantity changes in the whole population, with a 95 % interval."""

    path: str
    change: float
    low: float
    high: float
    from_zero: bool  # then it is a tenth of the range
    method: str
    why: str


@dataclass(frozen=True)
class Effects:
    """What is known now. ``note`` says how it was found, or why there is nothing to show."""

    outcome: str
    running: bool
    effects: tuple[Effect, ...] = ()
    note: str = ""
    total: float = 0.0  # the outcome with the numbers as they are


class Estimating:
    """Works on one question at a time: a new one ends the old. ``tell`` is called in a thread."""

    def __init__(self, tell: Callable[[Effects], None]) -> None:
        self._tell = tell
        self._lock = threading.Lock()
        self._turn = 0
        self._process: subprocess.Popen[str] | None = None

    def ask(self, project: Project, outcome: str) -> None:
        """Begin with these numbers; nothing is told of earlier questions any more."""
        with self._lock:
            self._turn += 1
            turn = self._turn
            self._stop()
        self._tell(Effects(outcome, running=True))
        threading.Thread(target=self._work, args=[turn, project, outcome], daemon=True).start()

    def close(self) -> None:
        """End what is under way: nobody will read it."""
        with self._lock:
            self._turn += 1
            self._stop()

    def _stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process = None

    def _work(self, turn: int, project: Project, outcome: str) -> None:
        threading.Event().wait(WAIT_S)
        with tempfile.TemporaryDirectory(prefix="populace-effects-") as folder:
            try:
                project.save(Path(folder))
            except (ProjectError, OSError) as error:
                self._answer(turn, Effects(outcome, running=False, note=str(error)))
                return
            with self._lock:
                if turn != self._turn:
                    return
                process = self._process = subprocess.Popen(
                    [sys.executable, "-c", _CODE, "sensitivity", folder, *_words(project, outcome)],
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    stdin=subprocess.DEVNULL,
                    text=True,
                )
            said, wrong = process.communicate()
        self._answer(turn, answer_of(outcome, said, wrong, people_of(project)))

    def _answer(self, turn: int, effects: Effects) -> None:
        with self._lock:
            if turn != self._turn:
                return
            self._process = None
        self._tell(effects)


def people_of(project: Project) -> int | None:
    """Return how many people the population declares, or None where only building tells."""
    return project.population.agent_count()


def _words(project: Project, outcome: str) -> list[str]:
    words = ["--outcome", outcome, "--runs", str(RUNS), "--json"]
    people = people_of(project)
    can_be_smaller = "people" in vars(project.population.values())
    if people is not None and people > PEOPLE_MAX and can_be_smaller:
        words += ["--people", str(PEOPLE_MAX)]
    return words


def answer_of(outcome: str, said: str, wrong: str, people: int | None) -> Effects:
    """Read what the command printed; estimates whose audit failed are not shown."""
    try:
        found = json.loads(said)
    except ValueError:
        last = wrong.strip().splitlines()[-1:] or ["The estimate was stopped."]
        return Effects(outcome, running=False, note=last[0])
    audit = found["audit"]
    if not audit["passed"]:
        note = (
            "The estimates did not agree with runs of changed numbers "
            f"({audit['predicted']:+,.0f} against {audit['measured']:+,.0f}): they are not shown."
        )
        return Effects(outcome, running=False, note=note)
    scale = people / found["people"] if people else 1.0
    effects = tuple(_effect(one, scale) for one in found["estimates"])
    sample = f"a sample of {found['people']:,} people, scaled up" if scale > 1 else "all people"
    note = (
        f"Local: for small changes, all else the same. {found['runs']} runs from day 0 to day "
        f"{found['days']} of {sample}. Held against changed runs: "
        f"{scale * audit['predicted']:+,.0f} predicted, {scale * audit['measured']:+,.0f} measured."
    )
    return Effects(outcome, running=False, effects=effects, note=note, total=scale * found["total"])


def _effect(one: dict[str, Any], scale: float) -> Effect:
    return Effect(
        path=one["path"],
        change=scale * one["change"],
        low=scale * one["low"],
        high=scale * one["high"],
        from_zero=one["value"] == 0.0,
        method=one["method"],
        why=one["why"],
    )
