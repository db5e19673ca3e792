"""Series: counts by date, and how they come about from what happens in a run."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float64

from populace.engine.calibration.likelihood import LIKELIHOODS, NUMBERS, Likelihood
from populace.engine.calibration.series_data import (
    FILE_KEYS,
    SOURCES,
    USUAL_STATES,
    data_of,
    name_of,
)
from populace.engine.diseases.base import State
from populace.engine.errors import ProjectError, did_you_mean
from populace.engine.observations.base import Series, names_in, require_states
from populace.engine.project import Project

# By the name in a file: what is counted, and whether it is of people who are in states in the
# evening (or else of those who enter them on a day).
OBSERVES = {
    "present": "People in the named states on the date",
    "infections": "New infections of a day",
    "cases": "People who get symptoms on a day",
    "admissions": "People who enter hospital on a day",
    "intensive_care": "People who enter intensive care on a day",
    "deaths": "People who die on a day",
}
_KEYS = (
    *SOURCES, *FILE_KEYS, "name", "label", "observes", "states", "place", "delay",
    "delay_shape", "reported", "days_each", "likelihood", *NUMBERS.values(),
)  # fmt: skip
DELAY_SHAPE = 2  # a few reports on the first days, a long tail, as `observations.cases`
_DELAY_MAX = 60.0
_DAYS_EACH_MAX = 366
# Of the largest count: a normal error where none is given.
_USUAL_ERROR = 0.05


@dataclass(frozen=True, eq=False)
class FitSeries:
    """Counts by date, what they count, where, how late, how many of them, with which noise."""

    name: str
    label: str
    dates: np.ndarray  # datetime64[D], rising
    values: Float64[np.ndarray, " dates"]
    observes: str  # one of OBSERVES
    likelihood: Likelihood
    states: tuple[str, ...] = USUAL_STATES  # of what is present
    place: str = ""  # a region or a group of regions; empty: everywhere
    delay: float = 0.0  # mean days until the report
    delay_shape: int = DELAY_SHAPE
    reported: float = 1.0  # share that is counted at all
    days_each: int = 1  # that a count adds up, its date being the last
    source: Mapping[str, Any] | None = None  # what it was read from

    @staticmethod
    def read(
        spec: Mapping[str, Any], project: Project, folder: Path | None, place: str
    ) -> "FitSeries":
        """Read one entry of the list of series; the error names the place."""
        for key in spec:
            if key not in _KEYS:
                raise ProjectError(
                    f"a series has no such entry.{did_you_mean(str(key), _KEYS)}",
                    place=f"{place}.{key}",
                )
        found = data_of(spec, project, folder, place)
        observes = str(spec.get("observes", "infections" if found.new else "present"))
        if observes not in OBSERVES:
            raise ProjectError(
                f"nothing is called {observes!r}.{did_you_mean(observes, OBSERVES)}",
                place=f"{place}.observes",
            )
        series = FitSeries(
            name=_text(spec, "name", name_of(spec, observes), place),
            label=_text(spec, "label", found.label, place),
            dates=found.dates,
            values=np.asarray(found.counts, np.float64),
            observes=observes,
            likelihood=_likelihood(spec, found, place),
            states=names_in(_text(spec, "states", ", ".join(found.states), place)),
            place=_text(spec, "place", "", place),
            delay=_delay(spec, place),
            delay_shape=int(_number(spec, "delay_shape", DELAY_SHAPE, 0, 20, place)),
            reported=_number(spec, "reported", 1.0, 1e-6, 1.0, place),
            days_each=int(
                _number(
                    spec,
                    "days_each",
                    _days_between(found.dates, observes),
                    1,
                    _DAYS_EACH_MAX,
                    place,
                )
            ),
            source=dict(spec),
        )
        series._check(project, place)
        return series

    def as_spec(self, *, whole: bool = False) -> dict[str, Any]:
        """Return plain values for YAML; ``whole`` holds the data themselves."""
        spec = dict(self.source or {})
        if not whole and spec:
            return spec
        data = {
            str(date): float(value) for date, value in zip(self.dates, self.values, strict=True)
        }
        return {
            "name": self.name,
            "label": self.label,
            "data": data,
            "observes": self.observes,
            "states": ", ".join(self.states),
            "place": self.place,
            "delay": self.delay,
            "delay_shape": self.delay_shape,
            "reported": self.reported,
            "days_each": self.days_each,
            **self.likelihood.as_spec(),
        }

    def days(self, project: Project) -> np.ndarray:
        """Return the day of the run of each date."""
        return (self.dates - np.datetime64(project.start_date, "D")).astype(np.int64)

    def marked(self, states: tuple[State, ...]) -> np.ndarray:
        """Mark the states that people are in, or enter, to be counted; none for infections."""
        wanted = {
            "present": lambda one: one.name in self.states,
            "infections": lambda one: False,
            "cases": lambda one: one.symptomatic,
            "admissions": lambda one: one.in_hospital,
            "intensive_care": lambda one: one.in_intensive_care,
            "deaths": lambda one: one.role == "dead",
        }[self.observes]
        return np.array([wanted(one) for one in states], bool)

    def _check(self, project: Project, place: str) -> None:
        """Refuse what the project's disease cannot be asked."""
        states = tuple(project.disease.states(project.disease.values()))
        if self.observes == "present":
            if not self.states:
                raise ProjectError(
                    "must name a state, such as infectious.", place=f"{place}.states"
                )
            require_states(", ".join(self.states), [one.name for one in states], f"{place}.states")
            for key, value, usual in (("delay", self.delay, 0), ("days_each", self.days_each, 1)):
                if value != usual:
                    raise ProjectError(
                        "is for what is counted day by day, not for people who are present.",
                        place=f"{place}.{key}",
                    )
        elif self.observes != "infections" and not self.marked(states).any():
            raise ProjectError(
                f"the disease {project.disease.kind_name()} has no state that means "
                f"{self.observes.replace('_', ' ')}.",
                place=f"{place}.observes",
            )


