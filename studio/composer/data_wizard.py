"""DataWizard: one's own counts by date, or pairs of people: upload, match, look through, import."""

import datetime as dt
from dataclasses import replace
from typing import Any, ClassVar

from populace.engine.editing.draft import Draft
from populace.engine.errors import ProjectError
from populace.engine.graph import graph_of
from populace.engine.importing import dates as writing
from populace.engine.importing import edges, placing, series, workbook
from populace.engine.importing.limits import TABLES
from populace.engine.importing.matching import EDGES, SERIES, Matching, guessed, plain_words
from populace.engine.importing.preview import smaller
from populace.engine.importing.reading import read_sheet
from populace.engine.importing.sheet import Sheet
from populace.engine.population_cache import people_of
from populace.engine.populations.base import Population
from populace.engine.populations.table import Table
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

COUNTS, PAIRS = "series", "edges"
_WHAT = (
    (COUNTS, "Counts by date", "Cases, people in hospital ...: drawn over the curve"),
    (PAIRS, "Who meets whom", "Pairs of people: a network of the model"),
)
_STEPS = ["Upload", "Match columns", "Problems", "Import"]
_NEW_WORDS = frozenset(
    ("new", "cases", "case", "incidence", "falle", "fälle", "neue", "casos", "cas", "daily",
     "deaths", "admissions", "infections", "cumulative", "positive")
)  # fmt: skip


