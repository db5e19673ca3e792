"""Likelihood: how far a count may lie from what is expected, and how far two counts are apart.

Each kind draws counts, and has a scale on which its noise has nearly the same size, about 1, at
whatever count: differences on it are compared and added. (Bartlett 1936, Suppl J R Stat Soc 3:68;
Anscombe 1948, Biometrika 35:246.)
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

from populace.engine.errors import ProjectError, did_you_mean

Counts = Float64[np.ndarray, " days"]
# By the name in a file: how a screen calls each, and the key of its number.
LIKELIHOODS = {
    "negative_binomial": "Counts that vary more than by chance alone",
    "poisson": "Counts that vary by chance alone",
    "normal": "Counts with an error of the same size on all days",
}
NUMBERS = {"negative_binomial": "dispersion", "normal": "sd"}
_MANY = 1e12  # counts above it cannot be drawn


@dataclass(frozen=True)
class Likelihood:
    """One kind and its number.

    The number is the shape k of a negative binomial (variance m + m² / k) or the standard deviation
    of a normal error, in people; a Poisson distribution has none.
    """

    kind: str
    number: float = 0.0

    @staticmethod
    def read(kind: str, numbers: dict[str, object], place: str, usual_sd: float) -> "Likelihood":
        """Check a kind and the numbers given beside it."""
        if kind not in LIKELIHOODS:
            raise ProjectError(
                f"no likelihood is called {kind!r}.{did_you_mean(kind, LIKELIHOODS)}",
                place=f"{place}.likelihood",
            )
        needed = NUMBERS.get(kind)
        for name in numbers:
            if name != needed:
                raise ProjectError(f"is no number of {kind}.", place=f"{place}.{name}")
        usual = {"negative_binomial": 10.0, "normal": usual_sd}.get(kind, 0.0)
        value = numbers.get(needed, usual) if needed else 0.0
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ProjectError(f"must be a number, not {value!r}.", place=f"{place}.{needed}")
        low = {"negative_binomial": 1.0, "normal": 1e-9}.get(kind, 0.0)
        if not low <= value < 1e9:
            raise ProjectError(
                f"must be at least {low:g} and below 1e9, not {value!r}.", place=f"{place}.{needed}"
            )
        return Likelihood(kind, float(value))

    def draw(self, expected: Counts, draws: np.random.Generator) -> Counts:
        """Return counts as they might be reported where these are expected."""
        mean = np.minimum(expected, _MANY)
        if self.kind == "normal":
            return mean + self.number * draws.standard_normal(mean.shape)
        if self.kind == "poisson":
            return draws.poisson(mean).astype(np.float64)
        rates = mean * draws.gamma(self.number, 1 / self.number, mean.shape)
        return draws.poisson(rates).astype(np.float64)

    def scaled(self, counts: Counts) -> Counts:
        """Return counts on the scale on which noise has nearly the same size everywhere."""
        if self.kind == "normal":
            return counts / self.number
        if self.kind == "poisson":
            return 2 * np.sqrt(counts + 3 / 8)
        k = self.number
        return 2 * np.sqrt(k) * np.arcsinh(np.sqrt((counts + 3 / 8) / k))

    def distance(self, seen: Counts, drawn: Counts) -> float:
        """Return the root mean square difference of two series, in sizes of the noise."""
        return float(np.sqrt(np.mean(np.square(self.scaled(seen) - self.scaled(drawn)))))

    def as_spec(self) -> dict[str, object]:
        """Return plain values for YAML."""
        needed = NUMBERS.get(self.kind)
        number: dict[str, object] = {needed: self.number} if needed else {}
        return {"likelihood": self.kind, **number}
