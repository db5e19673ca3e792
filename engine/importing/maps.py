"""Maps that users bring: GeoJSON, GeoPackage, zipped Shapefile; read safely, told what is wrong."""

import json
import shutil
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from populace.engine.errors import ProjectError
from populace.engine.importing.limits import MAPS, refuse_bomb, refuse_kind, refuse_size
from populace.engine.importing.sheet import Sheet, sheet_of
from populace.engine.importing.typed import _texts as texts_of

REGIONS_MAX = 5_000
_SHAPEFILE = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_LATITUDE_MAX = 85.0
_CURE = "Draw it again in a map program and save it as GeoJSON."


@dataclass(frozen=True)
class Map:
    """Areas of a map with their table, in degrees."""

    sheet: Sheet  # a row per area; `rows` counts areas from 1
    geometry: np.ndarray  # polygons of shapely, None where there is no area
    faults: tuple[tuple[int, str], ...]  # area (from 0) and why it cannot be used
    repaired: tuple[int, ...]  # areas whose borders crossed themselves


def read_map(path: Path, name: str) -> Map:
    """Read a map; nothing in it is followed outside of it."""
    suffix = refuse_kind(name, MAPS)
    try:
        refuse_size(name, path.stat().st_size)
    except OSError as error:
        raise ProjectError(f'"{name}" cannot be read: {error.strerror}.') from None
    try:
        import geopandas
    except ImportError:
        raise ProjectError('a map needs geopandas: pip install "populace[studio]".') from None
    del geopandas
    return _map(areas_with_table(path, name, suffix), name)


def areas_with_table(path: Path, name: str, suffix: str) -> Any:
    """Return a map as a GeoDataFrame; what only calls itself a map is a `ProjectError`."""
    if suffix == ".zip":
        return _shapefile(path, name)
    if suffix == ".parquet":
        return _geoparquet(path, name)
    _refuse_disguise(path, name, suffix)
    return _read(path, name)


def _refuse_disguise(path: Path, name: str, suffix: str) -> None:
    """Refuse what only calls itself a map: some formats name other files to be read."""
    with path.open("rb") as file:
        start = file.read(4096)
    if suffix == ".gpkg":
        if not start.startswith(b"SQLite format 3\0"):
            raise ProjectError(f'"{name}" is no GeoPackage, whatever its name says. {_CURE}')
        return
    try:
        with path.open(encoding="utf-8-sig") as file:
            content = json.load(file)
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise ProjectError(f'"{name}" is not GeoJSON: {_CURE}') from None
    if not isinstance(content, dict) or content.get("type") not in ("FeatureCollection", "Feature"):
        raise ProjectError(f'"{name}" is JSON, but no map of areas (a FeatureCollection). {_CURE}')
    features = content.get("features", [content])
    if not isinstance(features, list) or not all(isinstance(one, dict) for one in features):
        raise ProjectError(f'the features of "{name}" are no list of areas. {_CURE}')


def _shapefile(path: Path, name: str) -> Any:
    """Unpack the parts of the one Shapefile in a zip, by name and nothing else, and read it."""
    entries = refuse_bomb(path, name)
    usable = [one for one in entries if not one.filename.startswith("__MACOSX")]
    shapes = [one.filename for one in usable if one.filename.lower().endswith(".shp")]
    if not shapes:
        raise ProjectError(
            f'"{name}" holds no Shapefile: put its .shp, .shx, .dbf and .prj into the zip.'
        )
    if len(shapes) > 1:
        raise ProjectError(f'"{name}" holds {len(shapes)} maps: keep one ({", ".join(shapes)}).')
    stem = shapes[0][:-4].lower()
    parts = {one.filename[-4:].lower(): one for one in usable if one.filename[:-4].lower() == stem}
    missing = [part for part in (".shx", ".dbf") if part not in parts]
    if missing:
        raise ProjectError(f'"{name}" lacks {" and ".join(missing)} of its Shapefile: add it.')
    with tempfile.TemporaryDirectory(prefix="populace-map-") as folder:
        with zipfile.ZipFile(path) as archive:
            for suffix in _SHAPEFILE:
                if suffix in parts:
                    with archive.open(parts[suffix]) as packed:
                        target = Path(folder, f"map{suffix}")
                        with target.open("wb") as file:
                            shutil.copyfileobj(packed, file)
        return _read(Path(folder, "map.shp"), name)


def _geoparquet(path: Path, name: str) -> Any:
    import geopandas

    try:
        return geopandas.read_parquet(path)
    except Exception as error:  # geopandas hands on whatever its readers raise
        raise ProjectError(f'"{name}" is no map in GeoParquet. {_CURE}') from error


def _read(path: Path, name: str) -> Any:
    import geopandas
    import pyogrio

    try:
        layers = [str(one[0]) for one in pyogrio.list_layers(path) if one[1] is not None]
        if not layers:
            raise ProjectError(f'"{name}" has no shapes in it. {_CURE}')
        polygons = [
            str(one[0]) for one in pyogrio.list_layers(path) if "olygon" in str(one[1])
        ] or layers
        return geopandas.read_file(path, layer=polygons[0], engine="pyogrio")
    except ProjectError:
        raise
    except Exception as error:  # pyogrio hands on whatever GDAL says
        raise ProjectError(f'"{name}" cannot be read as a map. {_CURE}') from error


