"""Contacts from a table of pairs of people."""

import numpy as np

from populace.engine.contacts import Edges
from populace.engine.networks._draws import contacts_per_edge, drawing, draws, network_key
from populace.engine.networks._graphs import edges_of, equal_pairs
from populace.engine.networks._table import Table
from populace.engine.networks.base import Network
from populace.engine.people import People
from populace.engine.quantities import Structure

# Weights that are not multiples of the least one are kept to about an eighth of their mean.
STEPS = 8
ENTRIES_MAX = 16


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
    contacts_per_edge = contacts_per_edge()
    drawing = drawing()

    def files(self) -> tuple[str, ...]:
        return (self.file,)

    def check(self) -> None:
        self._table("")

    def contacts(self, people: People) -> Edges:
        """Read the pairs and list each person at the other."""
        table = self._table("networks.edge_list")
        count = people.agent_count
        what = "the number of a person"
        first = table.whole_numbers(self.first_column, 0, count - 1, what)
        second = table.whole_numbers(self.second_column, 0, count - 1, what)
        loops = np.flatnonzero(first == second)
        if len(loops):
            row = int(loops[0])
            raise table.row_error(
                row, f"person {first[row]:,} cannot meet themselves: remove the row."
            )
        if self.weight_column:
            weights = table.numbers(self.weight_column, 0.0, 1e9, "a weight")
        else:
            weights = np.ones(len(first))
        first, second = first.astype(np.int32), second.astype(np.int32)
        equal = equal_pairs(count, first, second)
        self._refuse_two_weights(table, equal, weights)
        kept = np.flatnonzero(equal < 0)
        first, second, weights = first[kept], second[kept], weights[kept]
        entries, unit = self._entries(weights)
        return edges_of(count, first, second, self.contacts_per_edge * unit, entries)

    def _table(self, place: str) -> Table:
        table = Table(self.folder, self.file, place)
        for setting in ("first_column", "second_column", "weight_column"):
            heading = getattr(self, setting)
            if heading or setting != "weight_column":
                table.require(setting, heading)
        return table

    def _refuse_two_weights(self, table: Table, equal: np.ndarray, weights: np.ndarray) -> None:
        """Refuse a pair that is listed again with another weight."""
        rows = np.flatnonzero(equal >= 0)
        other = rows[weights[rows] != weights[equal[rows]]]
        if len(other):
            row, before = int(other[0]), int(equal[other[0]])
            raise table.row_error(
                row,
                f"weight {weights[row]:g} is not the {weights[before]:g} of row {before + 1} "
                "for the same two people: keep one.",
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
