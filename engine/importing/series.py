"""Observed series: counts by date, looked through row by row, made ready for the model."""

from dataclasses import dataclass

import numpy as np

from populace.engine.errors import ProjectError
from populace.engine.importing import counts as rows_of
from populace.engine.importing import course as dates_of
from populace.engine.importing import dates as writing
from populace.engine.importing.findings import Findings, Problems
from populace.engine.importing.matching import Matching
from populace.engine.importing.meaning import (
    ALL_PLACES,
    DAYS,
    INTERVALS,
    MEASURES,
    NEW,
    PEOPLE,
    PER_100_000,
    PER_CENT,
    PRESENT,
    UNITS,
    WEEK_FROM,
    WEEK_TO,
    Reading,
    Setting,
)
from populace.engine.importing.rows import tell_uneven
from populace.engine.importing.sheet import Sheet

__all__ = [
    "ALL_PLACES",
    "DAYS",
    "INTERVALS",
    "MEASURES",
    "NEW",
    "PEOPLE",
    "PER_100_000",
    "PER_CENT",
    "PRESENT",
    "UNITS",
    "WEEK_FROM",
    "WEEK_TO",
    "Examined",
    "Reading",
    "Setting",
    "examine",
    "guessed_form",
    "places_of",
    "written",
]


@dataclass(frozen=True)
class Examined(Problems):
    """The problems of a series, and what is left of it under the decisions."""

    dates: np.ndarray  # datetime64[D], rising
    counts: np.ndarray  # people


def places_of(sheet: Sheet, matching: Matching) -> list[str]:
    """Return the different places of a series, in alphabetical order."""
    if not matching.get("place"):
        return []
    return sorted({text for text in sheet.texts(matching["place"][0])[1] if text})


def guessed_form(sheet: Sheet, matching: Matching) -> writing.Guess | None:
    """Return how the dates of a series are written."""
    heading = matching.get("date") or ("",)
    return writing.guess(sheet.texts(heading[0])[1]) if heading[0] else None


def examine(sheet: Sheet, reading: Reading, setting: Setting) -> Examined:
    """Look through all rows; `Examined` has every problem and the series that would be taken."""
    for role in ("date", "value"):
        if not reading.matching.get(role):
            raise ProjectError(
                f"Choose the column of the {'dates' if role == 'date' else 'numbers'}."
            )
    found = Findings(reading.decisions)
    tell_uneven(found, sheet)
    day, value, kept = rows_of.cells(found, sheet, reading)
    kept = rows_of.in_places(found, sheet, reading, setting, kept)
    value, kept = rows_of.in_people(found, sheet, reading, setting, value, kept)
    if not kept.any():
        found.notes.append("No row is left: nothing can be taken over.")
        return Examined(tuple(found.groups), tuple(found.notes), day[:0], value[:0])
    heading = reading.matching["value"][0]
    course = dates_of.one_a_day(found, sheet, reading, day, value, kept)
    course = dates_of.without_sums(found, heading, reading, course)
    course = dates_of.without_gaps(found, course)
    course = dates_of.without_late(found, heading, reading, course)
    course = dates_of.by_day(found, reading, course)
    course = dates_of.within(found, heading, setting, course)
    return Examined(tuple(found.groups), tuple(found.notes), course.days, course.counts)


def written(days: np.ndarray, counts: np.ndarray) -> bytes:
    """Return a series as the CSV that `observed_series` reads."""
    lines = ["date,count"]
    lines += [f"{day},{_plain(count)}" for day, count in zip(days, counts, strict=True)]
    return ("\n".join(lines) + "\n").encode()


def _plain(count: float) -> str:
    return str(int(count)) if float(count).is_integer() else f"{count:.6g}"