def _map(table: Any, name: str) -> Map:
    import shapely

    if not hasattr(table, "geometry") or len(table) == 0:
        raise ProjectError(f'"{name}" has no shapes in it. {_CURE}')
    if len(table) > REGIONS_MAX:
        raise ProjectError(
            f'"{name}" has {len(table):,} areas: at most {REGIONS_MAX:,} can be taken. Join some, '
            "or take a coarser map."
        )
    notes = []
    if table.crs is None:
        notes.append("The file does not say what its coordinates are: degrees are assumed.")
        table = table.set_crs(4326)
    elif not table.crs.equals("EPSG:4326"):
        notes.append(f"Turned from {table.crs.name} into degrees.")
    try:
        table = table.to_crs(4326)
    except Exception as error:  # pyproj hands on whatever is wrong with the file's own system
        raise ProjectError(f'the coordinates of "{name}" cannot be used. {_CURE}') from error
    shapes = np.array(table.geometry.values, object)
    faults, repaired = [], []
    for at, shape in enumerate(shapes):
        if shape is None or shape.is_empty:
            faults.append((at, "has no shape."))
        elif shape.geom_type not in ("Polygon", "MultiPolygon"):
            faults.append((at, f"is no area but a {shape.geom_type.lower()}."))
        elif not _on_earth(shape.bounds):
            faults.append((at, "leaves the map: its coordinates must be degrees."))
        elif not shape.is_valid:
            shapes[at] = _areas_of(shapely.make_valid(shape))
            repaired.append(at)
            if shapes[at].is_empty:
                faults.append((at, "has a border that encloses nothing."))
    plain = table.drop(columns=table.geometry.name)
    columns = [
        texts_of(pa.chunked_array([_array(plain[heading])])) for heading in plain.columns
    ] or [pa.chunked_array([[f"area {at + 1}" for at in range(len(table))]])]
    headings = [str(heading) for heading in plain.columns] or ["name"]
    rows = np.arange(1, len(table) + 1)
    if not any(any(column.to_pylist()) for column in columns):
        columns = [pa.chunked_array([[f"area {at}" for at in rows]])]
        headings = ["name"]
    sheet = sheet_of(name, headings, columns, rows, notes=notes)
    if sheet.count != len(table):  # areas without any property
        at = sheet.rows - 1
        position = {int(one): new for new, one in enumerate(at)}
        faults = [(position[one], why) for one, why in faults if one in position]
        repaired = [position[one] for one in repaired if one in position]
        shapes = shapes[at]
    return Map(sheet, shapes, tuple(faults), tuple(repaired))


def _on_earth(bounds: tuple[float, float, float, float]) -> bool:
    left, low, right, high = bounds
    return left >= -180 and right <= 180 and low >= -_LATITUDE_MAX and high <= _LATITUDE_MAX


def _areas_of(shape: Any) -> Any:
    """Return the areas of a repaired shape, without the lines and points that were in it."""
    import shapely

    if shape.geom_type in ("Polygon", "MultiPolygon"):
        return shape
    parts = [one for one in getattr(shape, "geoms", []) if "Polygon" in one.geom_type]
    return shapely.unary_union(parts) if parts else shapely.Polygon()


def _array(series: Any) -> pa.Array:
    try:
        found = pa.Array.from_pandas(series)
    except pa.ArrowException:
        return pa.array([None if value is None else str(value) for value in series], pa.string())
    kind = found.type
    nested = pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_time(kind)
    if nested or pa.types.is_large_binary(kind) or pa.types.is_duration(kind):
        return pa.array([None if value is None else str(value) for value in series], pa.string())
    return found


def outline_paths(geometry: np.ndarray, width: int = 640, height: int = 420) -> list[str]:
    """Return a path of SVG for each area, simplified to what a picture of that size shows."""
    import shapely

    there = [shape for shape in geometry if shape is not None and not shape.is_empty]
    if not there:
        return ["" for _ in geometry]
    left, low, right, high = shapely.total_bounds(np.array(there, object))
    stretch = float(np.cos(np.radians((low + high) / 2)))
    scale = min(width / max((right - left) * stretch, 1e-9), height / max(high - low, 1e-9))
    off = (width - (right - left) * stretch * scale) / 2, (height - (high - low) * scale) / 2

    def path(shape: Any) -> str:
        if shape is None or shape.is_empty:
            return ""
        small = shapely.simplify(shape, 0.7 / scale)
        rings = []
        for part in getattr(small, "geoms", [small]):
            if "Polygon" not in part.geom_type or part.is_empty:
                continue
            for ring in (part.exterior, *part.interiors):
                points = np.asarray(ring.coords)[:, :2]
                x = (points[:, 0] - left) * stretch * scale + off[0]
                y = (high - points[:, 1]) * scale + off[1]
                rings.append("M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in zip(x, y, strict=True)))
        return "Z".join(rings) + "Z" if rings else ""

    return [path(shape) for shape in geometry]
