"""What a screen may see of a run: plain arrays that are never written again."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
from jaxtyping import Int64, UInt8

from populace.engine.events import EventLog


@dataclass(frozen=True)
class StateInfo:
    """How one disease state is called and drawn."""

    name: str  # "hospitalised"
    label: str  # "In hospital"
    role: str  # susceptible | latent | infectious | removed | dead
    colour: str  # key of the theme: susceptible, exposed, infectious, hospital, recovered, dead


@dataclass(frozen=True)
class RegionInfections:
    """Infections by region, of a run that keeps no event log."""

    today: Int64[np.ndarray, " regions"]
    so_far: Int64[np.ndarray, " regions"]
    days: Int64[np.ndarray, " regions"]  # the sum of the days of all infections so far


@dataclass(frozen=True)
class Snapshot:
    """One completed day. ``log`` may be read up to and including ``day``.

    A drawing keeps its own copy of the people's states, starting from ``initial_state`` (day 0)
    and moved on by ``log.day(d).after`` for each day d up to ``day``.
    """

    run: str  # changes when a run is reset: whoever keeps derived data starts again
    day: int
    date: dt.date
    counts: Int64[np.ndarray, "regions states"]
    new_infections: Int64[np.ndarray, " networks"]  # today's, by network in `network_names`
    infections_by_lag: Int64[np.ndarray, " lags"]  # today's, by the infector's days since infection
    ever_infected: int
    states: tuple[StateInfo, ...]
    network_names: tuple[str, ...]
    initial_state: UInt8[np.ndarray, " agents"]
    log: EventLog
    infections: RegionInfections | None = None  # where there is no log that tells
    imported: int = 0  # today's infections from elsewhere: on no network

    @property
    def incidence(self) -> int:
        """Count today's infections."""
        return int(self.new_infections.sum()) + self.imported

    def total(self, *names: str) -> int:
        """Count the people in the named states, everywhere."""
        columns = [index for index, state in enumerate(self.states) if state.name in names]
        return int(self.counts[:, columns].sum())
