"""Contacts at work in another region, from a table of who works where."""

import numpy as np

from populace.engine.contacts import Groups
from populace.engine.errors import did_you_mean
from populace.engine.networks._draws import drawing, draws, network_key
from populace.engine.networks._table import Table
from populace.engine.networks.base import Network
from populace.engine.people import People
from populace.engine.quantities import Quantity, Structure


class Commuting(Network):
    """People of working age meet in the region they work in, with anybody else who works there.

    The table in the project's folder has a row for each pair of home and work region, named by
    their ids, with the share of the home region's workers who work there, or the number of them.
    Who goes where is drawn once. Pairs that are not in the table have nobody. It stands for all
    contacts at work: beside `workplace` they would count twice.
    """

    needs_files = True

    file = Structure(
        "",
        unit="file name in the project's folder",
        source="the data under study",
        doc="The CSV or Parquet file.",
    )
    home_column = Structure(
        "home", unit="heading", source="a habit of such files", doc="The column of home regions."
    )
    work_column = Structure(
        "work", unit="heading", source="a habit of such files", doc="The column of work regions."
    )
    column = Structure(
        "share",
        unit="heading",
        source="a habit of such files",
        doc="The column of shares, or of numbers of workers.",
    )
    counted_in = Structure(
        "shares",
        choices=("shares", "workers"),
        source="the data under study",
        doc="Shares of a home that sum to less than 1 leave the others without work; numbers of "
        "workers are divided by their sum.",
    )
    youngest = Structure(
        20,
        bounds=(0, 100),
        unit="years",
        source="assumption: most younger people are at school; plausible 15 to 25",
        doc="From which age on people work.",
    )
    oldest = Structure(
        64,
        bounds=(0, 100),
        unit="years",
        source="assumption: retirement at 65; plausible 60 to 70",
        doc="Up to which age people work.",
    )
    contacts_a_day = Quantity(
        8.07,
        bounds=(0, 50),
        unit="contacts/day",
        source="Mistry et al. 2021, Nat Commun 12:323: 8.07 at work; plausible 4 to 12",
        doc="Contacts of a worker in the region they work in.",
    )
    drawing = drawing()

    def files(self) -> tuple[str, ...]:
        return (self.file,)

    def check(self) -> None:
        self._table("")

    def contacts(self, people: People) -> Groups:
        """Send everybody of working age to a region and group them by it."""
        table = self._table("networks.commuting")
        shares = self._shares(table, people)
        key = network_key(self.own_name, self.drawing)
        marks = draws(key, people.agent_count, 0) / 2.0**32
        works = (people.age >= self.youngest) & (people.age <= self.oldest)
        group = np.full(people.agent_count, -1, np.int32)
        for home, (regions, reach) in shares.items():
            rows = np.flatnonzero(works & (people.region_index == home))
            chosen = np.searchsorted(reach, marks[rows], side="right")
            group[rows] = np.append(regions, -1)[chosen]
        return Groups.of_members(group, np.array([0.0, 0.0, self.contacts_a_day]))

    def _table(self, place: str) -> Table:
        table = Table(self.folder, self.file, place)
        for setting in ("home_column", "work_column", "column"):
            table.require(setting, getattr(self, setting))
        return table

    def _shares(self, table: Table, people: People) -> dict[int, tuple[np.ndarray, np.ndarray]]:
        """Return for each home region its work regions and the running sum of their shares."""
        index = {name: number for number, name in enumerate(people.places.region_ids)}
        homes = self._regions(table, self.home_column, index)
        works = self._regions(table, self.work_column, index)
        in_shares = self.counted_in == "shares"
        what = "a share" if in_shares else "a number of workers"
        numbers = table.numbers(self.column, 0.0, 1.0 if in_shares else 1e9, what)
        found = {}
        for home in np.unique(homes):
            rows = np.flatnonzero(homes == home)
            order = rows[np.argsort(works[rows], kind="stable")]
            twice = order[1:][np.diff(works[order]) == 0]
            if len(twice):
                raise table.row_error(
                    int(twice[0]), "these two regions are listed before: keep one row."
                )
            reach = np.cumsum(numbers[order])
            if in_shares and reach[-1] > 1 + 1e-6:
                name = people.places.region_ids[home]
                raise table.error(
                    f'the shares of home "{name}" sum to {reach[-1]:g}, more than 1: '
                    "divide them by their sum, or write counted_in: workers.",
                    "column",
                )
            # Shares that sum to 1 but for rounding leave nobody out.
            if reach[-1] > 0 and (not in_shares or abs(reach[-1] - 1) <= 1e-6):
                reach = reach / reach[-1]
            found[int(home)] = works[order].astype(np.int32), reach
        return found

    def _regions(self, table: Table, heading: str, index: dict[str, int]) -> np.ndarray:
        names = table.texts(heading)
        for row, name in enumerate(names):
            if name not in index:
                raise table.row_error(
                    row,
                    f'"{heading}" must be the id of a region, not "{name}".'
                    f"{did_you_mean(name, index) if len(index) <= 10_000 else ''}",
                )
        return np.array([index[name] for name in names], np.int64)
