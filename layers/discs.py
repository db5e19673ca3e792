"""Streets: each person is a soft disc, the calm ones first and the infectious on top."""

import numpy as np
from jaxtyping import Float32, Int16, Int32, UInt8
from numba import njit

_SQUARE = 12  # pixels; how finely the crowding of a street is looked at
_SMALLEST, _LARGEST = 1.3, 7.0  # radius of a disc, pixels


@njit(cache=True, nogil=True)
def people_in_view(
    x: Float32[np.ndarray, " agents"],
    y: Float32[np.ndarray, " agents"],
    bounds: tuple[float, float, float, float],
    limit: int,
    agent: Int32[np.ndarray, " limit"],
) -> int:
    """List the agents inside the bounds; return how many, or limit + 1 when they are more."""
    x0, y0, x1, y1 = bounds
    count = 0
    for i in range(x.size):
        if x0 <= x[i] < x1 and y0 <= y[i] < y1:
            if count == limit:
                return limit + 1
            agent[count] = i
            count += 1
    return count


def disc_radius(
    across: Float32[np.ndarray, " people"], up: Float32[np.ndarray, " people"]
) -> float:
    """Return a radius in pixels at which neighbours on a street touch without becoming a wall."""
    if across.size == 0:
        return _SMALLEST
    square = (across // _SQUARE).astype(np.int64) * 100_000 + (up // _SQUARE).astype(np.int64)
    people = np.unique(square, return_counts=True)[1]
    # As the typical person sees it, not the typical square: weights by people.
    crowding = float((people.astype(np.float64) ** 2).sum() / people.sum()) / _SQUARE**2
    return float(np.clip(0.42 / np.sqrt(crowding), _SMALLEST, _LARGEST))


@njit(cache=True, nogil=True)
def kinds_of_states(
    agent: Int32[np.ndarray, " people"],
    state: UInt8[np.ndarray, " agents"],
    kind_of_state: UInt8[np.ndarray, " states"],
    kind: UInt8[np.ndarray, " people"],
) -> None:
    """Give each person in view the kind of disc of his or her state."""
    for k in range(agent.size):
        kind[k] = kind_of_state[state[agent[k]]]


@njit(cache=True, nogil=True)
def kinds_of_days(
    agent: Int32[np.ndarray, " people"],
    first_day: Int16[np.ndarray, " agents"],
    first: int,
    last: int,
    kinds: int,
    kind: UInt8[np.ndarray, " people"],
    today: int,
) -> None:
    """Give kind 0 to the never infected, else 1 to kinds - 1 by the day of first infection.

    A day after ``today`` is still to come.
    """
    for k in range(agent.size):
        day = np.int64(first_day[agent[k]])
        step = (min(max(day, first), last) - first) * (kinds - 2) // (last - first)
        kind[k] = 0 if day < 0 or day > today else np.uint8(1 + step)


@njit(cache=True, nogil=True)
def draw_discs(
    across: Float32[np.ndarray, " people"],
    up: Float32[np.ndarray, " people"],
    kind: UInt8[np.ndarray, " people"],
    colour: Float32[np.ndarray, "kinds 3"],
    radius: Float32[np.ndarray, " kinds"],
    opacity: Float32[np.ndarray, " kinds"],
    halo: Float32[np.ndarray, " kinds"],
    out: UInt8[np.ndarray, "height width 4"],
) -> None:
    """Draw everybody, kind by kind in rising order; `halo` is the radius of a glow (0 = none)."""
    height, width = out.shape[:2]
    order = np.empty(kind.size, np.int32)
    start = np.zeros(colour.shape[0] + 1, np.int64)
    for k in range(kind.size):
        start[kind[k] + 1] += 1
    for s in range(colour.shape[0]):
        start[s + 1] += start[s]
    place = start.copy()
    for k in range(kind.size):
        order[place[kind[k]]] = k
        place[kind[k]] += 1
    for s in range(colour.shape[0]):
        if halo[s] > 0:
            for q in range(start[s], start[s + 1]):
                k = np.int64(order[q])
                _blend(across[k], up[k], halo[s], True, colour[s], 0.45, height, width, out)
        for q in range(start[s], start[s + 1]):
            k = np.int64(order[q])
            _blend(across[k], up[k], radius[s], False, colour[s], opacity[s], height, width, out)


@njit(cache=True, nogil=True)
def _blend(
    across: float,
    up: float,
    radius: float,
    soft: bool,
    colour: Float32[np.ndarray, " 3"],
    opacity: float,
    height: int,
    width: int,
    out: UInt8[np.ndarray, "height width 4"],
) -> None:
    one, half = np.float32(1), np.float32(0.5)
    r = np.float32(radius)
    reach = r + half
    for line in range(max(0, int(up - reach)), min(height, int(up + reach) + 1)):
        for k in range(max(0, int(across - reach)), min(width, int(across + reach) + 1)):
            dx = np.float32(k) + half - across
            dy = np.float32(line) + half - up
            square = dx * dx + dy * dy
            if square >= reach * reach:
                continue
            distance = np.sqrt(square)
            if soft:
                cover = max(np.float32(0), one - distance / r)
                cover *= cover * np.float32(opacity)
            else:
                cover = min(one, reach - distance) * np.float32(opacity)
            below = np.float32(out[line, k, 3]) * np.float32(1 / 255) * (one - cover)
            total = cover + below
            if total <= np.float32(0.003):
                continue
            part = cover / total
            for z in range(3):
                v = np.float32(out[line, k, z])
                out[line, k, z] = np.uint8(v + (colour[z] - v) * part + half)
            out[line, k, 3] = np.uint8(min(np.float32(255), total * np.float32(255) + half))
