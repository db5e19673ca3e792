"""Own agents: a row per person, looked through and made ready for the `table` population."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from populace.engine.errors import ProjectError
from populace.engine.importing.cells import blanks, numbers
from populace.engine.importing.findings import LEAVE_OUT, Findings, Problems
from populace.engine.importing.matching import Matching, plain_words
from populace.engine.importing.rows import tell_no_region, tell_uneven, told
from populace.engine.importing.sheet import Sheet

AGE_MAX = 120
DEGREES, METRES = "degrees", "metres"
_CATEGORIES_MAX = 255  # of an attribute; one more is for the unknown
_LIMITS = {DEGREES: (180.0, 85.0), METRES: (2e7, 2e7)}


@dataclass(frozen=True)
class Reading:
    """How the user's columns are to be understood."""

    matching: Matching
    coordinates: str = DEGREES
    decisions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Examined(Problems):
    """The problems of a table of people, and what is left of it under the decisions."""

    table: pa.Table  # sorted by region and household, as the population will be
    spec: dict[str, str]  # settings of the population, but for the file


def examine(sheet: Sheet, reading: Reading) -> Examined:
    """Look through all rows."""
    chosen = {role: columns for role, columns in reading.matching.items() if columns}
    if not chosen:
        raise ProjectError("Choose at least one column that says something of people.")
    if ("x" in chosen) != ("y" in chosen):
        raise ProjectError("Longitude and latitude belong together: choose both or none.")
    found = Findings(reading.decisions)
    kept = np.ones(sheet.count, bool)
    tell_uneven(found, sheet)
    columns: dict[str, pa.Array] = {}
    spec: dict[str, str] = {"id_column": "", "age_column": "", "x_column": "", "y_column": ""}
    if "id" in chosen:
        columns["id"] = _ids(found, sheet, chosen["id"][0], kept)
        spec["id_column"] = "id"
    if "age" in chosen:
        columns["age"] = pa.array(_ages(found, sheet, chosen["age"][0], kept))
        spec["age_column"] = "age"
    if "x" in chosen:
        for role, limit in zip(("x", "y"), _LIMITS[reading.coordinates], strict=True):
            columns[role] = pa.array(_position(found, sheet, chosen[role][0], limit, kept))
            spec[f"{role}_column"] = role
        spec["coordinates"] = reading.coordinates
    if "region" in chosen:
        columns["region"] = _texts(sheet, chosen["region"][0])
        tell_no_region(found, sheet, chosen["region"][0], kept)
        spec["region_column"] = "region"
    if "household" in chosen:
        columns["household"] = _texts(sheet, chosen["household"][0])
        spec["household_column"] = "household"
        if "region" in chosen:
            _apart(found, sheet, chosen["household"][0], chosen["region"][0], kept)
    _extra(found, sheet, chosen, columns, spec)
    if not kept.any():
        found.notes.append("No row is left: nothing can be taken over.")
    table = pa.table(columns).filter(pa.array(kept))
    return Examined(tuple(found.groups), tuple(found.notes), _in_order(table), spec)


def _texts(sheet: Sheet, heading: str) -> pa.Array:
    codes, texts = sheet.texts(heading)
    return pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(texts)).cast(pa.string())


def _ids(found: Findings, sheet: Sheet, heading: str, kept: np.ndarray) -> pa.Array:
    blank = blanks(sheet.column(heading))
    found.add(
        "missing_id",
        "Nobody named",
        (LEAVE_OUT,),
        np.flatnonzero(blank),
        told(sheet, heading, "names nobody."),
    )
    kept &= ~blank
    codes, _ = sheet.texts(heading)
    seen = np.ones(len(codes), bool)
    seen[np.unique(codes, return_index=True)[1]] = False
    again = np.flatnonzero(seen & kept)
    found.add(
        "twice",
        "The same id again",
        (LEAVE_OUT,),
        again,
        told(sheet, heading, "is the id of a row above: people have one row each."),
    )
    kept[again] = False
    return _texts(sheet, heading)


