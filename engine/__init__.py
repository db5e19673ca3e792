"""Populace engine: agent-based simulation of millions of people, with no screen and no server."""

import os

if __name__ == "engine":
    raise ImportError("import this package as populace.engine (first: pip install -e .)")

# Before numpy, numba and torch are imported: transparent huge pages double the resident memory of
# sparsely used buffers, and spinning OpenMP threads steal the cores that the screen needs.
os.environ.setdefault("NUMPY_MADVISE_HUGEPAGE", "0")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("NUMBA_THREADING_LAYER", "omp")
