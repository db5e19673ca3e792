"""Reported cases."""

import numpy as np

from populace.engine.analysis.draws import chosen, drawn_days, draws
from populace.engine.analysis.grouping import daily_table
from populace.engine.analysis.record import Record
from populace.engine.analysis.table import Table
from populace.engine.observations.base import Grouped
from populace.engine.quantities import Duration, Probability, Structure


class Cases(Grouped):
    """Infections that are reported, on the day of the report.

    Each infection, or each with symptoms, is reported with the same chance, some days later. What
    would be reported after the last day of the run is not counted.
    """

    reported = Probability(
        0.3,
        step=0.01,
        source="assumption: replace with the surveillance under study; plausible .05 to .9",
        doc="Share of those who could be reported that is reported.",
    )
    begins_with = Structure(
        "symptoms",
        choices=("symptoms", "infection"),
        doc="What starts the delay. With symptoms, nobody without them is reported.",
    )
    delay = Duration(
        4.0,
        bounds=(1, 60),
        step=0.5,
        source="assumption: replace with the surveillance under study; plausible 1 to 14",
        doc="Mean time until the report.",
    )
    delay_shape = Structure(
        2,
        bounds=(0, 20),
        unit="Erlang stages (1 = exponential, 0 = fixed)",
        source="assumption: few reports on the first days, a long tail",
        doc="How regular the delay is.",
    )

    def observe(self, record: Record) -> Table:
        """Return day, date, group and the cases reported on that day."""
        agents, days = self.reports(record)
        grouping = self.grouping(record)
        counts = grouping.count_by_day(agents, days, record.day_count)
        return daily_table(record, grouping, {"cases": counts})

    def reports(self, record: Record) -> tuple[np.ndarray, np.ndarray]:
        """Return agent and day of every report, also of those after the last day."""
        episodes = record.episodes
        begin = record.onset() if self.begins_with == "symptoms" else episodes.day
        rows = np.flatnonzero(begin >= 0)
        agent, number = episodes.agent[rows], episodes.number[rows]
        kept = chosen(draws(agent, number, record.seed, "cases: reported"), self.reported)
        rows, agent, number = rows[kept], agent[kept], number[kept]
        delays = draws(agent, number, record.seed, "cases: delay")
        return agent, begin[rows] + drawn_days(delays, self.delay, self.delay_shape)
