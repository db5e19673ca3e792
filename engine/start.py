"""Who is infected on day 0."""

import numpy as np
from jaxtyping import Int32, Int64

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
    ends = np.searchsorted(people.region_index, np.arange(people.region_count), "right")
    region_start = np.concatenate([[0], ends]).astype(np.int64)
    return drawn_from(run, region_start, wanted, region_count).astype(np.int32)


def drawn_from(
    run: np.uint32, region_start: Int64[np.ndarray, " ends"], wanted: int, region_count: int
) -> Int64[np.ndarray, " agents"]:
    """Draw ``wanted`` people, of whom region r has those from ``region_start[r]`` on."""
    agent_count = int(region_start[-1])
    if region_count == 0 or agent_count == 0:
        return drawn_agents(run, agent_count, wanted).astype(np.int64)
    regions = _drawn_regions(run, region_start, region_count)
    starts, sizes = region_start[regions], np.diff(region_start)[regions]
    ends = np.cumsum(sizes)
    # Positions in the joined regions, back to rows of people.
    positions = drawn_agents(run, int(ends[-1]), wanted)
    block = np.searchsorted(ends, positions, "right")
    return positions - (ends - sizes)[block] + starts[block]


def _drawn_regions(run: np.uint32, region_start: np.ndarray, wanted: int) -> np.ndarray:
    agent_count = int(region_start[-1])
    inhabited = int(np.count_nonzero(np.diff(region_start)))
    wanted = min(wanted, inhabited)
    chosen: dict[int, None] = {}
    key = np.uint32(mix_int(int(run) ^ _REGIONS))
    draws = min(wanted, agent_count)
    while len(chosen) < wanted:
        # Drawing more people finds more regions; all of them are drawn in the end.
        for agent in drawn_agents(key, agent_count, draws):
            chosen.setdefault(int(np.searchsorted(region_start, agent, "right")) - 1)
        draws = min(2 * draws, agent_count)
    return np.sort(np.array(list(chosen)[:wanted]))
