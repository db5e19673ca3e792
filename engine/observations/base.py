"""The abstract bases of observations: data to compare with, and counts of a run."""

from abc import abstractmethod
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
from jaxtyping import Float64

from populace.engine.analysis.grouping import (
    ATTRIBUTE,
    EVERYBODY,
    WAYS,
    Grouping,
    edges_in,
    grouping_by_attribute,
    grouping_of,
)
from populace.engine.analysis.record import Record
from populace.engine.analysis.table import Table
from populace.engine.component import Component
from populace.engine.errors import ProjectError, did_you_mean
from populace.engine.quantities import Structure


@dataclass(frozen=True)
class Series:
    """Counts of people by date, and the states of the model that they are compared with."""

    label: str
    dates: Float64[np.ndarray, " days"] | np.ndarray  # datetime64[D], rising
    counts: Float64[np.ndarray, " days"]  # people
    states: tuple[str, ...]  # the model counts the people in any of these
    new: bool = False  # people who fell ill since the date before, not those who are ill


class Observation(Component):
    """What is counted: in the world, to be held against the model, or in the model itself."""

    family: ClassVar[str] = "observations"

    @abstractmethod
    def files(self) -> tuple[str, ...]:
        """Return the names of the project's files that hold the data."""

    @abstractmethod
    def check(self, folder: Path | None, states: Collection[str]) -> None:
        """Raise a `ProjectError` unless the observation fits a disease with these states."""


class Comparison(Observation):
    """Data from the world, to be held against the model."""

    @abstractmethod
    def series(self, folder: Path | None) -> Series:
        """Read the data; what cannot be used is a `ProjectError`."""


class Measurement(Observation):
    """What is counted in a run, from its events, when the run is over."""

    # Settings that name states of the disease, and those of them that may be empty.
    state_settings: ClassVar[tuple[str, ...]] = ()
    optional_settings: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def observe(self, record: Record) -> Table:
        """Count the run."""

    def files(self) -> tuple[str, ...]:
        return ()

    def check(self, folder: Path | None, states: Collection[str]) -> None:
        for setting in self.state_settings:
            text = getattr(self, setting)
            if text.strip() or setting not in self.optional_settings:
                require_states(text, states, setting)


class Grouped(Measurement):
    """What is counted apart for groups of people."""

    by = Structure(EVERYBODY, choices=(*WAYS, ATTRIBUTE), doc="Whose counts are kept apart.")
    by_attribute = Structure(
        "",
        unit="name",
        doc="The attribute whose values are kept apart, with `by: attribute`.",
    )
    edges = Structure(
        "",
        unit="numbers, with commas",
        doc="Numbers between which an attribute's people are put together. Empty: quartiles.",
    )

    def grouping(self, record: Record) -> Grouping:
        """Group the people of a run as it is declared."""
        if self.by == ATTRIBUTE:
            return grouping_by_attribute(record, self.by_attribute, self.edges)
        return grouping_of(record, self.by)

    def check(self, folder: Path | None, states: Collection[str]) -> None:
        super().check(folder, states)
        edges_in(self.edges)


def names_in(text: str) -> tuple[str, ...]:
    """Return the names in a text, which are separated by commas."""
    return tuple(name.strip() for name in text.split(",") if name.strip())


def require_states(text: str, states: Collection[str], setting: str) -> None:
    """Raise a `ProjectError` unless the text of a setting names states of the disease."""
    if not names_in(text):
        raise ProjectError("must name a state, such as infectious.", place=setting)
    for name in names_in(text):
        if name not in states:
            raise ProjectError(
                f'the disease has no state "{name}".{did_you_mean(name, states)}', place=setting
            )
