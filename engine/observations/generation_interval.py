"""The generation interval."""

import numpy as np

from populace.engine.analysis.intervals import interval_table
from populace.engine.analysis.record import Record
from populace.engine.analysis.table import Table
from populace.engine.observations.base import Measurement
from populace.engine.quantities import Structure


class GenerationInterval(Measurement):
    """Days from somebody's infection to the infections that they cause.

    Counted by the day of the infector's infection. The last infectors of a run have not caused
    their late infections yet, and in a growing epidemic they are many: a last day well before the
    end of the run leaves them out.
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
        episodes = record.episodes
        rows = np.flatnonzero(episodes.source >= 0)
        begin = episodes.day[episodes.source[rows]]
        inside = (begin >= self.first_day) & (begin <= self.last_day)
        return interval_table((episodes.day[rows] - begin)[inside])
