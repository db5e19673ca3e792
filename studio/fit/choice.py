"""Choice: one number of the model on the page: whether it may vary, and what is plausible of it.

What a person types stays as it was typed; what is wrong with it is one sentence.
"""

import math
from dataclasses import dataclass, field
from typing import Any

from populace.engine.calibration.prior import Prior
from populace.engine.calibration.quantity import FitQuantity
from populace.engine.editing.words import in_words, number
from populace.engine.errors import ProjectError
from populace.engine.project import Project, Setting
from populace.engine.quantities import Quantity
from populace.engine.sensitivity.ranges import range_of
from populace.studio.fit.density import prior_density
from populace.studio.fit.drawings import path_of
from populace.studio.fit.typed import number_of

_BOUNDS = (("low", "Not below"), ("high", "Not above"))
# Name and label of each kind of prior, and of its numbers. A spread is typed as a factor.
KINDS: dict[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "uniform": ("Anything between two numbers", (("low", "From"), ("high", "To"))),
    "normal": (
        "Around a number, give or take",
        (("mean", "Around"), ("sd", "Give or take"), *_BOUNDS),
    ),
    "log_normal": (
        "Around a number, within a factor",
        (("median", "Around"), ("spread", "Within a factor of"), *_BOUNDS),
    ),
}
_TAIL = 1.645  # standard scores: 90 % lie between
_FACTOR = 3  # of the first infected: seldom anything is known of them
_DIGITS = 3  # of numbers that nobody has typed


@dataclass
class Choice:
    """What the page holds of one number; ``quantity`` is what a fit takes, if it can be used."""

    setting: Setting
    on: bool = False
    kind: str = "uniform"
    typed: dict[str, dict[str, str]] = field(default_factory=dict)  # by kind and name
    wrong: str = ""
    quantity: FitQuantity | None = None

    @property
    def label(self) -> str:
        """What the number is called below the part that it belongs to."""
        return str(self.setting.declaration.label or self.setting.name.replace("_", " "))

    def begin(self, project: Project, quantity: FitQuantity | None = None) -> None:
        """Take what a plan says, or the usual range of the number."""
        if quantity is None:
            self.typed = {"uniform": self._usual(project)}
        else:
            self.on, self.kind = True, quantity.prior.kind
            self.typed = {self.kind: self._of_prior(quantity.prior, exact=True)}
        self.check(project)

    def choose(self, project: Project, kind: str) -> None:
        """Take another kind of prior, with much the same middle and width."""
        if kind not in KINDS:
            raise ProjectError("there is no such kind of prior.", place=self.label)
        if kind not in self.typed and self.quantity is not None:
            self.typed[kind] = self._like(self.quantity.prior, kind)
        self.kind = kind
        self.check(project)

    def type(self, project: Project, name: str, text: str) -> None:
        """Take a number as it was typed."""
        if name not in dict(KINDS[self.kind][1]):
            raise ProjectError("there is no such number.", place=self.label)
        self.typed.setdefault(self.kind, {})[name] = text.strip()
        self.check(project)

    def check(self, project: Project) -> None:
        """Say at once what is wrong with the numbers."""
        self.quantity, self.wrong = None, ""
        try:
            self.quantity = FitQuantity.read(self._spec(), project, "")
        except ProjectError as error:
            name = error.place.rsplit(".", 1)[-1]
            label = dict(KINDS[self.kind][1]).get(name, "")
            self.wrong = f"{label}: {error.cause}" if label else error.cause

    def as_state(self) -> dict[str, Any]:
        """Return what the browser shows."""
        curve, ends = self._curve()
        return {
            "path": self.setting.path,
            "group": self.setting.component.own_label,
            "label": self.label,
            "now": in_words(self.setting.declaration, self.setting.value),
            "on": self.on,
            "kind": self.kind,
            "numbers": self.typed.get(self.kind, {}),
            "wrong": self.wrong,
            "curve": curve,
            "ends": ends,
        }

    def _spec(self) -> dict[str, Any]:
        spec: dict[str, Any] = {"path": self.setting.path, "kind": self.kind}
        for name, label in KINDS[self.kind][1]:
            text = self.typed.get(self.kind, {}).get(name, "")
            if not text and (name, label) in _BOUNDS:
                continue
            if name == "spread":
                spec[name] = _spread_of(text)
            else:
                share = self.setting.declaration.unit == "share"
                spec[name] = number_of(text, share=share, place=name)
        return spec

    def _curve(self) -> tuple[str, list[str]]:
        if not self.on or self.quantity is None:
            return "", ["", ""]
        density = prior_density(self.quantity.prior)
        declared, low, high = self.setting.declaration, density.values[0], density.values[-1]
        path = path_of(density, float(low), float(high), float(density.heights.max()), 100, 30)
        return path, [self._text(low), in_words(declared, _short(high))]

    def _usual(self, project: Project) -> dict[str, str]:
        value = self.setting.value
        if not isinstance(self.setting.declaration, Quantity):  # a whole number
            return {"low": str(max(1, value // _FACTOR)), "high": str(_FACTOR * max(1, value))}
        try:
            found = range_of(project, self.setting.path)
        except ProjectError:  # of 0 there is no half and no double: the person says more
            return {"low": "0", "high": ""}
        return {"low": self._text(found.low), "high": self._text(found.high)}

    def _of_prior(self, prior: Prior, *, exact: bool = False) -> dict[str, str]:
        typed = {}
        for name, value in prior.as_spec().items():
            if name == "spread":
                typed[name] = f"{math.exp(value):.{15 if exact else _DIGITS}g}"
            elif name != "kind":
                typed[name] = self._text(value, exact=exact)
        return typed

    def _like(self, prior: Prior, kind: str) -> dict[str, str]:
        low, middle, high = (prior.value(score) for score in (-_TAIL, 0.0, _TAIL))
        bounds = self.setting.declaration.bounds or (None, None)
        if kind == "uniform":
            return {"low": self._text(low), "high": self._text(high)}
        typed = {
            name: self._text(bound, exact=True)
            for name, bound in zip(("low", "high"), bounds, strict=True)
            if bound is not None
        }
        if kind == "normal":
            spread = self._text((high - low) / (2 * _TAIL))
            return {"mean": self._text(middle), "sd": spread, **typed}
        factor = (high / low) ** (1 / (2 * _TAIL)) if low > 0 else 2.0
        return {"median": self._text(middle), "spread": f"{factor:.{_DIGITS}g}", **typed}

    def _text(self, value: float, *, exact: bool = False) -> str:
        value = float(value) if exact else _short(value)
        if self.setting.declaration.unit == "share":
            return f"{number(100 * value)} %"
        return number(int(value)) if value == int(value) else number(value)


def _spread_of(text: str) -> float:
    factor = number_of(text, place="spread")
    if factor <= 1:
        raise ProjectError(f"must be above 1, such as 1.5, not {factor:g}.", place="spread")
    return math.log(factor)


def _short(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")
