"""What policies did: doses, tests, people reached."""

import numpy as np

from populace.engine.analysis.record import Record
from populace.engine.analysis.table import Table
from populace.engine.observations.base import Measurement
from populace.engine.quantities import Structure

EACH_DAY, SO_FAR = "each day", "so far"


class Doses(Measurement):
    """First and second doses, tests, positive results and all else that policies count, by day.

    Each column has the name of the policy and of what it counts, such as vaccination_first_doses
    or testing_positive. A policy that scales contacts counts nothing. Doses count on the day on
    which they are given, tests on the day on which they are taken.
    """

    title = "Doses and tests"

    counted = Structure(
        EACH_DAY,
        choices=(EACH_DAY, SO_FAR),
        doc="Whether a row counts what was done on its day, or all that was done until then.",
    )

    def observe(self, record: Record) -> Table:
        """Return day, date and a column for each count of each policy; day 0 has none."""
        columns = {"day": np.arange(record.day_count), "date": record.dates}
        for name in record.policy_counts[-1] if record.policy_counts else ():
            total = np.array([0, *(day[name] for day in record.policy_counts)], np.int64)
            heading = name.removeprefix("policies.").replace(".", "_")
            columns[heading] = total if self.counted == SO_FAR else np.diff(total, prepend=0)
        return Table(columns)
