"""What is known of people on its way into a draft: attributes of one's own."""

from collections.abc import Mapping
from typing import Any, ClassVar

from populace.engine.columns import names_of
from populace.engine.editing.draft import Draft
from populace.engine.errors import ProjectError
from populace.engine.importing import attributes, persons, placing
from populace.engine.importing.findings import Problems
from populace.engine.importing.matching import ATTRIBUTES, Matching, Role
from populace.engine.importing.sheet import Sheet
from populace.engine.populations.base import Progress
from populace.studio.composer.data_pairs import naming
from populace.studio.composer.draft_facts import DraftFacts
from populace.studio.composer.wizard_blocks import Block, note, notes_block, row


class Attributes:
    """Something about each person, told person by person, or by age and region."""

    key: ClassVar[str] = "attributes"
    label: ClassVar[str] = "Something about each person"
    about: ClassVar[str] = "Occupation, income ...: by person, or by age and region"
    roles: ClassVar[tuple[Role, ...]] = ATTRIBUTES

    def __init__(self, draft: Draft, facts: DraftFacts) -> None:
        self._draft, self._facts = draft, facts
        self.matching: Matching = {}
        self._named = persons.FROM_0
        self._names: dict[str, str] = {}  # of attributes, by heading; the person's choice
        self._found: attributes.Examined | None = None

    def begin(self, sheet: Sheet) -> None:
        self.matching = attributes.guessed(sheet)
        self._names = {}
        self._named = persons.guessed_naming(sheet, self.matching["person"], self._facts.ids())

    def matched(self, sheet: Sheet, role: str) -> None:
        if role == "person":
            ids = self._facts.ids()
            self._named = persons.guessed_naming(sheet, self.matching["person"], ids)

    def questions(self, sheet: Sheet) -> list[Block]:
        return [naming(self._named, self._facts)] if self.matching.get("person") else []

    def changed(self, key: str, value: Any) -> None:
        if key == "named":
            self._named = str(value)
        elif key.startswith("attribute:"):
            self._names[key.partition(":")[2]] = str(value)

    def refuse_open_questions(self) -> None:
        if not self.matching.get("values"):
            raise ProjectError("Choose at least one column of what is known of people.")

    def examine(self, sheet: Sheet, decisions: Mapping[str, str], progress: Progress) -> Problems:
        reading = attributes.Reading(self.matching, self._named, decisions)
        by_region = self.matching.get("region") and not self.matching.get("person")
        there = self._facts.places(progress) if by_region else None
        regions = tuple(sorted(names_of(there))) if there else ()
        setting = attributes.Setting(self._facts.people(), self._facts.ids(), regions)
        return attributes.examine(sheet, reading, setting)

    def take(self, found: Any) -> None:
        self._found = found

    def left(self) -> list[Block]:
        found = self._found
        assert found is not None
        what = "people" if found.by_person else "rows"
        return [note(f"Left: {found.table.num_rows:,} {what}."), notes_block(found.summary)]

    def to_import(self, name: Block, text: str) -> list[Block]:
        assert self._found is not None
        names = placing.attribute_names(self._draft, self._found, self._names)
        fields: list[Block] = [
            {"type": "text", "key": f"attribute:{heading}", "label": f"Attribute of {heading}",
             "value": own, "about": "Policies and observations choose people by this name."}
            for heading, own in names.items()
        ]  # fmt: skip
        return [name, row(*fields)]

    def place(self, name: str) -> None:
        assert self._found is not None
        placing.place_attributes(
            self._draft, self._found, name=name or "attributes", names=self._names
        )
