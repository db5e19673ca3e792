"""Deaths."""

import numpy as np

from populace.engine.analysis.grouping import daily_table
from populace.engine.analysis.record import Record
from populace.engine.analysis.stays import stays_in
from populace.engine.analysis.table import Table
from populace.engine.observations.base import Grouped, names_in
from populace.engine.quantities import Structure


class Deaths(Grouped):
    """People who die on a day, and all who have died so far."""

    state_settings = ("states",)

    states = Structure(
        "dead",
        unit="names of states, separated by commas",
        source="the disease",
        doc="The states that mean death.",
    )

    def observe(self, record: Record) -> Table:
        """Return day, date, group, deaths that day and deaths so far."""
        grouping = self.grouping(record)
        died = stays_in(record, record.states_named(names_in(self.states)), grouping).entered
        return daily_table(record, grouping, {"deaths": died, "so_far": np.cumsum(died, axis=0)})
