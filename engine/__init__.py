"""Populace engine: agent-based simulation of millions of people, with no screen and no server."""

import importlib
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from populace.engine.project import Project
    from populace.engine.simulation import Simulation

__all__ = ["Project", "Simulation"]

if __name__ == "engine":
    raise ImportError("import this package as populace.engine (first: pip install -e .)")

# Before numpy, numba and torch are imported: transparent huge pages double the resident memory of
# sparsely used buffers, and spinning OpenMP threads steal the cores that the screen needs.
os.environ.setdefault("NUMPY_MADVISE_HUGEPAGE", "0")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("NUMBA_THREADING_LAYER", "omp")

# The public names, and where they are made: nothing heavy is imported before it is asked for.
_HOMES = {"Project": "populace.engine.project", "Simulation": "populace.engine.simulation"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
