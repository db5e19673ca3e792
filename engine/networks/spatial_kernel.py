"""Acquaintances by distance between dwellings: the nearer, the likelier."""

import math

import numpy as np
from numba import njit

from populace.engine.contacts import Edges
from populace.engine.kernels.draws import below, mix
from populace.engine.networks._draws import (
    contacts_per_edge,
    draw,
    drawing,
    edges_each,
    exponential,
    network_key,
    power,
    share_of,
)
from populace.engine.networks._graphs import Pairs, edges_of, without_repeats
from populace.engine.networks._regions import draws_each, ground_metres
from populace.engine.networks.base import Network
from populace.engine.people import People
from populace.engine.quantities import Structure
from populace.engine.streams import TARGET

# The smallest cells hold so many people.
LEAF = 16
# Cells wider than this part of their distance (and the scale) are looked at in halves.
WIDTH_MAX = 0.5
# Steps of the tables of the kernel. Between them it is a straight line.
STEPS = 1 << 14
# Who lives among no others gives up after so many people of their own dwelling, or too far away.
TRIES_MAX = 2_000


class SpatialKernel(Network):
    """Everybody chooses half of their edges; whom, falls with the distance to their dwelling.

    A person at distance d is chosen in proportion to (1 + d / scale) to the power -exponent, or
    to exp(-d / scale), over all people outside the own dwelling. Distances are straight lines on
    the ground. Two people who choose each other are joined once.
    """

    form = Structure(
        "power_law",
        choices=("power_law", "exponential"),
        source="González, Hidalgo and Barabási 2008, Nature 453:779, for power_law",
        doc="How the chance falls with the distance.",
    )
    scale = Structure(
        1_500.0,
        bounds=(1, 1_000_000),
        unit="metres",
        source="González, Hidalgo and Barabási 2008, Nature 453:779: 1.5 km",
        doc="The distance up to which the chance falls little.",
    )
    exponent = Structure(
        2.75,
        bounds=(0.1, 10),
        unit="exponent",
        source="González, Hidalgo and Barabási 2008, Nature 453:779: lengths of trips fall with "
        "the power 1.75; a ring on the ground grows with its distance, hence one more",
        doc="Of power_law: the larger, the fewer contacts far away.",
    )
    edges_each = edges_each()
    contacts_per_edge = contacts_per_edge()
    drawing = drawing()

    def contacts(self, people: People) -> Edges:
        """Choose a cell of people by its distance, then somebody in it by theirs."""
        count = people.agent_count
        key = network_key(self.own_name, self.drawing)
        half = draws_each(key, count, self.edges_each / 2)
        x, y = ground_metres(people)
        order = _along_a_curve(x, y)
        x, y, dwelling = x[order], y[order], people.dwelling[order].astype(np.int32)
        table = _kernel_table(self.form == "power_law", float(self.exponent))
        boxes = _boxes(x, y)
        columns = x, y, dwelling, order
        first, second = _chosen(key, half, columns, boxes, table, float(self.scale))
        first, second = without_repeats(count, first, second)
        return edges_of(count, first, second, self.contacts_per_edge)


