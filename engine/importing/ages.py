"""Ages and age bands as people write them, and which of them overlap."""

import numpy as np

from populace.engine.importing.findings import LEAVE_OUT, Findings
from populace.engine.importing.matching import age_band
from populace.engine.importing.rows import told
from populace.engine.importing.sheet import Sheet
from populace.engine.selection import AGE_MAX

FIRST = ("first", "Keep the first")


def band_of(text: str) -> tuple[int, int] | None:
    """Return the first and last age of "30", "0-4", "under 5" or "65+"; None for anything else."""
    text = text.strip()
    first, last = (int(text), int(text)) if text.isdecimal() else age_band(text) or (-1, -1)
    last = min(last, AGE_MAX)
    return (first, last) if 0 <= first <= last else None


def written(first: int, last: int) -> str:
    """Return a band as a project's tables write it."""
    if last == AGE_MAX and first < last:
        return f"{first}+"
    return str(first) if first == last else f"{first}-{last}"


def bands(found: Findings, sheet: Sheet, heading: str, kept: np.ndarray) -> np.ndarray:
    """Return first and last age of each row, [rows, 2]; rows without are no longer ``kept``."""
    codes, texts = sheet.texts(heading)
    known = [band_of(text) for text in texts]
    wrong = np.flatnonzero(np.array([one is None for one in known], bool)[codes] & kept)
    message = f"is no age from 0 to {AGE_MAX}: 30, 0-4 and 65+ are."
    found.add("age", "Not an age", (LEAVE_OUT,), wrong, told(sheet, heading, message))
    kept[wrong] = False
    return np.array([one or (0, 0) for one in known], np.int64)[codes]


def refuse_overlaps(
    found: Findings,
    sheet: Sheet,
    heading: str,
    bands: np.ndarray,
    regions: np.ndarray,
    kept: np.ndarray,
    *,
    several: bool,
) -> None:
    """Tell of rows that hold for ages and a region of which another row was told before.

    ``several`` rows of the same ages and region may share its people.
    """
    owner: dict[int, np.ndarray] = {}  # by region, the band of each age
    wrong = []
    for at in np.flatnonzero(kept):
        first, last = bands[at]
        here = owner.setdefault(int(regions[at]), np.full((AGE_MAX + 1, 2), -1))[first : last + 1]
        taken = here[:, 0] >= 0
        same = several and taken.all() and (here == bands[at]).all()
        if taken.any() and not same:
            wrong.append(at)
        else:
            here[:] = bands[at]
    rows = np.array(wrong, np.int64)
    message = "is an age and region of which a row above tells already."
    title = "The same age and region again"
    found.add("twice", title, (FIRST,), rows, told(sheet, heading, message))
    kept[rows] = False
