"""The course of a series: dates told twice, sums so far, gaps, late reports, days outside a run."""

from dataclasses import dataclass, replace

import numpy as np

from populace.engine.importing.findings import KEEP, LEAVE_OUT, Finding, Findings
from populace.engine.importing.matching import plain_words
from populace.engine.importing.meaning import DAYS, NEW, WEEK_FROM, Reading, Setting
from populace.engine.importing.sheet import Sheet

_LATE_DAYS, _LATE_SHARE = 7, 0.4  # the last days, and against what was usual before them
_CUMULATIVE_ROWS, _CUMULATIVE_SURE, _CUMULATIVE_RISES = 10, 30, 0.6
_CUMULATIVE_WORDS = frozenset(("cumulative", "cumul", "cum", "kumuliert", "acumulado", "cumule"))
_FIRST, _LAST, _ADD = ("first", "Keep the first"), ("last", "Keep the last"), ("add", "Add them")


@dataclass(frozen=True, eq=False)
class Course:
    """One count for each date, and the row of the file that it stands in; 0 is no row."""

    days: np.ndarray  # datetime64[D], rising
    counts: np.ndarray
    rows: np.ndarray

    def __len__(self) -> int:
        return len(self.days)

    def part(self, chosen: np.ndarray | slice) -> "Course":
        """Return some of the dates."""
        return Course(self.days[chosen], self.counts[chosen], self.rows[chosen])

    def finding(self, at: int, heading: str, message: str) -> Finding:
        """Say something of the count of a date."""
        return Finding(int(self.rows[at]), heading, f"{self.counts[at]:,.10g}", message)


def one_a_day(
    found: Findings,
    sheet: Sheet,
    reading: Reading,
    day: np.ndarray,
    value: np.ndarray,
    kept: np.ndarray,
) -> Course:
    """Return one count for each date; those of several places are added together."""
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
        (_FIRST, _LAST, _ADD),
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
    return Course(days, counts, sheet.rows[order[first]])


def without_sums(found: Findings, heading: str, reading: Reading, course: Course) -> Course:
    """Tell of counts that never fall: they may count everybody so far."""
    counts = course.counts
    named = bool(_CUMULATIVE_WORDS & set(plain_words(heading)))
    steps = np.diff(counts)
    never_falls = len(counts) >= (4 if named else _CUMULATIVE_ROWS) and bool((steps >= 0).all())
    rises = never_falls and (named or float((steps > 0).mean()) >= _CUMULATIVE_RISES)
    differences = ("differences", "Take what is new on each date")
    sure = named or (reading.measure == NEW and len(counts) >= _CUMULATIVE_SURE)
    message = (
        f"The numbers of {len(counts)} dates never fall: do they count everybody since the "
        "beginning?"
    )
    action = found.add(
        "cumulative",
        "Everybody so far?",
        (differences, KEEP) if sure else (KEEP, differences),
        np.array([len(course) - 1] if rises else [], np.int64),
        lambda at: course.finding(at, heading, message),
    )
    if not rises or action == "keep":
        return course
    return replace(course.part(slice(1, None)), counts=steps)


def without_gaps(found: Findings, course: Course) -> Course:
    """Tell of dates that are not there, against the usual step; they may be filled with 0."""
    days, steps = course.days, np.diff(course.days).astype(np.int64)
    if len(steps) < 3:
        return course
    usual = int(np.median(steps))
    zero = (("zero", "Take the days between as 0"),) if usual == 1 else ()

    def told(at: int) -> Finding:
        between = int(steps[at]) - usual
        what = "day" if usual == 1 else "date"
        count = between if usual == 1 else max(round(between / usual), 1)
        some = f"{count} {what}{'s' if count > 1 else ''}"
        dates = f"{days[at]} to {days[at + 1]}"
        return Finding(int(course.rows[at + 1]), "", dates, f"{some} missing.")

    wide = np.flatnonzero(steps > usual)
    actions = (("keep", "Leave the gap"), *zero)
    action = found.add("gap", "Gaps in the dates", actions, wide, told)
    return _filled(course) if action == "zero" else course


def _filled(course: Course) -> Course:
    """Return a count for every day from the first to the last, 0 where there was none."""
    days = course.days
    every = np.arange(days[0], days[-1] + np.timedelta64(1, "D"))
    at = (days - days[0]).astype(np.int64)
    counts, rows = np.zeros(len(every)), np.zeros(len(every), np.int64)
    counts[at], rows[at] = course.counts, course.rows
    return Course(every, counts, rows)


def without_late(found: Findings, heading: str, reading: Reading, course: Course) -> Course:
    """Tell of a fall at the end that reports may not have reached yet."""
    counts = course.counts
    if reading.measure != NEW or len(counts) < 2 * _LATE_DAYS + 1:
        return course
    low = (counts[-3:] < _LATE_SHARE * (usual := _usual(reading, counts))) & (usual >= 5)
    run = int(np.argmin(np.append(low[::-1], False)))
    action = found.add(
        "late",
        "Late reports?",
        (("leave_out", "Leave out the last dates"), KEEP),
        np.arange(len(counts) - run, len(counts)),
        lambda at: course.finding(
            at, heading,
            f"{course.days[at]} is far below the dates before it: reports may be missing.",
        ),
    )  # fmt: skip
    return course if action == "keep" or run == 0 else course.part(slice(None, -run))


def _usual(reading: Reading, counts: np.ndarray) -> np.ndarray:
    """Return what the last three dates would usually have.

    Compared with the same days of the weeks before, where there are enough: on Sundays fewer
    report.
    """
    last = range(len(counts) - 3, len(counts))
    usual = np.array([np.median(counts[at - 7 : at]) for at in last])
    if len(counts) >= 3 * _LATE_DAYS and reading.interval == DAYS:
        usual = np.minimum(usual, [max(counts[at - 7], counts[at - 14]) for at in last])
    return usual


def by_day(found: Findings, reading: Reading, course: Course) -> Course:
    """Return new cases of a day, where the file counts those of weeks."""
    if reading.interval == DAYS or reading.measure != NEW:
        return course
    found.notes.append("The number of a week is shown as the mean of its days, on its middle.")
    days = course.days + np.timedelta64(3 if reading.interval == WEEK_FROM else -3, "D")
    return Course(days, course.counts / 7, course.rows)


def within(found: Findings, heading: str, setting: Setting, course: Course) -> Course:
    """Tell of dates that the run does not reach."""
    if setting.start is None:
        return course
    start = np.datetime64(setting.start, "D")
    end = start + np.timedelta64(setting.days, "D")
    days = course.days
    outside = (days < start) | (days > end)
    message = f"the run goes from {start} to {end}."
    action = found.add(
        "outside",
        "Outside the run",
        (KEEP, LEAVE_OUT),
        np.flatnonzero(outside),
        lambda at: Finding(int(course.rows[at]), heading, str(days[at]), message),
    )
    return course if action == "keep" else course.part(~outside)
