"""Populace layers."""

if __name__ == "layers":
    raise ImportError("import this package as populace.layers (first: pip install -e .)")
