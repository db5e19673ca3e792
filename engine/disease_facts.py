"""What a disease's compiled graph says: infectious days, R0, generation time.

An infection passes the states of the graph; a stay of d days that begins a days after infection
allows infections on the days a + 1 to a + d (see `kernels.reference`). With the infectiousness w
of each state, and over all ways through the graph,

    infectious days   W = E[sum of w * d]
    R0                  = contacts a day * transmission * sum over age bands of b * s * W
    generation time   T = E[sum of w * ((a + 1) + ... + (a + d))] / W

where b is the share of people in an age band and s its relative susceptibility. R0 is that of
people who all meet each other alike. Those who are infected early are of band i with the chance
b * s over the sum of b * s: W and T are means over them.
"""

import math
from collections.abc import Iterator

import numpy as np
from jaxtyping import Float64

from populace.engine.graph import Graph
from populace.engine.tables import FULL

BandShares = Float64[np.ndarray, " bands"]


def infectious_days(graph: Graph, people_by_band: BandShares) -> float:
    """Return the mean days that an infected person infects, weighted by infectiousness.

    ``people_by_band`` holds the people of each age band, or their shares. A person who never
    stops to infect gives infinity.
    """
    weights = _infected_by_band(graph, people_by_band)
    return float(weights @ _moments(graph)[0])


def reproduction_number(
    graph: Graph, people_by_band: BandShares, transmission: float, contacts_a_day: float
) -> float:
    """Return R0: infections by one infected person among people who all are susceptible.

    ``transmission`` is in infections per contact at infectiousness and susceptibility 1.
    """
    shares = np.asarray(people_by_band, np.float64) / np.sum(people_by_band)
    reached = float(shares @ _susceptibility(graph))
    if reached == 0:
        return 0.0
    return transmission * contacts_a_day * reached * infectious_days(graph, people_by_band)


def generation_days(graph: Graph, people_by_band: BandShares) -> float:
    """Return the mean days from a person's infection to the infections by that person.

    It is that of an unlimited supply of susceptible people, and not a number where nobody infects.
    """
    weights = _infected_by_band(graph, people_by_band)
    days, lags = (float(weights @ part) for part in _moments(graph))
    if days == 0 or math.isinf(days):
        return math.nan
    return lags / days


def _infected_by_band(graph: Graph, people_by_band: BandShares) -> BandShares:
    """Return the age bands of those who are infected early; they sum to 1."""
    weights = np.asarray(people_by_band, np.float64) * _susceptibility(graph)
    total = weights.sum()
    return weights / total if total > 0 else weights


def _susceptibility(graph: Graph) -> BandShares:
    relative = graph.susceptibility.astype(np.float64) / 2.0**24
    return relative * graph.susceptibility_max


def _moments(graph: Graph) -> tuple[BandShares, BandShares]:
    """Return E[sum of w * d] and E[sum of w * lag] of a person of each band."""
    bands = graph.shares.shape[1]
    reached = np.zeros((graph.state_count, bands))  # chance to enter a state
    entered = np.zeros((graph.state_count, bands))  # chance * mean days from infection to entry
    reached[graph.entry] = 1.0
    days, lags = np.zeros(bands), np.zeros(bands)
    for state in _in_order(graph):
        weight = float(graph.infectiousness[state]) * bool(graph.infectious[state])
        first, end = graph.first_exit[state : state + 2]
        if first == end and weight > 0:
            days = days + np.where(reached[state] > 0, np.inf, 0.0)
        for exit_, share in zip(range(first, end), _shares(graph, first, end), strict=True):
            stay = graph.dwell[exit_].astype(np.float64)
            mean, lag = stay.mean(), (stay * (stay + 1) / 2).mean()
            days += weight * share * reached[state] * mean
            lags += weight * share * (entered[state] * mean + reached[state] * lag)
            after = graph.after[exit_]
            if after != 0:  # susceptible again: the infection is over
                reached[after] += share * reached[state]
                entered[after] += share * (entered[state] + reached[state] * mean)
    return days, lags


def _shares(graph: Graph, first: int, end: int) -> Float64[np.ndarray, "exits bands"]:
    """Return the shares of a state's ways out, from their cumulated thresholds."""
    cumulated = graph.shares[first:end].astype(np.float64) / FULL
    return np.diff(cumulated, axis=0, prepend=0.0)


def _in_order(graph: Graph) -> Iterator[int]:
    """Yield the states after infection, each after all that lead to it."""
    left = set(range(1, graph.state_count))
    while left:
        led_to = {
            int(graph.after[exit_])
            for state in left
            for exit_ in range(graph.first_exit[state], graph.first_exit[state + 1])
        }
        ready = left - led_to
        if not ready:
            raise ValueError("the states of the disease form a circle")
        yield from sorted(ready)
        left -= ready
