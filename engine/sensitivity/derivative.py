"""How the rate of an attempt answers to a quantity: the factor of each infection's effect."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from jaxtyping import Float64

from populace.engine.acceptance import Multipliers, rates_of
from populace.engine.graph import Graph
from populace.engine.protection import Protection, contact_factors
from populace.engine.quantities import Quantity
from populace.engine.simulation import Simulation
from populace.engine.targets import table_between_regions, tables_of_blocks
from populace.engine.world import World

# Of the value, or of the range where that is 0: a straight line, and digits enough.
_STEP = 1e-4
_WIDE = 0.2
_SHARE_MAX = 0.99
# What of a disease's tables is in the rates; a state carries its infectiousness along.
_RATES = ("states", "infectiousness", "susceptibility", "susceptibility_max")


@dataclass(frozen=True)
class Slope:
    """d log rate / d quantity under one set of numbers; 0 where the rate is 0."""

    source: Float64[np.ndarray, "networks infectors classes"]
    target: Float64[np.ndarray, " bands"]
    spread: Float64[np.ndarray, "networks classes"]  # of protection, of the source
    shield: Float64[np.ndarray, "networks blocks classes"]  # block of the source
    abroad: Float64[np.ndarray, "networks blocks blocks"]  # between regions
    # Whether only rates change: not the course of the disease, who takes up a behaviour, who is
    # protected, how many come from elsewhere, or whether there is a rate at all.
    rates_only: bool

    @property
    def changes_something(self) -> bool:
        """Whether any rate answers to the quantity under these numbers."""
        tables = (self.source, self.target, self.spread, self.shield, self.abroad)
        return any(table.any() for table in tables)


@dataclass(frozen=True)
class Conduct:
    """A quantity that is the share who take up a behaviour, and nothing else."""

    behaviour: int  # its number
    share: float
    slope: float  # of the share, by the quantity


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
    protections = [_protections(world, numbers) for _, numbers, _ in ends]
    width = above - below
    opened = any(np.any((low == 0) & (high > 0)) or np.any((high == 0) & (low > 0))
                 for low, high in zip(*protections, strict=True))  # fmt: skip
    # Tables of whole days do not feel a small step: what else changes shows in a large one.
    wide = around(value, declared, _WIDE)
    spread, shield, abroad = (
        _log_slope(low, high, width) for low, high in zip(*protections, strict=True)
    )
    return Slope(
        _log_slope(tables[0], tables[1], width),
        _log_slope(targets[0], targets[1], width),
        spread,
        shield,
        abroad,
        _same_but_rates(*(simulation.in_force_with(path, point) for point in wide))
        # From a rate of 0 nobody was infected: this run cannot tell what a little more would do.
        and not np.any((tables[0] == 0) & (tables[1] > 0))
        and not opened,
    )


def conduct_of(
    simulation: Simulation, path: str, value: float, declared: Quantity
) -> Conduct | None:
    """Return which behaviour's share a quantity is; None if it is none, or more than that."""
    low, high = around(value, declared, _WIDE)
    ends = [simulation.in_force_with(path, point) for point in (low, high)]
    shares = np.array([
        [behaviour.share(values) for behaviour, values in numbers.behaviours.values()]
        for _, numbers, _ in ends
    ])  # fmt: skip
    changed = np.flatnonzero(shares[0] != shares[1])
    rates = [_rates(simulation.world, graph, numbers) for graph, numbers, _ in ends]
    if len(changed) != 1 or not np.array_equal(rates[0], rates[1]) or not _same_but_shares(*ends):
        return None
    [behaviour] = changed
    numbers = simulation.in_force()[2]
    kind, values = list(numbers.behaviours.values())[behaviour]
    share = float(kind.share(values))
    # Where all take it up there is nobody left to change their mind.
    if share > _SHARE_MAX:
        return None
    slope = float(shares[1, behaviour] - shares[0, behaviour]) / (high - low)
    return Conduct(int(behaviour), share, slope)


def _rates(world: World, graph: Graph, numbers: Multipliers) -> np.ndarray:
    tables = [rates_of(shape, graph, numbers) for shape in world.networks]
    width = max(table.shape[1] for table in tables)
    rates = np.zeros((len(tables), len(tables[0]), width))
    for row, table in enumerate(tables):
        rates[row, :, : table.shape[1]] = table
    return rates


def _protections(world: World, numbers: Multipliers) -> tuple[np.ndarray, ...]:
    """Return what is left of contacts by class of protection, and between regions."""
    at_home = [one.at_home for one in world.networks]
    blocks = tables_of_blocks(numbers.policies, world.networks)
    spread, shield = contact_factors(numbers.classes, at_home, *blocks)
    abroad = table_between_regions(numbers.policies, world.networks)
    if not abroad.size:
        abroad = np.ones(blocks[1].shape)
    return spread, shield, abroad


def _log_slope(low: np.ndarray, high: np.ndarray, width: float) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = (np.log(high) - np.log(low)) / width
    return np.where(np.isfinite(slope), slope, 0.0)


def _risks(classes: Sequence[Protection]) -> list[tuple[float, float, float]]:
    return [(each.symptoms, each.severe, each.deaths) for each in classes]


def _same_but_rates(
    one: tuple[Graph, Multipliers, tuple[float, ...]],
    other: tuple[Graph, Multipliers, tuple[float, ...]],
) -> bool:
    conduct = all(
        behaviour.share(values) == other[1].behaviours[name][0].share(other[1].behaviours[name][1])
        for name, (behaviour, values) in one[1].behaviours.items()
    )
    return conduct and _same_but_shares(one, other)


def _same_but_shares(
    one: tuple[Graph, Multipliers, tuple[float, ...]],
    other: tuple[Graph, Multipliers, tuple[float, ...]],
) -> bool:
    graphs = all(
        np.array_equal(getattr(one[0], field.name), getattr(other[0], field.name))
        for field in fields(Graph)
        if field.name not in _RATES
    )
    risks = [_risks(each[1].classes) for each in (one, other)]
    alike = risks[0] == risks[1] and one[1].dispersion == other[1].dispersion
    return graphs and alike and one[2] == other[2]