def _days_between(dates: np.ndarray, observes: str) -> int:
    """Return the days that new counts add up where nobody says: those between even dates."""
    apart = np.diff(dates).astype(np.int64)
    even = len(apart) > 1 and observes != "present" and bool((apart == apart[0]).all())
    return min(int(apart[0]), _DAYS_EACH_MAX) if even else 1


def _likelihood(spec: Mapping[str, Any], found: Series, place: str) -> Likelihood:
    numbers = {key: spec[key] for key in NUMBERS.values() if key in spec}
    kind = str(spec.get("likelihood", next(iter(LIKELIHOODS))))
    usual_sd = max(1.0, _USUAL_ERROR * float(np.max(found.counts)))
    return Likelihood.read(kind, numbers, place, usual_sd)


def _delay(spec: Mapping[str, Any], place: str) -> float:
    days = _number(spec, "delay", 0.0, 0.0, _DELAY_MAX, place)
    if 0 < days < 1:
        raise ProjectError(
            f"must be 0, or a mean of 1 to {_DELAY_MAX:g} days, not {days:g}.",
            place=f"{place}.delay",
        )
    return days


def _text(spec: Mapping[str, Any], key: str, usual: str, place: str) -> str:
    value = spec.get(key, usual)
    if not isinstance(value, str):
        raise ProjectError(f"must be text, not {value!r}.", place=f"{place}.{key}")
    return value.strip()


def _number(
    spec: Mapping[str, Any], key: str, usual: float, low: float, high: float, place: str
) -> float:
    value = spec.get(key, usual)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    whole = isinstance(usual, int) and not isinstance(value, int)
    if not number or whole or not low <= value <= high:
        kind = "a whole number" if isinstance(usual, int) else "a number"
        raise ProjectError(
            f"must be {kind} from {low:g} to {high:g}, not {value!r}.", place=f"{place}.{key}"
        )
    return float(value)
