"""Text files of cells: the encoding, the separator and the row of headings are found out."""

import csv
import io
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from populace.engine.errors import ProjectError
from populace.engine.importing.sheet import Sheet, is_data, sheet_of

_SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_LINES = 200  # of which the separator is guessed
_TITLE_MAX = 30  # lines above the heading
_CELL_MAX = 100_000_000  # bytes of one block: no row is longer
_UNEVEN_MAX = 100_000


def read(path: Path, name: str) -> Sheet:
    """Read a text file of cells."""
    text, encoding = decoded(path.read_bytes(), name)
    lines = _first_lines(text)
    if not lines:
        raise ProjectError(f'"{name}" is empty: save it again with its content.')
    separator = _separator(lines)
    cells = [_cells(line, separator) for _, line in lines]
    widths = Counter(len(row) for row in cells if any(cell.strip() for cell in row))
    if not widths:
        raise ProjectError(f'"{name}" has no cell with anything in it: save it again.')
    usual = widths.most_common(1)[0][0]
    above = next(
        at for at, row in enumerate(cells) if len(row) == usual and any(c.strip() for c in row)
    )
    if above > _TITLE_MAX:
        raise ProjectError(
            f'the rows of "{name}" do not have the same number of cells: save it as a plain table.'
        )
    no_heading = is_data(cells[above])
    first = lines[above][0]
    headings = [""] * usual if no_heading else cells[above]
    body = text if first == 0 else text.split("\n", first)[first]
    table, uneven = _parse(body, separator, [f"c{at}" for at in range(usual)], not no_heading, name)
    shifted = [(row + first, found) for row, found in uneven]
    rows = _rows(table.num_rows, [row for row, _ in shifted], first + (1 if no_heading else 2))
    notes = [f"Read as {encoding}, cells parted by {_SEPARATORS[separator]}."]
    if first:
        notes.append(f"The first {first} lines stand above the heading and are left out.")
    if no_heading:
        notes.append("The file has no heading: its columns are numbered.")
    return sheet_of(
        name,
        headings,
        [table.column(at) for at in range(usual)],
        rows,
        uneven=[(row, found) for row, found in shifted if found],
        notes=notes,
        # Where the comma parts decimals, it cannot part cells.
        comma_likely=separator == ";",
    )


def decoded(content: bytes, name: str) -> tuple[str, str]:
    """Return the text of a file and what it was written in."""
    marks = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
    for mark, encoding in marks:
        if content.startswith(mark):
            try:
                return _lines(content.decode(encoding)), encoding.upper().removesuffix("-SIG")
            except UnicodeDecodeError:
                break
    if b"\0" in content[:100_000]:
        raise ProjectError(
            f'"{name}" is no text, whatever its name says: save it as CSV, Excel (.xlsx) or '
            "Parquet."
        )
    try:
        return _lines(content.decode("utf-8")), "UTF-8"
    except UnicodeDecodeError:
        # Bytes that cp1252 leaves open become their latin-1 signs: nothing is lost.
        return _lines(content.decode("cp1252", errors="replace")), "Western European (latin-1)"


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _first_lines(text: str) -> list[tuple[int, str]]:
    """Return the first lines that are not blank, each with its number from 0."""
    found = [(at, line) for at, line in enumerate(text[:2_000_000].split("\n")[:_LINES])]
    return [(at, line) for at, line in found if line.strip()]


def _separator(lines: list[tuple[int, str]]) -> str:
    """Return the separator by which most lines have the same number of cells, above one."""

    def score(separator: str) -> tuple[float, int]:
        counts = Counter(_cell_count(line, separator) for _, line in lines)
        cells, often = max(counts.items(), key=lambda pair: (pair[0] > 1, pair[1]))
        return (often / len(lines) if cells > 1 else 0.0, cells)

    return max(_SEPARATORS, key=score)


def _cells(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:  # a cell of endless length
        return line.split(separator)


def _cell_count(line: str, separator: str) -> int:
    return re.sub(r'"[^"]*"', "", line).count(separator) + 1


def _parse(
    text: str, separator: str, names: list[str], skip_first: bool, name: str
) -> tuple[pa.Table, list[tuple[int, int]]]:
    """Return the table, and the row and number of cells of each row that does not fit."""
    uneven: list[tuple[int, int]] = []

    def odd(row: pa_csv.InvalidRow) -> str:
        if row.text.strip(separator + " \t\r\n") and len(uneven) < _UNEVEN_MAX:
            uneven.append((int(row.number or 0), row.actual_columns))
        elif row.number:
            uneven.append((int(row.number), 0))
        return "skip"

    body = text.encode("utf-8", errors="replace")
    try:
        table = pa_csv.read_csv(
            io.BytesIO(body),
            read_options=pa_csv.ReadOptions(
                use_threads=False,
                block_size=min(max(len(body) + 1, 1 << 16), _CELL_MAX),
                column_names=names,
                skip_rows=int(skip_first),
            ),
            parse_options=pa_csv.ParseOptions(
                delimiter=separator,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=odd,
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowException as error:
        raise ProjectError(
            f'"{name}" cannot be read as a table: {error}. A quotation mark may be missing: save '
            "it again from your spreadsheet program."
        ) from None
    return table, uneven


def _rows(count: int, skipped: list[int], first: int) -> np.ndarray:
    """Return the row in the file of each row that was read; ``skipped`` are rows in the file."""
    rows = np.arange(count + len(skipped), dtype=np.int64) + first
    return rows[~np.isin(rows, skipped)][:count]
