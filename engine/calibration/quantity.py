"""Quantity: a number of the project that is to be found, and what is held plausible of it."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from populace.engine.calibration.prior import Prior
from populace.engine.errors import ProjectError, did_you_mean
from populace.engine.project import Project, Setting
from populace.engine.quantities import Quantity, Structure
from populace.engine.sensitivity.ranges import range_of

_FIRST = "disease.initial_infected"
_PERIOD = "disease.infectious_period"
# Of the first infected in a suggestion: seldom anything is known of them.
_FIRST_FACTOR = 3


@dataclass(frozen=True)
class FitQuantity:
    """One number and its prior; ``whole`` ones are rounded."""

    path: str
    label: str
    unit: str
    prior: Prior
    whole: bool = False

    @staticmethod
    def read(spec: Mapping[str, Any], project: Project, place: str) -> "FitQuantity":
        """Read ``{path: disease.transmission, low: 0.5, high: 5}``; the rest is the prior's."""
        path = spec.get("path")
        known = {one.path: one for one in settings_to_fit(project)}
        if not isinstance(path, str) or path not in known:
            raise ProjectError(
                f"is no number of the project.{did_you_mean(str(path), known)}"
                if path is not None
                else "must name a number of the project, such as disease.transmission.",
                place=f"{place}.path",
            )
        setting = known[path]
        declared, kind = setting.declaration, spec.get("kind", "uniform")
        given = {key: value for key, value in spec.items() if key != "path"}
        low, high = declared.bounds or (None, None)
        if kind != "uniform":  # what the setting admits bounds what is plausible
            given = {
                key: bound for key, bound in (("low", low), ("high", high)) if bound is not None
            } | given
        prior = Prior.read(given, place)
        for name, value, bound in (("low", prior.low, low), ("high", prior.high, high)):
            if bound is not None and (value < bound if name == "low" else value > bound):
                raise ProjectError(
                    f"must be at {'least' if name == 'low' else 'most'} {bound:g}, as {path} "
                    f"itself, not {value:g}.",
                    place=f"{place}.{name}",
                )
        whole = isinstance(declared, Structure)
        return FitQuantity(path, _label(setting, project), declared.unit, prior, whole)

    @staticmethod
    def usual(project: Project) -> Iterator["FitQuantity"]:
        """Yield what is usually fitted: how infectious, for how long, and from how many."""
        for setting in settings_to_fit(project):
            path, declared = setting.path, setting.declaration
            live = isinstance(declared, Quantity) and declared.live
            if not path.startswith("disease.") or not setting.value:
                continue
            if path == _FIRST:
                low, high = max(1, setting.value // _FIRST_FACTOR), setting.value * _FIRST_FACTOR
            elif live or path == _PERIOD:
                found = range_of(project, path)
                low, high = found.low, found.high
            else:
                continue
            if low < high:
                yield FitQuantity.read({"path": path, "low": low, "high": high}, project, path)

    def value(self, score: float) -> float:
        """Return the value at a score of the prior."""
        value = self.prior.value(score)
        # Without the tail that binary fractions leave.
        return math.floor(value + 0.5) if self.whole else float(f"{value:.12g}")

    def as_spec(self) -> dict[str, Any]:
        """Return plain values for YAML."""
        return {"path": self.path, **self.prior.as_spec()}


def settings_to_fit(project: Project) -> Iterator[Setting]:
    """Yield the numbers that a fit may look for: quantities, and the first infected."""
    for setting in project.settings():
        declared = setting.declaration
        if setting.path.startswith("observations."):
            continue
        if isinstance(declared, Quantity) or setting.path == _FIRST:
            yield setting


def _label(setting: Setting, project: Project) -> str:
    """Return what people call the number."""
    name = setting.name.replace("_", " ").capitalize()
    if setting.path.startswith(("disease.", "population.")):
        return name
    return f"{setting.component.own_label}: {name.lower()}"
