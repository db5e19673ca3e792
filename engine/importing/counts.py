"""The rows of a series: which of them are dates and counts of the wanted places and people."""

import numpy as np

from populace.engine.errors import ProjectError
from populace.engine.importing import dates as writing
from populace.engine.importing.cells import blanks, numbers
from populace.engine.importing.findings import KEEP, LEAVE_OUT, ZERO, Findings
from populace.engine.importing.matching import plain_words
from populace.engine.importing.meaning import (
    ALL_PLACES,
    PER_100_000,
    PER_CENT,
    UNITS,
    Reading,
    Setting,
)
from populace.engine.importing.rows import told, told_with_guess
from populace.engine.importing.sheet import Sheet

_WHOLE = ("total", "all", "sum", "gesamt", "summe", "insgesamt", "overall", "national")


def cells(
    found: Findings, sheet: Sheet, reading: Reading
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return date, value, and which rows have both."""
    date_heading, heading = reading.matching["date"][0], reading.matching["value"][0]
    codes, texts = sheet.texts(date_heading)
    day = writing.dates(codes, texts, reading.form)
    column = sheet.column(heading)
    value, blank = numbers(column, sheet.comma), blanks(column)
    kept = np.ones(sheet.count, bool)
    form = writing.FORMS[reading.form].label
    wrong = np.flatnonzero(np.isnat(day))
    found.add(
        "date",
        "Not a date",
        (LEAVE_OUT,),
        wrong,
        told(sheet, date_heading, f"is not written like {form}, or is no day of the calendar."),
    )
    kept[wrong] = False
    for kind, title, rows, message, actions in (
        (
            "missing",
            "Nothing in the cell",
            np.flatnonzero(blank & kept),
            "has no number: not reported, or none?",
            (LEAVE_OUT, ZERO),
        ),
        (
            "not_a_number",
            "Not a number",
            np.flatnonzero(np.isnan(value) & ~blank & kept),
            "is not a number.",
            (LEAVE_OUT, ZERO),
        ),
        (
            "negative",
            "Below 0",
            np.flatnonzero((value < 0) & kept),
            "is below 0: perhaps a correction of days before.",
            (LEAVE_OUT, ZERO),
        ),
    ):
        if found.add(kind, title, actions, rows, told(sheet, heading, message)) == "zero":
            value[rows] = 0.0
        else:
            kept[rows] = False
    return day, value, kept


def in_places(
    found: Findings, sheet: Sheet, reading: Reading, setting: Setting, kept: np.ndarray
) -> np.ndarray:
    """Return which rows are of the wanted places; sums of places are told apart."""
    if not reading.matching.get("place"):
        return kept
    heading = reading.matching["place"][0]
    codes, texts = sheet.texts(heading)
    if reading.place != ALL_PLACES:
        return kept & np.array([text == reading.place for text in texts], bool)[codes]
    sums = np.array([_is_sum(text) for text in texts], bool)
    rows = np.flatnonzero(sums[codes] & kept)
    if 0 < len(rows) < kept.sum():
        action = found.add(
            "sum",
            "Sums of places",
            (LEAVE_OUT, KEEP),
            rows,
            told(sheet, heading, "looks like the sum of the other places: it would count twice."),
        )
        if action == "leave_out":
            kept = kept & ~sums[codes]
    if setting.places:
        known = {name.casefold() for name in setting.places}
        strange = np.array([text.casefold() not in known for text in texts], bool) & ~sums
        rows = np.flatnonzero(strange[codes] & kept)
        keep = ("keep", "Count it all the same")
        title = "Places that the model does not have"
        told_place = told_with_guess(sheet, heading, "is no place of the model.", setting.places)
        if found.add("place", title, (keep, LEAVE_OUT), rows, told_place) == "leave_out":
            kept = kept & ~strange[codes]
    return kept


def _is_sum(text: str) -> bool:
    return any(word in _WHOLE for word in plain_words(text))


def in_people(
    found: Findings,
    sheet: Sheet,
    reading: Reading,
    setting: Setting,
    value: np.ndarray,
    kept: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Return counts of people, whatever the unit of the file."""
    heading = reading.matching["value"][0]
    top = {PER_CENT: 100.0, PER_100_000: 100_000.0}.get(reading.unit)
    if top is None:
        limit = float(setting.people or np.inf)
        message = f"is more than the {limit:,.0f} people of the model."
    else:
        limit, message = top, f"is more than {top:,.0f}, which is everybody."
    rows = np.flatnonzero(kept & (value > limit))
    actions = (LEAVE_OUT, KEEP) if top is None else (LEAVE_OUT,)
    action = found.add(
        "too_many",
        "More than everybody",
        actions,
        rows,
        told(sheet, heading, message),
    )
    if action == "leave_out":
        kept = kept & ~(value > limit)
    if top is not None:
        if not setting.people:
            raise ProjectError(
                f'"{UNITS[reading.unit]}" needs to know how many people there are: choose the '
                "people of the model first, or take a column of counts."
            )
        value = value * setting.people / top
        found.notes.append(f"Shares are turned into people of the model: {setting.people:,}.")
    return value, kept
