"""From people to pixels: which pixel each agent falls into, how many of each state lie in each.

Only pixels where somebody lives get a row ("cell") in the tables; in a view of a city that is a
fifth of the picture, and what is shaded every frame is that much less. People stay where they
live, so the index is made once per viewport and a day costs only its events.
"""

import math

import numpy as np
from jaxtyping import Float32, Int32, Int64, UInt8
from numba import njit


@njit(cache=True, nogil=True)
def locate(
    x: Float32[np.ndarray, " agents"],
    y: Float32[np.ndarray, " agents"],
    bounds: tuple[float, float, float, float],
    width: int,
    height: int,
    pixel: Int32[np.ndarray, " agents"],
    people: Int32[np.ndarray, " pixels"],
) -> None:
    """Write each agent's pixel (-1 outside) and count the people of each pixel.

    Half-open: left and lower edges belong to the view, right and upper edges do not. The formula
    is written as Datashader has it, so that both put a person on the same side of a pixel's edge.
    """
    x0, y0, x1, y1 = bounds
    scale_x = width / (x1 - x0)
    scale_y = height / (y1 - y0)
    shift_x = -x0 * scale_x
    shift_y = -y0 * scale_y
    for i in range(x.size):
        if x0 <= x[i] < x1 and y0 <= y[i] < y1:
            # Rounding may reach the edge itself, never pass it by a pixel.
            column = min(np.int64(x[i] * scale_x + shift_x), width - 1)
            line = min(np.int64(y[i] * scale_y + shift_y), height - 1)
            pixel[i] = line * width + column
            people[line * width + column] += 1
        else:
            pixel[i] = -1


@njit(cache=True, nogil=True)
def number_cells(
    people: Int32[np.ndarray, " pixels"], cell_of_pixel: Int32[np.ndarray, " pixels"]
) -> int:
    """Give the pixels where somebody lives the numbers 0, 1, 2 ...; return how many."""
    count = 0
    for p in range(people.size):
        if people[p] > 0:
            cell_of_pixel[p] = count
            count += 1
        else:
            cell_of_pixel[p] = -1
    return count


@njit(cache=True, nogil=True)
def cells_of_agents(
    pixel: Int32[np.ndarray, " agents"], cell_of_pixel: Int32[np.ndarray, " pixels"]
) -> int:
    """Turn each agent's pixel into its cell, in place; return how many agents are in view."""
    seen = 0
    for i in range(pixel.size):
        if pixel[i] >= 0:
            pixel[i] = cell_of_pixel[pixel[i]]
            seen += 1
    return seen


@njit(cache=True, nogil=True)
def count_states(
    cell: Int32[np.ndarray, " agents"],
    state: UInt8[np.ndarray, " agents"],
    counts: Int32[np.ndarray, "cells states"],
) -> None:
    """Count every agent of the view by cell and state."""
    counts[:] = 0
    for i in range(cell.size):
        if cell[i] >= 0:
            counts[cell[i], state[i]] += 1


@njit(cache=True, nogil=True)
def move_counts(
    cell: Int32[np.ndarray, " agents"],
    agent: Int32[np.ndarray, " events"],
    before: UInt8[np.ndarray, " events"],
    after: UInt8[np.ndarray, " events"],
    counts: Int32[np.ndarray, "cells states"],
) -> None:
    """Move the agents of some events from one state's count to another's."""
    for k in range(agent.size):
        c = cell[agent[k]]
        if c >= 0:
            counts[c, before[k]] -= 1
            counts[c, after[k]] += 1


@njit(cache=True, nogil=True)
def add_infections(
    cell: Int32[np.ndarray, " agents"],
    agent: Int32[np.ndarray, " events"],
    before: UInt8[np.ndarray, " events"],
    after: UInt8[np.ndarray, " events"],
    infected: UInt8[np.ndarray, " states"],
    new: Int32[np.ndarray, " cells"],
) -> None:
    """Add the infections among some events to the cells where the infected live."""
    for k in range(agent.size):
        c = cell[agent[k]]
        if c >= 0 and infected[after[k]] and not infected[before[k]]:
            new[c] += 1


@njit(cache=True, nogil=True)
def sum_first_days(
    cell: Int32[np.ndarray, " agents"],
    first_day: np.ndarray,
    ever: Int32[np.ndarray, " cells"],
    day_sum: Int64[np.ndarray, " cells"],
    today: int,
) -> None:
    """Count the ever infected of each cell and add up the days on which they were infected.

    A day after ``today`` is still to come.
    """
    ever[:] = 0
    day_sum[:] = 0
    for i in range(cell.size):
        if cell[i] >= 0 and 0 <= first_day[i] <= today:
            ever[cell[i]] += 1
            day_sum[cell[i]] += first_day[i]


@njit(cache=True, nogil=True)
def add_first_days(
    cell: Int32[np.ndarray, " agents"],
    agent: Int32[np.ndarray, " events"],
    day: int,
    first_day: np.ndarray,
    ever: Int32[np.ndarray, " cells"],
    day_sum: Int64[np.ndarray, " cells"],
) -> None:
    """Add those who were infected for the first time on `day`."""
    for k in range(agent.size):
        c = cell[agent[k]]
        if c >= 0 and first_day[agent[k]] == day:
            ever[c] += 1
            day_sum[c] += day


