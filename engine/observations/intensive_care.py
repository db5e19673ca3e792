"""Intensive care."""

from populace.engine.analysis.grouping import daily_table
from populace.engine.analysis.record import Record
from populace.engine.analysis.stays import stays_in
from populace.engine.analysis.table import Table
from populace.engine.observations.base import Grouped, names_in
from populace.engine.quantities import Structure


class IntensiveCare(Grouped):
    """People who enter intensive care on a day, and the beds they fill in the evening."""

    title = "Intensive care"
    state_settings = ("states",)

    states = Structure(
        "intensive",
        unit="names of states, separated by commas",
        source="the disease",
        doc="The states in which people are in intensive care.",
    )

    def observe(self, record: Record) -> Table:
        """Return day, date, group, admitted that day and beds filled in the evening."""
        grouping = self.grouping(record)
        stays = stays_in(record, record.states_named(names_in(self.states)), grouping)
        return daily_table(record, grouping, {"admitted": stays.entered, "beds": stays.present})
