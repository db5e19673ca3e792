"""The event log: who changed state on which day, and for infections by whom and where."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Int32, UInt8

NOBODY = -1  # infector of a change that is no infection
NOWHERE = 255  # network of a change that is no infection
BIRTH = 254  # network where somebody died of other causes and a newborn has their place


@dataclass(frozen=True)
class Events:
    """Events of one day in one block of people; each agent appears at most once a day."""

    agent: Int32[np.ndarray, " events"]
    before: UInt8[np.ndarray, " events"]
    after: UInt8[np.ndarray, " events"]
    infector: Int32[np.ndarray, " events"]
    network: UInt8[np.ndarray, " events"]


@dataclass(frozen=True)
class EventTable:
    """All events of a run in canonical order: day, agent, before, after."""

    day: Int32[np.ndarray, " events"]
    agent: Int32[np.ndarray, " events"]
    before: UInt8[np.ndarray, " events"]
    after: UInt8[np.ndarray, " events"]
    infector: Int32[np.ndarray, " events"]
    network: UInt8[np.ndarray, " events"]

    def sha256(self) -> str:
        """Return the digest that two equal runs share, whatever device or threads they used."""
        digest = hashlib.sha256()
        for column in fields(self):
            digest.update(np.ascontiguousarray(getattr(self, column.name)).data)
        return digest.hexdigest()


class EventLog(ABC):
    """Append-only; a completed day never changes, so another thread may read it meanwhile."""

    @abstractmethod
    def day(self, day: int) -> Iterator[Events]:
        """Yield the events of a completed day, block by block, each block's agents in any order.

        Day 0 holds the first infected.
        """

    @abstractmethod
    def size_bytes(self) -> int:
        """Return the memory that the events written so far take."""

    def table(self, last_day: int) -> EventTable:
        """Return all events up to a day in canonical order."""
        days = [self._sorted_day(day) for day in range(last_day + 1)]
        lengths = [len(events.agent) for events in days]
        return EventTable(
            np.repeat(np.arange(last_day + 1, dtype=np.int32), lengths),
            *(
                np.concatenate([getattr(events, column.name) for events in days])
                for column in fields(Events)
            ),
        )

    def _sorted_day(self, day: int) -> Events:
        """Join the blocks of a day and sort them by agent: nobody has two events on one day."""
        blocks = list(self.day(day)) or [no_events()]
        columns = {
            column.name: np.concatenate([getattr(block, column.name) for block in blocks])
            for column in fields(Events)
        }
        order = np.argsort(columns["agent"], kind="stable")
        return Events(**{name: column[order] for name, column in columns.items()})


def no_events() -> Events:
    """Return a block without events."""
    byte, word = np.zeros(0, np.uint8), np.zeros(0, np.int32)
    return Events(word, byte, byte, word, byte)


def first_infected(agents: np.ndarray, state: int) -> Events:
    """Return the events of day 0."""
    count = len(agents)
    return Events(
        agents.astype(np.int32),
        np.zeros(count, np.uint8),
        np.full(count, state, np.uint8),
        np.full(count, NOBODY, np.int32),
        np.full(count, NOWHERE, np.uint8),
    )
