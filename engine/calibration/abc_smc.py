"""Approximate Bayesian computation by sequential Monte Carlo: guesses come ever closer to the data.

Each generation starts from the one before, accepts what is nearer to the data than the tolerance,
and weighs what it accepts by prior over proposal. A guess depends on its number and the state
alone, so that a fit that was stopped and read again goes on as if it had not been.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

import numpy as np
from jaxtyping import Float64

# Of the accepted distances: the next tolerance. The median halves the volume in each generation.
_QUANTILE = 0.5
# Twice the covariance of the last generation: the kernel that loses least to rejection.
_KERNEL = 2.0


@dataclass
class AbcSmc:
    """Particles on the scores of priors, which are standard normal before the data are seen."""

    quantities: int
    particles: int = 200
    seed: int = 0
    generation: int = 0
    tolerance: float = float("inf")
    guesses_done: int = 0
    parents: list[list[float]] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    accepted: list[list[float]] = field(default_factory=list)
    distances: list[float] = field(default_factory=list)
    # The numbers of the guesses that were accepted, in this generation and the last whole one.
    numbers: list[int] = field(default_factory=list)
    parent_numbers: list[int] = field(default_factory=list)
    farthest: float = float("inf")  # the largest distance in the last whole generation

    def guesses(self, count: int) -> list[list[float]]:
        """Return the next guesses, as scores."""
        parents, root = np.array(self.parents), self._root() if self.parents else None
        numbers = range(self.guesses_done, self.guesses_done + count)
        return [self._guess(number, parents, root) for number in numbers]

    def tell(self, guesses: Sequence[Sequence[float]], distances: Sequence[float]) -> None:
        """Take the distances of `guesses`, in order; what comes after a full generation is lost."""
        for guess, distance in zip(guesses, distances, strict=True):
            self.guesses_done += 1
            if distance <= self.tolerance:
                self.numbers.append(self.guesses_done - 1)
                self.accepted.append([float(one) for one in guess])
                self.distances.append(float(distance))
            if len(self.accepted) == self.particles:
                self._end_generation()
                return

    def sample(
        self,
    ) -> tuple[Float64[np.ndarray, "particles quantities"], Float64[np.ndarray, " particles"]]:
        """Return scores and weights of the last whole generation; the weights add up to 1."""
        return np.array(self.parents), np.array(self.weights)

    def effective_size(self) -> float:
        """Return how many equally weighted particles the last generation is worth."""
        return 1 / float(np.square(self.weights).sum()) if self.weights else 0.0

    def as_text(self) -> str:
        """Return the whole state, for a file."""
        return json.dumps(asdict(self))

    @staticmethod
    def of_text(text: str) -> "AbcSmc":
        """Read what `as_text` returned."""
        return AbcSmc(**json.loads(text))

    def _guess(self, number: int, parents: np.ndarray, root: np.ndarray | None) -> list[float]:
        draws = np.random.default_rng([self.seed, number])
        if root is None:
            return draws.standard_normal(self.quantities).tolist()
        parent = parents[draws.choice(self.particles, p=self.weights)]
        return (parent + root @ draws.standard_normal(self.quantities)).tolist()

    def _root(self) -> Float64[np.ndarray, "quantities quantities"]:
        """Return the Cholesky root of the kernel's covariance."""
        scores, weights = self.sample()
        from_mean = scores - weights @ scores
        covariance = _KERNEL * (from_mean * weights[:, None]).T @ from_mean
        return np.linalg.cholesky(covariance + 1e-12 * np.eye(self.quantities))

    def _end_generation(self) -> None:
        found = np.array(self.accepted)
        weights = np.full(self.particles, 1.0)
        if self.parents:
            scores, before = self.sample()
            root = self._root()
            # One by one: all pairs of thousands would be gigabytes.
            for number, one in enumerate(found):
                far = np.square(np.linalg.solve(root, (one - scores).T)).sum(axis=0)
                # The prior goes into the sum, so that neither end of the fraction is ever 0 alone.
                weights[number] = 1 / (np.exp((np.square(one).sum() - far) / 2) @ before)
        self.weights = (weights / weights.sum()).tolist()
        self.parents, self.tolerance = self.accepted, float(np.quantile(self.distances, _QUANTILE))
        self.parent_numbers, self.numbers = self.numbers, []
        self.farthest = max(self.distances)
        self.accepted, self.distances = [], []
        self.generation += 1
