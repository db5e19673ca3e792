"""The settings of a selection, declared once for all parts of a model that choose people."""

from populace.engine.quantities import Structure
from populace.engine.selection import AGE_MAX


def youngest(source: str, doc: str) -> Structure:
    """Declare the age from which on people are chosen."""
    return Structure(0, bounds=(0, AGE_MAX), unit="years", source=source, doc=doc)


def oldest(source: str, doc: str) -> Structure:
    """Declare the last age at which people are chosen."""
    return Structure(AGE_MAX, bounds=(0, AGE_MAX), unit="years", source=source, doc=doc)


def places(source: str, doc: str) -> Structure:
    """Declare the regions whose people are chosen."""
    return Structure("", unit="names, with commas", source=source, doc=doc)


def name(source: str, doc: str) -> Structure:
    """Declare the attribute or membership that chosen people have."""
    return Structure("", unit="name", source=source, doc=doc)


def values(source: str, doc: str) -> Structure:
    """Declare which values of the attribute chosen people have."""
    return Structure("", unit="names, or >= 3", source=source, doc=doc)
