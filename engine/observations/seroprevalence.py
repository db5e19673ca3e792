"""A survey of antibodies."""

import numpy as np

from populace.engine.analysis.grouping import daily_table
from populace.engine.analysis.record import Record
from populace.engine.analysis.stays import stays_in
from populace.engine.analysis.table import Table, ratio
from populace.engine.observations.base import Grouped
from populace.engine.quantities import Probability, Structure

HAVERS = "Havers et al. 2020, JAMA Intern Med 180:1576 (SARS-CoV-2)"


class Seroprevalence(Grouped):
    """The share of the living with antibodies, and the share that a test finds positive.

    Antibodies come some days after the first infection and stay. A test that everybody takes
    finds sensitivity x share + (1 - specificity) x (1 - share).
    """

    sensitivity = Probability(
        0.96,
        step=0.005,
        source=f"{HAVERS}: 96.0 % (90.0 to 98.9)",
        doc="Share of people with antibodies whom the test finds positive.",
    )
    specificity = Probability(
        0.993,
        step=0.001,
        source=f"{HAVERS}: 99.3 % (98.3 to 99.9)",
        doc="Share of people without antibodies whom the test finds negative.",
    )
    days_to_antibodies = Structure(
        14,
        bounds=(0, 100),
        unit="days",
        source="assumption: two weeks; COVID-19 takes a median of 13 days from symptoms (Long et "
        "al. 2020, Nat Med 26:845)",
        doc="Time from infection to antibodies.",
    )

    def observe(self, record: Record) -> Table:
        """Return day, date, group, the living, share with antibodies and share positive."""
        episodes, grouping = record.episodes, self.grouping(record)
        dead = record.states_of_role("dead")
        living = grouping.people - stays_in(record, dead, grouping).present
        died = _day_of_death(record, dead)
        rows = np.flatnonzero(episodes.first)
        agent, come = episodes.agent[rows], episodes.day[rows] + np.int32(self.days_to_antibodies)
        end = died[agent]
        alive = (end < 0) | (come < end)
        gone = alive & (end >= 0)
        gained = grouping.count_by_day(agent[alive], come[alive], record.day_count)
        lost = grouping.count_by_day(agent[gone], end[gone], record.day_count)
        share = ratio(np.cumsum(gained - lost, axis=0), living)
        positive = self.sensitivity * share + (1 - self.specificity) * (1 - share)
        return daily_table(
            record,
            grouping,
            {"living": living, "with_antibodies": share, "test_positive": positive},
        )


def _day_of_death(record: Record, dead: np.ndarray) -> np.ndarray:
    """Return the day on which each agent dies, -1 for those who live."""
    day = np.full(record.people.agent_count, -1, np.int32)
    rows = np.flatnonzero(dead[record.events.after])
    day[record.events.agent[rows]] = record.events.day[rows]
    return day
