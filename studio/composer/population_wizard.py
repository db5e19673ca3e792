"""PopulationWizard: whose people the model has: a country's, a city's, a made-up town's, one's own.

Nothing changes in the draft before "Use these people", which is one edit.
"""

import html
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar

import numpy as np

from populace.engine.component import Component
from populace.engine.editing.draft import Draft, Spec
from populace.engine.errors import ProjectError
from populace.engine.importing import areas, placing
from populace.engine.importing import people as own_people
from populace.engine.importing.limits import MAPS, TABLES
from populace.engine.importing.maps import Map, outline_paths, read_map
from populace.engine.importing.matching import PEOPLE, REGIONS, Matching, guessed
from populace.engine.importing.preview import Preview, preview_of
from populace.engine.importing.reading import read_sheet
from populace.engine.importing.sheet import Sheet
from populace.engine.populations._world.sources import YEARS, age_bands, countries
from populace.engine.populations.base import Population
from populace.engine.registry import kind
from populace.studio.composer import pictures
from populace.studio.composer.background import InPage
from populace.studio.composer.upload import Upload
from populace.studio.composer.wizard import (
    Block,
    Wizard,
    column_blocks,
    comma_block,
    markup,
    note,
    notes_block,
    problem_blocks,
    row,
    select,
    table_block,
    take_column,
    upload_block,
)

COUNTRY, CITY, TOWN, MAP, TABLE = "country", "nyc", "town", "map", "table"
_SOURCES = (
    (COUNTRY, "A country", "One of 237, with its ages and towns"),
    (CITY, "New York City", "8.8 million people on their lots"),
    (TOWN, "A made-up town", "Streets, homes, schools; for teaching"),
    (MAP, "My own map", "Regions from GeoJSON, GeoPackage or Shapefile"),
    (TABLE, "My own people", "A table with a row for each person"),
)
_OWN_STEPS = ["Where", "Match columns", "Problems", "How many"]
_SHOWN_AT_ONCE = 2_000_000  # people; of more, a million stand for all by default


