"""Looking: a file is looked through row by row in the background, under what was decided so far."""

from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

from populace.engine.importing.findings import Problems
from populace.engine.populations.base import Progress
from populace.studio.composer.wizard import Wizard
from populace.studio.composer.wizard_blocks import Block, problem_blocks, problems_head

P = TypeVar("P", bound=Problems)
_WORDS = "Looking through the rows"
_PROBLEMS = "problem:"  # how the key of a decision begins


class Looking(Generic[P]):
    """What was found in the rows of a file, and the decisions what to do about it.

    ``examine`` looks through the rows; ``found`` hears what came of it. ``step`` is the step of the
    wizard that shows the problems.
    """

    def __init__(
        self,
        wizard: Wizard,
        examine: Callable[[Mapping[str, str], Progress], P],
        found: Callable[[P], None] | None = None,
        step: int = 2,
    ) -> None:
        self._wizard, self._examine, self._hear, self._step = wizard, examine, found, step
        self._decisions: dict[str, str] = {}
        self._found: P | None = None

    @property
    def found(self) -> P:
        """What was found last."""
        assert self._found is not None
        return self._found

    def forget(self) -> None:
        """Begin again: there is another file."""
        self._decisions, self._found = {}, None

    def blocks(self) -> list[Block]:
        """Return the problems, with the choices what to do."""
        return [problems_head(self.found), *problem_blocks(self.found.groups)]

    def decide(self, key: str, value: object) -> bool:
        """Take a decision and look again; tell whether the key was that of one."""
        if not key.startswith(_PROBLEMS):
            return False
        self._decisions[key.removeprefix(_PROBLEMS)] = str(value)
        self.look()
        return True

    def look(self, *, move: bool = False) -> None:
        """Look through all rows, and then move to the problems."""
        decisions = dict(self._decisions)

        def examined(progress: Progress) -> P:
            progress(_WORDS, 0.0)
            return self._examine(decisions, progress)

        def take(found: P) -> None:
            self._found = found
            if self._hear is not None:
                self._hear(found)
            if move:
                self._wizard.step = self._step

        self._wizard.work(examined, take, _WORDS)

    def leave(self, *, matching: bool) -> None:
        """Go on from a step; from ``matching`` columns, when the rows were looked through."""
        if matching:
            self.look(move=True)
        else:
            self._wizard.step += 1
