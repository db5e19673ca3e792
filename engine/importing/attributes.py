"""What is known of people, row by row: for each person, or for each age and region."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from populace.engine.columns import NONE_OF_THEM
from populace.engine.errors import ProjectError
from populace.engine.importing import ages
from populace.engine.importing import matching as columns
from populace.engine.importing.cells import blanks, numbers
from populace.engine.importing.findings import LEAVE_OUT, Findings, Problems
from populace.engine.importing.matching import ATTRIBUTES, NUMBER, Matching
from populace.engine.importing.persons import FROM_0, IDS, person_of
from populace.engine.importing.rows import tell_no_region, tell_uneven, told, told_with_guess
from populace.engine.importing.sheet import Sheet
from populace.engine.populations._table.columns import CATEGORIES_MAX, UNKNOWN

_GROUPED = ("age", "region", "weight")  # roles of rows that are not of single persons
_HEAVIEST = 1e12
_TOLD = 6  # categories of an attribute that its summary names
UNKNOWN_VALUE = ("unknown", "Take it as unknown")
WORDS = ("words", "Take the whole column as words")
FIRST, LAST = ("first", "Keep the first"), ("last", "Keep the last")


@dataclass(frozen=True)
class Reading:
    """How the user's columns are to be understood."""

    matching: Matching
    named: str = FROM_0  # how the column of persons names them
    decisions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Setting:
    """What the project says of its people."""

    people: int | None = None
    ids: Sequence[str] = ()
    places: tuple[str, ...] = ()  # regions and groups of them; empty: not known


@dataclass(frozen=True)
class Examined(Problems):
    """The problems of a table of attributes, and what is left of it under the decisions."""

    table: pa.Table  # person, or age, region and weight; and a column for each heading
    headings: tuple[str, ...]  # of what becomes an attribute
    spec: dict[str, str]  # kind and columns of each attribute, but for its own
    summary: tuple[str, ...]  # a sentence for each attribute

    @property
    def by_person(self) -> bool:
        """Whether each row is of one person."""
        return self.spec["kind"] == "by_person"


def guessed(sheet: Sheet) -> Matching:
    """Return what the columns most likely are; what has no other role is known of people."""
    found = columns.guessed(sheet, ATTRIBUTES)
    # Beside persons, ages and regions are known already: the model's people have them.
    taken = {one for role, headings in found.items() if role != "values" for one in headings}
    found["values"] = tuple(one for one in sheet.headings if one not in taken)
    if found["person"]:
        found |= {role: () for role in _GROUPED}
    return found


def examine(sheet: Sheet, reading: Reading, setting: Setting) -> Examined:
    """Look through all rows."""
    chosen = {role: headings for role, headings in reading.matching.items() if headings}
    if "values" not in chosen:
        raise ProjectError("Choose at least one column of what is known of people.")
    grouped = [role for role in _GROUPED if role in chosen]
    if "person" in chosen and grouped:
        raise ProjectError(
            "A row is about a person, or about an age and a region: choose the column of persons, "
            "or those of ages, regions and weights."
        )
    if "person" not in chosen and not {"age", "region"} & set(chosen):
        raise ProjectError("Choose the column that names persons, or one of ages or regions.")
    if "person" in chosen and reading.named == IDS and not setting.ids:
        raise ProjectError("The project's people have no ids: name them by their numbers.")
    found = Findings(reading.decisions)
    tell_uneven(found, sheet)
    kept = np.ones(sheet.count, bool)
    if "person" in chosen:
        keys, spec = _of_persons(found, sheet, chosen["person"][0], reading, setting, kept)
    else:
        keys, spec = _of_groups(found, sheet, chosen, setting, kept)
    values = _values(found, sheet, chosen["values"], kept)
    if not kept.any():
        found.notes.append("No row is left: nothing can be taken over.")
    table = pa.table(keys | values).filter(pa.array(kept))
    summary = tuple(_summary(heading, table[heading]) for heading in values) if kept.any() else ()
    return Examined(tuple(found.groups), tuple(found.notes), table, tuple(values), spec, summary)


def _of_persons(
    found: Findings,
    sheet: Sheet,
    heading: str,
    reading: Reading,
    setting: Setting,
    kept: np.ndarray,
) -> tuple[dict[str, pa.Array], dict[str, str]]:
    """Return the person of each row; nobody has two."""
    person = person_of(found, sheet, heading, reading.named, setting.people, setting.ids, kept)
    again = _again(person, kept)
    message = "has a row above already: people have one row each."
    action = found.add(
        "twice", "The same person again", (FIRST, LAST), again, told(sheet, heading, message)
    )
    if action == "last":
        again = len(person) - 1 - _again(person[::-1], kept[::-1])
    kept[again] = False
    return {"person": pa.array(person)}, {"kind": "by_person"}


