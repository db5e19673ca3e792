"""How a file names the people of the model: by their numbers, or by the ids of one's own people."""

from collections.abc import Sequence

import numpy as np

from populace.engine.importing.cells import blanks, numbers
from populace.engine.importing.findings import LEAVE_OUT, Findings
from populace.engine.importing.rows import told, told_with_guess
from populace.engine.importing.sheet import Sheet

FROM_0, FROM_1, IDS = "from_0", "from_1", "ids"
NAMED = {
    FROM_0: "Numbers of people, the first is 0",
    FROM_1: "Numbers of people, the first is 1",
    IDS: "Ids of the project's table of people",
}
_LOOKED_AT = 500  # cells tell whether a column holds ids


def guessed_naming(sheet: Sheet, headings: Sequence[str], ids: Sequence[str]) -> str:
    """Return what a column most likely names people by; no heading is no column."""
    if not headings:
        return FROM_0
    texts = sheet.texts(headings[0])[1][:_LOOKED_AT]
    known = set(ids)
    return IDS if ids and sum(text in known for text in texts) > len(texts) / 2 else FROM_0


def person_of(
    found: Findings,
    sheet: Sheet,
    heading: str,
    named: str,
    people: int | None,
    ids: Sequence[str],
    kept: np.ndarray,
) -> np.ndarray:
    """Return the person of each row, -1 where there is none; those are no longer ``kept``.

    ``people`` are in the project; ``ids`` name them, in their order.
    """
    blank = blanks(sheet.column(heading))
    found.add(
        "missing",
        f"Nobody named in {heading}",
        (LEAVE_OUT,),
        np.flatnonzero(blank & kept),
        told(sheet, heading, "names nobody."),
    )
    kept &= ~blank
    if named == IDS:
        return _by_id(found, sheet, heading, ids, kept)
    return _by_number(found, sheet, heading, int(named == FROM_1), people, kept)


def _by_number(
    found: Findings, sheet: Sheet, heading: str, start: int, people: int | None, kept: np.ndarray
) -> np.ndarray:
    number = numbers(sheet.column(heading), comma=False)
    wrong = (np.isnan(number) | (number != np.floor(number))) & kept
    found.add(
        f"not_a_number_{heading}",
        f"No number of a person in {heading}",
        (LEAVE_OUT,),
        np.flatnonzero(wrong),
        told(sheet, heading, "is not a whole number."),
    )
    kept &= ~wrong
    person = np.where(np.isnan(number), -1, number)
    person = np.clip(person, -1, 2**53).astype(np.int64) - start
    last = (people or 2**31 - 1) - 1
    outside = ((person < 0) | (person > last)) & kept
    found.add(
        f"unknown_{heading}",
        f"People who do not exist in {heading}",
        (LEAVE_OUT,),
        np.flatnonzero(outside),
        told(sheet, heading, f"is nobody: the people are {start:,} to {last + start:,}."),
    )
    kept &= ~outside
    return person


def _by_id(
    found: Findings, sheet: Sheet, heading: str, ids: Sequence[str], kept: np.ndarray
) -> np.ndarray:
    row_of = {name: row for row, name in enumerate(ids)}
    codes, texts = sheet.texts(heading)
    person = np.array([row_of.get(text, -1) for text in texts], np.int64)[codes]
    unknown = (person < 0) & kept
    found.add(
        f"unknown_{heading}",
        f"People who do not exist in {heading}",
        (LEAVE_OUT,),
        np.flatnonzero(unknown),
        told_with_guess(sheet, heading, "is nobody's id.", ids),
    )
    kept &= ~unknown
    return person