@njit(cache=True, nogil=True)
def tally(
    counts: Int32[np.ndarray, "cells states"],
    chosen: UInt8[np.ndarray, " states"],
    out: Int32[np.ndarray, " cells"],
) -> None:
    """Add up the chosen states of each cell."""
    for c in range(counts.shape[0]):
        total = 0
        for s in range(counts.shape[1]):
            total += counts[c, s] * np.int32(chosen[s])
        out[c] = total


@njit(cache=True, nogil=True)
def pack(
    high: Int32[np.ndarray, " cells"],
    low: Int32[np.ndarray, " cells"],
    pixel_of_cell: Int32[np.ndarray, " cells"],
    grid: Int64[np.ndarray, "height width"],
) -> None:
    """Put two counts of each cell into one 64-bit number, so that one blur smooths both."""
    grid[:] = 0
    flat = grid.ravel()
    for c in range(pixel_of_cell.size):
        flat[pixel_of_cell[c]] = (np.int64(high[c]) << 32) + np.int64(low[c])


@njit(cache=True, nogil=True)
def blur(
    grid: Int64[np.ndarray, "height width"],
    radius: int,
    spare: Int64[np.ndarray, "height width"],
    lines: Int64[np.ndarray, "2 width"],
) -> None:
    """Replace each number by a sum over its neighbourhood: a box of 2 radius + 1, twice.

    The sums are whole numbers. Running sums of floats leave small negative remainders where
    nobody is ill, and their square roots paint black pixels; these cannot.
    """
    first, second = lines[0], lines[1]
    for line in range(grid.shape[0]):
        _box(grid[line], radius, first)
        _box(first, radius, second)
        grid[line, :] = second
    _box_down(grid, radius, spare)
    _box_down(spare, radius, grid)


@njit(cache=True, nogil=True)
def _box(source: Int64[np.ndarray, " n"], radius: int, out: Int64[np.ndarray, " n"]) -> None:
    total = np.int64(0)
    n = source.size
    for k in range(min(radius, n)):
        total += source[k]
    for k in range(n):
        if k + radius < n:
            total += source[k + radius]
        if k - radius > 0:
            total -= source[k - radius - 1]
        out[k] = total


@njit(cache=True, nogil=True)
def _box_down(
    source: Int64[np.ndarray, "height width"],
    radius: int,
    out: Int64[np.ndarray, "height width"],
) -> None:
    height, width = source.shape
    out[0, :] = source[0]
    for line in range(1, min(radius + 1, height)):
        for k in range(width):
            out[0, k] += source[line, k]
    for line in range(1, height):
        for k in range(width):
            total = out[line - 1, k]
            if line + radius < height:
                total += source[line + radius, k]
            if line - radius > 0:
                total -= source[line - radius - 1, k]
            out[line, k] = total


def blur_weight(radius: int) -> int:
    """Return the sum of the weights of `blur`, far from the edges of the picture."""
    return (2 * radius + 1) ** 4


def safe_radius(wanted: int, most_people: int, width: int, height: int) -> int:
    """Return the largest radius up to `wanted` whose sums fit the 31 bits `pack` gives them."""
    radius = min(wanted, (min(width, height) - 1) // 4)
    while radius > 0 and blur_weight(radius) * max(most_people, 1) >= 2**31:
        radius -= 1
    return radius


@njit(cache=True, nogil=True)
def _sampled_cells(
    x: Float32[np.ndarray, " agents"],
    y: Float32[np.ndarray, " agents"],
    metres: float,
    one_in: int,
    keys: Int64[np.ndarray, " agents"],
) -> int:
    """Keep the squares (of side `metres`) of one in so many, chosen by a hash of the square."""
    kept = 0
    for i in range(x.size):
        column = np.int64(math.floor(x[i] / metres))
        line = np.int64(math.floor(y[i] / metres))
        mixed = (column * 73856093) ^ (line * 19349663)
        if (mixed ^ (mixed >> 9)) % one_in == 0:
            keys[kept] = (column << 32) ^ (line & 0xFFFFFFFF)
            kept += 1
    return kept


def people_in_a_full_pixel(
    x: Float32[np.ndarray, " agents"],
    y: Float32[np.ndarray, " agents"],
    metres: float,
    quantile: float = 0.99,
) -> float:
    """Return how many people a densely settled square of this side (metres) holds.

    A property of the population and the scale, not of the rectangle in view: so the brightness of
    a street does not change while one pans.
    """
    if x.size == 0:
        return 1.0
    one_in = max(1, x.size // 100_000)
    keys = np.empty(x.size, np.int64)
    kept = keys[: _sampled_cells(x, y, metres, one_in, keys)]
    if kept.size == 0:
        return 1.0
    return float(np.quantile(np.unique(kept, return_counts=True)[1], quantile))
