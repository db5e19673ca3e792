"""Densities: how plausible each value of a quantity is, before and after the data, as curves."""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from jaxtyping import Float64

from populace.engine.calibration.prior import Prior

# Standard scores: what lies beyond is not drawn. Where there are bounds, it is up to them.
_FAR, _FAR_BOUNDED = 3.5, 4.5
_POINTS = 701
_LEAST_WIDTH = 0.002  # of the kernel, as a share of the prior
_PARTS = 9  # over which a whole number is spread: a curve has no steps


@dataclass(frozen=True)
class Density:
    """A curve over values; the area below is 1."""

    values: Float64[np.ndarray, " points"]
    heights: Float64[np.ndarray, " points"]


def prior_density(prior: Prior) -> Density:
    """Return what was held plausible before the data were seen."""
    scores = _scores(prior)
    return _on_values(prior, scores, np.exp(-np.square(scores) / 2) / np.sqrt(2 * np.pi))


def posterior_density(
    prior: Prior,
    values: Float64[np.ndarray, " draws"],
    weights: Float64[np.ndarray, " draws"],
    *,
    whole: bool = False,
) -> Density:
    """Return a smooth curve of weighted draws; none of it lies beyond the bounds of the prior."""
    before, places = prior_density(prior), _shares(_scores(prior))
    if whole:
        values, weights = _spread(prior, values), np.repeat(weights, _PARTS)
    # On shares of the prior, which have bounds at 0 and 1: a kernel that spills is turned back.
    shares = np.interp(values, before.values, places)
    weight = weights / weights.sum()
    spread = np.sqrt(weight @ np.square(shares - weight @ shares))
    count = 1 / np.square(weight).sum() / (_PARTS if whole else 1)
    width = max(1.06 * spread * count**-0.2, _LEAST_WIDTH)
    heights = sum(_kernels(places, image, weight, width) for image in (shares, -shares, 2 - shares))
    return Density(before.values, before.heights * heights)


def _kernels(
    places: Float64[np.ndarray, " points"],
    shares: Float64[np.ndarray, " draws"],
    weight: Float64[np.ndarray, " draws"],
    width: float,
) -> Float64[np.ndarray, " points"]:
    steps = (places[:, None] - shares[None]) / width
    return np.exp(-np.square(steps) / 2) @ weight / (width * np.sqrt(2 * np.pi))


def _scores(prior: Prior) -> Float64[np.ndarray, " points"]:
    far = _FAR_BOUNDED if prior.kind == "uniform" else _FAR
    return np.linspace(-far, far, _POINTS)


def _shares(scores: Float64[np.ndarray, " points"]) -> Float64[np.ndarray, " points"]:
    normal = NormalDist()
    return np.array([normal.cdf(score) for score in scores.tolist()])


def _spread(prior: Prior, values: Float64[np.ndarray, " draws"]) -> Float64[np.ndarray, " parts"]:
    """Return what whole numbers were before they were rounded, evenly."""
    low, high = np.maximum(values - 0.5, prior.low), np.minimum(values + 0.5, prior.high)
    parts = (np.arange(_PARTS) + 0.5) / _PARTS
    return (low[:, None] + parts * (high - low)[:, None]).ravel()


def _on_values(
    prior: Prior, scores: Float64[np.ndarray, " points"], heights: Float64[np.ndarray, " points"]
) -> Density:
    values = np.array([prior.value(score) for score in scores])
    steps = np.gradient(values, scores, edge_order=2)
    # Where a bound cuts the tail off, many scores share one value.
    return Density(values, np.divide(heights, steps, out=np.zeros_like(heights), where=steps > 0))
