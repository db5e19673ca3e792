"""Desk: a process that answers questions about a model, the newest one only.

It reads a question a line and writes an answer a line, both as JSON. It keeps the people of the
last question, so that only the first one waits for them, and ends when nobody has asked for a
while, or when its asker has gone.
"""

import json
import logging
import os
import sys
import threading
from collections.abc import Mapping
from typing import Any, TextIO

import numpy as np

from populace.engine.analysis.area import inside
from populace.engine.errors import ProjectError
from populace.engine.people import People
from populace.engine.project import Project
from populace.engine.sensitivity.estimate import Where, everywhere, usual_paths
from populace.engine.sensitivity.history import NotCoveredError
from populace.engine.sensitivity.since import Since
from populace.engine.sensitivity.staged import Spread, of_all, of_sample, sample_of
from populace.engine.shared_world import shared_world
from populace.engine.simulation import no_progress
from populace.engine.world import World

_log = logging.getLogger(__name__)
IDLE_S = 600.0
# Who asks gives the stage, or wants the people made ready, or no more answers.
PREPARE, STOP = "prepare", "stop"


class _OvertakenError(Exception):
    """There is a newer question."""


class Desk:
    """Answers in the thread that calls `work`; another one reads the questions meanwhile."""

    def __init__(self, asked: TextIO, said: TextIO, idle_s: float = IDLE_S) -> None:
        self._asked, self._said, self._idle_s = asked, said, idle_s
        self._newest: dict[str, Any] | None = None
        self._gone = False
        self._news = threading.Condition()
        self._world: World | None = None

    def work(self) -> None:
        """Answer until nobody asks any more."""
        threading.Thread(target=self._read, daemon=True).start()
        while (question := self._next()) is not None:
            try:
                answer = self._answer(question)
            except _OvertakenError:
                continue
            except (ProjectError, NotCoveredError) as error:
                answer = {"wrong": str(error)}
            except Exception as error:
                # Whoever asked must hear of it; the next question may be answered.
                _log.exception("a question about sensitivity could not be answered")
                answer = {"wrong": f"{type(error).__name__}: {error}"}
            if answer is not None:
                print(
                    json.dumps({"turn": question.get("turn")} | answer), file=self._said, flush=True
                )

    def _read(self) -> None:
        for line in self._asked:
            with self._news:
                self._newest = json.loads(line)
                self._news.notify_all()
        with self._news:
            self._gone = True
            self._news.notify_all()

    def _next(self) -> dict[str, Any] | None:
        with self._news:
            self._news.wait_for(lambda: self._gone or self._newest is not None, self._idle_s)
            question, self._newest = self._newest, None
            return None if self._gone else question

    def _go_on(self, message: str, share: float) -> None:
        """End the work on a question that nobody waits for."""
        if self._newest is not None or self._gone:
            raise _OvertakenError

    def _answer(self, question: dict[str, Any]) -> dict[str, Any] | None:
        stage = question["stage"]
        if stage == STOP:
            return None
        project = Project.load(question["folder"])
        small = stage == "sample"
        # Not to be overtaken: the next question is of the same people, as a rule.
        self._world = shared_world(sample_of(project) if small else project, no_progress)
        if stage == PREPARE:
            return None
        since, where = _since(question), _where(question)
        outcome, paths = question["outcome"], usual_paths(since.now(project))
        if small:
            found = of_sample(
                project, paths, outcome, self._world, self._go_on, since=since, where=where
            )
        else:
            spread = Spread(**question["spread"]) if question.get("spread") else None
            found = of_all(
                project, paths, outcome, self._world, spread, self._go_on, since=since, where=where
            )
        return {"found": found.as_dict()}


def _since(question: Mapping[str, Any]) -> Since:
    told = question.get("since")
    return Since.read(**told) if told else Since()


def _where(question: Mapping[str, Any]) -> Where:
    """Return who counts: those inside the corners of a line, in some regions, or everybody."""
    area = question.get("area")
    if not area:
        return everywhere

    def where(people: People) -> np.ndarray:
        if area["regions"]:
            return np.isin(people.region_index, area["regions"])
        return inside(people.x, people.y, area["xs"], area["ys"])

    return where


def main() -> None:
    """Be a desk at standard input and output; the argument is how far to stand back."""
    if hasattr(os, "setpriority"):
        own = os.getpriority(os.PRIO_PROCESS, 0)
        os.setpriority(os.PRIO_PROCESS, 0, max(own, int(sys.argv[1])))
    # Whatever else a library prints goes with the errors.
    said = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    Desk(sys.stdin, said).work()


if __name__ == "__main__":
    main()
