"""Pairs of people on their way into a draft: a network."""

from collections.abc import Mapping
from typing import Any, ClassVar

from populace.engine.editing.draft import Draft
from populace.engine.importing import edges, persons, placing
from populace.engine.importing.findings import Problems
from populace.engine.importing.matching import EDGES, Matching, Role, guessed
from populace.engine.importing.sheet import Sheet
from populace.engine.populations.base import Progress
from populace.studio.composer.draft_facts import DraftFacts
from populace.studio.composer.wizard_blocks import Block, note, select


class Pairs:
    """Who meets whom."""

    key: ClassVar[str] = "edges"
    label: ClassVar[str] = "Who meets whom"
    about: ClassVar[str] = "Pairs of people: a network of the model"
    roles: ClassVar[tuple[Role, ...]] = EDGES

    def __init__(self, draft: Draft, facts: DraftFacts) -> None:
        self._draft, self._facts = draft, facts
        self.matching: Matching = {}
        self._named = persons.FROM_0
        self._found: edges.Examined | None = None

    def begin(self, sheet: Sheet) -> None:
        self.matching = guessed(sheet, EDGES)
        self._named = persons.guessed_naming(sheet, self.matching["first"], self._facts.ids())

    def matched(self, sheet: Sheet, role: str) -> None:
        """Do nothing: how people are named stays as it was chosen."""

    def questions(self, sheet: Sheet) -> list[Block]:
        return [naming(self._named, self._facts)]

    def changed(self, key: str, value: Any) -> None:
        if key == "named":
            self._named = str(value)

    def refuse_open_questions(self) -> None:
        """Refuse nothing: every question has an answer from the beginning."""

    def examine(self, sheet: Sheet, decisions: Mapping[str, str], progress: Progress) -> Problems:
        reading = edges.Reading(self.matching, self._named, decisions)
        return edges.examine(sheet, reading, self._facts.people(), self._facts.ids())

    def take(self, found: Any) -> None:
        self._found = found

    def left(self) -> list[Block]:
        assert self._found is not None
        return [note(f"Left: {len(self._found.first):,} pairs.")]

    def to_import(self, name: Block, text: str) -> list[Block]:
        return [name]

    def place(self, name: str) -> None:
        assert self._found is not None
        placing.place_edges(self._draft, self._found, name=name or "pairs")


def naming(named: str, facts: DraftFacts) -> Block:
    """Return the question what people are named by."""
    ways = dict(persons.NAMED)
    if not facts.ids():
        ways.pop(persons.IDS)
    return select("named", "People are named by", ways, named)
