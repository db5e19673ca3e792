"""Real files of every kind, made in a folder of the test."""

import datetime as dt
import zipfile
from pathlib import Path

import openpyxl
import pandas
import pytest
import shapely

TOWNS = ("Köln", "Bonn", "Aachen", "Düren")
CASES = [(dt.date(2020, 3, 1) + dt.timedelta(days=day), 12 + 3 * (day % 5)) for day in range(30)]


@pytest.fixture
def latin(tmp_path) -> Path:
    """Return a CSV as a German office writes it: latin-1, semicolons, decimal comma, a title."""
    lines = ["Bericht des Gesundheitsamtes", "", "Meldedatum;Fälle;Ort"]
    lines += [f"{day:%d.%m.%Y};1.{number:03d},5;Köln" for day, number in CASES]
    path = tmp_path / "fälle.csv"
    path.write_bytes("\r\n".join(lines).encode("latin-1"))
    return path


@pytest.fixture
def book(tmp_path) -> Path:
    """Return an Excel workbook with two sheets, a title and real dates."""
    workbook = openpyxl.Workbook()
    first = workbook.active
    first.title = "Cases"
    first.append(["Cases reported"])
    first.append([])
    first.append(["Reporting date", "New cases"])
    for day, number in CASES:
        first.append([dt.datetime.combine(day, dt.time()), number])
    second = workbook.create_sheet("Beds")
    second.append(["Date", "In hospital"])
    second.append([dt.date(2020, 3, 1), 4])
    workbook.save(tmp_path / "cases.xlsx")
    return tmp_path / "cases.xlsx"


@pytest.fixture
def areas():
    """Return four squares with names, ids and people."""
    import geopandas

    squares = [shapely.box(6 + at, 50, 7 + at, 51) for at in range(4)]
    table = {"GEN": TOWNS, "AGS": ["05315", "05314", "05334", "05358"],
             "EWZ": [1_000, 2_000, 800, 600]}  # fmt: skip
    return geopandas.GeoDataFrame(table, geometry=squares, crs=4326)


@pytest.fixture
def map_files(tmp_path, areas) -> dict[str, Path]:
    """Return the squares as every kind of map, two of them in metres."""
    metres = areas.to_crs(3857)
    areas.to_file(tmp_path / "m.geojson")
    metres.to_file(tmp_path / "m.gpkg")
    areas.to_parquet(tmp_path / "m.parquet")
    (tmp_path / "shp").mkdir()
    metres.to_file(tmp_path / "shp" / "m.shp")
    with zipfile.ZipFile(tmp_path / "m.zip", "w") as archive:
        for part in (tmp_path / "shp").iterdir():
            archive.write(part, f"folder/{part.name}")
    return {name: tmp_path / f"m.{name}" for name in ("geojson", "gpkg", "zip", "parquet")}


@pytest.fixture
def parquet(tmp_path) -> Path:
    """Return a Parquet of typed columns."""
    table = pandas.DataFrame(
        {
            "day": pandas.to_datetime([day for day, _ in CASES]),
            "infected": [float(number) for _, number in CASES],
            "region": pandas.Categorical(["north"] * len(CASES)),
        }
    )
    table.to_parquet(tmp_path / "cases.parquet")
    return tmp_path / "cases.parquet"
