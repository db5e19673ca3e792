"""Result: what is kept of one run, small enough to keep thousands."""

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from jaxtyping import Bool, Float64, Int64

from populace.engine.diseases.base import INFECTED_ROLES, State


class DamagedResultError(Exception):
    """Kept bytes that are not a whole result."""


@dataclass(frozen=True)
class KeptState:
    """One state of the disease, as far as figures need it."""

    name: str
    label: str
    role: str
    colour: str
    in_hospital: bool
    in_intensive_care: bool

    @staticmethod
    def of(state: State) -> "KeptState":
        """Keep what matters of a state."""
        return KeptState(
            state.name,
            state.label,
            state.role,
            state.colour,
            bool(state.in_hospital),
            bool(state.in_intensive_care),
        )


@dataclass(frozen=True, eq=False)
class PlaceFigures:
    """Each region over the whole run: people there, and how far things went."""

    ids: tuple[str, ...]
    names: tuple[str, ...]
    people: Int64[np.ndarray, " regions"]
    infections: Int64[np.ndarray, " regions"]
    infected_peak: Int64[np.ndarray, " regions"]
    hospital_peak: Int64[np.ndarray, " regions"]
    intensive_peak: Int64[np.ndarray, " regions"]
    deaths: Int64[np.ndarray, " regions"]

    @staticmethod
    def none() -> "PlaceFigures":
        """Return the figures of a run that does not tell places apart."""
        return PlaceFigures((), (), *(np.zeros(0, np.int64) for _ in PLACE_ROWS))


# The arrays of a region's figures, in the order of their rows when kept.
PLACE_ROWS = (
    "people",
    "infections",
    "infected_peak",
    "hospital_peak",
    "intensive_peak",
    "deaths",
)


@dataclass(frozen=True, eq=False)
class Result:
    """One run. Of what a run by another command does not tell, there is nothing here."""

    seed: int
    people: int
    start_date: str  # of day 0
    states: tuple[KeptState, ...]
    totals: Int64[np.ndarray, "days states"]
    new: Int64[np.ndarray, " days"]  # infections; -1 where they are not known
    r_t: Float64[np.ndarray, " days"]  # NaN where it would be noise
    ever_infected: int
    places: PlaceFigures
    policy_days: Mapping[str, int] = field(default_factory=dict)  # in force, by path
    done: Mapping[str, int] = field(default_factory=dict)  # doses, tests, by path
    costs: Mapping[str, float] = field(default_factory=dict)  # money, DALYs
    counts_sha256: str = ""  # that of `populace run`
    about: Mapping[str, Any] = field(default_factory=dict)  # for the catalogue

    @property
    def last_day(self) -> int:
        return len(self.totals) - 1

    @property
    def infected(self) -> Int64[np.ndarray, " days"]:
        """People who are infected, each evening."""
        return self.present(np.array([one.role in INFECTED_ROLES for one in self.states]))

    @property
    def in_hospital(self) -> Bool[np.ndarray, " states"]:
        """Mark the states of people in hospital."""
        return np.array([one.in_hospital for one in self.states])

    @property
    def in_intensive_care(self) -> Bool[np.ndarray, " states"]:
        """Mark the states of people in intensive care."""
        return np.array([one.in_intensive_care for one in self.states])

    @property
    def dead(self) -> Bool[np.ndarray, " states"]:
        """Mark the states of the dead."""
        return np.array([one.role == "dead" for one in self.states])

    def present(self, states: Bool[np.ndarray, " states"]) -> Int64[np.ndarray, " days"]:
        """Count the people in some states, each evening."""
        return self.totals[:, states].sum(axis=1)

    def as_bytes(self) -> bytes:
        """Return the result as one file."""
        words = {
            "seed": self.seed,
            "people": self.people,
            "start_date": self.start_date,
            "states": [vars(one) for one in self.states],
            "ever_infected": self.ever_infected,
            "ids": self.places.ids,
            "names": self.places.names,
            "policy_days": dict(self.policy_days),
            "done": dict(self.done),
            "costs": dict(self.costs),
            "counts_sha256": self.counts_sha256,
            "about": dict(self.about),
        }
        text = np.frombuffer(json.dumps(words, allow_nan=False).encode(), np.uint8)
        rows = np.array([getattr(self.places, name) for name in PLACE_ROWS], np.int64)
        file = io.BytesIO()
        np.savez_compressed(
            file, words=text, totals=self.totals, new=self.new, r_t=self.r_t, places=rows
        )
        return file.getvalue()

    @staticmethod
    def of_bytes(data: bytes) -> "Result":
        """Read what `as_bytes` returned."""
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as file:
                arrays = {name: file[name] for name in ("totals", "new", "r_t", "places")}
                words = json.loads(file["words"].tobytes())
            states = tuple(KeptState(**one) for one in words.pop("states"))
            rows = dict(zip(PLACE_ROWS, arrays.pop("places"), strict=True))
            ids, names = tuple(words.pop("ids")), tuple(words.pop("names"))
            return Result(**words, **arrays, states=states, places=PlaceFigures(ids, names, **rows))
        except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
            raise DamagedResultError(str(error)) from error
