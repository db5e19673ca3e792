"""The abstract base of observations."""

from abc import abstractmethod
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
from jaxtyping import Float64

from populace.engine.component import Component


@dataclass(frozen=True)
class Series:
    """Counts of people by date, and the states of the model that they are compared with."""

    label: str
    dates: Float64[np.ndarray, " days"] | np.ndarray  # datetime64[D], rising
    counts: Float64[np.ndarray, " days"]  # people
    states: tuple[str, ...]  # the model counts the people in any of these


class Observation(Component):
    """What is counted in the world, to be held against the model."""

    family: ClassVar[str] = "observations"

    @abstractmethod
    def files(self) -> tuple[str, ...]:
        """Return the names of the project's files that hold the data."""

    @abstractmethod
    def series(self, folder: Path | None) -> Series:
        """Read the data; what cannot be used is a `ProjectError`."""

    @abstractmethod
    def check(self, folder: Path | None, states: Collection[str]) -> None:
        """Raise a `ProjectError` unless the data fits a disease with these states."""
