"""A table of people that the user brings: one row per person."""

from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pyarrow as pa

from populace.engine.columns import Columns
from populace.engine.component import Values
from populace.engine.errors import ProjectError
from populace.engine.people import Attribute, People, Places
from populace.engine.populations._nyc.positions import mercator
from populace.engine.populations._table.columns import (
    attribute,
    labels,
    numbers,
    unique,
    whole_numbers,
)
from populace.engine.populations._table.reading import read_table
from populace.engine.populations.base import Population, Progress
from populace.engine.quantities import Structure

_SPACING = 2.0  # metres between people without coordinates; drawing only
_METRES_MAX = 20_037_508.0  # half the equator: no place on the map is further east
_LATITUDE_MAX = 85.0  # degrees; Web Mercator ends there
_AGE_WITHOUT = 35  # years, of everybody where no column tells
_REGIONS_MAX = 65_535
_ONE_COLUMN = ("id_column", "age_column", "x_column", "y_column", "household_column",
               "region_column")  # fmt: skip
_LISTS = ("group_columns", "attribute_columns")


class Table(Population):
    """People from a CSV or Parquet file in the project's folder, one row each.

    Headings are settings; an empty setting means that the table has no such column. Every group
    column becomes a place where people meet: a network of the same name (`school`, `workplace`)
    uses it. Every attribute column is kept with the people.
    """

    title = "Table of people"
    needs_files = True

    file = Structure("", doc="The table, in the project's folder: a .csv or .parquet file.")
    id_column = Structure("id", doc="Heading of what tells people apart; no value appears twice.")
    age_column = Structure("age", doc="Heading of ages in completed years; without, all are 35.")
    x_column = Structure("x", doc="Heading of the longitude, or of metres to the east.")
    y_column = Structure("y", doc="Heading of the latitude, or of metres to the north.")
    coordinates = Structure(
        "degrees",
        choices=("degrees", "metres"),
        doc="What x and y are: degrees east and north, or metres of any plane.",
    )
    household_column = Structure("", doc="Heading of households; without, everybody lives alone.")
    region_column = Structure("", doc="Heading of regions; without, all live in one.")
    group_columns = Structure(
        "", doc="Headings of places where people meet, with commas: school, workplace."
    )
    attribute_columns = Structure(
        "", doc="Headings of what else is known of people, with commas: sex, income."
    )

    def files(self) -> tuple[str, ...]:
        return (self.file,)

    def check(self) -> None:
        """Read the whole table: a fault is told when the project opens, not in the run."""
        self._people()

    def agent_count(self) -> int:
        return self._people().agent_count

    def columns(self) -> Columns:
        return Columns.of(self._people())

    def build(self, progress: Progress) -> People:
        """Return the people, sorted by region and household, else in the order of the table."""
        progress("Reading the table", 0.0)
        return self._people()

    def ids(self) -> list[str]:
        """Return everybody's id in the order of the people; none without a column of ids."""
        values = self.values()
        if not values.id_column:
            return []
        table = read_table(self.own_files()[0], self.file, _wanted(values))
        region, _ = _regions(table, values)
        order = np.lexsort((_dwellings(table, values, region), region))
        column = table[values.id_column]
        codes, names = labels(column, values.id_column, "id_column", required=True)
        return [names[code] for code in codes[order]]

    def _people(self) -> People:
        try:
            path = self.own_files()[0]
        except ProjectError as error:
            raise error.at(place="file") from None
        stamp = path.stat()
        settings = tuple(vars(self.values()).items())
        return _read(path, (stamp.st_mtime_ns, stamp.st_size), settings)


@lru_cache(maxsize=1)
def _read(path: Path, stamp: tuple[int, int], settings: tuple[tuple[str, str], ...]) -> People:
    """Return the people of a file; ``stamp`` tells a changed file from the one that was read."""
    values = Values(**dict(settings))
    table = read_table(path, values.file, _wanted(values))
    if values.id_column:
        unique(table[values.id_column], values.id_column, "id_column")
    region, names = _regions(table, values)
    dwelling = _dwellings(table, values, region)
    order = np.lexsort((dwelling, region))
    age = np.full(table.num_rows, _AGE_WITHOUT)
    if values.age_column:
        age = whole_numbers(table[values.age_column], values.age_column, "age_column", 0, 120)
    x, y, origin, note = _positions(table, values, order)
    changes = np.diff(dwelling[order], prepend=dwelling[order[:1]]) != 0
    groups = {
        name: labels(table[name], name, "group_columns", required=False)[0][order]
        for name in _listed(values.group_columns)
    }
    more = {}
    for name in _listed(values.attribute_columns):
        known = attribute(table[name], name, "attribute_columns")
        more[name] = Attribute(known.values[order], known.names)
    return People(
        age=np.minimum(age, 100).astype(np.uint8)[order],
        region_index=region[order].astype(np.uint16),
        dwelling=np.cumsum(changes, dtype=np.int32),
        x=x.astype(np.float32),
        y=y.astype(np.float32),
        places=Places(
            region_ids=names,
            region_names=names,
            region_groups=("",) * len(names),
            origin_lon=origin[0],
            origin_lat=origin[1],
            notes=(
                f"People are the {table.num_rows:,} rows of {values.file}.",
                *_notes(values, note),
            ),
        ),
        memberships=MappingProxyType(groups),
        attributes=MappingProxyType(more),
    )


