"""Draws for observations: they belong to an infection of an agent, and to nothing else.

What is observed changes nothing in the run, and a changed rate of reporting changes only who is
reported: everybody else keeps their draw.
"""

import numpy as np
from jaxtyping import Int32, UInt16, UInt32
from numba import njit

from populace.engine.kernels.draws import agent_key, mix
from populace.engine.streams import name_key, run_key
from populace.engine.tables import DWELL_ENTRIES, FULL, dwell_row


def draws(
    agent: Int32[np.ndarray, " infections"],
    number: UInt16[np.ndarray, " infections"],
    seed: int,
    name: str,
) -> UInt32[np.ndarray, " infections"]:
    """Return a draw for each infection; ``name`` says what it is for."""
    found = np.empty(len(agent), np.uint32)
    _fill(
        found,
        np.ascontiguousarray(agent),
        np.ascontiguousarray(number),
        run_key(seed),
        name_key(name),
    )
    return found


def chosen(drawn: UInt32[np.ndarray, " infections"], share: float) -> np.ndarray:
    """Mark ``share`` of the draws; those marked for a smaller share stay marked for a larger."""
    return drawn < np.uint64(share * FULL)


def drawn_days(
    drawn: UInt32[np.ndarray, " infections"], mean: float, shape: int
) -> Int32[np.ndarray, " infections"]:
    """Return whole days, at least 1, of an Erlang distribution: the tables of the engine."""
    row = np.array(dwell_row(mean, shape), np.int32)
    return row[drawn // np.uint32(FULL // DWELL_ENTRIES)]


@njit
def _fill(found, agent, number, run, name):  # noqa: ANN001, ANN202 (Numba infers the types)
    for row in range(len(found)):
        found[row] = mix(np.uint32(agent_key(agent[row], number[row], run) ^ name))
