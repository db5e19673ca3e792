"""Observed series: counts by date, looked through row by row, made ready for the model."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from populace.engine.errors import ProjectError
from populace.engine.importing import dates as writing
from populace.engine.importing.cells import blanks, numbers
from populace.engine.importing.findings import KEEP, LEAVE_OUT, ZERO, Finding, Findings, Group
from populace.engine.importing.matching import Matching, plain_words
from populace.engine.importing.names import closest
from populace.engine.importing.sheet import Sheet

PEOPLE, PER_CENT, PER_100_000 = "people", "per_cent", "per_100_000"
UNITS = {PEOPLE: "People", PER_CENT: "Per cent of the people", PER_100_000: "Per 100,000 people"}
DAYS, WEEK_FROM, WEEK_TO = "days", "week_from", "week_to"
INTERVALS = {
    DAYS: "Of one day",
    WEEK_FROM: "Of the week that begins on the date",
    WEEK_TO: "Of the week that ends on the date",
}
PRESENT, NEW = "present", "new"
MEASURES = {
    PRESENT: "People who are ill (or in bed, in hospital ...) on that date",
    NEW: "New cases since the date before",
}
ALL_PLACES = ""
_WHOLE = ("total", "all", "sum", "gesamt", "summe", "insgesamt", "overall", "national")
_LATE_DAYS, _LATE_SHARE = 7, 0.4  # the last days, and against what was usual before them
_CUMULATIVE_ROWS, _CUMULATIVE_SURE, _CUMULATIVE_RISES = 10, 30, 0.6
_CUMULATIVE_WORDS = frozenset(("cumulative", "cumul", "cum", "kumuliert", "acumulado", "cumule"))
FIRST, LAST, ADD = ("first", "Keep the first"), ("last", "Keep the last"), ("add", "Add them")


@dataclass(frozen=True)
class Reading:
    """How the user's columns are to be understood."""

    matching: Matching
    form: str  # of dates
    unit: str = PEOPLE
    interval: str = DAYS
    measure: str = PRESENT
    place: str = ALL_PLACES  # only the rows of this place; else all are added together
    decisions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Setting:
    """What the project says of the people and the time that the series is compared with."""

    people: int | None = None
    start: dt.date | None = None
    days: int = 0
    places: tuple[str, ...] = ()  # names and ids; empty: not known


@dataclass(frozen=True)
class Examined:
    """The problems of a series, and what is left of it under the decisions."""

    groups: tuple[Group, ...]
    notes: tuple[str, ...]
    dates: np.ndarray  # datetime64[D], rising
    counts: np.ndarray  # people

    @property
    def problem_count(self) -> int:
        return sum(group.count for group in self.groups)


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
    _uneven(found, sheet)
    day, value, kept = _cells(found, sheet, reading)
    kept = _in_places(found, sheet, reading, setting, kept)
    value, kept = _in_people(found, sheet, reading, setting, value, kept)
    if not kept.any():
        found.notes.append("No row is left: nothing can be taken over.")
        return Examined(tuple(found.groups), tuple(found.notes), day[:0], value[:0])
    days, counts, rows = _one_a_day(found, sheet, reading, day, value, kept)
    heading = reading.matching["value"][0]
    days, counts, rows = _cumulative(found, heading, reading, days, counts, rows)
    if _gaps(found, days, rows) == "zero":
        days, counts, rows = _filled(days, counts, rows)
    days, counts, rows = _late(found, heading, reading, days, counts, rows)
    if reading.interval != DAYS and reading.measure == NEW:
        counts = counts / 7
        days = days + np.timedelta64(3 if reading.interval == WEEK_FROM else -3, "D")
        found.notes.append("The number of a week is shown as the mean of its days, on its middle.")
    days, counts = _outside(found, heading, setting, days, counts, rows)
    return Examined(tuple(found.groups), tuple(found.notes), days, counts)


def _uneven(found: Findings, sheet: Sheet) -> None:
    """Tell of rows that have more or fewer cells than the heading; they were not read."""
    usual = len(sheet.headings)
    found.add(
        "uneven",
        "Rows with another number of cells",
        (LEAVE_OUT,),
        np.arange(len(sheet.uneven)),
        lambda at: Finding(
            sheet.uneven[at][0],
            "",
            f"{sheet.uneven[at][1]} cells",
            f"{usual} cells are usual: a separator or a quotation mark is wrong.",
        ),
    )


