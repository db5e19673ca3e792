"""An attribute by age and region, from a table of the user's."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Int32

from populace.engine.attributes.base import OwnAttribute
from populace.engine.columns import NONE_OF_THEM
from populace.engine.errors import ProjectError, did_you_mean
from populace.engine.people import Attribute, People
from populace.engine.populations._table.columns import CATEGORIES_MAX, attribute, labels, numbers
from populace.engine.populations._table.reading import read_table
from populace.engine.quantities import Structure
from populace.engine.selection import AGE_MAX

_BAND = re.compile(r"(\d{1,3})(?:\s*(?:-|–|to)\s*(\d{1,3})|\s*(\+))?")


class FromTable(OwnAttribute):
    """A value for each age band or region, or for both, from a CSV or Parquet file.

    Ages are written 30, 0-4 or 65+, regions by name or by the name of their group. With a column
    of weights, several rows of one age and region share its people by their weights. People of no
    row have the value "none", or no number.
    """

    title = "From a table"
    needs_files = True

    file = Structure("", doc="The table, in the project's folder: a .csv or .parquet file.")
    age_column = Structure("age", doc="Heading of ages or age bands; empty: rows hold at any age.")
    region_column = Structure("", doc="Heading of regions; empty: rows hold everywhere.")
    value_column = Structure("value", doc="Heading of the values, numbers or names.")
    weight_column = Structure(
        "", doc="Heading of the weights of values; empty: one row for each age and region."
    )

    def files(self) -> tuple[str, ...]:
        return (self.file,)

    def check(self) -> None:
        """Read the whole table: a fault is told when the project opens, not in the run."""
        super().check()
        self._rows()

    def categories(self) -> tuple[str, ...]:
        names = self._rows().value.names
        return names if not names or NONE_OF_THEM in names else (*names, NONE_OF_THEM)

    def drawn(self, people: People, among: Bool[np.ndarray, " agents"]) -> Attribute:
        rows, names = self._rows(), self.categories()
        cell = self._cells(rows, people)[people.region_index, people.age]
        share = self.draws(people.agent_count) / 2.0**32
        row = np.minimum(np.searchsorted(rows.ends, cell + share, side="right"), rows.last[cell])
        known = among & (cell >= 0)
        if not names:
            return Attribute(np.where(known, rows.value.values[row], np.float32(np.nan)))
        nobody = np.uint8(names.index(NONE_OF_THEM))
        return Attribute(np.where(known, rows.value.values[row], nobody), names)

    def _cells(self, rows: "_Rows", people: People) -> Int32[np.ndarray, "regions ages"]:
        """Return the cell of the table for each region and age, -1 where it has none."""
        places = people.places
        cells = np.full((people.region_count, AGE_MAX + 1), -1, np.int32)
        for number, (first, last, name) in enumerate(rows.cells):
            inside = [
                not name or name in (region, group)
                for region, group in zip(places.region_names, places.region_groups, strict=True)
            ]
            if not any(inside):
                hint = did_you_mean(name, places.region_names)
                raise ProjectError(f'there is no region "{name}".{hint}', place="region_column")
            chosen = np.ix_(np.flatnonzero(inside), np.arange(first, last + 1))
            if (cells[chosen] >= 0).any():
                where = f" in {name}" if name else ""
                raise ProjectError(
                    f"two rows hold for people of {first} to {last}{where}: let no ages overlap, "
                    "or name a weight_column.",
                    place="age_column",
                )
            cells[chosen] = number
        return cells

    def _rows(self) -> "_Rows":
        try:
            path = self.own_files()[0]
        except ProjectError as error:
            raise error.at(place="file") from None
        stamp = path.stat()
        columns = (self.age_column, self.region_column, self.value_column, self.weight_column)
        return _read(path, (stamp.st_mtime_ns, stamp.st_size), self.file, columns)


@dataclass(frozen=True, eq=False)
class _Rows:
    """The rows of a table, those of one age band and region one after the other: a cell."""

    value: Attribute  # [rows]
    cells: tuple[tuple[int, int, str], ...]  # first and last age, region
    ends: np.ndarray  # [rows] number of the cell + share of its people up to this row
    last: np.ndarray  # [cells] last row with a weight


@lru_cache(maxsize=8)
def _read(
    path: Path, stamp: tuple[int, int], file: str, columns: tuple[str, str, str, str]
) -> _Rows:
    """Return the rows of a file; ``stamp`` tells a changed file from the one that was read."""
    settings = ("age_column", "region_column", "value_column", "weight_column")
    wanted: dict[str, str] = {}
    for setting, heading in zip(settings, columns, strict=True):
        if heading in wanted:
            raise ProjectError(
                f'column "{heading}" already is the {wanted[heading]}: name it once.',
                place=setting,
            )
        if heading:
            wanted[heading] = setting
    age, region, value, weight = columns
    if not value:
        raise ProjectError("must name a column of the table.", place="value_column")
    table = read_table(path, file, wanted)
    bands, regions = [(0, AGE_MAX)] * table.num_rows, [""] * table.num_rows
    if age:
        codes, names = labels(table[age], age, "age_column", required=True)
        known = [_band(name) for name in names]
        bands = [known[code] for code in codes]
    if region:
        codes, names = labels(table[region], region, "region_column", required=True)
        regions = [names[code] for code in codes]
    weights = np.ones(table.num_rows)
    if weight:
        weights = numbers(table[weight], weight, "weight_column", 0, 1e12)
    found = attribute(table[value], value, "value_column")
    if len(found.names) >= CATEGORIES_MAX:
        raise ProjectError(
            f"there are {len(found.names)} different values: at most {CATEGORIES_MAX - 1} fit.",
            place="value_column",
        )
    cells: dict[tuple[int, int, str], list[int]] = {}
    for row, (band, name) in enumerate(zip(bands, regions, strict=True)):
        cells.setdefault((*band, name), []).append(row)
    return _sorted(found, cells, weights, bool(weight))


def _sorted(
    found: Attribute,
    cells: dict[tuple[int, int, str], list[int]],
    weights: np.ndarray,
    weighted: bool,
) -> _Rows:
    ends, last = [], []
    for number, (cell, rows) in enumerate(cells.items()):
        where = " ".join(str(part) for part in cell).strip()
        if len(rows) > 1 and not weighted:
            raise ProjectError(
                f"rows {rows[0] + 1} and {rows[1] + 1} are of one age and region ({where}): keep "
                "one, or name a weight_column.",
                place="weight_column",
            )
        sums = np.cumsum(weights[rows])
        if sums[-1] <= 0:
            raise ProjectError(
                f"the weights of {where} sum to 0: one must be above.", place="weight_column"
            )
        ends.append(number + sums / sums[-1])
        last.append(sum(map(len, ends)) - len(rows) + int(np.flatnonzero(weights[rows])[-1]))
    order = np.concatenate([np.array(rows) for rows in cells.values()])
    value = Attribute(found.values[order], found.names)
    return _Rows(value, tuple(cells), np.concatenate(ends), np.array(last))


def _band(text: str) -> tuple[int, int]:
    """Return first and last age of "30", "0-4" or "65+"."""
    match = _BAND.fullmatch(text)
    if match is not None:
        first = int(match[1])
        last = AGE_MAX if match[3] else int(match[2] or first)
        if first <= last <= AGE_MAX:
            return first, last
    raise ProjectError(f'an age must be such as 30, 0-4 or 65+, not "{text}".', place="age_column")
