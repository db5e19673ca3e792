"""Records: what a run tells whoever watches it, as plain values that never change."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from jaxtyping import Int64

Phase = Literal["building", "paused", "running", "finished", "failed"]


@dataclass(frozen=True)
class Status:
    """What the run is doing, in words for the screen."""

    phase: Phase
    message: str
    share_done: float  # of the building, or of the project's days
    error: str | None = None


@dataclass(frozen=True)
class Applied:
    """A live change that the run has taken: it holds from ``day`` on."""

    ticket: int
    day: int
    path: str
    label: str
    old: float
    new: float


@dataclass(frozen=True)
class DayRecord:
    """The figures of one completed day."""

    day: int
    date: dt.date
    totals: Int64[np.ndarray, " states"]
    incidence: int  # new infections of the day
    by_network: Int64[np.ndarray, " networks"]
    r_t: float | None  # None where it would be noise
    in_force: Mapping[str, float] = field(default_factory=dict)  # strength of policies, by path


@dataclass(frozen=True)
class Beginning:
    """How a run begins that goes on from a day of another: with its changes, up to that day."""

    day: int
    changes: tuple[Applied, ...]
