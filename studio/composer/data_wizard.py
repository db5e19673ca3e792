"""DataWizard: one's own counts, pairs or attributes of people: upload, match, look through, import.

Nothing changes in the draft before "Import", which is one edit.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from populace.engine.editing.draft import Draft
from populace.engine.importing import placing, workbook
from populace.engine.importing.findings import Problems
from populace.engine.importing.limits import TABLES
from populace.engine.importing.matching import guessed
from populace.engine.importing.reading import read_sheet
from populace.engine.importing.sheet import Sheet
from populace.engine.populations.base import Progress
from populace.studio.composer.background import InPage
from populace.studio.composer.data_attributes import Attributes
from populace.studio.composer.data_counts import Counts
from populace.studio.composer.data_kind import DataKind
from populace.studio.composer.data_pairs import Pairs
from populace.studio.composer.draft_facts import DraftFacts
from populace.studio.composer.looking import Looking
from populace.studio.composer.upload import Upload
from populace.studio.composer.wizard import Wizard
from populace.studio.composer.wizard_blocks import (
    Block,
    column_blocks,
    comma_block,
    file_here,
    notes_block,
    select,
    table_block,
    take_column,
    upload_block,
)

_KINDS = (Counts, Pairs, Attributes)


def data_wizard(draft: Draft, in_page: InPage) -> Wizard:
    """Return the dialog that brings data in."""
    return Wizard("Bring your data", lambda wizard: DataSteps(wizard, draft), in_page)


class DataSteps:
    """From a file to a part of the model, with every problem told before."""

    names = ("Upload", "Match columns", "Problems", "Import")
    end = "Import"

    def __init__(self, wizard: Wizard, draft: Draft) -> None:
        self._wizard, self._draft = wizard, draft
        self._facts = DraftFacts(draft)
        self._looking: Looking[Problems] = Looking(wizard, self._examined, self._take)
        self._upload: Upload | None = None
        self._start_again(Counts.key)

    def _start_again(self, key: str) -> None:
        self._kind = self._kind_of(key)
        self._pages: tuple[str, ...] = ()
        self._sheet: Sheet | None = None
        self._name = ""
        self._looking.forget()

    def _kind_of(self, key: str) -> DataKind:
        chosen = next((kind for kind in _KINDS if kind.key == key), Counts)
        return chosen(self._draft, self._facts)

    @property
    def ready(self) -> bool:
        return self._sheet is not None

    def close(self) -> None:
        if self._upload is not None:
            self._upload.close()

    # What each step shows

    def blocks(self) -> list[Block]:
        shows = (self._to_upload, self._to_match, self._problems, self._to_import)
        return shows[self._wizard.step]()

    def _to_upload(self) -> list[Block]:
        return [
            {
                "type": "choices",
                "key": "what",
                "label": "What the file holds",
                "options": [[kind.key, kind.label, kind.about] for kind in _KINDS],
                "value": self._kind.key,
            },
            upload_block(
                "file", "Drop a file here, or click to choose it", TABLES,
                "CSV with any separator, Excel (.xlsx) or Parquet; up to 200 MB. Nothing is "
                "imported before you have seen what is wrong with it.",
            ),
            *file_here(self._sheet.name if self._sheet else ""),
        ]  # fmt: skip

    def _to_match(self) -> list[Block]:
        sheet, kind = self._sheet, self._kind
        assert sheet is not None
        blocks: list[Block] = []
        if len(self._pages) > 1:
            pages = [(page, page) for page in self._pages]
            blocks.append(select("page", "Sheet of the workbook", pages, self._pages[0]))
        decimals = "a comma" if sheet.comma else "a point"
        notes = [*sheet.notes, f"{sheet.count:,} rows. Decimals are written with {decimals}."]
        return [
            *blocks,
            *column_blocks(sheet, kind.roles, kind.matching),
            *kind.questions(sheet),
            *comma_block(sheet),
            table_block(sheet, kind.matching, kind.roles),
            notes_block(notes),
        ]

    def _problems(self) -> list[Block]:
        return [*self._looking.blocks(), *self._left()]

    def _to_import(self) -> list[Block]:
        name: Block = {"type": "text", "key": "name", "label": "Name", "value": self._name,
                       "about": f"Kept as data/{placing.file_stem(self._name)}.csv"}  # fmt: skip
        return [*self._kind.to_import(name, self._name), *self._left()]

    def _left(self) -> list[Block]:
        """Show what would be imported."""
        return [*self._kind.left(), notes_block(self._looking.found.notes)]

    # What the person does

    def go_on(self) -> None:
        matching = self._wizard.step == 1
        if matching:
            self._kind.refuse_open_questions()
        self._looking.leave(matching=matching)

    def _examined(self, decisions: Mapping[str, str], progress: Progress) -> Problems:
        assert self._sheet is not None
        return self._kind.examine(self._sheet, decisions, progress)

    def _take(self, found: Problems) -> None:
        self._kind.take(found)

    def changed(self, key: str, value: Any) -> None:
        if self._looking.decide(key, value):
            return
        if key == "what":
            self._kind = self._kind_of(str(value))
            if self._sheet is not None:
                self._match(self._sheet)
        elif key.startswith("column:"):
            self._kind.matching = take_column(self._kind.matching, key, value)
            if self._sheet is not None:
                self._kind.matched(self._sheet, key.partition(":")[2])
        elif key == "page" and value in self._pages:
            self._read(str(value))
        elif key == "comma" and self._sheet is not None:
            self._sheet = replace(self._sheet, comma=value == "comma")
        elif key == "name":
            self._name = str(value)
        else:
            self._kind.changed(key, value)

    def finish(self) -> None:
        self._kind.place(self._name)
        self.close()
        self._start_again(self._kind.key)
        self._wizard.step = 0
        self._wizard.hide()

    # The file

    def allowed(self, key: str) -> tuple[str, ...]:
        return TABLES

    def arrived(self, key: str, upload: Upload) -> None:
        self.close()
        self._upload, self._pages = upload, ()
        self._read("")

    def _read(self, page: str) -> None:
        """Read a table, or a page of a workbook."""
        upload, roles = self._upload, self._kind.roles
        assert upload is not None

        def read(_: Any) -> tuple[Sheet, tuple[str, ...]]:
            is_workbook = upload.path.suffix == ".xlsx"
            pages = workbook.pages(upload.path, upload.name) if is_workbook else ()
            sheet = read_sheet(upload.path, upload.name, page)
            for heading in (one for found in guessed(sheet, roles).values() for one in found):
                sheet.texts(heading)  # here, so that the page need not wait for it
            return sheet, pages

        def take(result: tuple[Sheet, tuple[str, ...]]) -> None:
            sheet, pages = result
            # The page that is shown stands first in the list.
            self._pages = tuple(sorted(pages, key=lambda one: one != sheet.page))
            self._name = sheet.name
            self._match(sheet)
            self._wizard.step = 1

        self._wizard.work(read, take, f"Reading {upload.name}")

    def _match(self, sheet: Sheet) -> None:
        """Guess what is in the columns."""
        self._looking.forget()
        self._sheet = sheet
        self._kind.begin(sheet)