class PopulationWizard(Wizard):
    """Choose people, see them, use them."""

    title: ClassVar[str] = "Choose people"

    def __init__(self, draft: Draft, in_page: InPage, **settings: Any) -> None:
        super().__init__(draft, in_page, **settings)
        self._source = COUNTRY
        self._country, self._year, self._ages_of = "Kenya", "2025", "United Kingdom"
        self._people: dict[str, int] = {}  # by source; without, the usual number
        self._preview: tuple[Spec, Preview] | None = None
        self._file = ""
        self._map: Map | None = None
        self._paths: list[str] = []  # of the areas of the map, for its picture
        self._sheet: Sheet | None = None  # own people, or a table beside a map
        self._matching: Matching = {}
        self._key = ""  # heading of the table beside a map that names its regions
        self._coordinates = own_people.DEGREES
        self._decisions: dict[str, str] = {}
        self._areas: areas.Examined | None = None
        self._table: own_people.Examined | None = None
        self._begin_with(draft.spec.get("population") or {})

    def _begin_with(self, spec: Spec) -> None:
        """Begin with the people that the draft has."""
        self._source = spec["kind"] if spec.get("kind") in (COUNTRY, CITY, TOWN) else COUNTRY
        self._country = spec.get("country", self._country)
        self._year = spec.get("year", self._year)
        self._ages_of = spec.get("ages_of", self._ages_of)
        if isinstance(spec.get("people"), int):
            self._people[self._source] = spec["people"]

    def appear(self) -> None:
        """Open the dialog."""
        if not self.world:
            self.world = pictures.world()
        super().appear()

    def steps(self) -> list[str]:
        if self._source in (MAP, TABLE):
            return _OWN_STEPS
        return ["Where", "How many"]

    # What each step shows

    def blocks(self) -> list[Block]:
        return {
            "Where": self._where,
            "Match columns": self._columns,
            "Problems": self._problems,
            "How many": self._how_many,
        }[self.steps()[self._step]]()

    def _where(self) -> list[Block]:
        blocks: list[Block] = [
            {
                "type": "choices",
                "key": "source",
                "label": "Whose people",
                "options": [list(one) for one in _SOURCES],
                "value": self._source,
            }
        ]
        if self._source == COUNTRY:
            return [*blocks, *self._of_country()]
        if self._source == MAP:
            upload = upload_block(
                "map", "Drop a map here, or click to choose it", MAPS,
                "GeoJSON, GeoPackage (.gpkg), a Shapefile in a .zip, or GeoParquet; up to 200 MB. "
                "It never leaves this computer's Populace.",
            )  # fmt: skip
            return [*blocks, upload, *self._here()]
        if self._source == TABLE:
            upload = upload_block(
                "people", "Drop a table here, or click to choose it", TABLES,
                "CSV, Excel (.xlsx) or Parquet, one row for each person; up to 200 MB.",
            )  # fmt: skip
            return [*blocks, upload, *self._here()]
        about = {
            CITY: "Residents of New York in their households, schools and workplaces, on the tax "
            "lots that they live on (census of 2020, American Community Survey 2019-2023).",
            TOWN: "A round town with the ages of a country. Everything else in it is made up; "
            "nobody lives outside, which keeps an epidemic easy to follow.",
        }[self._source]
        return [*blocks, note(about)]

    def _here(self) -> list[Block]:
        """Say which file is here already."""
        if not self._file:
            return []
        return [note(f"{self._file} is here: go on, or choose another file.", "good")]

    def _of_country(self) -> list[Block]:
        land = countries()[self._country]
        total = float(age_bands(land.number, self._year).sum())
        return [
            {
                "type": "search",
                "key": "country",
                "label": "Country",
                "options": [[name, one.code] for name, one in countries().items()],
                "value": self._country,
                "placeholder": "Search 237 countries",
            },
            {"type": "world", "key": "country", "value": self._country, "side": True},
            markup(
                f'<span class="dim">{html.escape(self._country)} in {self._year}</span>'
                f'<div class="total">{total:,.0f} people</div>'
                '<span class="dim">United Nations, World Population Prospects 2024</span>',
                side=True,
            ),
            select("year", "Year", [(year, year) for year in YEARS], self._year,
                   "2025 is a projection.", side=True),
        ]  # fmt: skip

    def _columns(self) -> list[Block]:
        if self._source == TABLE:
            return self._columns_of_people()
        drawn, roles = self._map, REGIONS
        assert drawn is not None
        blocks: list[Block] = [*(note(one) for one in drawn.sheet.notes)]
        if self._sheet is None:
            blocks += column_blocks(drawn.sheet, roles, self._matching)
        else:
            beside = [role for role in roles if role.key not in ("name", "id")]
            of_map = [role for role in roles if role.key in ("name", "id")]
            blocks += column_blocks(drawn.sheet, of_map, self._matching)
            options = [("", "Choose a column"), *((one, one) for one in self._sheet.headings)]
            blocks.append(
                select("key", f"Region, in {self._sheet.name}", options, self._key,
                       "The column of the table that names regions as the map does.",
                       wanting=not self._key)
            )  # fmt: skip
            blocks += column_blocks(self._sheet, beside, self._matching)
        blocks.append(
            select("ages_of", "Ages, where the file has none or wide bands",
                   [(name, f"Those of {name}") for name in countries()], self._ages_of)
        )  # fmt: skip
        sheet = self._sheet or drawn.sheet
        blocks += comma_block(sheet)
        picture = pictures.areas(drawn, self._paths, (self._matching.get("name") or ("",))[0])
        beside_block = upload_block(
            "table", "People in another file? Drop the table here", TABLES,
            "CSV, Excel or Parquet with a row for each region.",
        )  # fmt: skip
        return [
            *blocks,
            markup(picture, side=True),
            {**table_block(sheet, self._matching, roles, 5), "side": True},
            {**beside_block, "side": True},
        ]

    def _columns_of_people(self) -> list[Block]:
        sheet = self._sheet
        assert sheet is not None
        return [
            *(note(one) for one in sheet.notes),
            *column_blocks(sheet, PEOPLE, self._matching),
            *comma_block(sheet),
            select("coordinates", "Longitude and latitude are", [
                (own_people.DEGREES, "Degrees"), (own_people.METRES, "Metres of any plane")],
                self._coordinates),
            table_block(sheet, self._matching, PEOPLE),
        ]  # fmt: skip

    def _problems(self) -> list[Block]:
        found = self._areas if self._source == MAP else self._table
        assert found is not None
        if not found.groups:
            first = note("Nothing is wrong with the file.", "good")
        else:
            words = f"{found.problem_count:,} problems. Choose what to do; the file stays as it is."
            first = note(words, "warn")
        if isinstance(found, areas.Examined):
            left = f"Left: {found.table.num_rows:,} regions with {found.people:,} people."
        else:
            left = f"Left: {found.table.num_rows:,} people."
        return [first, *problem_blocks(found.groups), note(left), notes_block(found.notes)]

    def _how_many(self) -> list[Block]:
        if self._source == TABLE:
            assert self._table is not None
            return self._own_people_figures(self._table)
        total, people = self._total(), self._count()
        blocks: list[Block] = [
            row(
                {"type": "number", "key": "people", "label": "People in the model",
                 "value": people, "min": self._least(), "max": total, "step": 1, "unit": "people"},
                {"type": "number", "key": "share", "label": "Share of all", "min": 0, "max": 100,
                 "step": "any", "value": float(f"{people / total * 100:.3g}"), "unit": "%"},
            ),
            markup(f'<span class="dim">{html.escape(self._label())}</span>'
                   f'<div class="total">{people:,} people</div>'),
        ]  # fmt: skip
        if self._source == TOWN:
            options = [(name, name) for name in countries()]
            blocks.insert(1, select("ages_of", "Ages as in", options, self._ages_of))
        rule = "Everybody is in the model."
        if people < total:
            share = f"{people / total:.2%} of all, with the same ages"
            rule = f"{people:,} people stand for {total:,}: {share}."
        if self._source == MAP:
            found, drawn = self._areas, self._map
            assert found is not None
            assert drawn is not None
            mean = found.household_size
            picture = pictures.areas(drawn, self._paths, (self._matching.get("name") or ("",))[0])
            blocks.append(markup(pictures.figures(found.ages, None, None)))
            size = "" if mean is None else f"Households have {mean:.2f} people on average."
            notes = [
                rule, "People are spread evenly over their region.", size,
                "Households, schools and teams at work are made up.", *found.notes,
            ]  # fmt: skip
            return [
                *blocks,
                markup(picture, side=True),
                notes_block([one for one in notes if one], side=True),
            ]
        shown = self._preview
        if shown is None or shown[0] != self._preview_spec():
            return blocks
        found = shown[1]
        notes = [*([rule] if self._source == COUNTRY else []), *found.notes]
        return [
            *blocks,
            markup(pictures.figures(found.ages, found.sizes, found.mean_size)),
            {**markup(pictures.dots(found)), "side": True},
            notes_block([f"{len(found.regions):,} regions.", *notes], side=True),
        ]

    def _own_people_figures(self, found: own_people.Examined) -> list[Block]:
        table = found.table
        ages = np.zeros(21)
        if "age" in table.column_names:
            ages = np.bincount(np.minimum(table["age"].to_numpy() // 5, 20), minlength=21)
        sizes = None
        if "household" in table.column_names:
            homes = table["household"].combine_chunks().dictionary_encode().indices.to_numpy()
            sizes = np.bincount(np.minimum(np.bincount(homes), 8), minlength=9)[1:]
        return [
            markup(f'<div class="total">{table.num_rows:,} people</div>'),
            markup(pictures.figures(ages, sizes, None)),
            notes_block([
                "People are the rows of the file, sorted by region and household.",
                f"Kept with them: {', '.join(table.column_names)}.", *found.notes,
            ]),
        ]  # fmt: skip

    # Buttons

    def buttons(self) -> list[Block]:
        buttons: list[Block] = [{"key": "cancel", "label": "Cancel"}]
        if self._step > 0:
            buttons.append({"key": "back", "label": "Back"})
        busy = self._busy is not None
        if self._step < len(self.steps()) - 1:
            ready = not busy and (self._source not in (MAP, TABLE) or bool(self._file))
            buttons.append({"key": "next", "label": "Next", "primary": True, "disabled": not ready})
        else:
            label = "Use these people"
            buttons.append({"key": "use", "label": label, "primary": True, "disabled": busy})
        return buttons

    def pressed(self, key: str) -> None:
        if key == "cancel":
            self.hide()
        elif key == "back":
            self._background.stop()
            self._busy = None
            self._step -= 1
        elif key == "next":
            self._next()
        elif key == "use":
            self._use()

    def _next(self) -> None:
        here = self.steps()[self._step]
        if here == "Match columns":
            self.work(self._examined, partial(self._take_examined, move=True),
                      "Looking through the rows")  # fmt: skip
            return
        self._step += 1
        if self.steps()[self._step] == "How many" and self._source in (COUNTRY, CITY, TOWN):
            self._look()

    def _look(self) -> None:
        """Build a small population of this kind and show it."""
        spec = self._preview_spec()
        if self._preview is not None and self._preview[0] == spec:
            return

        def seen(found: Preview) -> None:
            self._preview = (spec, found)

        population = _population(spec)
        self.work(lambda progress: preview_of(population, progress), seen, "Looking at the people")

    def changed(self, key: str, value: Any) -> None:
        if key == "source" and value in dict((one[0], one) for one in _SOURCES):
            if value != self._source:
                self._source, self._file, self._map, self._sheet = value, "", None, None
                self._matching, self._decisions = {}, {}
        elif key == "country" and value in countries():
            self._country = value
        elif key == "year" and value in YEARS:
            self._year = value
        elif key == "ages_of" and value in countries():
            self._ages_of = value
            if self._source == TOWN:
                self._look()
        elif key == "people":
            self._people[self._source] = int(np.clip(int(value), self._least(), self._total()))
        elif key == "share":
            wanted = round(float(value) / 100 * self._total())
            self._people[self._source] = int(np.clip(wanted, self._least(), self._total()))
        elif key.startswith("column:"):
            self._matching = take_column(self._matching, key, value)
        elif key == "key":
            self._key = str(value)
        elif key == "comma":
            self._write_with(comma=value == "comma")
        elif key == "coordinates":
            self._coordinates = str(value)
        elif key.startswith("problem:"):
            self._decisions[key.partition(":")[2]] = str(value)
            self.work(self._examined, self._take_examined, "Looking through the rows")

    def _write_with(self, *, comma: bool) -> None:
        """Take decimals as they were said to be written."""
        if self._sheet is not None:
            self._sheet = replace(self._sheet, comma=comma)
        elif self._map is not None:
            self._map = replace(self._map, sheet=replace(self._map.sheet, comma=comma))

    # Files

    def allowed(self, key: str) -> tuple[str, ...]:
        return MAPS if key == "map" else TABLES

    def arrived(self, key: str, upload: Upload) -> None:
        words = f"Reading {upload.name}"
        if key == "map":
            self.work(partial(_map_of, upload), partial(self._take_map, upload), words)
        else:
            self.work(lambda _: read_sheet(upload.path, upload.name),
                      partial(self._take_sheet, key, upload), words)  # fmt: skip

    def _take_map(self, upload: Upload, found: tuple[Map, list[str], Matching]) -> None:
        upload.close()
        self._map, self._paths, self._matching = found
        self._file, self._sheet, self._decisions = upload.name, None, {}
        self._step = 1

    def _take_sheet(self, key: str, upload: Upload, sheet: Sheet) -> None:
        upload.close()
        self._sheet, self._decisions = sheet, {}
        if key == "people":
            self._file = upload.name
            self._matching = guessed(sheet, PEOPLE)
            self._step = 1
            return
        of_table = guessed(sheet, REGIONS)
        self._key = (of_table["id"] or of_table["name"] or ("",))[0]
        if of_table["name"] and self._shares_names(of_table["name"][0]):
            self._key = of_table["name"][0]
        beside = {role: of_table[role] for role in ("people", "household_size", "ages")}
        self._matching = self._matching | beside

    def _shares_names(self, heading: str) -> bool:
        """Tell whether a column of the table names regions as the map does."""
        assert self._map is not None
        assert self._sheet is not None
        name = (self._matching.get("name") or ("",))[0]
        if not name:
            return False
        there = {text.casefold() for text in self._map.sheet.texts(name)[1]}
        return any(text.casefold() in there for text in self._sheet.texts(heading)[1])

    def _examined(self, progress: Any) -> Any:
        progress("Looking through the rows", 0.0)
        decisions = dict(self._decisions)
        if self._source == TABLE:
            assert self._sheet is not None
            reading = own_people.Reading(self._matching, self._coordinates, decisions)
            return own_people.examine(self._sheet, reading)
        assert self._map is not None
        first = {role: (headings or ("",))[0] for role, headings in self._matching.items()}
        reading = areas.Reading(
            self._matching, first.get("name", ""), first.get("id", ""), ages_of=self._ages_of,
            decisions=decisions,
        )  # fmt: skip
        if self._sheet is not None:
            reading = replace(reading, key=self._key)
        return areas.examine(self._map, reading, self._sheet)

    def _take_examined(self, found: Any, *, move: bool = False) -> None:
        if isinstance(found, areas.Examined):
            self._areas = found
            self._people.pop(MAP, None)
        else:
            self._table = found
        if move:
            self._step = 2

    # The end

    def _use(self) -> None:
        if self._source == TABLE:
            assert self._table is not None
            placing.place_people(self._draft, self._table, name=self._file)
        elif self._source == MAP:
            assert self._areas is not None
            placing.place_areas(
                self._draft, self._areas, name=placing.file_stem(self._file),
                ages_of=self._ages_of, people=self._count(),
            )  # fmt: skip
        else:
            population = _population(self._spec())
            population.check()
            placing.use_people(self._draft, population.spec(), self._label())
        self._step = 0
        self.hide()

    def _label(self) -> str:
        return {COUNTRY: self._country, CITY: "New York City", TOWN: "a made-up town"}.get(
            self._source, self._file
        )

    def _total(self) -> int:
        """Return how many people there are to choose from."""
        if self._source == COUNTRY:
            land = countries()[self._country]
            return min(int(age_bands(land.number, self._year).sum()), 100_000_000)
        if self._source == MAP:
            return max(self._areas.people if self._areas else 1, 1)
        declared = dict(kind("populations", self._source).declarations())["people"]
        return int((declared.bounds or (0, 1))[1] or 1)

    def _least(self) -> int:
        if self._source == MAP:
            return 1
        declared = dict(kind("populations", self._source).declarations())["people"]
        return min(int((declared.bounds or (1, 1))[0] or 1), self._total())

    def _count(self) -> int:
        """Return how many people the model shall have."""
        total = self._total()
        if self._source == MAP:
            usual = total if total <= _SHOWN_AT_ONCE else 1_000_000
        else:
            usual = dict(kind("populations", self._source).declarations())["people"].default
        return min(self._people.get(self._source, usual), total)

    def _spec(self) -> Spec:
        """Return the population as it would be, but for one's own files."""
        now = self._draft.spec.get("population") or {}
        kept = dict(now) if now.get("kind") == self._source else {"kind": self._source}
        kept["people"] = self._count()
        if self._source == COUNTRY:
            kept |= {"country": self._country, "year": self._year}
        if self._source == TOWN:
            kept["ages_of"] = self._ages_of
        return kept

    def _preview_spec(self) -> Spec:
        return {key: value for key, value in self._spec().items() if key != "people"}


def _map_of(upload: Upload, progress: Any) -> tuple[Map, list[str], Matching]:
    """Read a map, its picture and what its columns most likely are."""
    progress(f"Reading {upload.name}", 0.1)
    drawn = read_map(upload.path, upload.name)
    progress("Drawing the map", 0.6)
    return drawn, outline_paths(drawn.geometry), guessed(drawn.sheet, REGIONS)


def _population(spec: Spec) -> Population:
    component = kind("populations", str(spec["kind"])).from_spec(spec)
    if not isinstance(component, Population):
        raise ProjectError("is no population.", place="population")
    assert isinstance(component, Component)
    return component
