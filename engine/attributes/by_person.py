"""An attribute that a table of the user's tells person by person."""

from functools import lru_cache
from pathlib import Path

import numpy as np
from jaxtyping import Bool

from populace.engine.attributes.base import OwnAttribute
from populace.engine.columns import NONE_OF_THEM
from populace.engine.errors import ProjectError
from populace.engine.people import Attribute, People
from populace.engine.populations._table.columns import CATEGORIES_MAX, attribute, numbers
from populace.engine.populations._table.reading import ROWS_MAX, read_table
from populace.engine.quantities import Structure


class ByPerson(OwnAttribute):
    """A value for each person, from a CSV or Parquet file in the project's folder.

    People are numbered from 0 in the order of the population. Nobody has two rows. People without
    a row have the value "none", or no number.
    """

    title = "From a table of persons"
    needs_files = True

    file = Structure("", doc="The table, in the project's folder: a .csv or .parquet file.")
    person_column = Structure("person", doc="Heading of the numbers of people.")
    value_column = Structure("value", doc="Heading of the values, numbers or names.")

    def files(self) -> tuple[str, ...]:
        return (self.file,)

    def check(self) -> None:
        """Read the whole table: a fault is told when the project opens, not in the run."""
        super().check()
        self._rows()

    def categories(self) -> tuple[str, ...]:
        names = self._rows()[1].names
        return names if not names or NONE_OF_THEM in names else (*names, NONE_OF_THEM)

    def drawn(self, people: People, among: Bool[np.ndarray, " agents"]) -> Attribute:
        (person, value), names = self._rows(), self.categories()
        if len(person) and person.max() >= people.agent_count:
            raise ProjectError(
                f'"{self.file}" tells of person {person.max():,}, and the people are 0 to '
                f"{people.agent_count - 1:,}: it was made for other people. Import it again.",
                place="file",
            )
        nobody = np.uint8(names.index(NONE_OF_THEM)) if names else np.float32(np.nan)
        values = np.full(people.agent_count, nobody)
        values[person] = value.values
        values[~among] = nobody
        return Attribute(values, names)

    def _rows(self) -> tuple[np.ndarray, Attribute]:
        try:
            path = self.own_files()[0]
        except ProjectError as error:
            raise error.at(place="file") from None
        stamp = path.stat()
        columns = (self.person_column, self.value_column)
        return _read(path, (stamp.st_mtime_ns, stamp.st_size), self.file, columns)


@lru_cache(maxsize=8)
def _read(
    path: Path, stamp: tuple[int, int], file: str, columns: tuple[str, str]
) -> tuple[np.ndarray, Attribute]:
    """Return the people and their values; ``stamp`` tells a changed file from the one read."""
    wanted: dict[str, str] = {}
    for heading, setting in zip(columns, ("person_column", "value_column"), strict=True):
        if not heading:
            raise ProjectError("must name a column of the table.", place=setting)
        if heading in wanted:
            raise ProjectError(
                f'column "{heading}" already holds the people: name another.', place=setting
            )
        wanted[heading] = setting
    table = read_table(path, file, wanted)
    persons, values = columns
    number = numbers(table[persons], persons, "person_column", 0, ROWS_MAX)
    if (number != np.floor(number)).any():
        row = int(np.argmax(number != np.floor(number)))
        raise ProjectError(
            f'row {row + 1:,} of column "{persons}" must be a whole number, the number of a '
            f"person, it is {number[row]:g}.",
            place="person_column",
        )
    person = number.astype(np.int64)
    first = np.unique(person, return_index=True)[1]
    if len(first) < len(person):
        row = int(np.setdiff1d(np.arange(len(person)), first)[0])
        raise ProjectError(
            f"row {row + 1:,} is the second one of person {person[row]:,}: keep one.",
            place="person_column",
        )
    found = attribute(table[values], values, "value_column")
    if len(found.names) >= CATEGORIES_MAX:
        raise ProjectError(
            f"there are {len(found.names)} different values: at most {CATEGORIES_MAX - 1} fit.",
            place="value_column",
        )
    return person, found
