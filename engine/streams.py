"""Counter-based draws that belong to agents.

Nothing is ever drawn "next": a draw is a hash of what it is for. So it depends on no order of
loops, number of threads, size of chunks, shard, device or scenario, and a slider changes which
attempts are accepted but never the attempts themselves. All numbers are unsigned 32 bit.

    run      = mix(seed ^ AGENT)
    agent    = mix(mix(id * G1 + run) ^ (run * G2 + episode * M2))    owns an infection
    branch   = mix(agent ^ (BRANCH + state * G2))                     where a state leads
    dwell    = mix(agent ^ (DWELL + state * G2))                      how long it lasts
    conduct  = mix(agent ^ key of the behaviour)                      whether it is taken up
    spreader = mix(agent ^ SPREADER)                                  how infectious a person is
    day      = mix(agent + (days since infection | slab << 16) * G1)
    attempts = mix(day ^ key of the network)                          against a Poisson table
    mark     = mix(attempts + z * G1)              of attempt z = 1, 2, ...: accepted if below
    target   = mix(mark ^ TARGET)                  position in the group
    tie      = mix(target ^ TIE)                   who infects, if two attempts meet

Infections from elsewhere belong to a day and a strain, not to a person:

    brought  = mix(mix(day * G1 + IMPORT) ^ (run + strain * G2))
    number   = mix(brought + s * G1)               of slab s = 0, 1 ...: against a Poisson table
    person   = mix(mix(brought ^ TARGET) + i * G1) of import i = 0, 1 ...: position among people
    mark     = mix(person ^ TIE)                   infected if below the chance of the state

So do deaths of other causes, with BIRTH for IMPORT and no strain.

`mix` is a bijection of 32 bits, so two agents never share a key within an episode. The key of a
network or behaviour is a hash of its name, not of its place in a list.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import UInt32

M1 = np.uint32(0x7FEB352D)
M2 = np.uint32(0x846CA68B)
G1 = np.uint32(0x9E3779B9)
G2 = np.uint32(0x85EBCA6B)
AGENT = np.uint32(0x5BD1E995)
DWELL = np.uint32(0x01234567)
BRANCH = np.uint32(0x2545F491)
TARGET = np.uint32(0x68BC21EB)
TIE = np.uint32(0x1B873593)
START = np.uint32(0x3C6EF372)
IMPORT = np.uint32(0x6A09E667)
SPREADER = np.uint32(0x1F83D9AB)
BIRTH = np.uint32(0x510E527F)

_MASK = 0xFFFFFFFF


def mix_int(x: int) -> int:
    """Hash one Python integer: the same bits as `mix` in any other form."""
    x &= _MASK
    x ^= x >> 16
    x = x * int(M1) & _MASK
    x ^= x >> 15
    x = x * int(M2) & _MASK
    return x ^ (x >> 16)


def run_key(seed: int) -> np.uint32:
    """Return the key of a run; of a seed beyond 32 bits, both halves count."""
    upper = int(seed) >> 32
    folded = int(seed) ^ mix_int(upper) if upper else int(seed)
    return np.uint32(mix_int(folded ^ int(AGENT)))


def name_key(name: str) -> np.uint32:
    """Return the key of a network or behaviour."""
    return np.uint32(int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "little"))


def drawn_agents(run: np.uint32, agent_count: int, wanted: int) -> np.ndarray:
    """Return ``wanted`` different agents, drawn evenly: the same for every device and order."""
    wanted = min(wanted, agent_count)
    if wanted > agent_count // 2:
        keys = [mix_int(mix_int(agent + int(START)) ^ int(run)) for agent in range(agent_count)]
        return np.sort(np.argsort(np.array(keys), kind="stable")[:wanted]).astype(np.int32)
    chosen: dict[int, None] = {}
    counter = 0
    while len(chosen) < wanted:
        draw = mix_int(mix_int(counter * int(G1) + int(START)) ^ int(run))
        chosen[draw * agent_count >> 32] = None
        counter += 1
    return np.array(sorted(chosen), np.int32 if agent_count <= 2**31 else np.int64)


def mix_all(x: np.ndarray) -> UInt32[np.ndarray, " draws"]:
    """Hash many numbers at once, as `mix` does."""
    x = np.asarray(x, np.uint32)
    x = x ^ (x >> np.uint32(16))
    x = x * M1  # overflow keeps the low bits
    x = x ^ (x >> np.uint32(15))
    x = x * M2
    return x ^ (x >> np.uint32(16))
