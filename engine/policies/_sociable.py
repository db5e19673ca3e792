"""How many contacts a day somebody has on an ordinary day, on all networks together."""

import numpy as np
from jaxtyping import Float64

from populace.engine.people import AGE_BAND_COUNT
from populace.engine.world import CELLS, EDGES, NetworkShape, World

_FULL = 65_536.0  # a chance of 1 in `NetworkShape.match`


def contacts_a_day(world: World) -> Float64[np.ndarray, " agents"]:
    """Return everybody's contacts a day; of networks that change with the day, on the first."""
    total = np.zeros(len(world.age_band))
    for shape in world.networks:
        total += _on(shape, world)
    return total


def _on(shape: NetworkShape, world: World) -> Float64[np.ndarray, " agents"]:
    sizes = np.diff(shape.pointers)
    if shape.shape == EDGES:
        return shape.rates[sizes]
    if shape.shape == CELLS:
        return _in_cells(shape, world)
    # The rates make up for draws that hit oneself, which are no contacts.
    met = shape.rates[np.minimum(sizes, len(shape.rates) - 1)] * (sizes - 1) / np.maximum(sizes, 1)
    return _of_group(met, shape.group_of)


def _of_group(
    met: Float64[np.ndarray, " groups"], group_of: np.ndarray
) -> Float64[np.ndarray, " agents"]:
    """Return each person's share of what a group has; nothing for those who are in none."""
    return np.append(met, 0.0)[group_of]  # -1 is the last


def _in_cells(shape: NetworkShape, world: World) -> Float64[np.ndarray, " agents"]:
    """Return contacts by the ages of those who live in the cell."""
    cells, inside = len(shape.pointers) - 1, shape.group_of >= 0
    row = shape.group_of[inside].astype(np.int64) * AGE_BAND_COUNT + world.age_band[inside]
    people = np.bincount(row, minlength=cells * AGE_BAND_COUNT).reshape(cells, AGE_BAND_COUNT)
    shares = people / np.maximum(people.sum(axis=1, keepdims=True), 1)
    chance = np.ones((AGE_BAND_COUNT, AGE_BAND_COUNT))
    if shape.match is not None:
        chance = shape.match / _FULL
    met = (shares @ chance) * shape.rates[:AGE_BAND_COUNT]
    found = np.zeros(len(world.age_band))
    found[inside] = met.reshape(-1)[row]
    return found
