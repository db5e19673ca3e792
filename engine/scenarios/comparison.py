"""Comparison: the figures of scenarios, and what each averts against the baseline."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from math import isnan, nan
from typing import Any

import numpy as np

from populace.engine.analysis.table import Table
from populace.engine.scenarios.figures import AVERTED, Figure, figures_of, value_of
from populace.engine.scenarios.intervals import Mean, mean_of
from populace.engine.scenarios.result import Result


@dataclass(frozen=True)
class Cell:
    """One figure of one scenario: the mean of its runs, and where 90 % of them lie.

    ``change`` is what is averted against the baseline (or added, see `Row.compared`), with the
    95 % interval of its mean; ``share`` is the change over the baseline's mean. There is no
    interval where no two runs of both have the same seed.
    """

    scenario: str
    runs: int
    mean: float
    low90: float
    high90: float
    change: Mean
    share: float
    pairs: int  # runs with the same seed in both


@dataclass(frozen=True)
class Row:
    """One figure of all scenarios, the baseline first."""

    name: str
    label: str
    unit: str
    compared: str  # AVERTED: baseline - scenario; ADDED: scenario - baseline
    cells: tuple[Cell, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; what does not exist is null."""
        return _without_nan(asdict(self))


def compare(runs: Mapping[str, Sequence[Result]]) -> list[Row]:
    """Return a row for each figure; the first of ``runs`` is the baseline."""
    [(_, baseline), *_] = runs.items()
    figures: dict[str, Figure] = {}
    for listed in runs.values():
        for one in listed[:1]:
            figures = figures | {
                name: figure for name, figure in figures_of(one).items() if name not in figures
            }
    return [
        Row(
            figure.name,
            figure.label,
            figure.unit,
            figure.compared,
            tuple(_cell(label, listed, baseline, figure) for label, listed in runs.items()),
        )
        for figure in figures.values()
    ]


def _cell(label: str, runs: Sequence[Result], baseline: Sequence[Result], figure: Figure) -> Cell:
    values = {one.seed: value_of(one, figure.name) for one in runs}
    usual = {one.seed: value_of(one, figure.name) for one in baseline}
    mean, base = (float(np.mean(list(one.values()))) for one in (values, usual))
    low, high = np.quantile(list(values.values()), (0.05, 0.95))
    common = [seed for seed in values if seed in usual]
    sign = 1.0 if figure.compared == AVERTED else -1.0
    if common:
        change = mean_of([sign * (usual[seed] - values[seed]) for seed in common])
    else:
        change = Mean(sign * (base - mean), nan, nan)
    share = change.value / base if base else nan
    return Cell(label, len(values), mean, float(low), float(high), change, share, len(common))


def runs_table(runs: Mapping[str, Sequence[Result]]) -> Table:
    """Return a row for each run of each scenario, with all figures."""
    names = list(dict.fromkeys(name for all_ in runs.values() for name in figures_of(all_[0])))
    listed = [(label, one) for label, all_ in runs.items() for one in all_]
    columns: dict[str, np.ndarray] = {
        "scenario": np.array([label for label, _ in listed], object),
        "seed": np.array([one.seed for _, one in listed], np.int64),
    }
    for name in names:
        columns[name] = np.array([value_of(one, name) for _, one in listed], np.float64)
    return Table(columns)


def _without_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nan(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(one) for one in value]
    return None if isinstance(value, float) and isnan(value) else value
