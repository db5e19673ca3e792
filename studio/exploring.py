"""Exploring: questions over whole ranges, answered beside the run of a page.

In threads that let the page and the run go first. One question at a time: the next one ends the
last. Runs that are finished are kept, so that a question asked again goes on where it was ended.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from populace.engine.errors import ProjectError
from populace.engine.project import Project
from populace.engine.scaling_model import in_words
from populace.engine.scenarios.batch import Batch
from populace.engine.scenarios.figures import figures_of
from populace.engine.scenarios.store import Store
from populace.engine.sensitivity.global_design import Method
from populace.engine.sensitivity.global_runs import GlobalRuns, GlobalSensitivity
from populace.engine.sensitivity.ranges import range_of, usual_ranges
from populace.engine.sensitivity.walk import Walk, Walked

_log = logging.getLogger(__name__)

EVERY_S = 0.3  # how often it is told how far it is
Question = GlobalRuns | Walk


@dataclass(frozen=True)
class Explored:
    """What is known now. All answers are of one outcome; ``outcomes`` can be had without a run."""

    busy: bool = False
    share: float = 0.0
    said: str = ""
    wrong: str = ""
    outcome: str = "infections"
    outcomes: tuple[tuple[str, str], ...] = ()  # name and label
    found: GlobalSensitivity | None = None
    walked: Walked | None = None


class Exploring:
    """Works for one page. ``tell`` is called in any thread."""

    def __init__(self, tell: Callable[[Explored], None]) -> None:
        self._tell = tell
        self._lock = threading.RLock()
        self._turn = 0
        self._batch: Batch | None = None
        self._project: Project | None = None
        self._answers: dict[type, tuple[Question, dict[str, Any]]] = {}  # with their runs
        self._now = Explored()

    def begin(self, project: Project, method: Method) -> None:
        """Ask which numbers matter; what was found before is forgotten."""
        with self._lock:
            self._project = project
            self._answers.clear()
            self._now = Explored(outcome=self._now.outcome)
        self._start(lambda: GlobalRuns.of(project, method, usual_ranges(project)))

    def walk(self, paths: tuple[str, ...]) -> None:
        """Follow the outcome along one number, or over two, of the project that was begun with."""
        project = self._project
        if project is not None:
            self._start(lambda: Walk.of(project, [range_of(project, path) for path in paths]))

    def choose(self, outcome: str) -> None:
        """Say the same of another outcome."""
        with self._lock:
            if outcome in dict(self._now.outcomes):
                self._now = replace(self._now, outcome=outcome)
                self._answer()

    def stop(self) -> None:
        """End what is under way; finished runs are kept."""
        with self._lock:
            self._turn += 1
            if self._batch is not None:
                self._batch.stop()
                self._batch = None
            if self._now.busy:
                self._now = replace(self._now, busy=False, said="Stopped. Finished runs are kept.")
        self._tell(self._now)

    def close(self) -> None:
        """End: nobody will read it."""
        self._tell = lambda explored: None
        self.stop()

    def _start(self, plan: Callable[[], Question]) -> None:
        with self._lock:
            self._turn += 1
            if self._batch is not None:
                self._batch.stop()
                self._batch = None
            self._say(self._turn, busy=True, share=0.0, said="Getting ready", wrong="")
            work = partial(self._work, self._turn, plan)
            threading.Thread(target=work, name="populace-explore", daemon=True).start()

    def _work(self, turn: int, plan: Callable[[], Question]) -> None:
        try:
            question = plan()
            batch = question.batch(Store(), behind=True)
            with self._lock:
                if turn != self._turn:
                    return
                self._batch = batch.start()
            while not batch.join(EVERY_S):
                now = batch.progress
                left = "" if now.seconds_left is None else f", {in_words(now.seconds_left)} left"
                said = f"{now.finished:,} of {now.runs:,} runs{left}"
                self._say(turn, share=now.share_done, said=said)
            with self._lock:
                if turn == self._turn:
                    self._batch = None
                    self._now = replace(self._now, busy=False, said="")
                    self._answers[type(question)] = question, dict(batch.results)
                    self._answer()
        except ProjectError as error:
            self._say(turn, busy=False, said="", wrong=str(error))
        except Exception:
            # Such as memory that has run out: the page goes on without this answer.
            _log.exception("a question over whole ranges could not be answered")
            self._say(turn, busy=False, said="", wrong="It failed: the server's log says why.")

    def _answer(self) -> None:
        """Say what the finished runs tell of the chosen outcome; called with the lock."""
        changes: dict[str, Any] = {}
        for kind, name in ((GlobalRuns, "found"), (Walk, "walked")):
            if kind in self._answers:
                question, results = self._answers[kind]
                changes[name] = question.answer(results, self._now.outcome)
                known = figures_of(next(iter(results.values())))
                changes["outcomes"] = tuple((one.name, one.label) for one in known.values())
        self._now = replace(self._now, **changes)
        self._tell(self._now)

    def _say(self, turn: int, **changes: Any) -> None:
        with self._lock:
            if turn == self._turn:
                self._now = replace(self._now, **changes)
                self._tell(self._now)
