"""What a check found: figures, each beside its reference."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Figure:
    """One measured number, and how far it may lie from its reference."""

    name: str
    measured: float
    reference: float
    allowed: float
    beside: str = ""  # what else is known: not asserted, for the reader

    @property
    def passed(self) -> bool:
        """Say whether it lies near enough; NaN does not."""
        return abs(self.measured - self.reference) <= self.allowed

    def line(self) -> str:
        """Return the figure as a sentence."""
        beside = f"; {self.beside}" if self.beside else ""
        if self.allowed == 0:
            return f"{self.name} {self.measured:,g}, must be {self.reference:,g}{beside}"
        return (
            f"{self.name} {self.measured:.4g}, reference {self.reference:.4g}"
            f" (within {self.allowed:.2g}){beside}"
        )


@dataclass(frozen=True)
class Result:
    """The figures of one check."""

    title: str
    figures: tuple[Figure, ...]

    @property
    def passed(self) -> bool:
        """Say whether every figure lies near enough."""
        return all(figure.passed for figure in self.figures)

    def line(self) -> str:
        """Return one line for people."""
        figures = "; ".join(figure.line() for figure in self.figures)
        return f"{'passed' if self.passed else 'FAILED'}  {self.title}: {figures}"

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        figures = [asdict(figure) | {"passed": figure.passed} for figure in self.figures]
        return {"title": self.title, "passed": self.passed, "figures": figures}


@dataclass(frozen=True)
class Check:
    """A title, and how to take the figures."""

    title: str
    measure: Callable[[], Sequence[Figure]]

    def result(self) -> Result:
        """Take the figures: seconds to a minute."""
        return Result(self.title, tuple(self.measure()))


def mean_against(name: str, values: Sequence[float], reference: float, beside: str = "") -> Figure:
    """Hold the mean of several runs against a reference: within 3 standard errors, or 1 %."""
    error = float(np.std(values, ddof=1)) / len(values) ** 0.5
    allowed = max(3 * error, 0.01 * abs(reference))
    return Figure(name, float(np.mean(values)), reference, allowed, beside)


def share_against(name: str, hits: int, of: int, reference: float, beside: str = "") -> Figure:
    """Hold a share of independent trials against a probability, by the same rule."""
    error = (reference * (1 - reference) / of) ** 0.5
    return Figure(name, hits / of, reference, max(3 * error, 0.01 * reference), beside)


def exactly(name: str, measured: float, reference: float) -> Figure:
    """Allow no difference."""
    return Figure(name, measured, reference, 0.0)