class DataWizard(Wizard):
    """From a file to an observation or a network, with every problem told before."""

    title: ClassVar[str] = "Bring your data"

    def __init__(self, draft: Draft, in_page: InPage, **settings: Any) -> None:
        super().__init__(draft, in_page, **settings)
        self._what = COUNTS
        self._ids_of, self._ids_read = "", []
        self._start_again()

    def _start_again(self) -> None:
        self._step = 0
        self._upload_here: Upload | None = None
        self._pages: tuple[str, ...] = ()
        self._sheet: Sheet | None = None
        self._matching: Matching = {}
        self._form, self._form_guess = "", None
        self._unit, self._interval = series.PEOPLE, series.DAYS
        self._measure, self._place = series.PRESENT, series.ALL_PLACES
        self._named = edges.FROM_0
        self._decisions: dict[str, str] = {}
        self._found: series.Examined | edges.Examined | None = None
        self._name, self._legend = "", ""
        self._states: list[str] | None = None

    def steps(self) -> list[str]:
        return _STEPS

    def close(self) -> None:
        """Let go of files: the page has gone."""
        super().close()
        if self._upload_here is not None:
            self._upload_here.close()

    # What each step shows

    def blocks(self) -> list[Block]:
        return (self._to_upload, self._to_match, self._problems, self._to_import)[self._step]()

    def _to_upload(self) -> list[Block]:
        blocks: list[Block] = [
            {
                "type": "choices",
                "key": "what",
                "label": "What the file holds",
                "options": [list(one) for one in _WHAT],
                "value": self._what,
            },
            upload_block(
                "file", "Drop a file here, or click to choose it", TABLES,
                "CSV with any separator, Excel (.xlsx) or Parquet; up to 200 MB. Nothing is "
                "imported before you have seen what is wrong with it.",
            ),
        ]  # fmt: skip
        if self._sheet is not None:
            blocks.append(note(f"{self._sheet.name} is here: go on, or choose another.", "good"))
        return blocks

    def _to_match(self) -> list[Block]:
        sheet = self._sheet
        assert sheet is not None
        roles = SERIES if self._what == COUNTS else EDGES
        blocks: list[Block] = []
        if len(self._pages) > 1:
            pages = [(page, page) for page in self._pages]
            blocks.append(select("page", "Sheet of the workbook", pages, self._pages[0]))
        blocks += column_blocks(sheet, roles, self._matching)
        blocks += self._of_series(sheet) if self._what == COUNTS else self._of_edges()
        decimals = "a comma" if sheet.comma else "a point"
        notes = [*sheet.notes, f"{sheet.count:,} rows. Decimals are written with {decimals}."]
        blocks += comma_block(sheet)
        return [*blocks, table_block(sheet, self._matching, roles), notes_block(notes)]

    def _of_series(self, sheet: Sheet) -> list[Block]:
        guess = self._form_guess
        forms = {"": "Choose how dates are written"} if not self._form else {}
        forms |= {key: form.label for key, form in writing.FORMS.items()}
        about = ""
        if guess is not None and not guess.sure and guess.others:
            about = "The dates fit more than one way of writing, day or month first: choose."
        places = series.places_of(sheet, self._matching)
        blocks: list[Block] = [
            row(
                select("form", "Dates are written", forms, self._form, about,
                       wanting=not self._form or bool(about)),
                select("unit", "Numbers are", series.UNITS, self._unit),
            ),
            row(
                select("measure", "They count", series.MEASURES, self._measure),
                select("interval", "Each number is", series.INTERVALS, self._interval),
            ),
        ]  # fmt: skip
        if places:
            every = [(series.ALL_PLACES, f"All {len(places):,} added together")]
            options = [*every, *((place, place) for place in places[:2_000])]
            blocks.append(
                select("place", "Which places", options, self._place,
                       "The curve is of all people of the model.")
            )  # fmt: skip
        return blocks

    def _of_edges(self) -> list[Block]:
        named = dict(edges.NAMED)
        if not self._ids():
            named.pop(edges.IDS)
        return [select("named", "People are named by", named, self._named)]

    def _problems(self) -> list[Block]:
        found = self._found
        assert found is not None
        if not found.groups:
            first = note("Nothing is wrong with the file.", "good")
        else:
            words = f"{found.problem_count:,} problems. Choose what to do; the file stays as it is."
            first = note(words, "warn")
        return [first, *problem_blocks(found.groups), *self._left(found)]

    def _left(self, found: series.Examined | edges.Examined) -> list[Block]:
        """Show what would be imported."""
        if isinstance(found, edges.Examined):
            return [note(f"Left: {len(found.first):,} pairs."), notes_block(found.notes)]
        if len(found.dates) == 0:
            return [note("Nothing is left to import.", "error"), notes_block(found.notes)]
        words = f"Left: {len(found.dates):,} dates from {found.dates[0]} to {found.dates[-1]}."
        return [note(words), markup(pictures.series(found.dates, found.counts)),
                notes_block(found.notes)]  # fmt: skip

    def _to_import(self) -> list[Block]:
        found = self._found
        assert found is not None
        name: Block = {"type": "text", "key": "name", "label": "Name", "value": self._name,
                       "about": f"Kept as data/{placing.file_stem(self._name)}.csv"}  # fmt: skip
        if self._what == PAIRS:
            return [name, *self._left(found)]
        blocks: list[Block] = [
            row(name, {"type": "text", "key": "legend", "label": "Name in the legend",
                       "value": self._legend}),
        ]  # fmt: skip
        states = self._known_states()
        if self._measure == series.NEW:
            words = (
                "Drawn over the curve of new infections. Cases are only the infections that were "
                "found: expect the model to be higher."
            )
            blocks.append(note(words))
        elif states:
            chosen = self._chosen_states(states)
            blocks.append(
                {"type": "checks", "key": "states", "label": "The model counts people who are",
                 "options": [[key, label] for key, label in states], "value": chosen,
                 "about": "The numbers are held against the people in these states."}
            )  # fmt: skip
        else:
            blocks.append(note("The model has no disease yet: the numbers are held against "
                               "infectious people."))  # fmt: skip
        return [*blocks, *self._left(found)]

    # Buttons

    def buttons(self) -> list[Block]:
        buttons: list[Block] = [{"key": "cancel", "label": "Cancel"}]
        busy = self._busy is not None
        if self._step > 0:
            buttons.append({"key": "back", "label": "Back"})
        if self._step < len(_STEPS) - 1:
            ready = self._sheet is not None and not busy
            buttons.append({"key": "next", "label": "Next", "primary": True, "disabled": not ready})
        else:
            buttons.append({"key": "import", "label": "Import", "primary": True, "disabled": busy})
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
        elif key == "import":
            self._import()

    def _next(self) -> None:
        if self._step != 1:
            self._step += 1
            return
        if self._what == COUNTS and not self._form:
            raise ProjectError("Choose how the dates are written: more than one way fits.")
        self.work(self._examined, self._to_problems, "Looking through the rows")

    def _to_problems(self, found: series.Examined | edges.Examined) -> None:
        self._found = found
        self._step = 2

    def changed(self, key: str, value: Any) -> None:
        if key == "what":
            self._what = PAIRS if value == PAIRS else COUNTS
            if self._sheet is not None:
                self._match(self._sheet)
        elif key.startswith("column:"):
            self._matching = take_column(self._matching, key, value)
            if key == "column:date" and self._sheet is not None:
                self._guess_form(self._sheet)
        elif key.startswith("problem:"):
            self._decisions[key.partition(":")[2]] = str(value)
            self.work(self._examined, self._take_found, "Looking through the rows")
        elif key == "page" and value in self._pages:
            self._read(str(value))
        elif key == "comma" and self._sheet is not None:
            self._sheet = replace(self._sheet, comma=value == "comma")
        elif key == "states":
            self._states = [str(one) for one in value]
        elif key in ("form", "unit", "interval", "measure", "place", "named", "name", "legend"):
            setattr(self, f"_{key}", str(value))
            if key == "form":
                self._form_guess = None  # a person has chosen

    def _take_found(self, found: series.Examined | edges.Examined) -> None:
        self._found = found

    # The file

    def allowed(self, key: str) -> tuple[str, ...]:
        return TABLES

    def arrived(self, key: str, upload: Upload) -> None:
        if self._upload_here is not None:
            self._upload_here.close()
        self._upload_here = upload
        self._pages = ()
        self._read("")

    def _read(self, page: str) -> None:
        upload = self._upload_here
        assert upload is not None
        roles = SERIES if self._what == COUNTS else EDGES

        def read(_: Any) -> tuple[Sheet, tuple[str, ...]]:
            pages = workbook.pages(upload.path, upload.name) if _is_workbook(upload) else ()
            sheet = read_sheet(upload.path, upload.name, page)
            for heading in (one for found in guessed(sheet, roles).values() for one in found):
                sheet.texts(heading)  # here, so that the page need not wait for it
            return sheet, pages

        def take(result: tuple[Sheet, tuple[str, ...]]) -> None:
            sheet, pages = result
            # The page that is shown stands first in the list.
            first = page or (pages[0] if pages else "")
            self._pages = (first, *(one for one in pages if one != first)) if pages else ()
            self._name, self._legend = sheet.name, ""
            self._match(sheet)
            self._step = 1

        self.work(read, take, f"Reading {upload.name}")

    def _match(self, sheet: Sheet) -> None:
        """Guess what is in the columns."""
        self._sheet, self._decisions, self._found = sheet, {}, None
        if self._what == PAIRS:
            self._matching = guessed(sheet, EDGES)
            self._named = edges.guessed_naming(sheet, self._matching, self._ids())
            return
        self._matching = guessed(sheet, SERIES)
        self._guess_form(sheet)
        heading = (self._matching["value"] or ("",))[0]
        self._legend = self._legend or heading.replace("_", " ").strip().capitalize()
        words = set(plain_words(heading))
        self._measure = series.NEW if words & _NEW_WORDS else series.PRESENT
        if words & {"percent", "percentage", "prozent", "pct"} or "%" in heading:
            self._unit = series.PER_CENT
        elif "100000" in heading.replace(",", "").replace(" ", "") or "100k" in heading:
            self._unit = series.PER_100_000
        date_words = set(plain_words((self._matching["date"] or ("",))[0]))
        weekly = date_words & {"week", "woche", "semaine", "semana"} or self._form == "week"
        self._interval = series.WEEK_FROM if weekly else series.DAYS

    def _guess_form(self, sheet: Sheet) -> None:
        guess = series.guessed_form(sheet, self._matching)
        self._form_guess = guess
        self._form = guess.form if guess is not None and guess.sure else ""

    def _examined(self, progress: Any) -> series.Examined | edges.Examined:
        progress("Looking through the rows", 0.0)
        sheet, decisions = self._sheet, dict(self._decisions)
        assert sheet is not None
        if self._what == PAIRS:
            reading = edges.Reading(self._matching, self._named, decisions)
            population = self._population()
            people = None if population is None else population.agent_count()
            return edges.examine(sheet, reading, people, self._ids())
        reading = series.Reading(
            self._matching, self._form, self._unit, self._interval, self._measure, self._place,
            decisions,
        )  # fmt: skip
        return series.examine(sheet, reading, self._setting(progress))

    # What the draft says

    def _population(self) -> Population | None:
        """Return the draft's people, None while they cannot be told."""
        spec = self._draft.spec.get("population")
        try:
            found = kind("populations", str(spec["kind"])).from_spec(spec) if spec else None
            if not isinstance(found, Population):
                return None
            found.folder = self._draft.folder
            found.check()
        except (ProjectError, KeyError):
            return None
        return found

    def _setting(self, progress: Any) -> series.Setting:
        population = self._population()
        start = self._draft.spec.get("start_date", dt.date(2020, 1, 1))
        days = self._draft.spec.get("days", 120)
        people = None if population is None else population.agent_count()
        places: tuple[str, ...] = ()
        if population is not None and self._matching.get("place"):
            progress("Looking up the places of the model", 0.1)
            there = people_of(smaller(population), progress).places
            places = tuple(dict.fromkeys((*there.region_names, *there.region_ids)))
        return series.Setting(
            people,
            start if isinstance(start, dt.date) else None,
            days if isinstance(days, int) else 120,
            places,
        )

    def _ids(self) -> list[str]:
        """Return the ids of the draft's own people, read once."""
        spec = repr(self._draft.spec.get("population"))
        if self._ids_of != spec:
            population = self._population()
            self._ids_read = population.ids() if isinstance(population, Table) else []
            self._ids_of = spec
        return self._ids_read

    def _known_states(self) -> list[tuple[str, str]]:
        """Return name and label of the states of the draft's disease."""
        spec = self._draft.spec.get("disease")
        try:
            disease = kind("diseases", str(spec["kind"])).from_spec(spec) if spec else None
            if disease is None:
                return []
            graph = graph_of(type(disease), disease.values())  # pyright: ignore[reportArgumentType]
        except (ProjectError, KeyError):
            return []
        return [(state.name, state.label) for state in graph.states[1:]]

    def _chosen_states(self, states: list[tuple[str, str]]) -> list[str]:
        known = [name for name, _ in states]
        if self._states is not None:
            return [name for name in self._states if name in known]
        words = set(plain_words(f"{self._legend} {self._name}"))
        hospital = [name for name in known if "hospital" in name]
        if hospital and words & {"hospital", "hospitalised", "beds", "patients", "admitted"}:
            return hospital
        infectious = [name for name in known if name == "infectious"]
        return infectious or known[:1]

    def _import(self) -> None:
        found = self._found
        if isinstance(found, edges.Examined):
            placing.place_edges(self._draft, found, name=self._name or "pairs")
        elif isinstance(found, series.Examined):
            states = self._known_states()
            chosen = self._chosen_states(states) if states else ["infectious"]
            if not chosen:
                raise ProjectError("Choose the states whose people the model counts.")
            placing.place_series(
                self._draft, found, name=self._name or "series", legend=self._legend,
                states=", ".join(chosen), measure=self._measure,
            )  # fmt: skip
        if self._upload_here is not None:
            self._upload_here.close()
        self._start_again()
        self.hide()


def _is_workbook(upload: Upload) -> bool:
    return upload.path.suffix == ".xlsx"
