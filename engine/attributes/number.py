"""A number: drawn evenly, from a normal or from a log-normal distribution."""

import math
from functools import lru_cache
from statistics import NormalDist

import numpy as np
from jaxtyping import Bool, Float64

from populace.engine.attributes.base import OwnAttribute
from populace.engine.errors import ProjectError
from populace.engine.people import Attribute, People
from populace.engine.quantities import Structure

UNIFORM, NORMAL, LOG_NORMAL = "uniform", "normal", "log-normal"
_STEPS = 65_536  # of the table of quantiles; between two of them the line is straight
_LIMIT = 1e12
_ANY = "assumption: replace with the numbers under study"


class Number(OwnAttribute):
    """A number for each of those who can have it: an income, a blood pressure, a count.

    Values outside the bounds do not occur: the distribution is cut there. People who cannot have
    it have no number, and are in no selection by number.
    """

    title = "Number"

    law = Structure(
        NORMAL,
        choices=(UNIFORM, NORMAL, LOG_NORMAL),
        source=_ANY,
        doc="Uniform: all numbers between the bounds are equally likely; mean and deviation then "
        "play no part.",
    )
    mean = Structure(
        0.0,
        bounds=(-_LIMIT, _LIMIT),
        unit="unit of the number",
        source=_ANY,
        doc="Mean, before the distribution is cut; above 0 for a log-normal one.",
    )
    deviation = Structure(
        1.0,
        bounds=(0.0, _LIMIT),
        unit="unit of the number",
        source=_ANY,
        doc="Standard deviation, before the distribution is cut.",
    )
    lowest = Structure(
        -_LIMIT,
        bounds=(-_LIMIT, _LIMIT),
        unit="unit of the number",
        source="assumption: any number may occur",
        doc="No number is below.",
    )
    highest = Structure(
        _LIMIT,
        bounds=(-_LIMIT, _LIMIT),
        unit="unit of the number",
        source="assumption: any number may occur",
        doc="No number is above.",
    )

    def categories(self) -> tuple[str, ...]:
        return ()

    def check(self) -> None:
        super().check()
        if self.lowest > self.highest:
            raise ProjectError(
                f"must be at least lowest ({self.lowest:g}), not {self.highest:g}.",
                place="highest",
            )
        if self.law == UNIFORM and (self.lowest == -_LIMIT or self.highest == _LIMIT):
            raise ProjectError("a uniform number needs lowest and highest.", place="lowest")
        if self.law == LOG_NORMAL and self.mean <= 0:
            raise ProjectError("must be above 0 for a log-normal number.", place="mean")
        if self.law != UNIFORM and not self._least() < self._most():
            raise ProjectError(
                f"hardly any number of this distribution is from {self.lowest:g} to "
                f"{self.highest:g}: move the bounds or the mean.",
                place="lowest",
            )

    def drawn(self, people: People, among: Bool[np.ndarray, " agents"]) -> Attribute:
        share = (self.draws(people.agent_count) + 0.5) / 2.0**32
        if self.law == UNIFORM:
            values = self.lowest + share * (self.highest - self.lowest)
        else:
            low, high = self._least(), self._most()
            values = self._quantiles(low + share * (high - low))
        values = np.clip(values, self.lowest, self.highest).astype(np.float32)
        values[~among] = np.nan
        return Attribute(values)

    def _least(self) -> float:
        return _share_below(self._scaled(self.lowest))

    def _most(self) -> float:
        return _share_below(self._scaled(self.highest))

    def _quantiles(self, shares: np.ndarray) -> np.ndarray:
        z = _normal(shares)
        if self.law == NORMAL:
            return self.mean + self.deviation * z
        sigma = self._sigma()
        return self.mean * np.exp(sigma * z - sigma**2 / 2)

    def _scaled(self, value: float) -> float:
        """Return how many standard deviations a value is from the middle."""
        if self.law == NORMAL:
            above, spread = value - self.mean, self.deviation
        elif value <= 0:
            return -math.inf
        else:
            sigma = self._sigma()
            above, spread = math.log(value / self.mean) + sigma**2 / 2, sigma
        if spread == 0:
            # Everybody has the mean: the bounds hold it or they do not.
            return math.copysign(math.inf, above) if above else 0.0
        return above / spread

    def _sigma(self) -> float:
        return math.sqrt(math.log1p((self.deviation / self.mean) ** 2))


def _share_below(z: float) -> float:
    return NormalDist().cdf(z)


@lru_cache(maxsize=1)
def _table() -> Float64[np.ndarray, " quantiles"]:
    normal = NormalDist()
    # The ends of the first and the last step are at infinity: they stop at half a step.
    shares = [max(step, 0.5) / _STEPS for step in range(_STEPS)]
    return np.array([*map(normal.inv_cdf, shares), -normal.inv_cdf(0.5 / _STEPS)])


def _normal(shares: np.ndarray) -> np.ndarray:
    """Return quantiles of the standard normal distribution, within 4.3 deviations."""
    table, position = _table(), shares * _STEPS
    step = np.minimum(position.astype(np.int32), _STEPS - 1)
    position -= step
    return table[step] + position * np.diff(table)[step]
