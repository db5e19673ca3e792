"""One's own map, and a table beside it: matched, looked through, filled with people."""

import html
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar

from populace.engine.editing.draft import Draft
from populace.engine.importing import areas, placing
from populace.engine.importing.limits import MAPS, TABLES
from populace.engine.importing.maps import Map, outline_paths, read_map
from populace.engine.importing.matching import REGIONS, Matching, guessed
from populace.engine.importing.reading import read_sheet
from populace.engine.importing.sheet import Sheet
from populace.engine.populations._world.sources import countries
from populace.engine.populations.base import Progress
from populace.studio.composer import pictures
from populace.studio.composer.looking import Looking
from populace.studio.composer.people_source import (
    MATCH,
    count_blocks,
    counted,
    own_steps,
    rule_of,
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

_SHOWN_AT_ONCE = 2_000_000  # people; of more, a million stand for all by default
_OF_MAP = ("name", "id")  # roles of columns of the map, also where a table stands beside it


class OwnMap:
    """A map on its way into the draft."""

    key: ClassVar[str] = "map"
    label: ClassVar[str] = "My own map"
    about: ClassVar[str] = "Regions from GeoJSON, GeoPackage or Shapefile"

    def __init__(self, wizard: Wizard, draft: Draft) -> None:
        self._wizard, self._draft = wizard, draft
        self._file = ""
        self._map: Map | None = None
        self._paths: list[str] = []  # of the areas of the map, for its picture
        self._table: Sheet | None = None  # beside the map
        self._key = ""  # heading of the table that names its regions
        self._matching: Matching = {}
        self._ages_of = (draft.spec.get("population") or {}).get("ages_of", "United Kingdom")
        self._looking = Looking(wizard, self._examined, self._take)
        self._people = 1  # of all its regions
        self._wanted: int | None = None

    @property
    def ready(self) -> bool:
        return self._map is not None

    @property
    def allowed(self) -> tuple[str, ...]:
        return MAPS if self._wizard.step == 0 else TABLES

    # What each step shows

    @property
    def shows(self) -> Mapping[str, Callable[[], list[Block]]]:
        return own_steps(self._where, self._columns, self._problems, self._how_many)

    def _where(self) -> list[Block]:
        upload = upload_block(
            "map", "Drop a map here, or click to choose it", MAPS,
            "GeoJSON, GeoPackage (.gpkg), a Shapefile in a .zip, or GeoParquet; up to 200 MB. "
            "It never leaves this computer's Populace.",
        )  # fmt: skip
        return [upload, *file_here(self._file)]

    def _columns(self) -> list[Block]:
        drawn = self._map
        assert drawn is not None
        sheet = self._table or drawn.sheet
        ages = [(name, f"Those of {name}") for name in countries()]
        beside = upload_block(
            "table", "People in another file? Drop the table here", TABLES,
            "CSV, Excel or Parquet with a row for each region.",
        )  # fmt: skip
        return [
            *(note(one) for one in drawn.sheet.notes),
            *self._choices(drawn),
            select("ages_of", "Ages, where the file has none or wide bands", ages, self._ages_of),
            *comma_block(sheet),
            self._picture(drawn),
            {**table_block(sheet, self._matching, REGIONS, 5), "side": True},
            {**beside, "side": True},
        ]

    def _choices(self, drawn: Map) -> list[Block]:
        """Return what the columns of the map, and of the table beside it, may be."""
        table = self._table
        if table is None:
            return column_blocks(drawn.sheet, REGIONS, self._matching)
        options = [("", "Choose a column"), *((one, one) for one in table.headings)]
        key = select(
            "key", f"Region, in {table.name}", options, self._key,
            "The column of the table that names regions as the map does.", wanting=not self._key,
        )  # fmt: skip
        of_map = [role for role in REGIONS if role.key in _OF_MAP]
        beside = [role for role in REGIONS if role.key not in _OF_MAP]
        return [
            *column_blocks(drawn.sheet, of_map, self._matching),
            key,
            *column_blocks(table, beside, self._matching),
        ]

    def _picture(self, drawn: Map) -> Block:
        name = (self._matching.get("name") or ("",))[0]
        return markup(pictures.areas(drawn, self._paths, name), side=True)

    def _problems(self) -> list[Block]:
        found = self._looking.found
        left = note(f"Left: {found.table.num_rows:,} regions with {found.people:,} people.")
        return [*self._looking.blocks(), left, notes_block(found.notes)]

    def _how_many(self) -> list[Block]:
        found, drawn = self._looking.found, self._map
        assert drawn is not None
        people, total, mean = self._count(), self._people, found.household_size
        size = [] if mean is None else [f"Households have {mean:.2f} people on average."]
        notes = [
            rule_of(people, total), "People are spread evenly over their region.", *size,
            "Households, schools and teams at work are made up.", *found.notes,
        ]  # fmt: skip
        return [
            *count_blocks(people, 1, total, html.escape(self._file)),
            markup(pictures.figures(found.ages, None, None)),
            self._picture(drawn),
            notes_block(notes, side=True),
        ]

    def _count(self) -> int:
        total = self._people
        usual = total if total <= _SHOWN_AT_ONCE else 1_000_000
        return min(usual if self._wanted is None else self._wanted, total)

    # What the person does

    def changed(self, key: str, value: Any) -> None:
        if self._looking.decide(key, value):
            return
        if key.startswith("column:"):
            self._matching = take_column(self._matching, key, value)
        elif key == "key":
            self._key = str(value)
        elif key == "ages_of" and value in countries():
            self._ages_of = value
        elif key == "comma":
            self._write_with(comma=value == "comma")
        elif key in ("people", "share"):
            self._wanted = counted(key, value, 1, self._people)

    def _write_with(self, *, comma: bool) -> None:
        """Take decimals as they were said to be written."""
        if self._table is not None:
            self._table = replace(self._table, comma=comma)
        elif self._map is not None:
            self._map = replace(self._map, sheet=replace(self._map.sheet, comma=comma))

    def arrived(self, key: str, upload: Upload) -> None:
        words = f"Reading {upload.name}"
        if key == "map":
            read, take = partial(_map_of, upload), self._take_map
        else:
            read, take = lambda _: read_sheet(upload.path, upload.name), self._take_table
        self._wizard.work(read, partial(take, upload), words)

    def _take_map(self, upload: Upload, found: tuple[Map, list[str], Matching]) -> None:
        upload.close()
        self._map, self._paths, self._matching = found
        self._file, self._table = upload.name, None
        self._looking.forget()
        self._wizard.step = 1

    def _take_table(self, upload: Upload, table: Sheet) -> None:
        upload.close()
        self._table = table
        self._looking.forget()
        of_table = guessed(table, REGIONS)
        self._key = (of_table["id"] or of_table["name"] or ("",))[0]
        if of_table["name"] and self._shares_names(table, of_table["name"][0]):
            self._key = of_table["name"][0]
        beside = {role: of_table[role] for role in ("people", "household_size", "ages")}
        self._matching = self._matching | beside

    def _shares_names(self, table: Sheet, heading: str) -> bool:
        """Tell whether a column of the table names regions as the map does."""
        assert self._map is not None
        name = (self._matching.get("name") or ("",))[0]
        if not name:
            return False
        there = {text.casefold() for text in self._map.sheet.texts(name)[1]}
        return any(text.casefold() in there for text in table.texts(heading)[1])

    def leave(self, step: str) -> None:
        self._looking.leave(matching=step == MATCH)

    def _examined(self, decisions: Mapping[str, str], progress: Progress) -> areas.Examined:
        assert self._map is not None
        first = {role: (headings or ("",))[0] for role, headings in self._matching.items()}
        reading = areas.Reading(
            self._matching, first.get("name", ""), first.get("id", ""), ages_of=self._ages_of,
            decisions=decisions,
        )  # fmt: skip
        if self._table is not None:
            reading = replace(reading, key=self._key)
        return areas.examine(self._map, reading, self._table)

    def _take(self, found: areas.Examined) -> None:
        self._people, self._wanted = max(found.people, 1), None

    def use(self) -> None:
        placing.place_areas(
            self._draft, self._looking.found, name=placing.file_stem(self._file),
            ages_of=self._ages_of, people=self._count(),
        )  # fmt: skip


def _map_of(upload: Upload, progress: Any) -> tuple[Map, list[str], Matching]:
    """Read a map, its picture and what its columns most likely are."""
    progress(f"Reading {upload.name}", 0.1)
    drawn = read_map(upload.path, upload.name)
    progress("Drawing the map", 0.6)
    return drawn, outline_paths(drawn.geometry), guessed(drawn.sheet, REGIONS)
