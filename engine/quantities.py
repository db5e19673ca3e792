"""Parameter types of components: each carries its unit, its plausible range and its source.

A `Quantity` is a number in a formula: it may be moved during a run and differentiated.
A `Structure` fixes shapes or program flow: changing it builds the run anew.
"""

import math
from collections.abc import Callable
from typing import Any, cast

import param

from populace.engine.errors import did_you_mean

LISTED = 30  # choices that an error can name one by one


class Quantity(param.Number):
    """A real number with unit, range and source; ``live`` ones act on a running model.

    A ``supply`` is for the whole population: fewer people have less of it.
    """

    __slots__ = ["live", "source", "supply", "unit"]

    def __init__(
        self,
        default: float = 0.0,
        *,
        unit: str = "",
        source: str = "",
        live: bool = False,
        supply: bool = False,
        **settings: Any,
    ) -> None:
        self.unit, self.source, self.live, self.supply = unit, source, live, supply
        super().__init__(default=default, **settings)

    def _validate_value(self, value: Any, allow_None: bool) -> None:  # noqa: N803 (param's name)
        super()._validate_value(value, allow_None)
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError(f"{self.name} must be a finite number, not {value}.")


class Probability(Quantity):
    """A number from 0 to 1."""

    __slots__ = []

    def __init__(self, default: float = 0.0, **settings: Any) -> None:
        settings.setdefault("bounds", (0.0, 1.0))
        settings.setdefault("unit", "share")
        super().__init__(default, **settings)


class Rate(Quantity):
    """A number of events per day."""

    __slots__ = []

    def __init__(self, default: float = 0.0, **settings: Any) -> None:
        settings.setdefault("unit", "1/day")
        super().__init__(default, **settings)


class Duration(Quantity):
    """A mean time in simulated days."""

    __slots__ = []

    def __init__(self, default: float = 1.0, **settings: Any) -> None:
        settings.setdefault("unit", "days")
        super().__init__(default, **settings)


class Structure(param.Parameter):
    """A whole number, choice, text or switch that fixes the shape of a run.

    The type of ``default`` is the type of the value. ``choices`` limits texts.
    """

    __slots__ = ["bounds", "choices", "source", "unit"]

    def __init__(
        self,
        default: int | float | str | bool,
        *,
        bounds: tuple[float | None, float | None] | None = None,
        choices: tuple[str, ...] | None = None,
        unit: str = "",
        source: str = "",
        **settings: Any,
    ) -> None:
        self.bounds, self.choices, self.unit, self.source = bounds, choices, unit, source
        super().__init__(default=default, **settings)
        self._validate(default)

    def _validate(self, val: Any) -> None:
        kind = type(self.default)
        if kind is float and type(val) is int:
            val = float(val)
        if type(val) is not kind:
            wanted = {int: "a whole number", float: "a number", str: "text", bool: "true or false"}
            cure = ' Put it in "quotes".' if kind is str else ""
            raise ValueError(f"{self.name} must be {wanted[kind]}, not {val!r}.{cure}")
        if isinstance(val, float) and not math.isfinite(val):
            raise ValueError(f"{self.name} must be a finite number, not {val}.")
        if self.bounds is not None:
            low, high = self.bounds
            if low is not None and val < low:
                raise ValueError(f"{self.name} must be at least {low:,}, not {val:,}.")
            if high is not None and val > high:
                raise ValueError(f"{self.name} must be at most {high:,}, not {val:,}.")
        if self.choices is not None and len(self.choices) > LISTED and val not in self.choices:
            hint = did_you_mean(str(val), self.choices).partition(" Known:")[0]
            wanted = f"one of the {len(self.choices)} names that the manual lists"
            raise ValueError(f"{self.name} must be {wanted}, not {val!r}.{hint}")
        if self.choices is not None and val not in self.choices:
            raise ValueError(f"{self.name} must be one of {', '.join(self.choices)}, not {val!r}.")


class Nested(Structure):
    """A mapping that is written out in the project file, such as a graph; no form offers it.

    ``check`` raises a `ProjectError` for a value that cannot be used; its place is below this
    setting. ``example`` is another value that it admits. ``bounds`` and ``unit`` are for reading.
    """

    __slots__ = ["check", "example"]

    def __init__(
        self,
        default: dict[str, Any],
        *,
        check: Callable[[dict[str, Any]], object],
        example: dict[str, Any],
        **settings: Any,
    ) -> None:
        self.check, self.example = check, example
        super().__init__(cast("Any", default), instantiate=True, **settings)

    def _validate(self, val: Any) -> None:
        if not isinstance(val, dict):
            raise ValueError(f"{self.name} must be a mapping of names to values, not {val!r}.")
        self.check(val)


def plain_copy(value: Any) -> Any:
    """Return a value with fresh lists and mappings, none of them used in two places.

    YAML writes what is used in two places as an alias, of which a project may have few.
    """
    if isinstance(value, dict):
        return {key: plain_copy(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain_copy(part) for part in value]
    return value


def probability_of(rate: float, days: float = 1.0) -> float:
    """Return the chance that an event of ``rate`` (1/day) happens within ``days``."""
    return -math.expm1(-rate * days)


def rate_of(probability: float, days: float = 1.0) -> float:
    """Return the rate (1/day) at which an event happens within ``days`` by this chance."""
    if not 0 <= probability < 1:
        raise ValueError(f"a probability below 1 has a rate, {probability} has none")
    return -math.log1p(-probability) / days
