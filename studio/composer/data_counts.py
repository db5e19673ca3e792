"""Counts by date on their way into a draft: an observation that is drawn over the curve."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, ClassVar

from populace.engine.editing.draft import Draft
from populace.engine.errors import ProjectError
from populace.engine.importing import dates as writing
from populace.engine.importing import placing, series
from populace.engine.importing.findings import Problems
from populace.engine.importing.matching import SERIES, Matching, Role, guessed, plain_words
from populace.engine.importing.sheet import Sheet
from populace.engine.populations.base import Progress
from populace.studio.composer import pictures
from populace.studio.composer.draft_facts import DraftFacts
from populace.studio.composer.wizard_blocks import Block, markup, note, row, select

_NEW_WORDS = frozenset(
    ("new", "cases", "case", "incidence", "falle", "fälle", "neue", "casos", "cas", "daily",
     "deaths", "admissions", "infections", "cumulative", "positive")
)  # fmt: skip
_HOSPITAL_WORDS = frozenset(("hospital", "hospitalised", "beds", "patients", "admitted"))
_PLACES_SHOWN = 2_000


class Counts:
    """Cases, people in hospital and the like."""

    key: ClassVar[str] = "series"
    label: ClassVar[str] = "Counts by date"
    about: ClassVar[str] = "Cases, people in hospital ...: drawn over the curve"
    roles: ClassVar[tuple[Role, ...]] = SERIES

    def __init__(self, draft: Draft, facts: DraftFacts) -> None:
        self._draft, self._facts = draft, facts
        self.matching: Matching = {}
        self._form, self._form_guess = "", None
        self._unit, self._interval = series.PEOPLE, series.DAYS
        self._measure, self._place = series.PRESENT, series.ALL_PLACES
        self._legend = ""
        self._states: list[str] | None = None
        self._found: series.Examined | None = None

    # The columns

    def begin(self, sheet: Sheet) -> None:
        self.matching = guessed(sheet, SERIES)
        self._guess_form(sheet)
        heading = (self.matching["value"] or ("",))[0]
        self._legend = heading.replace("_", " ").strip().capitalize()
        words = set(plain_words(heading))
        self._measure = series.NEW if words & _NEW_WORDS else series.PRESENT
        if words & {"percent", "percentage", "prozent", "pct"} or "%" in heading:
            self._unit = series.PER_CENT
        elif "100000" in heading.replace(",", "").replace(" ", "") or "100k" in heading:
            self._unit = series.PER_100_000
        date_words = set(plain_words((self.matching["date"] or ("",))[0]))
        weekly = date_words & {"week", "woche", "semaine", "semana"} or self._form == "week"
        self._interval = series.WEEK_FROM if weekly else series.DAYS

    def matched(self, sheet: Sheet, role: str) -> None:
        if role == "date":
            self._guess_form(sheet)

    def _guess_form(self, sheet: Sheet) -> None:
        guess = series.guessed_form(sheet, self.matching)
        self._form_guess = guess
        self._form = guess.form if guess is not None and guess.sure else ""

    def questions(self, sheet: Sheet) -> list[Block]:
        guess = self._form_guess
        forms = {"": "Choose how dates are written"} if not self._form else {}
        forms |= {key: form.label for key, form in writing.FORMS.items()}
        about = ""
        if guess is not None and not guess.sure and guess.others:
            about = "The dates fit more than one way of writing, day or month first: choose."
        places = series.places_of(sheet, self.matching)
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
            options = [*every, *((place, place) for place in places[:_PLACES_SHOWN])]
            blocks.append(
                select("place", "Which places", options, self._place,
                       "The curve is of all people of the model.")
            )  # fmt: skip
        return blocks

    def changed(self, key: str, value: Any) -> None:
        if key == "states":
            self._states = [str(one) for one in value]
        elif key in ("form", "unit", "interval", "measure", "place", "legend"):
            setattr(self, f"_{key}", str(value))
            if key == "form":
                self._form_guess = None  # a person has chosen

    def refuse_open_questions(self) -> None:
        if not self._form:
            raise ProjectError("Choose how the dates are written: more than one way fits.")

    # The rows

    def examine(self, sheet: Sheet, decisions: Mapping[str, str], progress: Progress) -> Problems:
        reading = series.Reading(
            self.matching, self._form, self._unit, self._interval, self._measure, self._place,
            decisions,
        )  # fmt: skip
        return series.examine(sheet, reading, self._setting(progress))

    def _setting(self, progress: Progress) -> series.Setting:
        start = self._draft.spec.get("start_date", dt.date(2020, 1, 1))
        days = self._draft.spec.get("days", 120)
        return series.Setting(
            self._facts.people(),
            start if isinstance(start, dt.date) else None,
            days if isinstance(days, int) else 120,
            self._places(progress) if self.matching.get("place") else (),
        )

    def _places(self, progress: Progress) -> tuple[str, ...]:
        """Return the names and ids of the model's regions."""
        there = self._facts.places(progress)
        return () if there is None else (*there.region_names, *there.region_ids)

    def take(self, found: Any) -> None:
        self._found = found

    def left(self) -> list[Block]:
        found = self._found
        assert found is not None
        if len(found.dates) == 0:
            return [note("Nothing is left to import.", "error")]
        words = f"Left: {len(found.dates):,} dates from {found.dates[0]} to {found.dates[-1]}."
        return [note(words), markup(pictures.series(found.dates, found.counts))]

    # The end

    def to_import(self, name: Block, text: str) -> list[Block]:
        legend: Block = {"type": "text", "key": "legend", "label": "Name in the legend",
                         "value": self._legend}  # fmt: skip
        return [row(name, legend), self._compared(text)]

    def _compared(self, name: str) -> Block:
        """Say, or ask, what of the model the numbers are held against."""
        states = self._facts.states()
        if self._measure == series.NEW:
            return note(
                "Drawn over the curve of new infections. Cases are only the infections that were "
                "found: expect the model to be higher."
            )
        if not states:
            return note("The model has no disease yet: the numbers are held against "
                        "infectious people.")  # fmt: skip
        return {
            "type": "checks",
            "key": "states",
            "label": "The model counts people who are",
            "options": [list(pair) for pair in states],
            "value": self._chosen_states(states, name),
            "about": "The numbers are held against the people in these states.",
        }

    def _chosen_states(self, states: list[tuple[str, str]], name: str) -> list[str]:
        known = [state for state, _ in states]
        if self._states is not None:
            return [state for state in self._states if state in known]
        words = set(plain_words(f"{self._legend} {name}"))
        hospital = [state for state in known if "hospital" in state]
        if hospital and words & _HOSPITAL_WORDS:
            return hospital
        return [state for state in known if state == "infectious"] or known[:1]

    def place(self, name: str) -> None:
        assert self._found is not None
        states = self._facts.states()
        chosen = self._chosen_states(states, name) if states else ["infectious"]
        if not chosen:
            raise ProjectError("Choose the states whose people the model counts.")
        placing.place_series(
            self._draft, self._found, name=name or "series", legend=self._legend,
            states=", ".join(chosen), measure=self._measure,
        )  # fmt: skip
