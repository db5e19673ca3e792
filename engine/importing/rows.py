"""What is said of the rows of a sheet: a cell with a sentence, and rows that were not read."""

from collections.abc import Callable, Sequence

import numpy as np

from populace.engine.importing.findings import LEAVE_OUT, Finding, Findings
from populace.engine.importing.names import closest
from populace.engine.importing.sheet import Sheet


def told(sheet: Sheet, heading: str, message: str) -> Callable[[int], Finding]:
    """Return what says the same of the cell of any row."""
    cells = sheet.column(heading)
    return lambda at: Finding(int(sheet.rows[at]), heading, cells[at].as_py(), message)


def told_with_guess(
    sheet: Sheet, heading: str, message: str, known: Sequence[str]
) -> Callable[[int], Finding]:
    """Return what says the same of any row, and which of the known names may be meant."""
    codes, texts = sheet.texts(heading)

    def finding(at: int) -> Finding:
        name = texts[codes[at]]
        near = closest(name, known)
        guess = f' Did you mean "{near}"?' if near else ""
        return Finding(int(sheet.rows[at]), heading, name, message + guess)

    return finding


def tell_uneven(found: Findings, sheet: Sheet) -> None:
    """Tell of rows that have more or fewer cells than the heading; they were not read."""
    usual = len(sheet.headings)
    found.add(
        "uneven",
        "Rows with another number of cells",
        (LEAVE_OUT,),
        np.arange(len(sheet.uneven)),
        lambda at: Finding(
            sheet.uneven[at][0],
            "",
            f"{sheet.uneven[at][1]} cells",
            f"{usual} cells are usual: a separator or a quotation mark is wrong.",
        ),
    )


def tell_no_region(found: Findings, sheet: Sheet, heading: str, kept: np.ndarray) -> None:
    """Tell of rows that say no region; they are no longer ``kept``."""
    codes, texts = sheet.texts(heading)
    blank = np.array([not text for text in texts], bool)[codes] & kept
    found.add(
        "region",
        "No region",
        (LEAVE_OUT,),
        np.flatnonzero(blank),
        told(sheet, heading, "says no region."),
    )
    kept &= ~blank