def _ages(found: Findings, sheet: Sheet, heading: str, kept: np.ndarray) -> np.ndarray:
    column = sheet.column(heading)
    age, blank = numbers(column, sheet.comma), blanks(column)
    usual = np.floor(np.nanmedian(age)) if np.isfinite(age).any() else 35.0
    usual = float(np.clip(usual, 0, AGE_MAX))
    middle = ("middle", f"Take the middle age, {usual:.0f}")
    for kind, title, wrong, message in (
        ("missing_age", "No age", blank, "has no age."),
        ("not_a_number", "An age that is no number", np.isnan(age) & ~blank, "is not a number."),
        (
            "age",
            "Ages that cannot be",
            (age < 0) | (age > AGE_MAX),
            f"is not an age from 0 to {AGE_MAX}.",
        ),
    ):
        rows = np.flatnonzero(wrong & kept)
        action = found.add(kind, title, (LEAVE_OUT, middle), rows, told(sheet, heading, message))
        if action == "middle":
            age[rows] = usual
        else:
            kept[rows] = False
    return np.floor(np.where(kept, age, 0)).astype(np.int64)


def _position(
    found: Findings, sheet: Sheet, heading: str, limit: float, kept: np.ndarray
) -> np.ndarray:
    value = numbers(sheet.column(heading), sheet.comma)
    wrong = np.flatnonzero((np.isnan(value) | (np.abs(value) > limit)) & kept)
    found.add(
        f"position_{heading}",
        f"No place on the map in {heading}",
        (LEAVE_OUT,),
        wrong,
        told(sheet, heading, f"is not a number from -{limit:,.0f} to {limit:,.0f}."),
    )
    kept[wrong] = False
    return np.where(kept, value, 0.0)


def _apart(found: Findings, sheet: Sheet, heading: str, region: str, kept: np.ndarray) -> None:
    """Tell of households in two regions: who lives elsewhere is left out."""
    home, names = sheet.texts(heading)
    where, _ = sheet.texts(region)
    named = np.array([bool(name) for name in names], bool)[home] & kept
    at = np.flatnonzero(named)
    first = np.full(len(names), -1, np.int64)
    first[home[at][::-1]] = where[at][::-1]
    rows = at[first[home[at]] != where[at]]
    found.add(
        "apart",
        "A household in two regions",
        (LEAVE_OUT,),
        rows,
        told(sheet, heading, "lives in another region in a row above."),
    )
    kept[rows] = False


def _extra(
    found: Findings,
    sheet: Sheet,
    chosen: Matching,
    columns: dict[str, pa.Array],
    spec: dict[str, str],
) -> None:
    """Take over places where people meet, and what else is known of them."""
    for role, setting in (("groups", "group_columns"), ("attributes", "attribute_columns")):
        names = []
        for heading in chosen.get(role, ()):
            name = _identifier(heading, columns)
            texts = {text for text in sheet.texts(heading)[1] if text}
            if role == "attributes" and _too_many(sheet, heading, texts):
                found.notes.append(
                    f'"{heading}" has {len(texts):,} different texts: an attribute has at most '
                    f"{_CATEGORIES_MAX}. It is left out; as a place where people meet it fits."
                )
                continue
            columns[name] = _texts(sheet, heading)
            names.append(name)
        if names:
            spec[setting] = ", ".join(names)


def _too_many(sheet: Sheet, heading: str, texts: set[str]) -> bool:
    value = numbers(sheet.column(heading), comma=False)
    filled = np.array([bool(text) for text in sheet.texts(heading)[1]])[sheet.texts(heading)[0]]
    return len(texts) > _CATEGORIES_MAX and not np.isfinite(value[filled]).all()


def _identifier(heading: str, taken: Mapping[str, object]) -> str:
    """Return a name that a network or attribute can have."""
    name = re.sub(r"\W+", "_", "_".join(plain_words(heading))) or "column"
    name = f"c_{name}" if name[0].isdigit() else name
    if name.endswith("_id") and len(name) > 3:  # who has the same school_id meets at school
        name = name.removesuffix("_id")
    while name in taken or name in ("id", "age", "x", "y", "region", "household"):
        name += "_2"
    return name


def _in_order(table: pa.Table) -> pa.Table:
    """Sort as the population will: by region and household in the order of their appearance.

    The numbers of people in other files are then the rows of this one.
    """
    count = table.num_rows
    keys = []
    for name in ("household", "region"):
        if name in table.column_names:
            codes = table[name].combine_chunks().dictionary_encode().indices
            key = codes.to_numpy(zero_copy_only=False).astype(np.int64)
            if name == "household":
                alone = np.array([not text for text in table[name].to_pylist()], bool)
                key[alone] = len(key) + np.arange(int(alone.sum()))
            keys.append(key)
    if not keys or count == 0:
        return table
    return table.take(pa.array(np.lexsort(tuple(keys))))
