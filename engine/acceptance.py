"""Which attempts count: the present rates over the bounds at which attempts are drawn.

The bound of a network is its rate at the start of the run times the headroom (never more than 12
attempts a day; never less than what the declared defaults would give). Bounds stay for the whole
run: a slider changes acceptance only, and a rate above the bound draws further slabs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int64, UInt32, UInt64

from populace.engine.behaviours.base import Behaviour
from populace.engine.component import Values
from populace.engine.graph import Graph
from populace.engine.people import AGE_BAND_COUNT
from populace.engine.policies.base import Policy
from populace.engine.protection import NONE, Protection, contact_tables, risks
from populace.engine.streams import name_key
from populace.engine.tables import ATTEMPTS_MAX, BOUND_MAX, FULL, poisson_table, slab_table
from populace.engine.world import NetworkShape, World

BEHAVIOURS_MAX = 3


@dataclass(frozen=True)
class Bounds:
    """Attempts a day by network and class, and their Poisson tables."""

    means: tuple[Float64[np.ndarray, " classes"], ...]
    poisson: UInt32[np.ndarray, "networks classes attempts"]


@dataclass(frozen=True)
class Acceptance:
    """Marks below which attempts are kept, by network, slab, infector and class.

    The row of an infector is state * 2**behaviours + the bits of the behaviours taken up.
    """

    marks: UInt64[np.ndarray, "networks slabs infectors classes"]
    # By class of protection, 16 bits: what is left of infecting and of being infected.
    spread: UInt32[np.ndarray, "networks protections"]
    shield: UInt32[np.ndarray, "networks protections"]
    risk: Int64[np.ndarray, " protections"]  # first column in `shares`
    shares: UInt64[np.ndarray, "exits risks_bands"]  # Graph.shares, once for each risk
    conduct_keys: UInt32[np.ndarray, " behaviours"]
    conduct_marks: UInt64[np.ndarray, "behaviours states"]  # taken up by draws below this


@dataclass(frozen=True)
class Multipliers:
    """What scales contacts: the numbers of the quantities of one run."""

    transmission: float
    intensity: dict[str, float]
    policies: Sequence[tuple[type[Policy], Values, float]]  # the last: strength today, 0 to 1
    behaviours: Mapping[str, tuple[type[Behaviour], Values]]  # by own name
    classes: Sequence[Protection] = (NONE,)


def bounds_of(
    world: World, graph: Graph, transmission: float, intensity: dict[str, float], headroom: float
) -> Bounds:
    """Return the bounds for a run that starts with these numbers."""
    strongest = float(graph.infectiousness.max(initial=0.0))
    level = transmission * graph.susceptibility_max * strongest * headroom
    means = [
        np.minimum(level * intensity[shape.name] * shape.rates, BOUND_MAX)
        for shape in world.networks
    ]
    width = max(len(mean) for mean in means)
    poisson = np.full((len(means), width, ATTEMPTS_MAX), FULL - 1, np.uint32)
    for row, mean in enumerate(means):
        poisson[row, : len(mean)] = poisson_table(mean)
    return Bounds(tuple(means), poisson)


def acceptance_of(world: World, graph: Graph, bounds: Bounds, numbers: Multipliers) -> Acceptance:
    """Return the tables for the present numbers; plain products, so equal on every machine."""
    bits = len(numbers.behaviours)
    tables = [
        slab_table(_rates(shape, graph, numbers), bound)
        for shape, bound in zip(world.networks, bounds.means, strict=True)
    ]
    slabs = max(table.shape[0] for table in tables)
    infectors = graph.state_count << bits
    marks = np.zeros((len(tables), slabs, infectors, bounds.poisson.shape[1]), np.uint64)
    for row, table in enumerate(tables):
        marks[row, : table.shape[0], :, : table.shape[2]] = table
    keys = [name_key(name) for name in numbers.behaviours]
    spread, shield = contact_tables(numbers.classes, [one.at_home for one in world.networks])
    pairs, risk = risks(numbers.classes)
    shares = [graph.shares_at_risk(*pair) if pair != (1.0, 1.0) else graph.shares for pair in pairs]
    return Acceptance(
        marks,
        spread,
        shield,
        risk * AGE_BAND_COUNT,
        np.concatenate(shares, axis=1),
        np.array(keys, np.uint32),
        _conduct_marks(graph, numbers),
    )


def _rates(
    shape: NetworkShape, graph: Graph, numbers: Multipliers
) -> Float64[np.ndarray, "infectors classes"]:
    """Return attempts a day at full susceptibility of the target."""
    level = numbers.transmission * graph.susceptibility_max * numbers.intensity[shape.name]
    for policy, values, strength in numbers.policies:
        factor = policy.factor(values, shape.kind, shape.at_home)
        # In full force it is the factor itself, to the last bit.
        level *= factor if strength == 1.0 else 1.0 - strength * (1.0 - factor)
    bits = len(numbers.behaviours)
    rows = []
    for infectiousness in graph.infectiousness:
        for taken_up in range(1 << bits):
            row = level * float(infectiousness)
            for bit, (behaviour, values) in enumerate(numbers.behaviours.values()):
                if taken_up >> bit & 1:
                    row *= behaviour.factor(values, shape.at_home)
            rows.append(row * shape.rates)
    return np.array(rows)


def _conduct_marks(graph: Graph, numbers: Multipliers) -> UInt64[np.ndarray, "behaviours states"]:
    marks = np.zeros((len(numbers.behaviours), graph.state_count), np.uint64)
    for row, (behaviour, values) in enumerate(numbers.behaviours.values()):
        share = behaviour.share(values)
        for column, state in enumerate(graph.states):
            if behaviour.applies(state):
                marks[row, column] = int(share * float(FULL))
    return marks
