"""A network with a given distribution of the number of acquaintances, else random."""

from collections.abc import Iterator
from decimal import Decimal, localcontext

import numpy as np

from populace.engine.contacts import Edges
from populace.engine.networks._draws import (
    contacts_per_edge,
    drawing,
    draws,
    edges_each,
    network_key,
    shuffled,
)
from populace.engine.networks._graphs import edges_of, without_repeats
from populace.engine.networks.base import Network
from populace.engine.people import People
from populace.engine.portable import power
from populace.engine.quantities import Structure

# Shares below this are never reached by a draw of 32 bits.
_RARE = Decimal(2) ** -34


class Configuration(Network):
    """People with a drawn number of ends each, which are joined in a drawn order.

    Joins of somebody with themselves and second joins of the same two people are left out
    ("erased"): a handful in a large network, more where a few people have very many edges.
    """

    distribution = Structure(
        "poisson",
        choices=("poisson", "negative_binomial", "power_law"),
        source="assumption: as without any preference",
        doc="How the number of edges differs between people.",
    )
    edges_each = edges_each("Mean number of people whom somebody meets; not used by power_law.")
    dispersion = Structure(
        1.0,
        bounds=(0.05, 100),
        unit="k",
        source="assumption: the variance is mean + mean² / k; plausible .2 to 10",
        doc="Of negative_binomial: the smaller, the more people differ.",
    )
    exponent = Structure(
        3.0,
        bounds=(1.1, 10),
        unit="exponent",
        source="Barabási and Albert 1999, Science 286:509: 3; plausible 2 to 3.5",
        doc="Of power_law: the share of people with k edges falls as k to minus this.",
    )
    fewest = Structure(
        5,
        bounds=(1, 1_000),
        unit="edges",
        source="assumption: with exponent 3, somewhat below ten edges on average",
        doc="Of power_law: nobody has fewer edges.",
    )
    most = Structure(
        1_000,
        bounds=(1, 10_000),
        unit="edges",
        source="assumption: nobody meets more people in the course of an illness",
        doc="Of power_law: nobody has more edges; at least the fewest.",
    )
    contacts_per_edge = contacts_per_edge()
    drawing = drawing()

    def contacts(self, people: People) -> Edges:
        """Draw everybody's number of edges, then join the ends."""
        count = people.agent_count
        key = network_key(self.own_name, self.drawing)
        edges = np.searchsorted(self._thresholds(), draws(key, count, 0), side="right")
        ends = np.repeat(np.arange(count, dtype=np.int32), edges)
        ends = ends[shuffled(key, len(ends), 1)]
        half = len(ends) // 2  # of an odd number of ends, one is left over
        first, second = without_repeats(count, ends[:half], ends[half : 2 * half])
        return edges_of(count, first, second, self.contacts_per_edge)

    def _thresholds(self) -> np.ndarray:
        """Return for n = 0, 1, 2 ...: below which 32-bit draw somebody has at most n edges."""
        with localcontext() as context:
            context.prec = 40
            total, row = Decimal(0), []
            for share in self._shares():
                total += share
                row.append(int(total * 2**32))
        return np.minimum(np.array(row, np.uint64), 2**32 - 1)[:-1]

    def _shares(self) -> Iterator[Decimal]:
        """Yield the shares of people with 0, 1, 2 ... edges, down to what no draw reaches."""
        if self.distribution == "power_law":
            top = max(self.most, self.fewest)
            # power() has 17 exact digits, more than the 32 bits of a draw can tell.
            weights = [Decimal(power(n, -self.exponent)) for n in range(self.fewest, top + 1)]
            total = sum(weights)
            yield from [Decimal(0)] * self.fewest
            yield from (weight / total for weight in weights)
            return
        mean, k = Decimal(self.edges_each), Decimal(self.dispersion)
        poisson = self.distribution == "poisson"
        share = (-mean).exp() if poisson else (k * (k / (k + mean)).ln()).exp()
        n = 0
        while n <= mean or share > _RARE:
            yield share
            factor = mean if poisson else (n + k) * mean / (k + mean)
            n += 1
            share = share * factor / n
