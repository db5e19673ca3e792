"""Chart: curves over dates, with a scale of round numbers."""

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from populace.engine.report.drawing import Area, Drawing, Mark, Ring, Stroke, Words

# On paper: the light theme of the screen, which a test compares.
PAPER = {
    "panel": "#ffffff",
    "line": "#d9e0e6",
    "ink": "#17212b",
    "dim_ink": "#5b6a79",
    "accent": "#0b66c3",
    "susceptible": "#a9a9a6",
    "exposed": "#e0a21a",
    "infectious": "#c92a12",
    "hospital": "#8a2be2",
    "recovered": "#2f86a6",
    "dead": "#17171c",
}
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 20, 46, 30
_TICKS = 4
_LABELS_MAX = 8  # dates below the axis
_LETTER = 6.6  # pixels, the mean width at 12 pixels


@dataclass(frozen=True, eq=False)
class Curve:
    """A line by day; NaN where there is none. ``points`` are observed: single circles."""

    label: str
    values: np.ndarray
    colour: str  # key of the colours
    filled: bool = False
    days: np.ndarray | None = None  # of points, from the first day; None makes a line


@dataclass(frozen=True, eq=False)
class Chart:
    """Curves that share an axis. ``stamps`` are days on which something was changed."""

    title: str
    unit: str
    first: dt.date
    days: int  # the last day
    curves: Sequence[Curve]
    stamps: Sequence[int] = ()
    level: float | None = None  # a value to hold against, drawn dashed

    def drawing(
        self, width: int = 720, height: int = 260, colours: Mapping[str, str] = PAPER
    ) -> Drawing:
        """Return the chart as a drawing in these colours."""
        top = roomy(max([self.level or 0.0, *(_largest(curve) for curve in self.curves)]))
        frame = _Frame(width, height, max(self.days, 1), top)
        marks = [
            *self._axes(frame, colours),
            *(mark for curve in self.curves for mark in _drawn(curve, frame, colours)),
            *self._heading(frame, colours),
        ]
        return Drawing(width, height, colours["panel"], tuple(marks), self._about())

    def _axes(self, frame: "_Frame", colours: Mapping[str, str]) -> Iterator[Mark]:
        ink, line = colours["dim_ink"], colours["line"]
        for tick in range(_TICKS + 1):
            value = frame.top * tick / _TICKS
            y = frame.y(value)
            yield Stroke([(_LEFT, y), (frame.width - _RIGHT, y)], line)
            yield Words(_LEFT - 8, y + 4, short(value), ink, anchor="end")
        for day, label in date_ticks(self.first, self.days):
            x = frame.x(day)
            yield Stroke([(x, frame.y(0)), (x, frame.y(0) + 5)], line)
            yield Words(x, frame.height - 9, label, ink, anchor="middle")
        for day in self.stamps:
            x = frame.x(day)
            yield Stroke([(x, _TOP), (x, frame.y(0))], colours["accent"], dash=3)
        if self.level is not None:
            y = frame.y(self.level)
            yield Stroke([(_LEFT, y), (frame.width - _RIGHT, y)], ink, dash=5)

    def _heading(self, frame: "_Frame", colours: Mapping[str, str]) -> Iterator[Mark]:
        yield Words(_LEFT, 18, self.title, colours["ink"], 14, bold=True)
        beside = _LEFT + 8.6 * len(self.title) + 8
        yield Words(beside, 18, self.unit, colours["dim_ink"])
        if len(self.curves) < 2:
            return
        x = float(_LEFT)
        for curve in self.curves:
            if curve.days is None:
                yield Stroke([(x, 32), (x + 14, 32)], colours[curve.colour], 3)
            else:
                yield Ring(x + 7, 32, 3.5, colours[curve.colour])
            yield Words(x + 20, 36, curve.label, colours["ink"])
            x += 36 + _LETTER * len(curve.label)

    def _about(self) -> str:
        until = self.first + dt.timedelta(days=self.days)
        names = ", ".join(curve.label for curve in self.curves)
        return f"{self.title}, {self.unit}: {names}, {self.first} to {until}"


@dataclass(frozen=True)
class _Frame:
    """Where days and values lie on the sheet."""

    width: int
    height: int
    days: int
    top: float

    def x(self, day: float) -> float:
        return _LEFT + (self.width - _LEFT - _RIGHT) * day / self.days

    def y(self, value: float) -> float:
        return self.height - _BOTTOM - (self.height - _TOP - _BOTTOM) * value / self.top


def _drawn(curve: Curve, frame: _Frame, colours: Mapping[str, str]) -> Iterator[Mark]:
    colour = colours[curve.colour]
    if curve.days is not None:
        for day, value in zip(curve.days, curve.values, strict=True):
            if 0 <= day <= frame.days and math.isfinite(value):
                yield Ring(frame.x(float(day)), frame.y(float(value)), 3.5, colour)
        return
    for piece in _pieces(curve.values):
        points = [(frame.x(day), frame.y(float(curve.values[day]))) for day in piece]
        if curve.filled and len(points) > 1:
            ends = [(points[-1][0], frame.y(0)), (points[0][0], frame.y(0))]
            yield Area([*points, *ends], colour, 0.16)
        yield Stroke(points, colour, 1.8)


def _pieces(values: np.ndarray) -> Iterator[range]:
    """Yield the stretches of days that have a value."""
    there = np.concatenate([[False], np.isfinite(np.asarray(values, np.float64)), [False]])
    edges = np.flatnonzero(there[1:] != there[:-1])
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        yield range(int(start), int(end))


def _largest(curve: Curve) -> float:
    values = np.asarray(curve.values, np.float64)
    return float(np.nanmax(values)) if np.isfinite(values).any() else 0.0


def roomy(largest: float) -> float:
    """Return a round number at or above the largest value, that four steps divide evenly."""
    if largest <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(largest))
    steps = (1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10)
    return next((step * power for step in steps if step * power >= largest * 1.02), 20 * power)


def short(value: float) -> str:
    """Return a number of an axis in few letters: "1.2 M", "40 k", "0.5"."""
    for size, letter in ((1e6, " M"), (1e3, " k")):
        if value >= size:
            return f"{value / size:.3g}{letter}"
    return f"{value:.3g}"


def date_ticks(first: dt.date, days: int) -> Iterator[tuple[int, str]]:
    """Yield days and labels of a time axis: firsts of months, or days where there are few."""
    if days <= 62:
        step = max(1, math.ceil(days / _LABELS_MAX))
        for day in range(0, days + 1, step):
            date = first + dt.timedelta(days=day)
            yield day, f"{date.day} {date:%b}"
        return
    months = [
        day for day in range(days + 1) if (first + dt.timedelta(days=day)).day == 1
    ]  # fmt: skip
    step = math.ceil(len(months) / _LABELS_MAX)
    for day in months[::step]:
        date = first + dt.timedelta(days=day)
        yield day, f"{date:%b %Y}" if days > 300 else f"{date:%b}"
