"""Who meets whom, computed from a person's number, in Numba.

A *seat* is a person's place in a group, counted in the order of numbers: the kernel draws a seat,
and `person_at` says whose it is. `rows.py` lists the same groups for a run that keeps everybody.
"""

from functools import partial
from typing import Any

import numpy as np
from numba import njit

from populace.engine.kernels.draws import below, mix
from populace.engine.lean.block import BITS, SIZE
from populace.engine.streams import G1, G2

HOME, SCHOOL, TEAM, REGION, EVERYBODY = range(5)
_SHIFT_SALT = np.uint32(0x7A3C55E1)
_UNIT_SALT = np.uint32(0x2C1B3C6D)

u32 = np.uint32

compiled: Any = partial(njit, nogil=True, cache=True, _nrt=False)  # pyright: ignore[reportCallIssue]


@compiled(forceinline=True)
def region_of(person, layout):
    """Return the region of a person."""
    region = np.int64(layout.region_of_block[person >> BITS])
    while layout.region_start[region + 1] <= person:
        region += 1
    return region


@compiled(forceinline=True)
def unit_of(block, country, blocks):
    """Return the factor of a block's workers, and the shift."""
    draw = mix(u32(u32(block) * G1 + _UNIT_SALT))
    unit = np.int64(blocks.units[country, below(draw, blocks.unit_count[country])])
    return unit, below(mix(u32(u32(block) * G2 + _SHIFT_SALT)), blocks.workers[country])


@compiled(forceinline=True)
def team_of(person, country, blocks):
    """Return the team of a worker inside the district.

    A team has one worker of each block; factor and shift differ, so that those who share a home
    in one block do not work with those who share one in the next.
    """
    unit, shift = unit_of(person >> BITS, country, blocks)
    rank = np.int64(blocks.worker[country, person & (SIZE - 1)])
    return (unit * rank + shift) % blocks.workers[country]


@compiled(forceinline=True)
def group_of(kind, person, country, layout, blocks):
    """Return first and size of somebody's group; size 0 = no group.

    First: a person, or for schools and teams a block. Those of a team must know `team_of` as well.
    """
    if kind == EVERYBODY:
        return np.int64(0), layout.people
    if kind == REGION:
        region = region_of(person, layout)
        first = layout.region_start[region]
        return first, layout.region_start[region + 1] - first
    block = person >> BITS
    offset = person & (SIZE - 1)
    if kind == HOME:
        first = (block << BITS) + np.int64(blocks.household_first[country, offset])
        return first, min(np.int64(blocks.household_size[country, offset]), layout.people - first)
    if kind == SCHOOL:
        if blocks.pupil[country, offset] < 0:
            return np.int64(0), np.int64(0)
        size = np.int64(layout.school_blocks[block]) * blocks.pupils[country]
        return np.int64(layout.school_first[block]), size
    if blocks.worker[country, offset] < 0:
        return np.int64(0), np.int64(0)
    return np.int64(layout.team_first[block]), np.int64(layout.team_blocks[block])


@compiled(forceinline=True)
def person_at(kind, first, seat, team, layout, blocks):
    """Return who has a seat of a group that `group_of` described."""
    if kind == SCHOOL:
        country = np.int64(layout.country_of_block[first])
        pupils = blocks.pupils[country]
        block = first + seat // pupils
        return (block << BITS) + np.int64(blocks.pupil_at[country, seat % pupils])
    if kind == TEAM:
        block = first + seat
        country = np.int64(layout.country_of_block[block])
        workers = blocks.workers[country]
        unit, shift = unit_of(block, country, blocks)
        rank = np.int64(blocks.inverse[country, unit]) * (team - shift + workers) % workers
        return (block << BITS) + np.int64(blocks.worker_at[country, rank])
    return first + seat


@compiled()
def groups(kind, layout, blocks, group, size):
    """List everybody's group: a number of its own for each group, or -1; and its size."""
    for person in range(layout.people):
        country = np.int64(layout.country_of_block[person >> BITS])
        first, size[person] = group_of(kind, person, country, layout, blocks)
        team = team_of(person, country, blocks) if kind == TEAM and size[person] > 0 else 0
        group[person] = first * SIZE + team if size[person] > 0 else -1
