"""How the rate of an attempt answers to a quantity: the factor of each infection's effect."""

from dataclasses import dataclass, fields

import numpy as np
from jaxtyping import Float64

from populace.engine.acceptance import Multipliers, rates_of
from populace.engine.graph import Graph
from populace.engine.quantities import Quantity
from populace.engine.simulation import Simulation
from populace.engine.world import World

# Of the value, or of the range where that is 0: a straight line, and digits enough.
_STEP = 1e-4
_WIDE = 0.2
# What of a disease's tables is in the rates; a state carries its infectiousness along.
_RATES = ("states", "infectiousness", "susceptibility", "susceptibility_max")


@dataclass(frozen=True)
class Slope:
    """d log rate / d quantity under one set of numbers; 0 where the rate is 0."""

    source: Float64[np.ndarray, "networks infectors classes"]
    target: Float64[np.ndarray, " bands"]
    # Whether only rates change: not the course of the disease, who takes up a behaviour, who is
    # protected, how many come from elsewhere, or whether there is a rate at all.
    rates_only: bool


def around(value: float, declared: Quantity, share: float) -> tuple[float, float]:
    """Return a value below and one above, both admitted: by a share of it, or of the range at 0."""
    low, high = declared.bounds or (None, None)
    width = high - low if low is not None and high is not None else 1.0
    step = share * (abs(value) or width)
    below = value - step if low is None else max(low, value - step)
    above = value + step if high is None else min(high, value + step)
    return below, above


def slope_of(simulation: Simulation, path: str, value: float, declared: Quantity) -> Slope:
    """Differentiate the logarithm of today's rates by a quantity, from both sides of its value."""
    below, above = around(value, declared, _STEP)
    world = simulation.world
    ends = [simulation.in_force_with(path, point) for point in (below, above)]
    tables = [_rates(world, graph, numbers) for graph, numbers, _ in ends]
    targets = [graph.susceptibility / 2.0**24 for graph, _, _ in ends]
    width = above - below
    # Tables of whole days do not feel a small step: what else changes shows in a large one.
    wide = around(value, declared, _WIDE)
    return Slope(
        _log_slope(tables[0], tables[1], width),
        _log_slope(targets[0], targets[1], width),
        _same_but_rates(*(simulation.in_force_with(path, point) for point in wide))
        # From a rate of 0 nobody was infected: this run cannot tell what a little more would do.
        and not np.any((tables[0] == 0) & (tables[1] > 0)),
    )


def _rates(world: World, graph: Graph, numbers: Multipliers) -> np.ndarray:
    tables = [rates_of(shape, graph, numbers) for shape in world.networks]
    width = max(table.shape[1] for table in tables)
    rates = np.zeros((len(tables), len(tables[0]), width))
    for row, table in enumerate(tables):
        rates[row, :, : table.shape[1]] = table
    return rates


def _log_slope(low: np.ndarray, high: np.ndarray, width: float) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = (np.log(high) - np.log(low)) / width
    return np.where(np.isfinite(slope), slope, 0.0)


def _same_but_rates(
    one: tuple[Graph, Multipliers, tuple[float, ...]],
    other: tuple[Graph, Multipliers, tuple[float, ...]],
) -> bool:
    graphs = all(
        np.array_equal(getattr(one[0], field.name), getattr(other[0], field.name))
        for field in fields(Graph)
        if field.name not in _RATES
    )
    conduct = all(
        behaviour.share(values) == other[1].behaviours[name][0].share(other[1].behaviours[name][1])
        for name, (behaviour, values) in one[1].behaviours.items()
    )
    alike = one[1].classes == other[1].classes and one[1].dispersion == other[1].dispersion
    return graphs and conduct and alike and one[2] == other[2]
