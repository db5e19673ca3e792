"""Stays: who enters and leaves some states, and who is in them, day by day."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Int64

from populace.engine.analysis.grouping import Grouping
from populace.engine.analysis.record import Record


@dataclass(frozen=True, eq=False)
class Stays:
    """People who entered some states, and who were in one of them in the evening."""

    entered: Int64[np.ndarray, "days groups"]
    present: Int64[np.ndarray, "days groups"]


def entries(record: Record, states: Bool[np.ndarray, " states"]) -> np.ndarray:
    """Return the rows of the log that lead into the states; moves among them are none."""
    events = record.events
    return np.flatnonzero(states[events.after] & ~states[events.before])


def stays_in(record: Record, states: Bool[np.ndarray, " states"], grouping: Grouping) -> Stays:
    """Count the stays of a run; nobody is there before day 0."""
    events = record.events
    exits = np.flatnonzero(states[events.before] & ~states[events.after])
    entered, left = (
        grouping.count_by_day(events.agent[rows], events.day[rows], record.day_count)
        for rows in (entries(record, states), exits)
    )
    return Stays(entered, np.cumsum(entered - left, axis=0))
