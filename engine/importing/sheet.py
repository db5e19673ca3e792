"""Sheet: a table that a user brings, as texts in columns, whatever file it came in."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from populace.engine.errors import ProjectError
from populace.engine.importing.cells import coded, number, writes_comma
from populace.engine.importing.dates import guess

COLUMNS_MAX = 500
_SAMPLE = 2_000


@dataclass(frozen=True)
class Sheet:
    """Columns of texts with their headings. ``rows`` counts as a spreadsheet does, from 1."""

    name: str  # of the file
    headings: tuple[str, ...]
    columns: tuple[pa.ChunkedArray, ...]  # of texts; an empty cell is ""
    rows: np.ndarray  # int64, the row in the file
    uneven: tuple[tuple[int, int], ...] = ()  # rows with another number of cells, left out
    notes: tuple[str, ...] = ()
    comma: bool = False  # parts decimals
    comma_is_sure: bool = True
    page: str = ""  # which sheet of a workbook it is
    # Columns whose texts were told apart once: that takes a second where there are millions.
    known: dict[str, tuple[np.ndarray, list[str]]] = field(
        default_factory=dict, repr=False, compare=False
    )

    @property
    def count(self) -> int:
        """Return how many rows there are below the heading."""
        return len(self.rows)

    def column(self, heading: str) -> pa.ChunkedArray:
        """Return the texts of a column."""
        return self.columns[self.headings.index(heading)]

    def texts(self, heading: str) -> tuple[np.ndarray, list[str]]:
        """Return a column as codes of its different texts."""
        if heading not in self.known:
            self.known[heading] = coded(self.column(heading))
        return self.known[heading]

    def preview(self, count: int) -> list[list[str]]:
        """Return the first rows."""
        first = [column.slice(0, count).to_pylist() for column in self.columns]
        return [list(row) for row in zip(*first, strict=True)]

    def content(self, heading: str) -> str:
        """Return what a column seems to hold: "date", "number", "text" or "" for nothing."""
        texts = [text for text in sample_of(self.column(heading)) if text.strip()]
        if not texts:
            return ""
        numeric = sum(not np.isnan(number(text, self.comma)) for text in texts) / len(texts)
        dated = guess(texts)
        if dated and dated.fitting >= 0.8 and (numeric < 0.8 or dated.form == "plain"):
            return "date"
        return "number" if numeric >= 0.6 else "text"


def sample_of(column: pa.ChunkedArray) -> list[str]:
    """Return the different texts among the first cells, in their order."""
    return list(dict.fromkeys(column.slice(0, _SAMPLE).to_pylist()))


def sheet_of(
    name: str,
    headings: Sequence[str],
    columns: Sequence[pa.ChunkedArray],
    rows: np.ndarray,
    *,
    uneven: Sequence[tuple[int, int]] = (),
    notes: Sequence[str] = (),
    comma_likely: bool = False,
) -> Sheet:
    """Put a sheet together: rows without anything are dropped, headings made different.

    ``comma_likely``: the file comes from where decimals are written with a comma.
    """
    if len(columns) > COLUMNS_MAX:
        raise ProjectError(
            f'"{name}" has {len(columns):,} columns: at most {COLUMNS_MAX} can be taken. If each '
            "date has a column of its own, turn the table round: one row for each date."
        )
    columns = [_plain(column) for column in columns]
    filled = np.zeros(len(rows), bool)
    for column in columns:
        codes, texts = coded(column)
        if len(texts):
            filled |= np.array([bool(text) for text in texts])[codes]
    if not filled.any():
        raise ProjectError(f'"{name}" has a heading and no rows: nothing can be taken from it.')
    if not filled.all():
        columns = [column.filter(pa.array(filled)) for column in columns]
        rows = rows[filled]
    texts = [text for column in columns for text in sample_of(column)[:200]]
    comma, sure = writes_comma(texts, comma_likely)
    return Sheet(
        name, _different(headings), tuple(columns), rows, tuple(uneven), tuple(notes), comma, sure
    )


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    filled = column.fill_null("")
    return filled if isinstance(filled, pa.ChunkedArray) else pa.chunked_array([filled])


def _different(headings: Sequence[str]) -> tuple[str, ...]:
    """Return headings that differ: an empty one gets a number, a second one too."""
    found: list[str] = []
    for at, heading in enumerate(headings):
        base = " ".join(str(heading).split())[:80] or f"column {at + 1}"
        name, number_of = base, 2
        while name in found:
            name, number_of = f"{base} ({number_of})", number_of + 1
        found.append(name)
    return tuple(found)


def is_data(cells: Sequence[str]) -> bool:
    """Tell whether a first row already is data: no words in it, only numbers and dates."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    return bool(filled) and all(
        not np.isnan(number(cell, comma=False))
        or not np.isnan(number(cell, comma=True))
        or guess([cell]) is not None
        for cell in filled
    )
