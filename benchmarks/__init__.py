"""Populace benchmarks: what the engine and the screen reach on this machine."""

if __name__ == "benchmarks":
    raise ImportError("import this package as populace.benchmarks (first: pip install -e .)")
