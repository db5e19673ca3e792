"""Arrays of which only what is written takes memory."""

import math
import mmap
import sys

import numpy as np
from numpy.typing import DTypeLike

_FLAGS = getattr(mmap, "MAP_PRIVATE", 0) | getattr(mmap, "MAP_ANONYMOUS", 0)
# Linux refuses to promise more memory than there is, and need not: most is never touched. Python
# has a name for the flag since 3.13; it is the same number on x86 and Arm.
_FLAGS |= 0x4000 if sys.platform == "linux" else 0


def untouched(shape: tuple[int, ...], kind: DTypeLike, *, large_pages: bool = False) -> np.ndarray:
    """Return an array of zeros for the worst case; a page takes memory once it is written.

    Large pages are for what is read here and there and filled in the end: there are fewer to find.
    """
    size = max(1, math.prod(shape)) * np.dtype(kind).itemsize
    room = mmap.mmap(-1, size, flags=_FLAGS)
    if large_pages and hasattr(mmap, "MADV_HUGEPAGE"):
        room.madvise(mmap.MADV_HUGEPAGE)
    return np.frombuffer(room, kind, math.prod(shape)).reshape(shape)
