"""Edges: pairs of people, looked through row by row and made ready for `edge_list`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from populace.engine.errors import ProjectError
from populace.engine.importing.cells import blanks, numbers
from populace.engine.importing.findings import LEAVE_OUT, Finding, Findings, Group
from populace.engine.importing.matching import Matching
from populace.engine.importing.names import closest
from populace.engine.importing.sheet import Sheet

FROM_0, FROM_1, IDS = "from_0", "from_1", "ids"
NAMED = {
    FROM_0: "Numbers of people, the first is 0",
    FROM_1: "Numbers of people, the first is 1",
    IDS: "Ids of the project's table of people",
}
_HEAVIEST = 1e9


@dataclass(frozen=True)
class Reading:
    """How the user's columns are to be understood."""

    matching: Matching
    named: str = FROM_0
    decisions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Examined:
    """The problems of the edges, and what is left of them under the decisions."""

    groups: tuple[Group, ...]
    notes: tuple[str, ...]
    first: np.ndarray  # int64, rows of people from 0
    second: np.ndarray
    weight: np.ndarray | None

    @property
    def problem_count(self) -> int:
        return sum(group.count for group in self.groups)


def guessed_naming(sheet: Sheet, matching: Matching, ids: Sequence[str]) -> str:
    """Return what the two columns most likely name people by."""
    heading = matching.get("first") or ("",)
    if not heading[0]:
        return FROM_0
    texts = sheet.texts(heading[0])[1]
    if ids and sum(text in set(ids) for text in texts[:500]) > len(texts[:500]) / 2:
        return IDS
    return FROM_0


def examine(
    sheet: Sheet, reading: Reading, people: int | None, ids: Sequence[str] = ()
) -> Examined:
    """Look through all rows. ``people`` are in the project; ``ids`` name them, in their order."""
    for role in ("first", "second"):
        if not reading.matching.get(role):
            raise ProjectError("Choose the two columns that name the people of a pair.")
    if reading.matching["first"] == reading.matching["second"]:
        raise ProjectError("One column cannot name both people of a pair: choose another.")
    if reading.named == IDS and not ids:
        raise ProjectError("The project's people have no ids: name them by their numbers.")
    found = Findings(reading.decisions)
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
    kept = np.ones(sheet.count, bool)
    ends = []
    for role in ("first", "second"):
        heading = reading.matching[role][0]
        end = _ends(found, sheet, heading, reading, people, ids, kept)
        ends.append(end)
    first, second = ends
    _alone(found, sheet, reading, first, second, kept)
    weight = _weights(found, sheet, reading, kept)
    at = _twice(found, sheet, reading, first, second, weight, kept)
    if len(at) == 0:
        found.notes.append("No row is left: nothing can be taken over.")
    return Examined(
        tuple(found.groups),
        tuple(found.notes),
        first[at],
        second[at],
        None if weight is None else weight[at],
    )


def _told(sheet: Sheet, heading: str, message: str):  # noqa: ANN202
    cells = sheet.column(heading)
    return lambda at: Finding(int(sheet.rows[at]), heading, cells[at].as_py(), message)


def _ends(
    found: Findings,
    sheet: Sheet,
    heading: str,
    reading: Reading,
    people: int | None,
    ids: Sequence[str],
    kept: np.ndarray,
) -> np.ndarray:
    """Return the person of each row, -1 where there is none; those are no longer ``kept``."""
    column = sheet.column(heading)
    blank = blanks(column)
    found.add(
        "missing",
        f"Nobody named in {heading}",
        (LEAVE_OUT,),
        np.flatnonzero(blank & kept),
        _told(sheet, heading, "names nobody."),
    )
    kept &= ~blank
    if reading.named == IDS:
        return _by_id(found, sheet, heading, ids, kept)
    number = numbers(column, comma=False)
    wrong = (np.isnan(number) | (number != np.floor(number))) & kept
    found.add(
        f"not_a_number_{heading}",
        f"No number of a person in {heading}",
        (LEAVE_OUT,),
        np.flatnonzero(wrong),
        _told(sheet, heading, "is not a whole number."),
    )
    kept &= ~wrong
    person = np.where(np.isnan(number), -1, number)
    person = np.clip(person, -1, 2**53).astype(np.int64) - (reading.named == FROM_1)
    last = (people or 2**31 - 1) - 1
    start = int(reading.named == FROM_1)
    outside = ((person < 0) | (person > last)) & kept
    found.add(
        f"unknown_{heading}",
        f"People who do not exist in {heading}",
        (LEAVE_OUT,),
        np.flatnonzero(outside),
        _told(sheet, heading, f"is nobody: the people are {start:,} to {last + start:,}."),
    )
    kept &= ~outside
    return person


