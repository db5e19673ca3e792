"""Edges: pairs of people, looked through row by row and made ready for `edge_list`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from populace.engine.errors import ProjectError
from populace.engine.importing.cells import numbers
from populace.engine.importing.findings import LEAVE_OUT, Findings, Problems
from populace.engine.importing.matching import Matching
from populace.engine.importing.persons import FROM_0, IDS, person_of
from populace.engine.importing.rows import tell_uneven, told
from populace.engine.importing.sheet import Sheet

_HEAVIEST = 1e9


@dataclass(frozen=True)
class Reading:
    """How the user's columns are to be understood."""

    matching: Matching
    named: str = FROM_0
    decisions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Examined(Problems):
    """The problems of the edges, and what is left of them under the decisions."""

    first: np.ndarray  # int64, rows of people from 0
    second: np.ndarray
    weight: np.ndarray | None


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
    tell_uneven(found, sheet)
    kept = np.ones(sheet.count, bool)
    first, second = (
        person_of(found, sheet, reading.matching[role][0], reading.named, people, ids, kept)
        for role in ("first", "second")
    )
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
        told(sheet, heading, "is both people of the pair: nobody meets themselves."),
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
        action = found.add(kind, title, (LEAVE_OUT, one), rows, told(sheet, heading, message))
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
        told(sheet, heading, "meets this person in a row above already."),
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
