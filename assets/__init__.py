"""Populace assets."""

if __name__ == "assets":
    raise ImportError("import this package as populace.assets (first: pip install -e .)")