def _by_id(
    found: Findings, sheet: Sheet, heading: str, ids: Sequence[str], kept: np.ndarray
) -> np.ndarray:
    row_of = {name: row for row, name in enumerate(ids)}
    codes, texts = sheet.texts(heading)
    person = np.array([row_of.get(text, -1) for text in texts], np.int64)[codes]
    unknown = (person < 0) & kept

    def told(at: int) -> Finding:
        name = texts[codes[at]]
        near = closest(name, ids)
        guess = f' Did you mean "{near}"?' if near else ""
        return Finding(int(sheet.rows[at]), heading, name, f"is nobody's id.{guess}")

    title = f"People who do not exist in {heading}"
    found.add(f"unknown_{heading}", title, (LEAVE_OUT,), np.flatnonzero(unknown), told)
    kept &= ~unknown
    return person


def _alone(
    found: Findings,
    sheet: Sheet,
    reading: Reading,
    first: np.ndarray,
    second: np.ndarray,
    kept: np.ndarray,
) -> None:
    alone = (first == second) & kept
    heading = reading.matching["second"][0]
    found.add(
        "alone",
        "The same person twice",
        (LEAVE_OUT,),
        np.flatnonzero(alone),
        _told(sheet, heading, "is both people of the pair: nobody meets themselves."),
    )
    kept &= ~alone


def _weights(
    found: Findings, sheet: Sheet, reading: Reading, kept: np.ndarray
) -> np.ndarray | None:
    if not reading.matching.get("weight"):
        return None
    heading = reading.matching["weight"][0]
    weight = numbers(sheet.column(heading), sheet.comma)
    one = ("one", "Take it as 1")
    for kind, title, wrong, message in (
        ("no_weight", "No weight", np.isnan(weight), "is not a number."),
        (
            "weight",
            "A weight that cannot be",
            (weight < 0) | (weight > _HEAVIEST),
            "is below 0 or above a thousand million.",
        ),
    ):
        rows = np.flatnonzero(wrong & kept)
        action = found.add(kind, title, (LEAVE_OUT, one), rows, _told(sheet, heading, message))
        if action == "one":
            weight[rows] = 1.0
        else:
            kept[rows] = False
    return weight


def _twice(
    found: Findings,
    sheet: Sheet,
    reading: Reading,
    first: np.ndarray,
    second: np.ndarray,
    weight: np.ndarray | None,
    kept: np.ndarray,
) -> np.ndarray:
    """Return the rows of the pairs, each once; ``weight`` may be added up."""
    at = np.flatnonzero(kept)
    if len(at) == 0:
        return at
    low, high = np.minimum(first[at], second[at]), np.maximum(first[at], second[at])
    _, firsts, pair = np.unique(low << 32 | high, return_index=True, return_inverse=True)
    original = firsts[pair]
    again = np.flatnonzero(original != np.arange(len(at)))
    actions = (("first", "Keep the first"),)
    if weight is not None:
        actions = (("add", "Add their weights"), *actions)
    heading = reading.matching["first"][0]
    action = found.add(
        "twice",
        "The same pair again",
        actions,
        at[again],
        _told(sheet, heading, "meets this person in a row above already."),
    )
    if action == "add" and weight is not None:
        np.add.at(weight, at[original[again]], weight[at[again]])
    return np.delete(at, again)


def table_of(examined: Examined) -> pa.Table:
    """Return the edges as the table that `edge_list` reads."""
    columns = {"first": examined.first, "second": examined.second}
    if examined.weight is not None:
        columns["weight"] = examined.weight
    return pa.table(columns)