def _cells(
    found: Findings, sheet: Sheet, reading: Reading
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return date, value, and which rows have both."""
    date_heading, heading = reading.matching["date"][0], reading.matching["value"][0]
    codes, texts = sheet.texts(date_heading)
    day = writing.dates(codes, texts, reading.form)
    column = sheet.column(heading)
    value, blank = numbers(column, sheet.comma), blanks(column)
    kept = np.ones(sheet.count, bool)

    def told(where: str, message: str):  # noqa: ANN202
        cells = sheet.column(where)
        return lambda at: Finding(int(sheet.rows[at]), where, cells[at].as_py(), message)

    form = writing.FORMS[reading.form].label
    wrong = np.flatnonzero(np.isnat(day))
    found.add(
        "date",
        "Not a date",
        (LEAVE_OUT,),
        wrong,
        told(date_heading, f"is not written like {form}, or is no day of the calendar."),
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
        if found.add(kind, title, actions, rows, told(heading, message)) == "zero":
            value[rows] = 0.0
        else:
            kept[rows] = False
    return day, value, kept


def _in_places(
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
            lambda at: Finding(
                int(sheet.rows[at]),
                heading,
                texts[codes[at]],
                "looks like the sum of the other places: it would count twice.",
            ),
        )
        if action == "leave_out":
            kept = kept & ~sums[codes]
    if setting.places:
        known = {name.casefold() for name in setting.places}
        strange = np.array([text.casefold() not in known for text in texts], bool) & ~sums
        rows = np.flatnonzero(strange[codes] & kept)

        def told(at: int) -> Finding:
            name = texts[codes[at]]
            near = closest(name, setting.places)
            guess = f' Did you mean "{near}"?' if near else ""
            return Finding(int(sheet.rows[at]), heading, name, f"is no place of the model.{guess}")

        keep = ("keep", "Count it all the same")
        title = "Places that the model does not have"
        if found.add("place", title, (keep, LEAVE_OUT), rows, told) == "leave_out":
            kept = kept & ~strange[codes]
    return kept


def _is_sum(text: str) -> bool:
    return any(word in _WHOLE for word in plain_words(text))


def _in_people(
    found: Findings,
    sheet: Sheet,
    reading: Reading,
    setting: Setting,
    value: np.ndarray,
    kept: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Return counts of people, whatever the unit of the file."""
    heading = reading.matching["value"][0]
    cells = sheet.column(heading)
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
        lambda at: Finding(int(sheet.rows[at]), heading, cells[at].as_py(), message),
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


def _one_a_day(
    found: Findings,
    sheet: Sheet,
    reading: Reading,
    day: np.ndarray,
    value: np.ndarray,
    kept: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return one count for each date, and the row that it stands in."""
    at = np.flatnonzero(kept)
    places = np.zeros(sheet.count, np.int64)
    if reading.matching.get("place"):
        places = sheet.texts(reading.matching["place"][0])[0].astype(np.int64)
    order = at[np.lexsort((at, places[at], day[at]))]
    same = np.zeros(len(order), bool)
    same[1:] = (day[order][1:] == day[order][:-1]) & (places[order][1:] == places[order][:-1])
    heading = reading.matching["date"][0]
    action = found.add(
        "twice",
        "The same date again",
        (FIRST, LAST, ADD),
        order[same],
        lambda row: Finding(
            int(sheet.rows[row]), heading, str(day[row]), "has been counted in another row already."
        ),
    )
    if action == "first":
        order = order[~same]
    elif action == "last":
        order = order[~np.append(same[1:], False)]
    if np.any(np.diff(at) > 0) and np.any(day[at][1:] < day[at][:-1]):
        found.notes.append("The rows were not in the order of their dates: they are sorted.")
    days, first = np.unique(day[order], return_index=True)
    counts = np.add.reduceat(value[order], first)
    if len(days) < len(np.unique(order)) and action != "add":
        found.notes.append("The places are added together, date by date.")
    return days, counts, sheet.rows[order[first]]


def _cumulative(
    found: Findings,
    heading: str,
    reading: Reading,
    days: np.ndarray,
    counts: np.ndarray,
    rows: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Tell of counts that never fall: they may count everybody so far."""
    named = bool(_CUMULATIVE_WORDS & set(plain_words(heading)))
    steps = np.diff(counts)
    never_falls = len(counts) >= (4 if named else _CUMULATIVE_ROWS) and bool((steps >= 0).all())
    rises = never_falls and (named or float((steps > 0).mean()) >= _CUMULATIVE_RISES)
    differences = ("differences", "Take what is new on each date")
    sure = named or (reading.measure == NEW and len(counts) >= _CUMULATIVE_SURE)
    actions = (differences, KEEP) if sure else (KEEP, differences)
    where = np.array([len(rows) - 1] if rises else [], np.int64)
    action = found.add(
        "cumulative",
        "Everybody so far?",
        actions,
        where,
        lambda at: Finding(
            int(rows[at]),
            heading,
            f"{counts[at]:,.10g}",
            f"The numbers of {len(counts)} dates never fall: do they count "
            "everybody since the beginning?",
        ),
    )
    if not rises or action == "keep":
        return days, counts, rows
    return days[1:], steps, rows[1:]


def _gaps(found: Findings, days: np.ndarray, rows: np.ndarray) -> str:
    """Tell of dates that are not there, against the usual step; return what is to be done."""
    steps = np.diff(days).astype(np.int64)
    if len(steps) < 3:
        return "keep"
    usual = int(np.median(steps))
    wide = np.flatnonzero(steps > usual)
    zero = (("zero", "Take the days between as 0"),) if usual == 1 else ()

    def told(at: int) -> Finding:
        between = int(steps[at]) - usual
        what = "day" if usual == 1 else "date"
        count = between if usual == 1 else max(round(between / usual), 1)
        some = f"{count} {what}{'s' if count > 1 else ''}"
        return Finding(int(rows[at + 1]), "", f"{days[at]} to {days[at + 1]}", f"{some} missing.")

    return found.add("gap", "Gaps in the dates", (("keep", "Leave the gap"), *zero), wide, told)


def _filled(
    days: np.ndarray, counts: np.ndarray, rows: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return a count for every day from the first to the last, 0 where there was none."""
    every = np.arange(days[0], days[-1] + np.timedelta64(1, "D"))
    at = (days - days[0]).astype(np.int64)
    full, row = np.zeros(len(every)), np.zeros(len(every), np.int64)
    full[at], row[at] = counts, rows
    return every, full, row


def _late(
    found: Findings,
    heading: str,
    reading: Reading,
    days: np.ndarray,
    counts: np.ndarray,
    rows: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Tell of a fall at the end that reports may not have reached yet.

    Compared with the same days of the weeks before, where there are enough: on Sundays fewer
    report.
    """
    if reading.measure != NEW or len(counts) < 2 * _LATE_DAYS + 1:
        return days, counts, rows
    usual = np.array([np.median(counts[at - 7 : at]) for at in range(len(counts) - 3, len(counts))])
    last = counts[-3:]
    if len(counts) >= 3 * _LATE_DAYS and reading.interval == DAYS:
        week = np.array(
            [max(counts[at - 7], counts[at - 14]) for at in range(len(counts) - 3, len(counts))]
        )
        usual = np.minimum(usual, week)
    low = (last < _LATE_SHARE * usual) & (usual >= 5)
    run = int(np.argmin(np.append(low[::-1], False)))
    late = np.arange(len(counts) - run, len(counts))
    action = found.add(
        "late",
        "Late reports?",
        (("leave_out", "Leave out the last dates"), KEEP),
        late,
        lambda at: Finding(
            int(rows[at]),
            heading,
            f"{counts[at]:,.10g}",
            f"{days[at]} is far below the dates before it: reports may be missing.",
        ),
    )
    if action == "keep" or run == 0:
        return days, counts, rows
    return days[:-run], counts[:-run], rows[:-run]


def _outside(
    found: Findings,
    heading: str,
    setting: Setting,
    days: np.ndarray,
    counts: np.ndarray,
    rows: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Tell of dates that the run does not reach."""
    if setting.start is None:
        return days, counts
    start = np.datetime64(setting.start, "D")
    end = start + np.timedelta64(setting.days, "D")
    outside = (days < start) | (days > end)
    action = found.add(
        "outside",
        "Outside the run",
        (KEEP, LEAVE_OUT),
        np.flatnonzero(outside),
        lambda at: Finding(
            int(rows[at]) if len(rows) == len(days) else 0,
            heading,
            str(days[at]),
            f"the run goes from {start} to {end}.",
        ),
    )
    if action == "keep":
        return days, counts
    return days[~outside], counts[~outside]


def written(days: np.ndarray, counts: np.ndarray) -> bytes:
    """Return a series as the CSV that `observed_series` reads."""
    lines = ["date,count"]
    lines += [f"{day},{_plain(count)}" for day, count in zip(days, counts, strict=True)]
    return ("\n".join(lines) + "\n").encode()


def _plain(count: float) -> str:
    return str(int(count)) if float(count).is_integer() else f"{count:.6g}"
