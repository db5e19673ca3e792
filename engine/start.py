"""Who is infected on day 0."""

import numpy as np
from jaxtyping import Int32

from populace.engine.people import People
from populace.engine.streams import drawn_agents, mix_int

# Draws of regions must not repeat the draws of people.
_REGIONS = 0x517CC1B7


def drawn_first(
    run: np.uint32, people: People, wanted: int, region_count: int
) -> Int32[np.ndarray, " agents"]:
    """Draw ``wanted`` people evenly: from everybody, or from the people of a few regions.

    ``region_count`` regions are drawn by the people in them; 0 means everywhere.
    """
    if region_count == 0 or people.agent_count == 0:
        return drawn_agents(run, people.agent_count, wanted)
    regions = _drawn_regions(run, people, region_count)
    starts = np.searchsorted(people.region_index, regions, "left")
    sizes = np.searchsorted(people.region_index, regions, "right") - starts
    ends = np.cumsum(sizes)
    # Positions in the joined regions, back to rows of people.
    positions = drawn_agents(run, int(ends[-1]), wanted)
    block = np.searchsorted(ends, positions, "right")
    return (positions - (ends - sizes)[block] + starts[block]).astype(np.int32)


def _drawn_regions(run: np.uint32, people: People, wanted: int) -> np.ndarray:
    inhabited = len(np.unique(people.region_index))
    wanted = min(wanted, inhabited)
    chosen: dict[int, None] = {}
    key = np.uint32(mix_int(int(run) ^ _REGIONS))
    draws = min(wanted, people.agent_count)
    while len(chosen) < wanted:
        # Drawing more people finds more regions; all of them are drawn in the end.
        for agent in drawn_agents(key, people.agent_count, draws):
            chosen.setdefault(int(people.region_index[agent]))
        draws = min(2 * draws, people.agent_count)
    return np.sort(np.array(list(chosen)[:wanted]))
