"""Regions of one's own map with people in them, made ready for the `regions` population."""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from populace.engine.errors import ProjectError
from populace.engine.importing.cells import blanks, numbers
from populace.engine.importing.findings import LEAVE_OUT, ZERO, Finding, Findings, Problems
from populace.engine.importing.maps import Map
from populace.engine.importing.matching import Matching, age_band
from populace.engine.importing.names import closest
from populace.engine.importing.rows import tell_uneven, told
from populace.engine.importing.sheet import Sheet
from populace.engine.populations._world.sources import age_bands, countries

BANDS = 21  # 0-4 to 95-99 and 100+, as the population reads them
_SIZES = (1.5, 10.0)  # people in a household
_PEOPLE_MAX = 1e9
_GUESSES_MAX = 500  # unknown places: a file with more of them is of another map
_AGES_OF, _YEAR = "United Kingdom", "2025"


@dataclass(frozen=True)
class Reading:
    """How the map's columns, and those of a table beside it, are to be understood."""

    matching: Matching  # of the sheet that has the people
    name: str  # heading of the map
    id: str = ""  # heading of the map; empty: the name
    key: str = ""  # heading of the table that names regions; empty: the people are in the map
    ages_of: str = _AGES_OF
    decisions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Examined(Problems):
    """The problems of the regions, and what is left of them under the decisions."""

    map: Any  # GeoDataFrame of id, name, geometry
    table: pa.Table  # id, people, perhaps household_size and ages
    people: int
    ages: np.ndarray  # [21] people
    household_size: float | None  # mean over people


def examine(drawn: Map, reading: Reading, table: Sheet | None = None) -> Examined:
    """Look through map and table; the people of ``table`` are joined to the areas by name or id."""
    import geopandas

    if not reading.name:
        raise ProjectError("Choose the column that names the regions.")
    if not reading.matching.get("people"):
        raise ProjectError("Choose the column of people: how many live in each region.")
    found = Findings(reading.decisions)
    sheet = drawn.sheet
    kept = np.ones(sheet.count, bool)
    _shapes(found, drawn, reading, kept)
    ids = _ids(found, drawn, reading, kept)
    source = sheet if table is None else table
    at = np.arange(sheet.count)
    if table is not None:
        at = _joined(found, drawn, reading, table, ids, kept)
    people = _people(found, source, reading, at, kept)
    sizes = _sizes(found, source, reading, at, kept)
    ages = _ages(found, source, reading, at, kept)
    rows = np.flatnonzero(kept)
    if len(rows) == 0 or people[rows].sum() < 1:
        raise ProjectError("Nobody lives in any region that is left: choose other columns.")
    codes, texts = sheet.texts(reading.name)
    names = [texts[codes[row]] or ids[row] for row in rows]
    kept_ids = [ids[row] for row in rows]
    columns: dict[str, Any] = {"id": kept_ids, "people": people[rows]}
    if sizes is not None:
        columns["household_size"] = sizes[rows]
    if ages is not None:
        columns |= {f"from_{5 * band}": ages[rows, band] for band in range(BANDS)}
    total = people[rows].sum()
    usual = age_bands(countries()[reading.ages_of].number, _YEAR)
    of_age = usual / usual.sum() * total if ages is None else ages[rows].sum(axis=0)
    mean = None if sizes is None else float(total / (people[rows] / sizes[rows]).sum())
    return Examined(
        tuple(found.groups),
        (*sheet.notes, *found.notes),
        geopandas.GeoDataFrame(
            {"id": kept_ids, "name": names}, geometry=list(drawn.geometry[rows]), crs=4326
        ),
        pa.table(columns),
        round(total),
        of_age,
        mean,
    )


def _shapes(found: Findings, drawn: Map, reading: Reading, kept: np.ndarray) -> None:
    faults = dict(drawn.faults)
    codes, texts = drawn.sheet.texts(reading.name)

    def small(at: int) -> Finding:
        row = int(drawn.sheet.rows[at])
        return Finding(row, reading.name, texts[codes[at]], faults[at])

    found.add(
        "shape",
        "No area on the map",
        (("leave_out", "Leave out the region"),),
        np.array(sorted(faults), np.int64),
        small,
    )
    kept[list(faults)] = False
    crossing = [at for at in drawn.repaired if at not in faults]
    found.add(
        "border",
        "Borders that cross themselves",
        (("fix", "Repair the border"),),
        np.array(crossing, np.int64),
        told(drawn.sheet, reading.name, "has a border that crosses itself."),
    )