def _wanted(values: Values) -> dict[str, str]:
    """Return the setting that asks for each heading; none may be asked for twice."""
    asked: dict[str, str] = {}
    pairs = [(getattr(values, setting), setting) for setting in _ONE_COLUMN]
    pairs += [(name, setting) for setting in _LISTS for name in _listed(getattr(values, setting))]
    for heading, setting in pairs:
        if not heading:
            continue
        if heading in asked:
            raise ProjectError(
                f'column "{heading}" already is the {asked[heading]}: name it once.', place=setting
            )
        if setting in _LISTS and not heading.isidentifier():
            raise ProjectError(
                f'"{heading}" cannot name a group or attribute: rename the column with letters, '
                "digits and _ only.",
                place=setting,
            )
        asked[heading] = setting
    if bool(values.x_column) != bool(values.y_column):
        missing = "y_column" if values.x_column else "x_column"
        raise ProjectError("is missing: name both columns or none.", place=missing)
    if not asked:
        raise ProjectError("must name at least one column of the table.", place="id_column")
    return asked


def _listed(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _regions(table: pa.Table, values: Values) -> tuple[np.ndarray, tuple[str, ...]]:
    if not values.region_column:
        return np.zeros(table.num_rows, np.int32), ("Everybody",)
    region, names = labels(
        table[values.region_column], values.region_column, "region_column", required=True
    )
    if len(names) > _REGIONS_MAX:
        raise ProjectError(
            f"there are {len(names):,} regions: at most {_REGIONS_MAX:,} fit. Join some.",
            place="region_column",
        )
    return region, tuple(names)


def _dwellings(table: pa.Table, values: Values, region: np.ndarray) -> np.ndarray:
    """Return the household of each row, [rows] int32; who has none lives alone."""
    rows = table.num_rows
    if not values.household_column:
        return np.arange(rows, dtype=np.int32)
    dwelling, names = labels(
        table[values.household_column], values.household_column, "household_column", required=False
    )
    alone = dwelling < 0
    dwelling[alone] = len(names) + np.arange(int(alone.sum()))
    home = np.full(int(dwelling.max()) + 1, -1, np.int64)
    home[dwelling[::-1]] = region[::-1]  # of equal indices the last one counts: the first row
    apart = np.flatnonzero(home[dwelling] != region)
    if len(apart):
        name = names[dwelling[apart[0]]]
        raise ProjectError(
            f'household "{name}" is in two regions (row {apart[0] + 1:,}): give each household '
            "one.",
            place="household_column",
        )
    return dwelling


def _positions(
    table: pa.Table, values: Values, order: np.ndarray
) -> tuple[np.ndarray, np.ndarray, tuple[float, float], str]:
    """Return x and y in sorted order, the origin in degrees, and a note for the screen."""
    if not values.x_column:
        place = np.arange(table.num_rows)
        across = int(np.ceil(np.sqrt(table.num_rows)))
        x, y = place % across - (across - 1) / 2, (across - 1) / 2 - place // across
        return x * _SPACING, y * _SPACING, (0.0, 0.0), "People stand on a made-up grid."
    degrees = values.coordinates == "degrees"
    east, north = (180.0, _LATITUDE_MAX) if degrees else (_METRES_MAX, _METRES_MAX)
    x = numbers(table[values.x_column], values.x_column, "x_column", -east, east)[order]
    y = numbers(table[values.y_column], values.y_column, "y_column", -north, north)[order]
    if degrees:
        origin = (float(x.mean()), float(y.mean()))
        return *mercator(x, y, *origin), origin, ""
    return x - x.mean(), y - y.mean(), (0.0, 0.0), "People stand on a plane without a map."


def _notes(values: Values, note: str) -> list[str]:
    notes = [note] if note else []
    if not values.age_column:
        notes.append(f"No ages are known: everybody is {_AGE_WITHOUT}.")
    if not values.household_column:
        notes.append("No households are known: everybody lives alone.")
    return notes
