"""The data files of countries, read into plain arrays."""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import pyarrow.compute as compute
import pyarrow.parquet as parquet

FOLDER = files("populace.assets") / "world"
FILES = ("world/countries.csv", "world/ages.parquet", "world/places.parquet",
         "world/outlines.parquet")  # fmt: skip
YEARS = ("2000", "2010", "2020", "2025")


@dataclass(frozen=True)
class Country:
    """A line of the United Nations' list."""

    code: str  # ISO 3166, three letters
    number: int  # of the United Nations
    name: str
    has_outline: bool


@dataclass(frozen=True)
class WorldPlaces:
    """Towns of a country, largest first."""

    id: np.ndarray  # [places] GeoNames number as text
    name: np.ndarray
    lon: np.ndarray  # degrees, float64
    lat: np.ndarray
    population: np.ndarray  # people, float64
    is_centre: np.ndarray  # a region lies around it


@cache
def countries() -> dict[str, Country]:
    """Return all countries by name, in the order of the alphabet."""
    with (FOLDER / "countries.csv").open(encoding="utf-8") as file:
        rows = [
            Country(row["iso3"], int(row["un"]), row["name"], row["outline"] == "1")
            for row in csv.DictReader(file)
        ]
    return {row.name: row for row in sorted(rows, key=lambda row: row.name)}


@cache
def age_bands(number: int, year: str) -> np.ndarray:
    """Return the people of a country by bands of five years, [21] float64; the last is 100+."""
    with (FOLDER / "ages.parquet").open("rb") as file:
        table = parquet.read_table(file, filters=[("un", "=", number), ("year", "=", int(year))])
    columns = [name for name in table.column_names if name.startswith("from_")]
    bands = np.array([table[name][0].as_py() for name in columns], np.float64)
    bands.flags.writeable = False
    return bands


def read_places(code: str) -> WorldPlaces:
    """Return the places that count (see `nesting`)."""
    with (FOLDER / "places.parquet").open("rb") as file:
        table = parquet.read_table(file, filters=compute.field("country") == code)
    column = {name: table[name].to_numpy(zero_copy_only=False) for name in table.column_names}
    return WorldPlaces(
        id=column["geonameid"].astype(str),
        name=column["name"].astype(str),
        lon=column["lon"].astype(np.float64),
        lat=column["lat"].astype(np.float64),
        population=column["population"].astype(np.float64),
        is_centre=column["centre"],
    )


def read_outline(code: str) -> tuple[np.ndarray, np.ndarray]:
    """Return longitudes and latitudes of the border, rings one after the other with NaN between."""
    with (FOLDER / "outlines.parquet").open("rb") as file:
        table = parquet.read_table(file, filters=compute.field("country") == code)
    lon, lat = (np.array(table[name][0].as_py(), np.float64) for name in ("lon", "lat"))
    return lon, lat
