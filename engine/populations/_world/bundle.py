"""Makes the files in `assets/world` from the sources that their LICENCES.md names.

Run once, by hand: ``python -m populace.engine.populations._world.bundle SOURCES assets/world``.
Needs geopandas; a model never does.
"""

import csv
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet

from populace.engine.populations._world.nesting import distance_km, outermost

REGIONS_AT_MOST = 48
# On the UN's list, but not on the map: ISO 3166 codes, and the name of the outline if there is one.
_WITHOUT_CODE = {
    175: ("YT", "MYT"), 254: ("GF", "GUF"), 292: ("GI", "GIB"), 312: ("GP", "GLP"),
    412: ("XK", "XKX"), 474: ("MQ", "MTQ"), 535: ("BQ", "BES"), 638: ("RE", "REU"),
    772: ("TK", "TKL"), 798: ("TV", "TUV"),
}  # fmt: skip
_FIRST_AGGREGATE = 900  # in the UN's numbers, regions of the world come after all countries
_FAR_DEGREES = 0.5  # a place further from its country is a base abroad: Akrotiri on Cyprus
_LEAST_ISLAND_DEGREES = 0.03  # an islet that the map lacks is drawn as a disc of this radius


def main(source: Path, target: Path) -> None:
    """Read the four sources and write countries, ages, places, outlines and region shapes."""
    import geopandas
    import pandas

    people: Any = pandas.read_parquet(source / "un_wpp2024_country_age.parquet")
    people = people[people["locid"] < _FIRST_AGGREGATE]
    ages = people.pivot_table("value", ["locid", "year"], "agegrpstart", "sum")
    cities: Any = pandas.read_parquet(source / "world_cities_5000.parquet")
    shapes: Any = geopandas.read_parquet(source / "world_countries_50m.parquet")
    number: Any = pandas.to_numeric(shapes["iso_n3"], errors="coerce")
    number[shapes["name"] == "Kosovo"] = 412
    shapes = shapes[number.notna() & (shapes["name"] != "Ashmore and Cartier Is.")]
    shapes = shapes.assign(locid=number).set_index("locid")

    listed, places, outlines, regions = [], [], [], []
    for locid, name in people.groupby("locid")["location"].first().items():
        shape = shapes.loc[locid] if locid in shapes.index else None
        codes = _WITHOUT_CODE.get(locid)
        if codes is None:
            assert shape is not None, f"{name} is on the UN's list and nowhere else"
            codes = (shape["iso_a2"], shape["iso_a3"])
        outline = None if shape is None else shape["geometry"]
        inside = _places(cities[cities["countrycode"] == codes[0]], str(name), outline)
        if inside is None:
            continue  # neither a place of 5,000 people nor an outline: nowhere to put anybody
        centres = _centres(inside, outline)
        inside["centre"] = np.isin(np.arange(len(inside)), centres)
        listed.append((codes[1], codes[0], locid, name, outline is not None))
        places.append(inside.assign(country=codes[1]))
        if outline is not None:
            lon, lat = _line(outline)
            outlines.append({"country": codes[1], "lon": lon, "lat": lat})
            cells = _cells(inside.iloc[centres], outline)
            cells.to_parquet(_made(target / "regions") / f"{codes[1]}.parquet")
            regions.append(len(cells))
    _write(target, listed, ages.reset_index(), pandas.concat(places), outlines)
    print(f"{len(listed)} countries, {sum(map(len, places))} places, {sum(regions)} regions")  # noqa: T201 (a command, run by hand)


def _places(cities: Any, name: str, outline: Any) -> Any:
    """Return the places that count, largest first; a country without any gets its middle."""
    import pandas
    import shapely

    if outline is not None:
        points = shapely.points(cities["longitude"], cities["latitude"])
        cities = cities[shapely.distance(points, outline) < _FAR_DEGREES]
    if len(cities) == 0 and outline is None:
        return None
    if len(cities) == 0:
        assert outline is not None
        middle = outline.representative_point()
        row = {"geonameid": 0, "name": name, "lon": middle.x, "lat": middle.y, "population": 1}
        return pandas.DataFrame([row])
    table: Any = cities.rename(columns={"longitude": "lon", "latitude": "lat"}).reset_index(
        drop=True
    )
    kept = outermost(
        table["lon"].to_numpy(float),
        table["lat"].to_numpy(float),
        table["population"].to_numpy(float),
        table["admin1code"].to_numpy(str),
    )
    return table.iloc[kept][["geonameid", "name", "lon", "lat", "population"]].reset_index(
        drop=True
    )


