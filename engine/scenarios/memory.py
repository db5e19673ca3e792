"""Memory: how many runs fit at once."""

import os
from pathlib import Path

from populace.engine.kernels.cpu import core_count
from populace.engine.world import World

# Of one run beside its world, which all share. Measured: 54 to 70 bytes a person where nearly all
# are infected, the event log included (2026-11-25); costs are counted from a copy of the log.
BYTES_PER_PERSON = 120
_BYTES_PER_COMPUTED = 4  # where people are computed a run keeps a byte of each
_SHARE = 0.8  # of the free memory; the rest is for whoever else works here
_UNKNOWN = 4 * 2**30  # where the system does not tell


def free_bytes() -> int:
    """Return the memory that may be taken: of the machine, and of the container if there is one."""
    free = _machine()
    limit, used = (_number(f"/sys/fs/cgroup/memory.{name}") for name in ("max", "current"))
    if limit is not None and used is not None:
        free = min(free, max(0, limit - used))
    return free


def fitting(world: World, wanted: int, free: int | None = None) -> int:
    """Return how many runs of a world go on at once: as many as cores, tasks and memory allow."""
    of_one = BYTES_PER_PERSON if world.crowd is None else _BYTES_PER_COMPUTED
    each = max(1, world.agent_count * of_one)
    free = free_bytes() if free is None else free
    return max(1, min(wanted, core_count(), int(_SHARE * free) // each))


def _machine() -> int:
    try:
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_AVPHYS_PAGES")
    except (OSError, ValueError, AttributeError):
        return _UNKNOWN


def _number(path: str) -> int | None:
    try:
        return int(Path(path).read_text(encoding="ascii"))
    except (OSError, ValueError):  # no such file, or the word "max"
        return None
