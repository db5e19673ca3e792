"""One's own people: a table with a row for each, matched, looked through, used."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from populace.engine.editing.draft import Draft
from populace.engine.importing import people, placing
from populace.engine.importing.limits import TABLES
from populace.engine.importing.matching import PEOPLE, Matching, guessed
from populace.engine.importing.reading import read_sheet
from populace.engine.importing.sheet import Sheet
from populace.engine.populations.base import Progress
from populace.studio.composer import pictures
from populace.studio.composer.looking import Looking
from populace.studio.composer.people_source import (
    MATCH,
    own_steps,
    total_block,
)
from populace.studio.composer.upload import Upload
from populace.studio.composer.wizard import Wizard
from populace.studio.composer.wizard_blocks import (
    Block,
    column_blocks,
    comma_block,
    file_here,
    markup,
    note,
    notes_block,
    select,
    table_block,
    take_column,
    upload_block,
)


class OwnPeople:
    """A table of people on its way into the draft."""

    key: ClassVar[str] = "table"
    label: ClassVar[str] = "My own people"
    about: ClassVar[str] = "A table with a row for each person"

    def __init__(self, wizard: Wizard, draft: Draft) -> None:
        self._wizard, self._draft = wizard, draft
        self._sheet: Sheet | None = None
        self._matching: Matching = {}
        self._coordinates = people.DEGREES
        self._looking = Looking(wizard, self._examined)

    @property
    def ready(self) -> bool:
        return self._sheet is not None

    @property
    def allowed(self) -> tuple[str, ...]:
        return TABLES

    @property
    def shows(self) -> Mapping[str, Callable[[], list[Block]]]:
        return own_steps(self._where, self._columns, self._problems, self._figures)

    def _where(self) -> list[Block]:
        upload = upload_block(
            "people", "Drop a table here, or click to choose it", TABLES,
            "CSV, Excel (.xlsx) or Parquet, one row for each person; up to 200 MB.",
        )  # fmt: skip
        return [upload, *file_here(self._sheet.name if self._sheet else "")]

    def _columns(self) -> list[Block]:
        sheet = self._sheet
        assert sheet is not None
        return [
            *(note(one) for one in sheet.notes),
            *column_blocks(sheet, PEOPLE, self._matching),
            *comma_block(sheet),
            select("coordinates", "Longitude and latitude are", [
                (people.DEGREES, "Degrees"), (people.METRES, "Metres of any plane")],
                self._coordinates),
            table_block(sheet, self._matching, PEOPLE),
        ]  # fmt: skip

    def _problems(self) -> list[Block]:
        found = self._looking.found
        left = note(f"Left: {found.table.num_rows:,} people.")
        return [*self._looking.blocks(), left, notes_block(found.notes)]

    def _figures(self) -> list[Block]:
        found = self._looking.found
        table = found.table
        ages = np.zeros(21)
        if "age" in table.column_names:
            ages = np.bincount(np.minimum(table["age"].to_numpy() // 5, 20), minlength=21)
        sizes = None
        if "household" in table.column_names:
            homes = table["household"].combine_chunks().dictionary_encode().indices.to_numpy()
            sizes = np.bincount(np.minimum(np.bincount(homes), 8), minlength=9)[1:]
        return [
            total_block(table.num_rows),
            markup(pictures.figures(ages, sizes, None)),
            notes_block([
                "People are the rows of the file, sorted by region and household.",
                f"Kept with them: {', '.join(table.column_names)}.", *found.notes,
            ]),
        ]  # fmt: skip

    def changed(self, key: str, value: Any) -> None:
        if self._looking.decide(key, value):
            return
        if key.startswith("column:"):
            self._matching = take_column(self._matching, key, value)
        elif key == "comma" and self._sheet is not None:
            self._sheet = replace(self._sheet, comma=value == "comma")
        elif key == "coordinates":
            self._coordinates = str(value)

    def arrived(self, key: str, upload: Upload) -> None:
        def take(sheet: Sheet) -> None:
            upload.close()
            self._looking.forget()
            self._sheet = sheet
            self._matching = guessed(sheet, PEOPLE)
            self._wizard.step = 1

        self._wizard.work(
            lambda _: read_sheet(upload.path, upload.name), take, f"Reading {upload.name}"
        )

    def leave(self, step: str) -> None:
        self._looking.leave(matching=step == MATCH)

    def _examined(self, decisions: Mapping[str, str], progress: Progress) -> people.Examined:
        assert self._sheet is not None
        reading = people.Reading(self._matching, self._coordinates, decisions)
        return people.examine(self._sheet, reading)

    def use(self) -> None:
        assert self._sheet is not None
        placing.place_people(self._draft, self._looking.found, name=self._sheet.name)