def _along_a_curve(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the rows of people in Morton's order: those near in it are near on the ground."""
    if not len(x):
        return np.zeros(0, np.int32)
    wide = max(x.max() - x.min(), y.max() - y.min(), 1.0)
    code = np.zeros(len(x), np.uint64)
    for shift, axis in enumerate((x, y)):
        part = ((axis - axis.min()) / wide * 65_535).astype(np.uint64)
        # Put a zero between any two bits.
        for step, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
            part = (part | (part << np.uint64(step))) & np.uint64(mask)
        code |= part << np.uint64(shift)
    return np.argsort(code, kind="stable").astype(np.int32)


@njit(cache=True, nogil=True)
def _boxes(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return west, south, east, north of a tree of cells; the halves of cell c are 2c and 2c + 1.

    The second half of the rows are the smallest cells, of `LEAF` people along the curve.
    """
    leaves = 1
    while leaves * LEAF < len(x):
        leaves *= 2
    boxes = np.empty((2 * leaves, 4))
    boxes[:, :2], boxes[:, 2:] = np.inf, -np.inf
    for position in range(len(x)):
        box = boxes[leaves + position // LEAF]
        box[0], box[1] = min(box[0], x[position]), min(box[1], y[position])
        box[2], box[3] = max(box[2], x[position]), max(box[3], y[position])
    for cell in range(leaves - 1, 0, -1):
        for side in range(2):
            boxes[cell, side] = min(boxes[2 * cell, side], boxes[2 * cell + 1, side])
            boxes[cell, side + 2] = max(boxes[2 * cell, side + 2], boxes[2 * cell + 1, side + 2])
    return boxes


@njit(cache=True, nogil=True)
def _kernel_table(is_power_law: bool, exponent: float) -> np.ndarray:
    """Return the kernel at t = u / (1 + u) = 0 .. 1, where u is the distance in scales."""
    table = np.zeros(STEPS + 2)
    for step in range(STEPS):
        rest = 1.0 - step / STEPS  # = 1 / (1 + u)
        table[step] = power(rest, exponent) if is_power_law else exponential(-(step / STEPS) / rest)
    return table


@njit(inline="always")
def _kernel(table: np.ndarray, u: float) -> float:
    place = u / (1.0 + u) * STEPS
    step = int(place)
    return table[step] + (place - step) * (table[step + 1] - table[step])


@njit(cache=True, nogil=True)
def _seen_from(
    home: int,
    boxes: np.ndarray,
    people: int,
    table: np.ndarray,
    scale: float,
    found: np.ndarray,
    highest: np.ndarray,
    reach: np.ndarray,
) -> int:
    """Fill in the cells that together hold everybody, small ones near and large ones far.

    ``highest`` is the kernel at the least distance between both boxes, ``reach`` the running sum
    of it times people. Returns the number of cells.
    """
    leaves = len(boxes) // 2
    stack = np.empty(64, np.int64)
    stack[0], waiting = 1, 1
    count, run = 0, 0.0
    while waiting:
        waiting -= 1
        cell = stack[waiting]
        low, high = _span(cell, leaves, people)
        if low >= high:
            continue
        gap_x = max(boxes[cell, 0] - boxes[home, 2], boxes[home, 0] - boxes[cell, 2], 0.0)
        gap_y = max(boxes[cell, 1] - boxes[home, 3], boxes[home, 1] - boxes[cell, 3], 0.0)
        gap = math.sqrt(gap_x * gap_x + gap_y * gap_y)
        width = max(boxes[cell, 2] - boxes[cell, 0], boxes[cell, 3] - boxes[cell, 1])
        if cell < leaves and width > WIDTH_MAX * (gap + scale):
            stack[waiting], stack[waiting + 1] = 2 * cell + 1, 2 * cell
            waiting += 2
            continue
        highest[count] = _kernel(table, gap / scale)
        run += highest[count] * (high - low)
        found[count], reach[count] = cell, run
        count += 1
    return count


@njit(inline="always")
def _span(cell: int, leaves: int, people: int) -> tuple[int, int]:
    """Return the positions along the curve that a cell holds: from the first to before the last."""
    size = LEAF
    while cell < leaves:
        size *= 2
        cell *= 2
    low = (cell - leaves) * LEAF
    return min(low, people), min(low + size, people)


@njit(cache=True, nogil=True)
def _chosen(
    key: np.uint32,
    half: np.ndarray,
    columns: tuple[np.ndarray, ...],
    boxes: np.ndarray,
    table: np.ndarray,
    scale: float,
) -> Pairs:
    """Return pairs (chooser, chosen). Positions count along the curve; ``order`` gives the rows.

    A cell is drawn by its people times the kernel at the least distance between both boxes; a
    draw in it is kept by the kernel at the true distance over that one. So the chance is exact.
    """
    x, y, dwelling, order = columns
    people, leaves = len(x), len(boxes) // 2
    total = half.sum()
    first, second = np.empty(total, np.int32), np.empty(total, np.int32)
    found = np.empty(leaves, np.int64)
    highest, reach = np.empty(leaves), np.empty(leaves)
    pair = count = 0
    for position in range(people):
        if position % LEAF == 0:
            home = leaves + position // LEAF
            count = _seen_from(home, boxes, people, table, scale, found, highest, reach)
        person = order[position]
        attempt = 1
        for _ in range(half[person]):
            for _try in range(TRIES_MAX):
                bits = draw(key, person, attempt)
                attempt += 1
                share = share_of(bits) * reach[count - 1]
                cell = min(np.searchsorted(reach[:count], share, side="right"), count - 1)
                low, high = _span(found[cell], leaves, people)
                inside = mix(np.uint32(bits ^ TARGET))
                target = low + below(inside, high - low)
                if dwelling[target] == dwelling[position]:
                    continue
                east, north = x[target] - x[position], y[target] - y[position]
                away = math.sqrt(east * east + north * north)
                mark = share_of(mix(np.uint32(inside ^ TARGET)))
                if mark * highest[cell] < _kernel(table, away / scale):
                    first[pair], second[pair] = person, order[target]
                    pair += 1
                    break
    return first[:pair], second[:pair]
