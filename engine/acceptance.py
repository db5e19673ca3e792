"""Which attempts count: the present rates over the bounds at which attempts are drawn.

The bound of a network is its rate at the start of the run times the headroom (never more than 12
attempts a day; never less than what the declared defaults would give). Bounds stay for the whole
run: a slider changes acceptance only, and a rate above the bound draws further slabs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from jaxtyping import Float64, Int64, UInt8, UInt32, UInt64

from populace.engine.behaviours.base import Behaviour
from populace.engine.component import Values
from populace.engine.graph import Graph
from populace.engine.people import AGE_BAND_COUNT
from populace.engine.protection import NONE, Protection, contact_tables, fractions, risks
from populace.engine.streams import name_key
from populace.engine.tables import (
    ALIKE,
    ATTEMPTS_MAX,
    BOUND_MAX,
    FULL,
    gain_table,
    level_table,
    poisson_table,
    slab_count,
)
from populace.engine.targets import NO_BITS, Scaling, table_between_regions, tables_of_blocks
from populace.engine.world import NetworkShape, World


@dataclass(frozen=True)
class Bounds:
    """Attempts a day by network and class, and their Poisson tables."""

    means: tuple[Float64[np.ndarray, " classes"], ...]
    poisson: UInt32[np.ndarray, "networks classes attempts"]


@dataclass(frozen=True)
class Acceptance:
    """Levels below which the marks of attempts are kept, by network, infector and class.

    The row of an infector is state * 2**behaviours + the bits of the behaviours taken up.
    """

    marks: UInt64[np.ndarray, "networks infectors classes"]
    slabs: int  # of the most infectious person
    gain: UInt32[np.ndarray, " spreaders"]  # 16 bits, by class of infectiousness
    # By class of protection, 16 bits: what is left of infecting and of being infected.
    spread: UInt32[np.ndarray, "networks protections"]
    # All networks of the first strain, then those of the next; block of the source: see targets.
    shield: UInt32[np.ndarray, "strains_networks blocks protections"]
    # What is left between people of different regions, 16 bits; no blocks: nothing limits it.
    abroad: UInt32[np.ndarray, "networks blocks blocks"]
    risk: Int64[np.ndarray, " protections"]  # first column in `shares`
    shares: UInt64[np.ndarray, "exits risks_bands"]  # Graph.shares, once for each risk
    conduct_keys: UInt32[np.ndarray, " behaviours"]
    conduct_marks: UInt64[np.ndarray, "behaviours states"]  # taken up by draws below this
    # The behaviours that are for each person, as bits; no agents: all are for everybody.
    conduct_bits: UInt8[np.ndarray, " agents"]


@dataclass(frozen=True)
class Multipliers:
    """What scales contacts: the numbers of the quantities of one run."""

    transmission: float
    intensity: dict[str, float]
    policies: Sequence[Scaling]
    behaviours: Mapping[str, tuple[type[Behaviour], Values]]  # by own name
    classes: Sequence[Protection] = (NONE,)
    dispersion: float = ALIKE
    # Whom each behaviour is for (see targets), the same people throughout a run.
    conduct_bits: UInt8[np.ndarray, " agents"] = field(
        default_factory=lambda: NO_BITS, compare=False
    )

    def copy(self) -> "Multipliers":
        """Return the same with numbers of its own: what is set later does not reach it."""
        policies = [replace(one, values=Values(**vars(one.values))) for one in self.policies]
        behaviours = {
            name: (kind, Values(**vars(values))) for name, (kind, values) in self.behaviours.items()
        }
        return replace(self, policies=policies, behaviours=behaviours)


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
        level_table(rates_of(shape, graph, numbers), bound)
        for shape, bound in zip(world.networks, bounds.means, strict=True)
    ]
    infectors = graph.state_count << bits
    marks = np.zeros((len(tables), infectors, bounds.poisson.shape[1]), np.uint64)
    for row, table in enumerate(tables):
        marks[row, :, : table.shape[1]] = table
    gain = gain_table(numbers.dispersion)
    keys = [name_key(name) for name in numbers.behaviours]
    at_home = [one.at_home for one in world.networks]
    blocks = tables_of_blocks(numbers.policies, world.networks)
    spread, shield = contact_tables(numbers.classes, at_home, *blocks, graph.escapes)
    abroad = table_between_regions(numbers.policies, world.networks)
    different, risk = risks(numbers.classes)
    usual = (NONE.symptoms, NONE.severe, NONE.deaths)
    shares = [graph.shares_at_risk(*one) if one != usual else graph.shares for one in different]
    return Acceptance(
        marks,
        slab_count(marks, gain),
        gain,
        spread,
        shield,
        fractions(abroad.ravel()).reshape(abroad.shape),
        risk * AGE_BAND_COUNT,
        np.concatenate(shares, axis=1),
        np.array(keys, np.uint32),
        _conduct_marks(graph, numbers),
        numbers.conduct_bits,
    )


def rates_of(
    shape: NetworkShape, graph: Graph, numbers: Multipliers
) -> Float64[np.ndarray, "infectors classes"]:
    """Return attempts a day at full susceptibility of the target."""
    level = numbers.transmission * graph.susceptibility_max * numbers.intensity[shape.name]
    for scaling in numbers.policies:
        if scaling.inside is None:
            level *= scaling.left(shape)[0]
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
