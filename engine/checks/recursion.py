"""The daily scheme without chance: expected counts in an endless, well-mixed population.

Reads the engine's own dwell tables, so that a difference from it is a fault and not a matter of
the step length. Susceptible people escape a day with the chance exp(-force of infection).
"""

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from jaxtyping import Float64, Int64

from populace.engine.component import Values
from populace.engine.diseases.base import Disease, Transition

Counts = Float64[np.ndarray, "days states"]


def dwell_shares(transition: Transition) -> Float64[np.ndarray, " days"]:
    """Return the share of stays that last 0, 1, 2 ... days."""
    row = transition.dwell.days()
    return np.bincount(row) / len(row)


def expected_shares(
    disease: Disease, contacts_a_day: float, first_share: float, days: int, band: int
) -> Counts:
    """Return the share of people in each state on the evenings of day 0 to ``days``.

    Everybody is of one age band and meets everybody; ``first_share`` are infected on day 0.
    """
    return expected_run(disease, contacts_a_day, first_share, days, band)[0]


def expected_run(
    disease: Disease,
    contacts_a_day: float,
    first_share: float,
    days: int,
    band: int,
    people: float = math.inf,
) -> tuple[Counts, Float64[np.ndarray, "days strains"]]:
    """Return the shares of `expected_shares`, and of those infected by each strain each day.

    Infections from elsewhere are for so many ``people``.
    """
    values = disease.values()
    states = disease.states(values)
    index = {state.name: number for number, state in enumerate(states)}
    exits = [
        (index[exit_.before], index[exit_.after], exit_.share[band] * dwell_shares(exit_))
        for exit_ in disease.transitions(values)
    ]
    relative, entries = _ways_in(disease, index)
    infectiousness = np.zeros(relative.shape)
    for number, state in enumerate(states):
        if state.role == "infectious":
            infectiousness[state.strain, number] = state.infectiousness
    force = (
        disease.transmission_rate(values) * contacts_a_day * disease.susceptibility(values)[band]
    )
    start = index[disease.initial_state] if disease.initial_state else 1
    longest = max(len(shares) for _, _, shares in exits)
    due = np.zeros((days + longest + 1, len(states), len(states)))  # day, before, after
    counts = np.zeros((days + 1, len(states)))
    new = np.zeros((days + 1, len(relative)))
    counts[0, 0], counts[0, start] = 1 - first_share, first_share
    new[0, states[start].strain] = first_share

    def enter(state: int, share: float, day: int) -> None:
        for before, after, stays in exits:
            if before == state:
                due[day : day + len(stays), before, after] += share * stays

    enter(start, first_share, 0)
    for day in range(1, days + 1):
        tonight = counts[day - 1].copy()
        # After the epidemic, rounding may leave less than nobody: that must not grow.
        pressure = force * np.maximum(infectiousness @ tonight, 0.0)
        rates = relative * (pressure + _from_elsewhere(disease, day, people))[:, np.newaxis]
        total = rates.sum(axis=0)
        share = np.divide(rates, total, out=np.zeros_like(rates), where=total > 0)
        infected = share * (tonight * -np.expm1(-total))  # strains, states before
        moved = due[day]
        tonight += moved.sum(axis=0) - moved.sum(axis=1)
        tonight -= infected.sum(axis=0)
        entered = moved.sum(axis=0)
        np.add.at(entered, entries.ravel(), infected.ravel())
        np.add.at(tonight, entries.ravel(), infected.ravel())
        for state in np.flatnonzero(entered > 0):
            enter(int(state), float(entered[state]), day)
        counts[day], new[day] = tonight, infected.sum(axis=1)
    return counts, new


def _ways_in(
    disease: Disease, index: Mapping[str, int]
) -> tuple[Float64[np.ndarray, "strains states"], Int64[np.ndarray, "strains states"]]:
    """Return how susceptible each state is to each strain, and where infection leads."""
    values = disease.values()
    strains = len(disease.strains(values))
    relative, entries = np.zeros((strains, len(index))), np.ones((strains, len(index)), np.int64)
    relative[0, 0] = 1.0
    for number, state in enumerate(disease.states(values)):
        leaves = any(exit_.before == state.name for exit_ in disease.transitions(values))
        if state.catches and leaves:
            raise ValueError("the recursion knows no stays that end by another infection")
        for strain, catch in enumerate(state.catches):
            relative[strain, number], entries[strain, number] = catch.relative, index[catch.into]
    return relative, entries


def _from_elsewhere(disease: Disease, day: int, people: float) -> Float64[np.ndarray, " strains"]:
    """Return how often a person is reached on a day by each strain from elsewhere."""
    values = disease.values()
    rates = np.array(disease.imports(values, day), np.float64) / 7.0
    for one in disease.introductions(values):
        if one.day == day:
            rates[one.strain] += one.people
    return rates / people


def infectious_days(disease: Disease, band: int) -> float:
    """Return the expected infectious days of an infection, weighted by infectiousness."""
    values = disease.values()
    states = {state.name: state for state in disease.states(values)}
    reached = {list(states)[1]: 1.0}
    total = 0.0
    for name in _in_order(disease, values):
        for exit_ in disease.transitions(values):
            if exit_.before != name or name not in reached:
                continue
            share = reached[name] * exit_.share[band]
            if states[name].role == "infectious":
                total += share * exit_.dwell.mean * states[name].infectiousness
            reached[exit_.after] = reached.get(exit_.after, 0.0) + share
    return total


def _in_order(disease: Disease, values: Values) -> list[str]:
    """Return the states so that each comes after all that lead to it."""
    before: dict[str, set[str]] = {state.name: set() for state in disease.states(values)}
    for exit_ in disease.transitions(values):
        before[exit_.after].add(exit_.before)
    ordered: list[str] = []
    while len(ordered) < len(before):
        ready = [name for name in before if name not in ordered and before[name] <= {*ordered}]
        if not ready:
            raise ValueError("the states of the disease form a circle")
        ordered += ready
    return ordered


def final_size(r0: float, first_share: float) -> float:
    """Solve z = 1 - (1 - first) exp(-R0 z): the share that is ever infected."""
    return fixed_point(lambda z: 1 - (1 - first_share) * math.exp(-r0 * z), 1.0)


def extinction(rate: float, stays: Sequence[float]) -> float:
    """Return the chance that one case dies out.

    ``rate`` infections a day, Poisson; ``stays[d]`` is the share of cases infectious for d days.
    """
    return fixed_point(
        lambda q: sum(share * math.exp(-rate * days * (1 - q)) for days, share in enumerate(stays)),
        0.0,
    )


def fixed_point(step: Callable[[float], float], start: float) -> float:
    """Repeat a step until nothing changes."""
    for _ in range(10_000):
        following = step(start)
        if abs(following - start) < 1e-13:
            break
        start = following
    return start