def _ids(found: Findings, drawn: Map, reading: Reading, kept: np.ndarray) -> list[str]:
    heading = reading.id or reading.name
    codes, texts = drawn.sheet.texts(heading)
    blank = np.array([not text for text in texts], bool)[codes] & kept
    found.add(
        "no_name",
        "Regions without a name",
        (("leave_out", "Leave out the region"),),
        np.flatnonzero(blank),
        told(drawn.sheet, heading, "has no name."),
    )
    kept &= ~blank
    seen: dict[int, int] = {}
    again = []
    ids = [texts[code] for code in codes]
    for at in np.flatnonzero(kept):
        number = seen.get(int(codes[at]), 0) + 1
        seen[int(codes[at])] = number
        if number > 1:
            again.append(int(at))
            ids[at] = f"{ids[at]} ({number})"
    numbered = ("number", "Number them: each is a region of its own")
    if reading.key:
        numbered = ("leave_out", "Keep the first")
    action = found.add(
        "twice",
        "The same name again",
        (numbered,),
        np.array(again, np.int64),
        told(drawn.sheet, heading, "is the name of a region before."),
    )
    if action == "leave_out":
        kept[again] = False
    return ids


def _joined(
    found: Findings,
    drawn: Map,
    reading: Reading,
    table: Sheet,
    ids: list[str],
    kept: np.ndarray,
) -> np.ndarray:
    """Return the row of the table of each area; areas without one are no longer ``kept``."""
    if not reading.key:
        raise ProjectError("Choose the column of the table that names the regions.")
    codes, texts = table.texts(reading.key)
    names, labels = drawn.sheet.texts(reading.name)
    area_of: dict[str, int] = {}
    for at in np.flatnonzero(kept)[::-1]:
        for name in (labels[names[at]], ids[at]):
            area_of[name.casefold()] = int(at)
    known = list(dict.fromkeys([*ids, *labels]))
    tell_uneven(found, table)
    area = np.array([area_of.get(text.casefold(), -1) for text in texts], np.int64)[codes]
    unknown = [text for text in texts if text.casefold() not in area_of]
    near = {text: closest(text, known) for text in unknown[:_GUESSES_MAX]}

    def strange(at: int) -> Finding:
        name = texts[codes[at]]
        guess = f' Did you mean "{near[name]}"?' if near.get(name) else ""
        return Finding(int(table.rows[at]), reading.key, name, f"is not on the map.{guess}")

    rows = np.flatnonzero(area < 0)
    meant = ("meant", "Take the name that is nearly the same")
    actions = (meant, LEAVE_OUT) if any(near.values()) else (LEAVE_OUT,)
    if found.add("place", "Places that are not on the map", actions, rows, strange) == "meant":
        for row in rows:
            guess = near.get(texts[codes[row]], "")
            area[row] = area_of.get(guess.casefold(), -1) if guess else -1
    row_of = np.full(drawn.sheet.count, -1, np.int64)
    again = []
    for row in np.flatnonzero(area >= 0):
        if row_of[area[row]] >= 0:
            again.append(int(row))
        else:
            row_of[area[row]] = row
    found.add(
        "twice_table",
        "The same place again in the table",
        (("first", "Keep the first"),),
        np.array(again, np.int64),
        told(table, reading.key, "is in a row above already."),
    )
    missing = np.flatnonzero((row_of < 0) & kept)
    found.add(
        "no_people",
        "Regions that the table lacks",
        (("leave_out", "Leave out the region"),),
        missing,
        told(drawn.sheet, reading.name, "has no row in the table."),
    )
    kept[missing] = False
    return np.maximum(row_of, 0)


