"""Contacts from a table of pairs of people."""

import numpy as np

from populace.engine.contacts import Edges, TimedEdges
from populace.engine.errors import did_you_mean
from populace.engine.networks._draws import contacts_per_edge, drawing, draws, network_key
from populace.engine.networks._graphs import edges_of, equal_pairs
from populace.engine.networks._table import Table
from populace.engine.networks._timed import FOREVER, TimedPairs, timed_edges
from populace.engine.networks.base import Network
from populace.engine.people import People
from populace.engine.quantities import Structure

# Weights that are not multiples of the least one are kept to about an eighth of their mean.
STEPS = 8
ENTRIES_MAX = 16
COLUMNS = (
    "first_column",
    "second_column",
    "weight_column",
    "start_column",
    "end_column",
    "network_column",
)


class EdgeList(Network):
    """Pairs of people from a CSV or Parquet file in the project's folder.

    People are numbered from 0 in the order of the population. A pair counts once, whichever way
    round and however often it is listed. A weight of 2 means twice as many contacts a day as a
    weight of 1: the other person then stands twice on the list from which contacts are drawn.
    Weights that are not multiples of the least are rounded to about an eighth of their mean, up
    or down by a draw, so that they are right on average.
    """

    needs_files = True

    file = Structure(
        "",
        unit="file name in the project's folder",
        source="the data under study",
        doc="The CSV or Parquet file.",
    )
    first_column = Structure(
        "first", unit="heading", source="a habit of such files", doc="The column of one person."
    )
    second_column = Structure(
        "second", unit="heading", source="a habit of such files", doc="The column of the other."
    )
    weight_column = Structure(
        "",
        unit="heading",
        source="the data under study",
        doc="The column of weights; empty if every edge counts the same.",
    )
    start_column = Structure(
        "",
        unit="heading",
        source="the data under study",
        doc="The column of the day from which on the two people meet; empty: from the beginning.",
    )
    end_column = Structure(
        "",
        unit="heading",
        source="the data under study",
        doc="The column of the day from which on they meet no more; empty: they go on to the end.",
    )
    network_column = Structure(
        "",
        unit="heading",
        source="the data under study",
        doc="The column that tells one network from another, where a file holds several.",
    )
    network = Structure(
        "",
        unit="text in that column",
        source="the data under study",
        doc="Which of the networks in the file this is.",
    )
    contacts_per_edge = contacts_per_edge()
    drawing = drawing()

    def files(self) -> tuple[str, ...]:
        return (self.file,)

    def check(self) -> None:
        self._table("")

    def contacts(self, people: People) -> Edges | TimedEdges:
        """Read the pairs and list each person at the other, on the days on which they meet."""
        table = self._table(f"networks.{self.own_name}")
        pairs = self._pairs(table, people.agent_count)
        if self.start_column or self.end_column:
            pairs = self._merged(table, pairs)
            entries, unit = self._entries(pairs.weight)
            return timed_edges(people.agent_count, pairs, entries, self.contacts_per_edge * unit)
        equal = equal_pairs(people.agent_count, pairs.first, pairs.second)
        self._refuse_two_weights(table, pairs, equal)
        pairs = pairs.rows(np.flatnonzero(equal < 0))
        entries, unit = self._entries(pairs.weight)
        rate = self.contacts_per_edge * unit
        return edges_of(people.agent_count, pairs.first, pairs.second, rate, entries)

    def _table(self, place: str) -> Table:
        table = Table(self.folder, self.file, place)
        for setting in COLUMNS:
            heading = getattr(self, setting)
            if heading or setting in ("first_column", "second_column"):
                table.require(setting, heading)
        if self.network and not self.network_column:
            raise table.error(
                f'is missing: name the column in which "{self.network}" stands.', "network_column"
            )
        return table

    def _pairs(self, table: Table, people: int) -> TimedPairs:
        """Read the rows that are of this network."""
        what = "the number of a person"
        first = table.whole_numbers(self.first_column, 0, people - 1, what)
        second = table.whole_numbers(self.second_column, 0, people - 1, what)
        loops = np.flatnonzero(first == second)
        if len(loops):
            row = int(loops[0])
            raise table.row_error(
                row, f"person {first[row]:,} cannot meet themselves: remove the row."
            )
        count = len(first)
        weight = np.ones(count)
        if self.weight_column:
            weight = table.numbers(self.weight_column, 0.0, 1e9, "a weight")
        start, end = self._days(table, count)
        pairs = TimedPairs(
            np.arange(count), first.astype(np.int32), second.astype(np.int32), weight, start, end
        )
        return pairs.rows(self._of_network(table)) if self.network_column else pairs

    def _days(self, table: Table, count: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the day from which on each row holds, and the one from which on no more."""
        start, end = np.zeros(count, np.int64), np.full(count, FOREVER)
        if self.start_column:
            start = table.whole_numbers(self.start_column, 0, FOREVER, "a day of the run")
        if self.end_column:
            end = table.whole_numbers(self.end_column, 0, FOREVER, "a day of the run")
        empty = np.flatnonzero(end <= start)
        if len(empty):
            row = int(empty[0])
            raise table.row_error(
                row,
                f"ends on day {end[row]:,} and begins on day {start[row]:,}: from its end on a row "
                "holds no more, so the end must be a later day.",
            )
        return start.astype(np.int32), end.astype(np.int32)

    def _of_network(self, table: Table) -> np.ndarray:
        """Return the rows whose column names this network."""
        names = np.array(table.texts(self.network_column), object)
        rows = np.flatnonzero(names == self.network)
        if len(names) and not len(rows):
            known = sorted(set(names.tolist()))
            raise table.error(
                f'"{self.file}" has no row with "{self.network}" in the column '
                f'"{self.network_column}".{did_you_mean(self.network, known)}',
                "network",
            )
        return rows

    def _refuse_two_weights(self, table: Table, pairs: TimedPairs, equal: np.ndarray) -> None:
        """Refuse a pair that is listed again with another weight."""
        again = np.flatnonzero(equal >= 0)
        before = equal[again]
        other = np.flatnonzero(pairs.weight[again] != pairs.weight[before])
        if len(other):
            self._refuse_weight(table, pairs, int(again[other[0]]), int(before[other[0]]))

    def _merged(self, table: Table, pairs: TimedPairs) -> TimedPairs:
        """Make one row of rows of two people that share days; those must have one weight."""
        ordered, again = pairs.in_order()
        rows = np.flatnonzero(again)
        other = rows[ordered.weight[rows] != ordered.weight[rows - 1]]
        if len(other):
            self._refuse_weight(table, ordered, int(other[0]), int(other[0]) - 1)
        return ordered.joined(again)

    @staticmethod
    def _refuse_weight(table: Table, pairs: TimedPairs, one: int, other: int) -> None:
        first, second = sorted((one, other), key=lambda pair: pairs.row[pair])
        raise table.row_error(
            int(pairs.row[second]),
            f"weight {pairs.weight[second]:g} is not the {pairs.weight[first]:g} of row "
            f"{pairs.row[first] + 1} for the same two people: keep one.",
        )

    def _entries(self, weights: np.ndarray) -> tuple[np.ndarray, float]:
        """Return how often each edge is entered, and the weight of one entry."""
        if not weights.any():
            return np.zeros(len(weights), np.int64), 1.0
        least = float(weights[weights > 0].min())
        with np.errstate(over="ignore"):  # beside a tiny weight a large one has endless entries
            times = weights / least
        # .3 / .1 is not 3 to the last bit.
        if times.mean() <= ENTRIES_MAX and (np.abs(times - np.rint(times)) <= 1e-9 * times).all():
            return np.rint(times).astype(np.int64), least
        unit = float(weights.mean()) / STEPS
        key = network_key(self.own_name, self.drawing)
        times = weights / unit
        whole = np.floor(times).astype(np.int64)
        return whole + (draws(key, len(weights), 0) / 2.0**32 < times - whole), unit