def _centres(places: Any, outline: Any) -> np.ndarray:
    """Return rows of the places around which the regions lie: the largest, not too near others."""
    lon, lat = places["lon"].to_numpy(float), places["lat"].to_numpy(float)
    area = 0.0
    if outline is not None:
        area = outline.area * 111.195**2 * np.cos(np.radians(outline.centroid.y))
    apart = np.sqrt(area / (2.5 * REGIONS_AT_MOST))
    free = np.ones(len(places), bool)
    chosen: list[int] = []
    for row in range(len(places)):
        if free[row] and len(chosen) < REGIONS_AT_MOST:
            chosen.append(row)
            free &= distance_km(lon, lat, lon[row], lat[row]) > apart
    return np.array(chosen)


def _cells(centres: Any, outline: Any) -> Any:
    """Return the part of the country that is nearest to each centre on the map (Web Mercator)."""
    import geopandas
    import shapely

    points = geopandas.GeoSeries(geopandas.points_from_xy(centres["lon"], centres["lat"]), crs=4326)
    flat = points.to_crs(3857)
    land = shapely.make_valid(geopandas.GeoSeries([outline], crs=4326).to_crs(3857).iloc[0])
    if len(flat) == 1:
        shapes = [land]
    else:
        cells = shapely.voronoi_polygons(
            shapely.MultiPoint(flat.to_list()), extend_to=land.envelope, ordered=True
        )
        shapes = [_polygons(land.intersection(cell)) for cell in cells.geoms]
    back = geopandas.GeoSeries(shapes, crs=3857).to_crs(4326)
    drawn = [
        point.buffer(_LEAST_ISLAND_DEGREES) if shape.is_empty else shape
        for shape, point in zip(back, points, strict=True)
    ]
    return geopandas.GeoDataFrame(
        {"id": centres["geonameid"].astype(str).to_list(), "name": centres["name"].to_list()},
        geometry=drawn,
        crs=4326,
    )


def _polygons(shape: Any) -> Any:
    """Return the areas of a shape: cutting can leave single points and lines."""
    import shapely

    parts = [part for part in getattr(shape, "geoms", [shape]) if part.geom_type == "Polygon"]
    return shapely.MultiPolygon(parts)


def _line(outline: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return all rings one after the other, each ended by a NaN."""
    parts = []
    for polygon in getattr(outline, "geoms", [outline]):
        for ring in (polygon.exterior, *polygon.interiors):
            parts += [np.asarray(ring.coords)[:, :2], np.full((1, 2), np.nan)]
    points = np.concatenate(parts).astype(np.float32)
    return points[:, 0], points[:, 1]


def _write(target: Path, listed: list, ages: Any, places: Any, outlines: list) -> None:
    with (target / "countries.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["iso3", "iso2", "un", "name", "outline"])
        rows.writerows((iso3, iso2, un, name, int(there)) for iso3, iso2, un, name, there in listed)
    ages.columns = ["un", "year", *(f"from_{column}" for column in ages.columns[2:])]
    parquet.write_table(pa.Table.from_pandas(ages, preserve_index=False), target / "ages.parquet")
    places = places.astype({"lon": "float32", "lat": "float32", "population": "int32"})
    table = pa.Table.from_pandas(places, preserve_index=False)
    parquet.write_table(table, target / "places.parquet", compression="zstd")
    table = pa.Table.from_pylist(outlines)
    kinds = {name: pa.list_(pa.float32()) for name in ("lon", "lat")}
    table = table.cast(pa.schema([("country", pa.string()), *kinds.items()]))
    parquet.write_table(table, target / "outlines.parquet", compression="zstd")


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
