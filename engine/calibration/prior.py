"""Prior: what is held plausible of a quantity before the data are seen."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

from populace.engine.errors import ProjectError, did_you_mean

_NORMAL = NormalDist()
# Standard deviations: beyond them the normal distribution's share is 1 or 0 in double precision.
_FARTHEST = 8.0
_LARGE = 1e300  # a whole number above it has no finite square, or is no float at all
_NEEDED = {"uniform": ("low", "high"), "normal": ("mean", "sd"), "log_normal": ("median", "spread")}


@dataclass(frozen=True)
class Prior:
    """A distribution as a function of a score that is standard normal before the data are seen.

    Methods move scores, so that no step can leave the bounds and all quantities have one scale.
    ``spread`` is the standard deviation of the logarithm.
    """

    kind: str
    centre: float
    width: float
    low: float
    high: float

    @staticmethod
    def read(spec: Mapping[str, Any], place: str) -> "Prior":
        """Read ``{kind: normal, mean: 2, sd: 0.5, low: 0}``; the error names the place."""
        kind = str(spec.get("kind", "uniform"))
        if kind not in _NEEDED:
            raise ProjectError(
                f"no prior is called {kind!r}.{did_you_mean(kind, _NEEDED)}", place=f"{place}.kind"
            )
        needed = _NEEDED[kind]
        for key in spec:
            if key not in {"kind", "low", "high", *needed}:
                hint = did_you_mean(str(key), ("kind", "low", "high", *needed))
                raise ProjectError(
                    f"a {kind} prior has no such number.{hint}", place=f"{place}.{key}"
                )
        first, second = (_number(spec, name, place) for name in needed)
        if kind == "uniform":
            low, high, centre, width = first, second, 0.0, 1.0
        else:
            low = _number(spec, "low", place) if "low" in spec else -math.inf
            high = _number(spec, "high", place) if "high" in spec else math.inf
            centre, width = first, second
            if width <= 0:
                raise ProjectError(f"must be above 0, not {width:g}.", place=f"{place}.{needed[1]}")
        if kind == "log_normal" and centre <= 0:
            raise ProjectError(f"must be above 0, not {centre:g}.", place=f"{place}.median")
        if low >= high:
            raise ProjectError(f"low must be below high, not {low:g} and {high:g}.", place=place)
        prior = Prior(kind, centre, width, low, high)
        if kind != "uniform" and prior._share(high) - prior._share(low) < 1e-6:
            raise ProjectError("the bounds leave out all that is plausible.", place=place)
        return prior

    def as_spec(self) -> dict[str, Any]:
        """Return what `read` takes."""
        if self.kind == "uniform":
            return {"low": self.low, "high": self.high}
        first, second = _NEEDED[self.kind]
        bounds = {"low": self.low, "high": self.high}
        return {"kind": self.kind, first: self.centre, second: self.width} | {
            name: bound for name, bound in bounds.items() if math.isfinite(bound)
        }

    def value(self, score: float) -> float:
        """Return the value at a score: 0 is the median."""
        share = _NORMAL.cdf(min(max(score, -_FARTHEST), _FARTHEST))
        if self.kind == "uniform":
            return self.low + share * (self.high - self.low)
        below, above = self._share(self.low), self._share(self.high)
        inside = below + share * (above - below)
        step = _NORMAL.inv_cdf(min(max(inside, 1e-15), 1 - 1e-15))
        if self.kind == "normal":
            value = self.centre + self.width * step
        else:
            value = self.centre * math.exp(self.width * step)
        return min(max(value, self.low), self.high)

    def below(self, value: float) -> float:
        """Return the share of the prior below a value."""
        if self.kind == "uniform":
            share = (value - self.low) / (self.high - self.low)
        else:
            bottom, top = self._share(self.low), self._share(self.high)
            share = (self._share(value) - bottom) / (top - bottom)
        return min(max(share, 0.0), 1.0)

    def _share(self, value: float) -> float:
        """Return the share of the unbounded distribution below a value."""
        if self.kind == "log_normal":
            if value <= 0:
                return 0.0
            return _NORMAL.cdf(math.log(value / self.centre) / self.width)
        return _NORMAL.cdf((value - self.centre) / self.width)


def _number(spec: Mapping[str, Any], name: str, place: str) -> float:
    value = spec.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < _LARGE:
        raise ProjectError(f"must be a finite number, not {value!r}.", place=f"{place}.{name}")
    return float(value)
