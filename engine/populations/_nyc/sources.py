"""The data files of New York, read into plain arrays."""

from dataclasses import dataclass
from importlib.resources import files

import numpy as np
import pyarrow.parquet as parquet

FOLDER = files("populace.assets") / "nyc"
FILES = ("residential_lots", "nonresidential_lots", "tracts_2020_points", "nta")

# Census 2020 (P.L. 94-171), residents per borough; their sum is the 8,804,190 of the city.
BOROUGHS = ("The Bronx", "Brooklyn", "Manhattan", "Queens", "Staten Island")
BOROUGH_RESIDENTS = np.array([1_472_654, 2_736_074, 1_694_251, 2_405_464, 495_747])
CITY_RESIDENTS = int(BOROUGH_RESIDENTS.sum())

# First year of each ACS age band, and the end of the last (completed years; 100 stands for 100+).
AGE_BANDS = (
    "age_0_4", "age_5_9", "age_10_14", "age_15_19", "age_20_24", "age_25_34", "age_35_44",
    "age_45_54", "age_55_59", "age_60_64", "age_65_74", "age_75_84", "age_85_plus",
)  # fmt: skip
AGE_BAND_ENDS = np.array([0, 5, 10, 15, 20, 25, 35, 45, 55, 60, 65, 75, 85, 101])
HOUSEHOLD_SIZES = ("hh_size_1", "hh_size_2", "hh_size_3", "hh_size_4plus")

# The borough in the number of a tax lot (Manhattan 1 ... Staten Island 5) as a row of BOROUGHS.
_LOT_BOROUGH = np.array([-1, 2, 0, 1, 3, 4])
_GROUP_OF_PREFIX = {"BX": 0, "BK": 1, "MN": 2, "QN": 3, "SI": 4}
_GROUP_OF_ID = {"QN0151": 0}  # Rikers Island is a part of the Bronx, whatever its number says
# Neighbourhoods with fewer residents in the survey (parks, airports) take their borough's shares.
_SURVEYED_AT_LEAST = 200


@dataclass(frozen=True)
class Neighbourhoods:
    """The inhabited neighbourhoods (2020 NTAs) and their survey counts (ACS 2019-2023).

    Rows of ``counts`` belong to ``ids``; rows without a usable survey hold their borough's counts
    per resident.
    """

    ids: tuple[str, ...]
    names: tuple[str, ...]
    group: np.ndarray  # [regions] row of BOROUGHS
    counts: dict[str, np.ndarray]  # column -> [regions] float64


@dataclass(frozen=True)
class Lots:
    """Tax lots with residents, sorted by region, inside it by borough, tract and block."""

    region: np.ndarray  # [lots] row of Neighbourhoods
    borough: np.ndarray  # [lots] row of BOROUGHS: the census county, which the region may cross
    residents: np.ndarray  # [lots] people of the 2020 census spread over housing units, float64
    lon: np.ndarray  # [lots] degrees
    lat: np.ndarray


@dataclass(frozen=True)
class WorkLots:
    """Tax lots without residents."""

    borough: np.ndarray
    lon: np.ndarray
    lat: np.ndarray


def read_neighbourhoods() -> Neighbourhoods:
    """Return the neighbourhoods that have lots with residents, by id."""
    inhabited = set(_columns("tracts_2020_points", "nta")["nta"])
    wanted = (
        "pop", *AGE_BANDS, "age_under_18", "households", *HOUSEHOLD_SIZES, "hh_with_under18",
        "enrolled_kindergarten", "enrolled_grades_1_8", "enrolled_grades_9_12", "workers",
    )  # fmt: skip
    table = _columns("nta", "id", "name", *wanted)
    rows = np.flatnonzero(np.isin(table["id"], sorted(inhabited)))
    ids = tuple(str(name) for name in table["id"][rows])
    group = np.array([_GROUP_OF_ID.get(name, _GROUP_OF_PREFIX[name[:2]]) for name in ids])
    counts = {name: np.nan_to_num(table[name][rows].astype(np.float64)) for name in wanted}
    resident = np.maximum(counts["pop"], 1)
    surveyed, housed = resident >= _SURVEYED_AT_LEAST, counts["households"] > 0
    for name in wanted:
        of_homes = name in ("households", *HOUSEHOLD_SIZES, "hh_with_under18")
        known = surveyed & housed if of_homes else surveyed
        _fill(counts[name], known, resident, group)
    names = tuple(str(name) for name in table["name"][rows])
    return Neighbourhoods(ids, names, group, counts)


def read_lots(neighbourhoods: Neighbourhoods) -> Lots:
    """Return the lots with residents."""
    tracts = _columns("tracts_2020_points", "nta", "borough")
    row_of = {name: row for row, name in enumerate(neighbourhoods.ids)}
    tract_region = np.array([row_of[name] for name in tracts["nta"]], np.uint16)
    borough_row = {name.removeprefix("The "): row for row, name in enumerate(BOROUGHS)}
    tract_borough = np.array([borough_row[name] for name in tracts["borough"]], np.uint8)
    table = _columns("residential_lots", "tract_ix", "pop_x100", "lon_e5", "lat_e5")
    tract = table["tract_ix"]
    # Tracts are numbered by county, so a stable sort by region also sorts by borough inside it.
    order = np.argsort(tract_region[tract], kind="stable")
    return Lots(
        region=tract_region[tract][order],
        borough=tract_borough[tract][order],
        residents=table["pop_x100"][order] / 100,
        lon=table["lon_e5"][order] / 1e5,
        lat=table["lat_e5"][order] / 1e5,
    )


def read_work_lots() -> WorkLots:
    """Return the lots without residents."""
    table = _columns("nonresidential_lots", "boro", "lon_e5", "lat_e5")
    return WorkLots(
        _LOT_BOROUGH[table["boro"]], lon=table["lon_e5"] / 1e5, lat=table["lat_e5"] / 1e5
    )


def _fill(column: np.ndarray, known: np.ndarray, resident: np.ndarray, group: np.ndarray) -> None:
    """Give rows that are not ``known`` their borough's count per resident of known rows."""
    counted = np.bincount(group[known], weights=column[known], minlength=len(BOROUGHS))
    residents = np.bincount(group[known], weights=resident[known], minlength=len(BOROUGHS))
    column[~known] = (counted / residents)[group[~known]] * resident[~known]


def _columns(name: str, *columns: str) -> dict[str, np.ndarray]:
    with (FOLDER / f"{name}.parquet").open("rb") as file:
        table = parquet.read_table(file, columns=list(columns))
    return {column: table[column].to_numpy(zero_copy_only=False) for column in columns}
