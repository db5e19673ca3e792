"""Numbers as people type them: with thousands separators, and shares in per cent."""

import math

from populace.engine.errors import ProjectError


def number_of(text: str, *, share: bool = False, place: str = "") -> float:
    """Read "1,200", or "60 %" where it is a share; the error names the place."""
    per_cent = share and text.endswith("%")
    written = text.removesuffix("%").strip() if per_cent else text
    try:
        value = float(written.replace(",", ""))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        wanted = f"must be a number, not {text!r}." if text else "write a number here."
        raise ProjectError(wanted, place=place)
    # Without the tail that binary fractions leave.
    return round(value / 100, 12) if per_cent else value