def _people(
    found: Findings, source: Sheet, reading: Reading, at: np.ndarray, kept: np.ndarray
) -> np.ndarray:
    heading = reading.matching["people"][0]
    column = source.column(heading)
    value, blank = numbers(column, source.comma)[at], blanks(column)[at]
    said = told(source, heading, "")

    def row(message: str) -> Callable[[int], Finding]:
        def one(area: int) -> Finding:
            known = said(int(at[area]))
            return Finding(known.row, known.column, known.value, message)

        return one

    leave = ("leave_out", "Leave out the region")
    for kind, title, wrong, message in (
        ("missing", "No number of people", blank, "has no number of people."),
        ("not_a_number", "Not a number", np.isnan(value) & ~blank, "is not a number."),
        ("negative", "Below 0", value < 0, "is below 0."),
        (
            "too_many",
            "More than there can be",
            value > _PEOPLE_MAX,
            "is more than a thousand million.",
        ),
    ):
        rows = np.flatnonzero(wrong & kept)
        zero = ("zero", "Take it as nobody")
        if found.add(kind, title, (leave, zero), rows, row(message)) == "zero":
            value[rows] = 0.0
        else:
            kept[rows] = False
    return np.rint(np.where(kept, value, 0.0))


def _sizes(
    found: Findings, source: Sheet, reading: Reading, at: np.ndarray, kept: np.ndarray
) -> np.ndarray | None:
    if not reading.matching.get("household_size"):
        return None
    heading = reading.matching["household_size"][0]
    value = numbers(source.column(heading), source.comma)[at]
    with np.errstate(invalid="ignore"):
        wrong = ~((value >= _SIZES[0]) & (value <= _SIZES[1])) & kept
    good = value[~wrong & kept]
    usual = float(np.median(good)) if len(good) else 2.5
    said = told(source, heading, "")

    def row(area: int) -> Finding:
        known = said(int(at[area]))
        return Finding(
            known.row,
            heading,
            known.value,
            f"is no mean size from {_SIZES[0]:g} to {_SIZES[1]:g} people.",
        )

    found.add(
        "household_size",
        "Sizes of households that cannot be",
        (("middle", f"Take the middle one, {usual:.2f}"),),
        np.flatnonzero(wrong),
        row,
    )
    return np.where(wrong | ~kept, usual, value)


def _ages(
    found: Findings, source: Sheet, reading: Reading, at: np.ndarray, kept: np.ndarray
) -> np.ndarray | None:
    """Return people by bands of five years, [areas, 21], from the bands that the file has."""
    headings = reading.matching.get("ages") or ()
    if not headings:
        return None
    bands = sorted((age_band(heading) or (-1, -1), heading) for heading in headings)
    if bands[0][0][0] < 0:
        raise ProjectError(f'"{bands[0][1]}" names no ages: they are like 0-4, 5-9 or 65+.')
    for (before, _), (after, heading) in itertools.pairwise(bands):
        if after[0] != before[1] + 1:
            what = "overlaps the ages before" if after[0] <= before[1] else "leaves ages out before"
            raise ProjectError(
                f'"{heading}" {what} it: choose columns from 0 up, one after another.'
            )
    if bands[0][0][0] != 0:
        raise ProjectError(f'ages must begin with 0, not with "{bands[0][1]}".')
    usual = age_bands(countries()[reading.ages_of].number, _YEAR)
    value = np.zeros((len(at), BANDS))
    for (low, high), heading in bands:
        cells = numbers(source.column(heading), source.comma)[at]
        rows = np.flatnonzero(~(cells >= 0) & kept)
        said = told(source, heading, "is no number of people.")
        found.add(
            f"age_{heading}",
            f"No number in {heading}",
            (ZERO,),
            rows,
            lambda area, said=said: said(int(at[area])),
        )
        value += np.nan_to_num(np.maximum(cells, 0))[:, None] * _spread(low, high, usual)
    empty = (value.sum(axis=1) <= 0) & kept
    value[empty] = usual / usual.sum()
    if empty.any():
        found.notes.append(
            f"{int(empty.sum()):,} regions have no ages: they get {reading.ages_of}'s."
        )
    return value


def _spread(low: int, high: int, usual: np.ndarray) -> np.ndarray:
    """Return the share of a band of ages in each band of five years, as the country has them."""
    years = np.repeat(usual[:-1] / 5, 5)
    years = np.append(years, usual[-1])
    inside = np.zeros(101)
    inside[low : min(high, 100) + 1] = years[low : min(high, 100) + 1]
    if inside.sum() <= 0:
        inside[min(low, 100)] = 1.0
    share = np.append(inside[:100].reshape(20, 5).sum(axis=1), inside[100])
    return share / share.sum()
