"""Admissions to hospital."""

from populace.engine.analysis.grouping import daily_table
from populace.engine.analysis.record import Record
from populace.engine.analysis.stays import stays_in
from populace.engine.analysis.table import Table
from populace.engine.observations.base import Grouped, names_in
from populace.engine.quantities import Structure


class Admissions(Grouped):
    """People who enter hospital on a day, and those who are there in the evening.

    A move from one of the named states to another is no new admission.
    """

    title = "Hospital admissions"
    state_settings = ("states",)

    states = Structure(
        "hospitalised, intensive",
        unit="names of states, separated by commas",
        source="the disease",
        doc="The states in which people are in hospital.",
    )

    def observe(self, record: Record) -> Table:
        """Return day, date, group, admitted that day and present in the evening."""
        grouping = self.grouping(record)
        stays = stays_in(record, record.states_named(names_in(self.states)), grouping)
        return daily_table(record, grouping, {"admitted": stays.entered, "present": stays.present})
