"""Excel workbooks: one sheet, its values, dates as dates."""

import datetime as dt
import math
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from populace.engine.errors import ProjectError
from populace.engine.importing.limits import refuse_bomb
from populace.engine.importing.sheet import COLUMNS_MAX, Sheet, is_data, sheet_of

ROWS_MAX = 1_048_576
_LOOKED_AT = 30  # rows, for the heading


def pages(path: Path, name: str) -> tuple[str, ...]:
    """Return the names of the sheets that hold cells."""
    book = _open(path, name)
    try:
        return tuple(book.sheetnames)
    finally:
        book.close()


def read(path: Path, name: str, page: str) -> Sheet:
    """Read one sheet; by default the first that holds a table."""
    book = _open(path, name)
    try:
        names = [one.title for one in book.worksheets]
        if not names:
            raise ProjectError(f'"{name}" has no sheet of cells: save it again.')
        if page and page not in names:
            raise ProjectError(f'"{name}" has no sheet "{page}". It has {", ".join(names)}.')
        tables = (one for one in names if _is_table(_cells(book[one], _LOOKED_AT)))
        shown = page or next(tables, names[0])
        cells = _cells(book[shown], ROWS_MAX)
    except ProjectError:
        raise
    except Exception as error:  # openpyxl hands on whatever damaged XML raises
        raise ProjectError(
            f'"{name}" cannot be read as an Excel workbook ({type(error).__name__}): open it in '
            "your spreadsheet program and save it again."
        ) from error
    finally:
        book.close()
    rest = [one for one in names if one != shown]
    others = f" Its other sheets are {', '.join(rest)}." if rest and not page else ""
    sheet = _sheet(cells, name, [f"Read the sheet {shown}.{others}"])
    return replace(sheet, page=shown)


def _cells(sheet: Any, most: int) -> list[list[str]]:
    """Return the texts of the first rows of a sheet."""
    if hasattr(sheet, "reset_dimensions"):
        sheet.reset_dimensions()  # some programs write a wrong size into the file
    return [
        [_text(value) for value in row[: COLUMNS_MAX + 1]]
        for row in islice(sheet.iter_rows(values_only=True), most)
    ]


def _is_table(cells: list[list[str]]) -> bool:
    """Return whether rows are more than a title or remarks: two with several cells each."""
    return sum(sum(bool(cell.strip()) for cell in row) > 1 for row in cells) > 1


def _open(path: Path, name: str) -> Any:
    """Open a workbook after a look at its size; formulas show what they last came to."""
    refuse_bomb(path, name)
    try:
        from openpyxl import load_workbook
    except ImportError:
        raise ProjectError('Excel needs openpyxl: pip install "populace[studio]".') from None
    try:
        return load_workbook(path, read_only=True, data_only=True, keep_links=False)
    except Exception as error:  # openpyxl hands on whatever damaged XML raises
        raise ProjectError(
            f'"{name}" cannot be read as an Excel workbook ({type(error).__name__}): open it in '
            "your spreadsheet program and save it again."
        ) from error


def _sheet(cells: list[list[str]], name: str, notes: list[str]) -> Sheet:
    filled = [sum(bool(cell.strip()) for cell in row) for row in cells]
    if not any(filled):
        raise ProjectError(f'"{name}" has an empty sheet: put the table on the first one.')
    usual = max(filled[:_LOOKED_AT] or [1])
    above = next(
        (at for at, count in enumerate(filled) if count >= max(usual - 1, min(usual, 2))), 0
    )
    no_heading = is_data(cells[above])
    width = max(len(row) for row in cells)
    while width > 1 and not any(row[width - 1] for row in cells if len(row) >= width):
        width -= 1
    if no_heading:
        notes.append("The sheet has no heading: its columns are numbered.")
    elif above:
        notes.append(f"The first {above} rows stand above the heading and are left out.")
    padded = [(row + [""] * width)[:width] for row in cells[above + (not no_heading) :]]
    columns = [pa.chunked_array([[row[at] for row in padded]], pa.string()) for at in range(width)]
    rows = np.arange(len(padded), dtype=np.int64) + above + (1 if no_heading else 2)
    headings = [""] * width if no_heading else (cells[above] + [""] * width)[:width]
    return sheet_of(name, headings, columns, rows, notes=notes)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.datetime):
        midnight = value.time() == dt.time()
        return value.date().isoformat() if midnight else value.isoformat(" ", "seconds")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, float):
        if not math.isfinite(value):
            return ""
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value)
