"""Reads a table in any of the formats that users bring."""

from pathlib import Path

import pyarrow as pa

from populace.engine.errors import ProjectError
from populace.engine.importing import delimited, typed, workbook
from populace.engine.importing.limits import TABLES, refuse_kind, refuse_size
from populace.engine.importing.sheet import Sheet


def read_sheet(path: Path, name: str, page: str = "") -> Sheet:
    """Read a table; ``page`` is the sheet of a workbook, its first by default."""
    suffix = refuse_kind(name, TABLES)
    try:
        refuse_size(name, path.stat().st_size)
        if suffix == ".xlsx":
            return workbook.read(path, name, page)
        if suffix == ".parquet":
            return typed.read(path, name)
        return delimited.read(path, name)
    except (OSError, pa.ArrowException, MemoryError) as error:
        raise ProjectError(f'"{name}" cannot be read: {error}. Save it again.') from None
