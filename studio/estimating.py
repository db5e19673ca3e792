"""Estimating: effects worked out beside the run, first on a small city, then on everybody.

Each in a process of its own that stands back behind the run and its map. From day 0, with the
numbers that the sliders show now.
"""

import tempfile
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from populace.engine.errors import ProjectError
from populace.engine.project import Project
from populace.engine.sensitivity.desk import PREPARE
from populace.engine.sensitivity.staged import Spread, Stage, stages_of
from populace.studio.effects import Effects, after, effects_of
from populace.studio.estimator import Estimator

# After a slider is released the next may follow at once: by keys, many in a second.
WAIT_S = 0.15
# How far each stands back: behind the run and the screen, and the longer one behind the other.
_NICE_SAMPLE, _NICE_ALL = 8, 12
_folder = partial(tempfile.TemporaryDirectory, prefix="populace-effects-")


@dataclass(frozen=True)
class Part:
    """What is asked for, if not the whole: from a day of the run on, or of those in an area.

    Both are plain values, as the desk reads them; ``words`` are those for the screen.
    """

    since: Mapping[str, Any] | None = None
    area: Mapping[str, Any] | None = None
    words: str = ""


WHOLE = Part()


@dataclass
class _Question:
    turn: int
    project: Project
    outcome: str
    part: Part
    quietly: bool
    folder: tempfile.TemporaryDirectory[str]
    first: Effects | None = None  # from the small city
    done: bool = False  # whether nothing more will be told

    @cached_property
    def stages(self) -> tuple[Stage, ...]:
        """From whom it is answered, one after the other."""
        return stages_of(self.project)

    def asked(self, stage: Stage) -> dict[str, Any]:
        """Return the question as it is put."""
        return {
            "turn": self.turn,
            "stage": stage,
            "folder": self.folder.name,
            "outcome": self.outcome,
            "since": self.part.since,
            "area": self.part.area,
        }

    def read(self, answer: Mapping[str, Any]) -> Effects:
        """Return an answer for all the people of the project."""
        people = self.project.population.agent_count()
        return effects_of(answer, self.outcome, people, self.part.words)


class Estimating:
    """Works on one question at a time: a new one ends the old. ``tell`` is called in a thread."""

    def __init__(self, tell: Callable[[Effects], None]) -> None:
        self._tell = tell
        self._lock = threading.Lock()
        self._turn = 0
        self._question: _Question | None = None
        self._of_sample = Estimator(_NICE_SAMPLE, self._heard_of_sample)
        self._of_all = Estimator(_NICE_ALL, self._heard_of_all)

    def ask(
        self, project: Project, outcome: str, part: Part = WHOLE, *, quietly: bool = False
    ) -> None:
        """Begin with these numbers; nothing is told of earlier questions any more.

        ``quietly`` where a run has gone on: what was told stays until there is as much anew.
        """
        question = self._take(
            lambda turn: _Question(turn, project, outcome, part, quietly, _folder())
        )
        assert question is not None
        self._of_sample.stop()
        self._of_all.stop()
        if not quietly:
            self._tell(Effects(outcome, running=True))
        threading.Thread(target=self._begin, args=[question], daemon=True).start()

    @property
    def busy(self) -> bool:
        """Whether an answer is still to come."""
        return self._question is not None and not self._question.done

    def drop(self) -> None:
        """Tell nothing more of the last question; the processes stay for the next."""
        self._take(lambda turn: None)
        self._of_sample.stop()
        self._of_all.stop()

    def close(self) -> None:
        """End the processes."""
        self._take(lambda turn: None)
        self._of_sample.close()
        self._of_all.close()

    def _take(self, make: Callable[[int], _Question | None]) -> _Question | None:
        with self._lock:
            self._turn += 1
            old, self._question = self._question, make(self._turn)
            new = self._question
        if old is not None:
            old.folder.cleanup()
        return new

    def _begin(self, question: _Question) -> None:
        threading.Event().wait(WAIT_S)
        if not self._is_asked(question):
            return
        try:
            question.project.save(Path(question.folder.name))
            with self._lock:
                if self._question is question:
                    self._put(question)
                    return
        except (ProjectError, OSError) as error:  # or the process could not be started
            question.done = True
            self._answer(question, Effects(question.outcome, running=False, note=str(error)))
            return
        question.folder.cleanup()  # what was written since it was overtaken

    def _put(self, question: _Question) -> None:
        if "sample" not in question.stages:
            self._of_all.ask(question.asked("all"))
            return
        self._of_sample.ask(question.asked("sample"))
        if "all" in question.stages:
            # The people are made ready meanwhile.
            self._of_all.ask({"stage": PREPARE, "folder": question.folder.name})

    def _heard_of_sample(self, answer: dict[str, Any]) -> None:
        question = self._question_of(answer)
        if question is None:
            return
        refining = "all" in question.stages and "found" in answer
        question.first = replace(question.read(answer), refining=refining)
        question.done = not refining
        if not (question.quietly and refining):
            self._answer(question, question.first)
        with self._lock:
            if refining and self._question is question:
                spread = Spread.of(answer["found"]).as_dict()
                self._of_all.ask(question.asked("all") | {"spread": spread})

    def _heard_of_all(self, answer: dict[str, Any]) -> None:
        question = self._question_of(answer)
        if question is None:
            return
        found, question.done = question.read(answer), True
        self._answer(question, found if question.first is None else after(question.first, found))

    def _is_asked(self, question: _Question) -> bool:
        with self._lock:
            return self._question is question

    def _question_of(self, answer: Mapping[str, Any]) -> _Question | None:
        with self._lock:
            question = self._question
        return question if question is not None and question.turn == answer["turn"] else None

    def _answer(self, question: _Question, effects: Effects) -> None:
        with self._lock:  # or it might be told after the question was dropped
            if self._question is question:
                self._tell(effects)
