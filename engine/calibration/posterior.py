"""Posterior: the values that explain the data, how far apart they lie, and what they foretell."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from statistics import NormalDist
from typing import Any

import numpy as np
from jaxtyping import Float64

from populace.engine.analysis.table import Table
from populace.engine.calibration.guesses import changed
from populace.engine.calibration.plan import FitPlan
from populace.engine.calibration.series import FitSeries
from populace.engine.project import Project

# A posterior that holds so much of its prior, and is so wide, has learned nothing from the data.
WIDE = 0.8
_LOW, _HIGH = 0.05, 0.95
_BANDS = {"median": 0.5, "low50": 0.25, "high50": 0.75, "low90": _LOW, "high90": _HIGH}
# Draws of reports for each accepted run, and in all: as many as make a smooth band.
_REPORTS, _REPORTS_MOST = 20, 20_000


@dataclass(frozen=True)
class Marginal:
    """One number: its median and where 90 % of the posterior lies, and of the prior.

    ``identified`` is False where the data say nothing about it.
    """

    path: str
    label: str
    unit: str
    median: float
    low: float
    high: float
    prior_low: float
    prior_high: float
    identified: bool


@dataclass(frozen=True, eq=False)
class Predicted:
    """One series day by day: what would be seen if the posterior is right, and what was.

    The bands hold reports, noise included; ``expected`` is the median without it. ``observed`` and
    ``residual`` (observed less median) are NaN on days without data.
    """

    name: str
    label: str
    place: str
    dates: np.ndarray  # datetime64[D]
    observed: Float64[np.ndarray, " days"]
    expected: Float64[np.ndarray, " days"]
    median: Float64[np.ndarray, " days"]
    low50: Float64[np.ndarray, " days"]
    high50: Float64[np.ndarray, " days"]
    low90: Float64[np.ndarray, " days"]
    high90: Float64[np.ndarray, " days"]

    @property
    def residual(self) -> Float64[np.ndarray, " days"]:
        """Return how many more were observed than the median foretells."""
        return self.observed - self.median

    @property
    def rmse(self) -> float:
        """Return the root mean square difference of the data from what is expected."""
        return float(np.sqrt(np.nanmean(np.square(self.observed - self.expected))))

    @property
    def share_inside(self) -> float:
        """Return the share of the data inside the band of 90 %."""
        known = ~np.isnan(self.observed)
        inside = (self.observed >= self.low90) & (self.observed <= self.high90)
        return float(inside[known].mean())


@dataclass(frozen=True, eq=False)
class Posterior:
    """Weighted draws of a whole generation, each with what its run expects.

    They are approximate (see docs/fit.md): each was accepted because what it let be reported was
    within ``farthest`` of the data, 1 being the size of the noise of a count. Values are those of
    the whole population.
    """

    plan: FitPlan
    project: Project
    values: Float64[np.ndarray, "draws quantities"]
    weights: Float64[np.ndarray, " draws"]
    curves: tuple[Float64[np.ndarray, "draws days"], ...]  # of each series, from day 0
    generation: int
    farthest: float
    runs: int  # up to the end of that generation

    @property
    def effective_size(self) -> float:
        """Return how many equally weighted draws these are worth."""
        return 1 / float(np.square(self.weights).sum())

    def marginals(self) -> list[Marginal]:
        """Return a row for each quantity."""
        return [self._marginal(number) for number in range(len(self.plan.quantities))]

    def pairs(self) -> Float64[np.ndarray, "quantities quantities"]:
        """Return the correlations of the quantities; NaN with one that never differs."""
        away = self.values - self.weights @ self.values
        covariance = (away * self.weights[:, None]).T @ away
        size = np.sqrt(np.diag(covariance))
        # What rounding leaves of numbers that are all the same is no difference.
        size[size <= 1e-12 * np.abs(self.values).max(axis=0)] = 0
        with np.errstate(invalid="ignore", divide="ignore"):
            found = covariance / np.outer(size, size)
        return np.where(np.isfinite(found), found, np.nan)

    def predictive(self) -> list[Predicted]:
        """Return what the posterior foretells of each series."""
        return self._predictive

    def draw_values(self, count: int, seed: int = 0) -> Float64[np.ndarray, "count quantities"]:
        """Return draws that all weigh the same."""
        chosen = np.random.default_rng([self.plan.seed, seed]).choice(
            len(self.weights), size=count, p=self.weights
        )
        return self.values[chosen]

    def draw_projects(self, count: int, seed: int = 0) -> list[Project]:
        """Return so many projects, each with values drawn together from the posterior."""
        drawn = self.draw_values(count, seed)
        return [changed(self.project, self.plan, row.tolist()) for row in drawn]

    def median_project(self) -> Project:
        """Return the project with the median of each quantity."""
        medians = [one.median for one in self.marginals()]
        return changed(self.project, self.plan, medians)

    def values_table(self) -> Table:
        """Return a row for each draw: its weight and values."""
        columns = {"weight": self.weights.copy()}
        for number, one in enumerate(self.plan.quantities):
            columns[one.path] = self.values[:, number].copy()
        return Table(columns)

    def predictive_table(self) -> Table:
        """Return a row for each series and day."""
        found = self.predictive()
        names = ("observed", "expected", *_BANDS, "residual")
        repeats = [len(one.dates) for one in found]
        columns = {
            "series": np.repeat(np.array([one.name for one in found], object), repeats),
            "date": np.concatenate([one.dates for one in found]),
        }
        for name in names:
            columns[name] = np.concatenate([getattr(one, name) for one in found])
        return Table(columns)

    def as_json(self) -> dict[str, Any]:
        """Return plain values: what is said of quantities and series, but not the draws."""
        return {
            "generation": self.generation,
            "distance": self.farthest,
            "runs": self.runs,
            "draws": len(self.weights),
            "effective_size": self.effective_size,
            "quantities": [asdict(one) for one in self.marginals()],
            "correlations": [[_or_none(one) for one in row] for row in self.pairs().tolist()],
            "series": [_series_json(one) for one in self.predictive()],
        }

    def _marginal(self, number: int) -> Marginal:
        one = self.plan.quantities[number]
        low, median, high = weighted_quantiles(
            self.values[:, number], self.weights, (_LOW, 0.5, _HIGH)
        )
        bounds = (one.value(NormalDist().inv_cdf(share)) for share in (_LOW, _HIGH))
        prior_low, prior_high = bounds
        edge = 0.5 if one.whole else 0.0
        held = one.prior.below(high + edge) - one.prior.below(low - edge)
        # Where the prior has a long tail, an interval may be wide and yet where few expected it.
        moved = held < WIDE * (_HIGH - _LOW)
        told = bool(moved or high - low < WIDE * (prior_high - prior_low))
        return Marginal(
            one.path, one.label, one.unit, float(median), float(low), float(high),
            float(prior_low), float(prior_high), told,
        )  # fmt: skip

    @cached_property
    def _predictive(self) -> list[Predicted]:
        days = zip(self.plan.series, self.curves, strict=True)
        return [self._predicted(number, *one) for number, one in enumerate(days)]

    def _predicted(
        self, number: int, series: FitSeries, curves: Float64[np.ndarray, "draws days"]
    ) -> Predicted:
        draws = np.random.default_rng([self.plan.seed, number])
        size = min(_REPORTS * len(curves), _REPORTS_MOST)
        chosen = draws.choice(len(curves), size=size, p=self.weights)
        reports = series.likelihood.draw(curves[chosen], draws)
        bands: Mapping[str, np.ndarray] = dict(
            zip(_BANDS, np.quantile(reports, list(_BANDS.values()), axis=0), strict=True)
        )
        count = curves.shape[1]
        observed = np.full(count, np.nan)
        observed[series.days(self.project)] = series.values
        return Predicted(
            name=series.name,
            label=series.label,
            place=series.place,
            dates=np.datetime64(self.project.start_date, "D") + np.arange(count),
            observed=observed,
            expected=np.median(curves[chosen], axis=0),
            **bands,
        )


def weighted_quantiles(
    values: Float64[np.ndarray, " draws"], weights: Float64[np.ndarray, " draws"],
    shares: tuple[float, ...],
) -> Float64[np.ndarray, " shares"]:  # fmt: skip
    """Return the values below which these shares of the weight lie."""
    order = np.argsort(values, kind="stable")
    middle = np.cumsum(weights[order]) - weights[order] / 2
    return np.interp(shares, middle, values[order])


def _series_json(one: Predicted) -> dict[str, Any]:
    columns = ("observed", "expected", *_BANDS, "residual")
    return {
        "name": one.name,
        "label": one.label,
        "place": one.place,
        "rmse": one.rmse,
        "share_inside_90": one.share_inside,
        "dates": [str(date) for date in one.dates],
    } | {name: [_or_none(value) for value in getattr(one, name).tolist()] for name in columns}


def _or_none(value: float) -> float | None:
    return None if value != value else value
