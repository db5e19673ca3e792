"""Observed: one series of the project on the page: whether it is fitted, and what it counts."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from populace.engine.calibration.likelihood import LIKELIHOODS, NUMBERS
from populace.engine.calibration.series import OBSERVES, FitSeries
from populace.engine.editing.words import long_date, number
from populace.engine.errors import ProjectError
from populace.engine.project import Project
from populace.studio.fit.typed import number_of

# By the key in a fit: label, and whether only counts of single days have it.
FIELDS = {
    "reported": ("Share that is counted", False),
    "delay": ("Days until the count", True),
    "dispersion": ("Dispersion: less varies more", False),
    "sd": ("Error, people", False),
}
_CHOSEN = ("observes", "likelihood")


@dataclass
class Observed:
    """What the page holds of one series; ``series`` is what a fit takes, if it can be used."""

    name: str
    spec: dict[str, Any]
    on: bool = True
    typed: dict[str, str] = field(default_factory=dict)
    observes: list[tuple[str, str]] = field(default_factory=list)  # what it may count
    wrong: str = ""
    series: FitSeries | None = None
    shown: FitSeries | None = None  # the last one that could be used

    @property
    def label(self) -> str:
        """What the legend calls the counts."""
        return self.name if self.shown is None else self.shown.label

    def begin(self, project: Project) -> None:
        """Read the data, and find what they may be counts of."""
        self.check(project)
        for name, label in OBSERVES.items():
            try:
                self._read(project, self.spec | {"observes": name})
            except ProjectError:  # the disease has nothing of the kind
                continue
            self.observes.append((name, label))

    def set(self, project: Project, name: str, text: str) -> None:
        """Take a choice, or a number as it was typed."""
        if name in _CHOSEN:
            gone = _without(name, text)
            self.spec = {key: value for key, value in self.spec.items() if key not in gone}
            self.spec[name] = text
            self.typed = {key: value for key, value in self.typed.items() if key not in gone}
        elif name in FIELDS:
            self.typed[name] = text.strip()
        else:
            raise ProjectError("there is no such setting.", place=self.name)
        self.check(project)

    def check(self, project: Project) -> None:
        """Say at once what is wrong."""
        self.series, self.wrong = None, ""
        try:
            typed = {
                name: number_of(text, share=name == "reported", place=name)
                for name, text in self.typed.items()
                if text
            }
            self.series = self.shown = self._read(project, self.spec | typed)
        except ProjectError as error:
            label, _ = FIELDS.get(error.place.rsplit(".", 1)[-1], ("", False))
            self.wrong = f"{label}: {error.cause}" if label else error.cause

    def as_state(self) -> dict[str, Any]:
        """Return what the browser shows."""
        found = self.shown
        return {
            "name": self.name,
            "label": self.label,
            "about": "" if found is None else _about(found),
            "on": self.on,
            "observes": self.observes,
            "likelihoods": list(LIKELIHOODS.items()),
            "chosen": {} if found is None else _chosen(found),
            "fields": [] if found is None else self._fields(found),
            "wrong": self.wrong,
        }

    def as_spec(self) -> dict[str, Any]:
        """Return what a fit takes."""
        return dict(self.spec) if self.series is None else dict(self.series.source or self.spec)

    def _read(self, project: Project, spec: dict[str, Any]) -> FitSeries:
        return FitSeries.read(spec, project, project.folder, "")

    def _fields(self, found: FitSeries) -> list[tuple[str, str, str]]:
        """Return key, label and text of the numbers that this series has."""
        own = NUMBERS.get(found.likelihood.kind)
        values = {
            "reported": f"{number(round(100 * found.reported, 10))} %",
            "delay": number(found.delay),
            "dispersion": number(found.likelihood.number),
            "sd": number(found.likelihood.number),
        }
        return [
            (name, label, self.typed.get(name, values[name]))
            for name, (label, of_a_day) in FIELDS.items()
            if (name not in NUMBERS.values() or name == own)
            and not (of_a_day and found.observes == "present")
        ]


def _without(name: str, text: str) -> tuple[str, ...]:
    """Return the numbers that what is chosen does not have, or has another of."""
    if name == "likelihood":
        return tuple(NUMBERS.values())
    return ("delay",) if text == "present" else ()


def _chosen(found: FitSeries) -> dict[str, str]:
    return {"observes": found.observes, "likelihood": found.likelihood.kind}


def _about(found: FitSeries) -> str:
    first, last = (date.astype("datetime64[D]").item() for date in found.dates[[0, -1]])
    most = float(np.max(found.values))
    states = (
        f" of people who are {' or '.join(found.states)}" if found.observes == "present" else ""
    )
    each = f" of {found.days_each} days each" if found.days_each > 1 else ""
    return (
        f"{len(found.dates):,} counts{each}{states}, {long_date(first)} to {long_date(last)}, "
        f"up to {number(most)} people"
    )
