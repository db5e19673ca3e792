"""The serial interval."""

import numpy as np

from populace.engine.analysis.intervals import interval_table
from populace.engine.analysis.record import Record
from populace.engine.analysis.table import Table
from populace.engine.observations.base import Measurement
from populace.engine.quantities import Structure


class SerialInterval(Measurement):
    """Days from somebody's symptoms to the symptoms of those whom they infect.

    Pairs of which one has no symptoms do not count; the interval may be negative. Counted by the
    day of the infector's infection: see the generation interval.
    """

    first_day = Structure(
        0,
        bounds=(0, 36_500),
        unit="day",
        source="day 0 is the start of the run",
        doc="First day of the infectors' infections.",
    )
    last_day = Structure(
        36_500,
        bounds=(0, 36_500),
        unit="day",
        source="longer than a run: all infectors",
        doc="Last day of the infectors' infections.",
    )

    def observe(self, record: Record) -> Table:
        """Return interval (days), pairs, and their share of all pairs; intervals without too."""
        episodes, onset = record.episodes, record.onset()
        rows = np.flatnonzero((episodes.source >= 0) & (onset >= 0))
        source = episodes.source[rows]
        begin = episodes.day[source]
        inside = (begin >= self.first_day) & (begin <= self.last_day) & (onset[source] >= 0)
        return interval_table((onset[rows] - onset[source])[inside])
