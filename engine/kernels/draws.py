"""The draws of `streams` in compiled form, for the hot loops: the same bits."""

import numpy as np
from numba import njit

from populace.engine.streams import G1, G2, M1, M2

# What compiled code counts with.
Whole = int | np.integer


@njit(inline="always")
def mix(x: np.uint32) -> np.uint32:
    """Hash 32 bits to 32 bits, one to one."""
    x = np.uint32(x ^ (x >> np.uint32(16)))
    x = np.uint32(x * M1)
    x = np.uint32(x ^ (x >> np.uint32(15)))
    x = np.uint32(x * M2)
    return np.uint32(x ^ (x >> np.uint32(16)))


@njit(inline="always")
def agent_key(agent: Whole, episode: Whole, run: np.uint32) -> np.uint32:
    """Return the key that owns one infection of one agent."""
    first = mix(np.uint32(np.uint32(agent) * G1 + run))
    second = np.uint32(np.uint32(run * G2) + np.uint32(np.uint32(episode) * M2))
    return mix(np.uint32(first ^ second))


@njit(inline="always")
def state_draw(salt: np.uint32, state: Whole, key: np.uint32) -> np.uint32:
    """Draw for one state of an infection: ``salt`` is DWELL or BRANCH."""
    return mix(np.uint32(key ^ np.uint32(salt + np.uint32(np.uint32(state) * G2))))


@njit(inline="always")
def below(draw: np.uint32, count: Whole) -> np.int64:
    """Turn a draw into a position from 0 to count - 1."""
    return np.int64((np.uint64(draw) * np.uint64(count)) >> np.uint64(32))
