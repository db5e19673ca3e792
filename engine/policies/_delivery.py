"""Delivery: the part of a policy that acts on single people, with what it has to remember."""

import copy
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import ClassVar, NamedTuple

import numpy as np
from jaxtyping import Bool, Int32, UInt32

from populace.engine.component import Values
from populace.engine.policies._situation import Situation
from populace.engine.streams import G1, M2, mix_all, name_key


class Assignment(NamedTuple):
    """People, each named once, and the standing that they have with the policy from today on."""

    agents: Int32[np.ndarray, " agents"]
    standing: int


class Delivery(ABC):
    """One policy at work in one run. Its cost is that of those whom it reaches today.

    Arrays that it keeps are replaced, never written in place: then `copy` is cheap.
    """

    path: str = ""  # of its policy: two policies of one kind draw apart by it
    # Whether a newborn has the standing of the place, and not that of people never reached.
    of_places: ClassVar[bool] = False
    # Whom alone it may reach; None for everybody.
    target: Bool[np.ndarray, " agents"] | None = None

    def limit(self, target: Bool[np.ndarray, " agents"]) -> None:
        """Tell it before its first day whom alone it may reach."""
        self.target = target

    def within(self, agents: Int32[np.ndarray, " agents"]) -> Int32[np.ndarray, " within"]:
        """Return those of the agents whom it may reach."""
        return agents if self.target is None else agents[self.target[agents]]

    @abstractmethod
    def act(self, situation: Situation, values: Values, strength: float) -> Iterator[Assignment]:
        """Yield today's assignments; later ones come after earlier ones."""

    @property
    def found(self) -> Int32[np.ndarray, " found"]:
        """Return the cases that were found today; other policies hear of them tomorrow."""
        return np.empty(0, np.int32)

    def counts(self) -> dict[str, int]:
        """Return what was done so far, for the figures: doses, tests."""
        return {}

    def copy(self) -> "Delivery":
        """Return an independent copy, for a fork of the run."""
        twin = copy.copy(self)
        for name, value in vars(self).items():
            if isinstance(value, Diary | dict | list):
                setattr(twin, name, copy.copy(value))
        return twin


class Diary(dict[int, list[tuple[int, Assignment]]]):
    """What is due on later days, each with the day on which it was noted."""

    def put(self, situation: Situation, days: int, agents: np.ndarray, standing: int) -> None:
        """Note today that agents get a standing in some days."""
        if len(agents):
            day, noted = situation.day + days, Assignment(agents.astype(np.int32), standing)
            self[day] = [*self.get(day, []), (situation.day, noted)]

    def due(self, situation: Situation) -> list[Assignment]:
        """Take what is due today out of the diary; whoever died meanwhile is left out."""
        return [
            Assignment(agents[situation.were_there(agents, noted)], standing)
            for noted, (agents, standing) in self.pop(situation.day, [])
        ]


def drawn(
    agents: np.ndarray, run_key: np.uint32, name: str, episode: int | np.ndarray = 0
) -> UInt32[np.ndarray, " agents"]:
    """Draw a number of 32 bits for each agent: by who it is and what for, not by when or in order.

    ``episode`` tells one occasion from the next of the same kind.
    """
    with np.errstate(over="ignore"):
        key = agents.astype(np.uint32) * G1 + np.uint32(run_key)
        key = mix_all(key) ^ np.uint32(name_key(name)) ^ (np.asarray(episode, np.uint32) * M2)
        return mix_all(key)


def share_of(draws: np.ndarray, share: float) -> np.ndarray:
    """Return which of the draws fall into a share: a larger share keeps those of a smaller."""
    return draws.astype(np.uint64) < np.uint64(min(max(share, 0.0), 1.0) * 2**32)
