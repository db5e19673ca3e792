"""Reads a map and a table of its regions; what cannot be used is the user's error."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from populace.engine.errors import ProjectError, did_you_mean
from populace.engine.importing.maps import areas_with_table
from populace.engine.population_cache import cache_folder
from populace.engine.populations._table.columns import labels, numbers
from populace.engine.populations._table.reading import read_table

REGIONS_MAX = 5_000
SUFFIXES = (".geojson", ".json", ".gpkg", ".zip", ".parquet")
_LATITUDE_MAX = 85.0  # degrees; Web Mercator ends there
_CURE = "Draw it again in a map program and save it as GeoJSON."


@dataclass(frozen=True)
class Shapes:
    """Regions of a map, in its order."""

    ids: tuple[str, ...]
    names: tuple[str, ...]
    geometry: np.ndarray  # [regions] polygons of shapely in degrees
    file: Path  # a GeoParquet with id, name, geometry


@dataclass(frozen=True)
class Counts:
    """What the table says of each region, in the order of the map."""

    people: np.ndarray  # [regions] float64
    household_size: np.ndarray | None  # [regions] people
    ages: np.ndarray | None  # [regions, columns] shares or counts


def read_shapes(path: Path, name: str, id_column: str, name_column: str) -> Shapes:
    """Return the regions of the map ``path``, called ``name`` in errors."""
    if path.suffix.lower() not in SUFFIXES:
        raise ProjectError(
            f'"{name}" must be one of {", ".join(SUFFIXES)}: save the map as GeoJSON, or zip the '
            "files of a Shapefile.",
            place="file",
        )
    try:
        import geopandas  # noqa: F401 (asked for here, so that the error names it)
    except ImportError:
        raise ProjectError(
            'a map of regions needs geopandas: pip install "populace[studio]".', place="file"
        ) from None
    # Some formats name other files to be read: nothing is opened that only calls itself a map.
    try:
        table = areas_with_table(path, name, path.suffix.lower())
    except ProjectError as error:
        raise error.at(place="file") from None
    return _shapes(table, name, id_column, name_column)


def _shapes(table: Any, name: str, id_column: str, name_column: str) -> Shapes:
    if not hasattr(table, "crs") or "geometry" not in table.columns:
        raise ProjectError(f'"{name}" has no shapes in it. {_CURE}', place="file")
    if len(table) == 0 or len(table) > REGIONS_MAX:
        raise ProjectError(
            f'"{name}" must have 1 to {REGIONS_MAX:,} regions, not {len(table):,}.', place="file"
        )
    for heading, setting in ((id_column, "id_column"), (name_column, "name_column")):
        if heading not in table.columns:
            known = [str(one) for one in table.columns if one != "geometry"]
            raise ProjectError(
                f'"{name}" has no column "{heading}".{did_you_mean(heading, known)}', place=setting
            )
    if table.crs is None:
        table = table.set_crs(4326)
    table = table.to_crs(4326)
    ids = tuple(str(one) for one in table[id_column])
    _refuse_twice(ids, f'"{name}"', "id_column")
    wrong = ~table.geometry.geom_type.isin(["Polygon", "MultiPolygon"]) | table.geometry.is_empty
    if wrong.any():
        bad = ids[int(np.argmax(wrong))]
        raise ProjectError(f'region "{bad}" of "{name}" must be an area. {_CURE}', place="file")
    left, low, right, high = table.total_bounds
    if not (left >= -180 and right <= 180 and -_LATITUDE_MAX <= low <= high <= _LATITUDE_MAX):
        raise ProjectError(
            f'"{name}" leaves the map (180 degrees east, {_LATITUDE_MAX:g} north): its coordinates '
            "must be degrees, or the file must say what they are.",
            place="file",
        )
    geometry = table.geometry.make_valid()
    drawn = table[[id_column, name_column]].astype(str).set_axis(["id", "name"], axis=1)
    import geopandas

    kept = geopandas.GeoDataFrame(drawn, geometry=geometry.values, crs=4326)
    return Shapes(ids, tuple(drawn["name"]), np.asarray(geometry.values), _keep(kept))


def _keep(table: Any) -> Path:
    """Write the map for the screen to the user's cache, named by its content."""
    content = hashlib.sha256(
        repr(list(table["id"]) + list(table["name"])).encode() + b"".join(table.geometry.to_wkb())
    ).hexdigest()[:32]
    folder = cache_folder().parent / "maps"
    path = folder / f"{content}.parquet"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=folder, suffix=".parquet")
        os.close(handle)
        table.to_parquet(temporary)
        os.replace(temporary, path)
    return path


def read_counts(
    path: Path, name: str, ids: tuple[str, ...], columns: dict[str, str], ages: list[str]
) -> Counts:
    """Return what the table says of the regions ``ids``.

    ``columns`` are the headings by setting; ``ages`` the headings of people by age.
    """
    wanted = {heading: setting for setting, heading in columns.items() if heading}
    wanted |= dict.fromkeys(ages, "age_columns")
    table = read_table(path, name, wanted)
    key = columns["table_id_column"]
    codes, listed = labels(table[key], key, "table_id_column", required=True)
    _refuse_twice(tuple(listed[code] for code in codes), f'"{name}"', "table_id_column")
    row_of = {listed[code]: row for row, code in enumerate(codes)}
    for here, there, file in ((ids, row_of, "the table"), (row_of, set(ids), "the map")):
        missing = [one for one in here if one not in there]
        if missing:
            raise ProjectError(
                f'region "{missing[0]}" is not in {file} ({len(missing):,} such regions): both '
                "must have the same ids.",
                place="table_id_column",
            )
    rows = np.array([row_of[one] for one in ids])

    def column(heading: str, setting: str, low: float, high: float) -> np.ndarray:
        return numbers(table[heading], heading, setting, low, high)[rows]

    people = column(columns["people_column"], "people_column", 0, 1e10)
    if people.sum() < 1:
        raise ProjectError(f'"{name}" has no people in any region.', place="people_column")
    sizes = columns["household_size_column"]
    return Counts(
        people,
        column(sizes, "household_size_column", 1.5, 10) if sizes else None,
        np.stack([column(one, "age_columns", 0, 1e10) for one in ages], axis=1) if ages else None,
    )


def _refuse_twice(ids: tuple[str, ...], where: str, setting: str) -> None:
    if len(set(ids)) < len(ids):
        twice = next(one for one in ids if ids.count(one) > 1)
        raise ProjectError(f'region "{twice}" is in {where} twice: keep one.', place=setting)
