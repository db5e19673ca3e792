"""Populace sample_projects."""

if __name__ == "sample_projects":
    raise ImportError("import this package as populace.sample_projects (first: pip install -e .)")
