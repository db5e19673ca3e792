"""Households: whom each infection exposes at home, and whom it infects there."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Int32

from populace.engine.analysis.record import Record


@dataclass(frozen=True, eq=False)
class Exposures:
    """One row for each infection: what it meant for the infected person's household."""

    size: Int32[np.ndarray, " infections"]  # people of the household
    exposed: Int32[np.ndarray, " infections"]  # susceptible there, on the evening of that day
    infected: Int32[np.ndarray, " infections"]  # of them, by this infection and at home
    first: Bool[np.ndarray, " infections"]  # nobody of the household was infected before that day


def exposures_of(record: Record) -> Exposures:
    """Follow the susceptible people of each household from day to day."""
    events, episodes = record.events, record.episodes
    dwelling = record.people.dwelling
    sizes = np.bincount(dwelling).astype(np.int32)
    home = dwelling[episodes.agent]
    susceptible, touched = sizes.copy(), np.zeros(len(sizes), bool)
    exposed, first = np.zeros(len(home), np.int32), np.zeros(len(home), bool)
    again = np.flatnonzero(events.after == 0)  # those who become susceptible again
    days = np.arange(-1, record.day_count)
    ends = np.searchsorted(episodes.day, days, "right")
    ends_again = np.searchsorted(events.day[again], days, "right")
    for day in range(record.day_count):
        new = slice(ends[day], ends[day + 1])
        back = again[ends_again[day] : ends_again[day + 1]]
        first[new] = ~touched[home[new]]
        touched[home[new]] = True
        np.subtract.at(susceptible, home[new], 1)
        np.add.at(susceptible, dwelling[events.agent[back]], 1)
        exposed[new] = susceptible[home[new]]
    return Exposures(sizes[home], exposed, _infected_at_home(record, home), first)


def _infected_at_home(record: Record, home: np.ndarray) -> np.ndarray:
    episodes = record.episodes
    rows = np.flatnonzero(record.networks_at_home()[episodes.network] & (episodes.source >= 0))
    rows = rows[home[rows] == home[episodes.source[rows]]]
    source, previous = episodes.source[rows], episodes.previous[rows]
    # Who became susceptible again after the infector's infection was not among the exposed.
    again = episodes.first_day_in(record.states_of_role("susceptible"))
    exposed = (previous < 0) | (again[previous] <= episodes.day[source])
    return np.bincount(source[exposed], minlength=len(home)).astype(np.int32)
