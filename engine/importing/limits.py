"""What is read at all: kinds of files and their sizes, told before a file is opened."""

import re
import zipfile
from pathlib import Path

from populace.engine.errors import ProjectError

BYTES_MAX = 200_000_000
UNPACKED_MAX = 1_500_000_000  # bytes: what a compressed file may become in memory
FILES_MAX = 5_000  # in a zip
TABLES = (".csv", ".tsv", ".txt", ".xlsx", ".parquet")
MAPS = (".geojson", ".json", ".gpkg", ".zip", ".parquet")
_RATIO_MAX = 300  # unpacked over packed; real tables stay below 100
_SMALL = 20_000_000  # bytes that no ratio makes dangerous


def refuse_size(name: str, size: int) -> None:
    """Refuse a file by its size, before any of it is read."""
    if size > BYTES_MAX:
        raise ProjectError(
            f'"{name}" has {size / 1e6:,.0f} MB: at most {BYTES_MAX / 1e6:,.0f} MB can be taken. '
            "Leave out columns and rows that are not needed, or save it as Parquet."
        )
    if size == 0:
        raise ProjectError(f'"{name}" is empty: save it again with its content.')


def refuse_kind(name: str, allowed: tuple[str, ...]) -> str:
    """Return the ending of a file's name; refuse one that is not ``allowed``."""
    suffix = Path(name).suffix.lower()
    if suffix in allowed:
        return suffix
    if suffix in (".xls", ".xlsb", ".ods", ".numbers"):
        cure = "Open it in your spreadsheet program and save it as .xlsx or .csv."
    elif suffix == ".shp":
        cure = "A Shapefile is several files: put .shp, .shx, .dbf and .prj into one .zip."
    else:
        cure = f"It must be one of {', '.join(allowed)}."
    raise ProjectError(f'"{name}" is no file that can be read here. {cure}')


def refuse_bomb(path: Path, name: str) -> list[zipfile.ZipInfo]:
    """Return what a zip holds; refuse one that leads outside, is locked or swells without end."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise ProjectError(
            f'"{name}" is damaged, locked by a password, or not what its name says: save it again.'
        ) from None
    if len(entries) > FILES_MAX:
        raise ProjectError(f'"{name}" holds {len(entries):,} files: no map or table does.')
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(sum(entry.compress_size for entry in entries), 1)
    if unpacked > UNPACKED_MAX or (unpacked > _SMALL and unpacked > _RATIO_MAX * packed):
        raise ProjectError(
            f'"{name}" would have {unpacked / 1e6:,.0f} MB when unpacked: save less of it.'
        )
    for entry in entries:
        parts = re.split(r"[/\\]", entry.filename)
        if entry.filename.startswith(("/", "\\")) or ".." in parts or ":" in parts[0]:
            raise ProjectError(
                f'"{name}" holds a file that leads outside of it, "{entry.filename}": not opened.'
            )
        if entry.flag_bits & 1:
            raise ProjectError(f'"{name}" is locked by a password: save it without one.')
        if (entry.external_attr >> 16) & 0o170000 == 0o120000:
            raise ProjectError(f'"{name}" holds a link, "{entry.filename}": put the file itself.')
    return entries
