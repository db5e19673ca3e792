"""Intervals between two people, as a distribution over whole days."""

import numpy as np
from jaxtyping import Int32

from populace.engine.analysis.table import Table, ratio


def interval_table(days: Int32[np.ndarray, " pairs"]) -> Table:
    """Return a row for each interval from the shortest to the longest; no pairs, no rows."""
    low = int(days.min()) if len(days) else 0
    pairs = np.bincount(days - low)
    share = ratio(pairs, np.full(len(pairs), len(days)))
    return Table({"interval": np.arange(len(pairs)) + low, "pairs": pairs, "share": share})


def mean_and_variance(table: Table) -> tuple[float, float]:
    """Return mean (days) and variance (days squared) of the intervals, NaN of no pairs."""
    total = table["pairs"].sum()
    if total == 0:
        return float("nan"), float("nan")
    weight = table["pairs"] / total
    mean = float(weight @ table["interval"])
    return mean, float(weight @ (table["interval"] - mean) ** 2)
