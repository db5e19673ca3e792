"""Turns columns of a table into arrays; the first row that does not fit is named."""

import math

import numpy as np
import pyarrow as pa
import pyarrow.compute as compute

from populace.engine.errors import ProjectError
from populace.engine.people import Attribute

CATEGORIES_MAX = 256  # a code is one byte
UNKNOWN = "unknown"  # the name of an empty cell's category


def numbers(
    column: pa.ChunkedArray, heading: str, setting: str, low: float, high: float
) -> np.ndarray:
    """Return float64 [rows], all from ``low`` to ``high``."""
    values = _as_numbers(column)
    with np.errstate(invalid="ignore"):
        wrong = ~((values >= low) & (values <= high))
    _refuse(wrong, column, heading, setting, f"must be a number from {low:g} to {high:g}")
    return values


def whole_numbers(
    column: pa.ChunkedArray, heading: str, setting: str, low: int, high: int
) -> np.ndarray:
    """Return int64 [rows], all from ``low`` to ``high``."""
    values = numbers(column, heading, setting, low, high)
    _refuse(values != np.floor(values), column, heading, setting, "must be a whole number of years")
    return values.astype(np.int64)


def labels(
    column: pa.ChunkedArray, heading: str, setting: str, required: bool
) -> tuple[np.ndarray, list[str]]:
    """Return the code of each row's text, [rows] int32, and the texts in order of appearance.

    An empty cell has code -1, or is an error where a text is ``required``.
    """
    encoded = _texts(column).combine_chunks().dictionary_encode()
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    names = [str(name) for name in encoded.dictionary.to_pylist()]
    if required:
        _refuse(codes < 0, column, heading, setting, "must not be empty")
    return codes, names


def attribute(column: pa.ChunkedArray, heading: str, setting: str) -> Attribute:
    """Return numbers as numbers (an empty cell is NaN) and anything else as categories."""
    texts = _texts(column)
    values = _as_numbers(column)
    known = texts.is_valid().to_numpy(zero_copy_only=False)
    is_truth = pa.types.is_boolean(column.type)
    if not is_truth and known.any() and np.isfinite(values[known]).all():
        return Attribute(values.astype(np.float32))
    codes, names = labels(column, heading, setting, required=False)
    if (codes < 0).any():
        codes = np.where(codes < 0, len(names), codes)
        names = [*names, UNKNOWN]
    if len(names) > CATEGORIES_MAX:
        raise ProjectError(
            f'column "{heading}" has {len(names):,} different texts: an attribute has at most '
            f"{CATEGORIES_MAX}. Group them, or make it a group column.",
            place=setting,
        )
    return Attribute(codes.astype(np.uint8), tuple(names))


def unique(column: pa.ChunkedArray, heading: str, setting: str) -> None:
    """Refuse an identifier that is empty or appears twice."""
    codes, names = labels(column, heading, setting, required=True)
    if len(names) == len(codes):
        return
    seen = np.zeros(len(codes), bool)
    seen[np.unique(codes, return_index=True)[1]] = True
    _refuse(~seen, column, heading, setting, "must not appear twice")


def _texts(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return the cells as text without spaces around them; an empty one is null."""
    texts = compute.call_function("utf8_trim_whitespace", [column.cast(pa.string())])
    is_empty = compute.call_function("equal", [texts, pa.scalar("")])
    return compute.call_function("if_else", [is_empty, pa.scalar(None, pa.string()), texts])


def _as_numbers(column: pa.ChunkedArray) -> np.ndarray:
    """Return float64 [rows]; NaN where there is no number."""
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        texts = _texts(column)
        try:
            column = texts.cast(pa.float64())
        except pa.ArrowInvalid:
            return np.array([_number(text) for text in texts.to_pylist()], np.float64)
    elif pa.types.is_boolean(column.type) or pa.types.is_temporal(column.type):
        return np.full(len(column), np.nan)
    return column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)


def _number(text: str | None) -> float:
    try:
        return float(text or "nan")
    except ValueError:
        return math.nan


def _refuse(
    wrong: np.ndarray, column: pa.ChunkedArray, heading: str, setting: str, cause: str
) -> None:
    """Raise an error that shows the first row for which ``wrong`` is true."""
    if wrong.any():
        row = int(np.argmax(wrong))
        value = column[row].as_py()
        shown = "empty" if value in (None, "") else repr(value)
        more = int(wrong.sum()) - 1
        others = f", and {more:,} more such rows" if more else ""
        raise ProjectError(
            f'row {row + 1:,} of column "{heading}" {cause}, it is {shown}{others}.', place=setting
        )
