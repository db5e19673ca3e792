"""DataKind: one kind of data that can be brought, as the data wizard leads through it."""

from collections.abc import Mapping
from typing import Any, ClassVar, Protocol

from populace.engine.importing.findings import Problems
from populace.engine.importing.matching import Matching, Role
from populace.engine.importing.sheet import Sheet
from populace.engine.populations.base import Progress
from populace.studio.composer.wizard_blocks import Block


class DataKind(Protocol):
    """What its columns can be, what is asked of it, and which part of the model it becomes."""

    key: ClassVar[str]  # in the list of kinds
    roles: ClassVar[tuple[Role, ...]]  # what a column can be
    matching: Matching

    def begin(self, sheet: Sheet) -> None:
        """Guess what is in the columns of a new table."""
        ...

    def matched(self, sheet: Sheet, role: str) -> None:
        """Hear that a person has chosen another column."""
        ...

    def questions(self, sheet: Sheet) -> list[Block]:
        """Return what is asked beside the columns."""
        ...

    def changed(self, key: str, value: Any) -> None:
        """Take the answer to such a question."""
        ...

    def refuse_open_questions(self) -> None:
        """Raise a `ProjectError` for a question that must be answered first."""
        ...

    def examine(self, sheet: Sheet, decisions: Mapping[str, str], progress: Progress) -> Problems:
        """Look through all rows; done in the background."""
        ...

    def take(self, found: Any) -> None:
        """Keep what `examine` has found."""
        ...

    def left(self) -> list[Block]:
        """Show what would be imported."""
        ...

    def to_import(self, name: Block, text: str) -> list[Block]:
        """Return the last questions; ``name`` asks for that of the file, now ``text``."""
        ...

    def place(self, name: str) -> None:
        """Put it into the draft, in one edit."""
        ...