def _again(key: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """Return the kept rows whose key stands in a kept row above."""
    at = np.flatnonzero(kept)
    first = np.unique(key[at], return_index=True)[1]
    return np.delete(at, first)


def _of_groups(
    found: Findings, sheet: Sheet, chosen: Matching, setting: Setting, kept: np.ndarray
) -> tuple[dict[str, pa.Array], dict[str, str]]:
    """Return age, region and weight of each row, as far as there are columns of them."""
    keys: dict[str, pa.Array] = {}
    spec = {"kind": "from_table", "age_column": "", "region_column": ""}
    bands = np.tile([0, ages.AGE_MAX], (sheet.count, 1))
    regions = np.zeros(sheet.count, np.int32)
    if "age" in chosen:
        bands = ages.bands(found, sheet, chosen["age"][0], kept)
        texts = [ages.written(*band) for band in bands.tolist()]
        keys["age"], spec["age_column"] = pa.array(texts), "age"
    if "region" in chosen:
        regions, names = _regions(found, sheet, chosen["region"][0], setting, kept)
        keys["region"] = pa.DictionaryArray.from_arrays(pa.array(regions), pa.array(names)).cast(
            pa.string()
        )
        spec["region_column"] = "region"
    if "weight" in chosen:
        keys["weight"] = pa.array(_weights(found, sheet, chosen["weight"][0], kept))
        spec["weight_column"] = "weight"
    heading = (chosen.get("age") or chosen["region"])[0]
    ages.refuse_overlaps(found, sheet, heading, bands, regions, kept, several="weight" in chosen)
    return keys, spec


def _regions(
    found: Findings, sheet: Sheet, heading: str, setting: Setting, kept: np.ndarray
) -> tuple[np.ndarray, list[str]]:
    tell_no_region(found, sheet, heading, kept)
    codes, texts = sheet.texts(heading)
    if setting.places:
        known = set(setting.places)
        strange = np.array([text not in known for text in texts], bool)[codes] & kept
        found.add(
            "place",
            "Places that the model does not have",
            (LEAVE_OUT,),
            np.flatnonzero(strange),
            told_with_guess(sheet, heading, "is no place of the model.", setting.places),
        )
        kept &= ~strange
    return codes, texts


def _weights(found: Findings, sheet: Sheet, heading: str, kept: np.ndarray) -> np.ndarray:
    weight = numbers(sheet.column(heading), sheet.comma)
    wrong = np.flatnonzero(~((weight > 0) & (weight <= _HEAVIEST)) & kept)
    message = "is no number above 0: the row would stand for nobody."
    found.add(
        "weight", "A weight that cannot be", (LEAVE_OUT,), wrong, told(sheet, heading, message)
    )
    kept[wrong] = False
    return np.where(kept, weight, 1.0)


def _values(
    found: Findings, sheet: Sheet, headings: Sequence[str], kept: np.ndarray
) -> dict[str, pa.Array]:
    """Return the columns that become attributes: of numbers, or of words."""
    values: dict[str, pa.Array] = {}
    for heading in headings:
        blank = _blank(sheet, heading)
        rows = np.flatnonzero(blank & kept)
        action = found.add(
            f"blank_{heading}",
            f"Nothing in {heading}",
            (UNKNOWN_VALUE, LEAVE_OUT),
            rows,
            told(sheet, heading, "is not known of them."),
        )
        if action == "leave_out":
            kept[rows] = False
        column = _as_numbers(found, sheet, heading, blank, kept)
        if column is None:
            column = _as_words(found, sheet, heading, blank, kept)
        if column is not None:
            values[heading] = column
    return values


def _blank(sheet: Sheet, heading: str) -> np.ndarray:
    """Return which cells say nothing; among words, "none" says something."""
    blank = blanks(sheet.column(heading))
    if sheet.content(heading) == NUMBER:
        return blank
    codes, texts = sheet.texts(heading)
    return blank & ~np.array([text.casefold() == NONE_OF_THEM for text in texts], bool)[codes]


def _as_numbers(
    found: Findings, sheet: Sheet, heading: str, blank: np.ndarray, kept: np.ndarray
) -> pa.Array | None:
    """Return a column of numbers; None if it holds words, or is to be taken so."""
    if sheet.content(heading) != NUMBER:
        return None
    value = numbers(sheet.column(heading), sheet.comma)
    wrong = np.flatnonzero(~np.isfinite(value) & ~blank & kept)
    action = found.add(
        f"no_number_{heading}",
        f"Not a number in {heading}",
        (UNKNOWN_VALUE, LEAVE_OUT, WORDS),
        wrong,
        told(sheet, heading, "is not a number, as the others in the column are."),
    )
    if action == "words":
        return None
    if action == "leave_out":
        kept[wrong] = False
    return pa.array(value, mask=~np.isfinite(value))


def _as_words(
    found: Findings, sheet: Sheet, heading: str, blank: np.ndarray, kept: np.ndarray
) -> pa.Array | None:
    """Return a column of words; None if there are too many different ones for an attribute."""
    codes, texts = sheet.texts(heading)
    count = len(np.unique(codes[kept & ~blank]))
    # One more is for those of whom it is unknown, and one for those who have none of them.
    if count > CATEGORIES_MAX - 2:
        found.notes.append(
            f'"{heading}" has {count:,} different texts: an attribute has at most '
            f"{CATEGORIES_MAX - 2}. It is left out: group them first."
        )
        return None
    words = pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(texts)).cast(pa.string())
    return pa.array(np.where(blank, None, words.to_numpy(zero_copy_only=False)), pa.string())


def _summary(heading: str, column: pa.ChunkedArray) -> str:
    """Say in a sentence what people will have."""
    if pa.types.is_floating(column.type):
        value = column.to_numpy()
        value = value[np.isfinite(value)]
        if not len(value):
            return f"{heading}: no number."
        return (
            f"{heading}: {value.min():,.6g} to {value.max():,.6g}, {value.mean():,.6g} on average."
        )
    counts = [
        (one["values"].as_py() or UNKNOWN, one["counts"].as_py()) for one in column.value_counts()
    ]
    counts.sort(key=lambda pair: -pair[1])
    more = f" and {len(counts) - _TOLD:,} more" if len(counts) > _TOLD else ""
    return f"{heading}: " + ", ".join(f"{name} {n:,}" for name, n in counts[:_TOLD]) + more + "."
