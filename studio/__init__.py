"""Populace studio."""

if __name__ == "studio":
    raise ImportError("import this package as populace.studio (first: pip install -e .)")
