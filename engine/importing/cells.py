"""Cells as people write them: numbers in several habits, and words that mean "nothing"."""

import contextlib
import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as compute

NOTHING = frozenset(
    (
        "",
        "na",
        "n/a",
        "nan",
        "null",
        "none",
        "nil",
        "-",
        "–",
        "—",
        ".",
        "..",
        "...",
        "?",
        "missing",
        "unknown",
        "k.a.",
        "nd",
        "n.d.",
        "#n/a",
        "#na",
        "s/d",
    )
)
_SPACES = re.compile(r"[\s\u00a0\u2009\u202f']+")
_POINT = re.compile(r"[-+]?(\d+|[1-9]\d{0,2}(,\d{3})+)?(\.\d*)?([eE][-+]?\d+)?%?")
_COMMA = re.compile(r"[-+]?(\d+|[1-9]\d{0,2}(\.\d{3})+)?(,\d*)?([eE][-+]?\d+)?%?")
_LENGTH_MAX = 60  # characters; no number is longer


def number(text: str, comma: bool) -> float:
    """Return a number as it is written, NaN if it is none; ``comma`` parts decimals."""
    plain = _SPACES.sub("", text).replace("−", "-")
    if not plain or len(plain) > _LENGTH_MAX or not (_COMMA if comma else _POINT).fullmatch(plain):
        return np.nan
    plain = plain.rstrip("%")
    plain = plain.replace(".", "").replace(",", ".") if comma else plain.replace(",", "")
    try:
        found = float(plain)
    except ValueError:
        return np.nan
    return found if np.isfinite(found) else np.nan


def numbers(column: pa.ChunkedArray, comma: bool) -> np.ndarray:
    """Return a column of texts as float64, NaN where there is no number."""
    if not comma:
        # A cell that is no plain number refuses the fast way for all: then each is looked at.
        with contextlib.suppress(pa.ArrowException):
            return np.asarray(column.cast(pa.float64()).to_numpy(), np.float64)
    codes, texts = coded(column)
    return np.array([number(text, comma) for text in texts])[codes] if len(texts) else np.zeros(0)


def blanks(column: pa.ChunkedArray) -> np.ndarray:
    """Return which cells say nothing, bool."""
    codes, texts = coded(column)
    return np.array([text.casefold() in NOTHING for text in texts], bool)[codes]


def coded(column: pa.ChunkedArray) -> tuple[np.ndarray, list[str]]:
    """Return the code of each cell's text, and the texts without spaces around them."""
    trimmed = compute.call_function("utf8_trim_whitespace", [column])
    encoded = trimmed.combine_chunks().dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    return encoded.indices.to_numpy(zero_copy_only=False), encoded.dictionary.to_pylist()


def writes_comma(texts: list[str], likely: bool = False) -> tuple[bool, bool]:
    """Tell whether decimals are written with a comma, and whether that is certain.

    ``likely`` decides where 1.234 and 1,234 can be either.
    """
    points = commas = unsure = 0
    for text in texts:
        plain = _SPACES.sub("", text).rstrip("%")
        fits_comma, fits_point = _COMMA.fullmatch(plain), _POINT.fullmatch(plain)
        if not ("," in plain or "." in plain) or not (fits_comma or fits_point):
            continue
        if fits_comma and fits_point:
            unsure += 1
        elif fits_comma:
            commas += 1
        else:
            points += 1
    if commas == points:
        return likely and bool(unsure), not unsure
    return commas > points, True
