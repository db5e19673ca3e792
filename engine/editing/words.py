"""Values in words: with the unit that their declaration gives them."""

import datetime as dt
from typing import Any

from populace.engine.quantities import Nested, Quantity, Structure

DAY = "day of the run"
_UNITS = {"x": "× usual", "1/day": "per day", "number": "", "state name": ""}


def in_words(declared: Quantity | Structure, value: Any) -> str:
    """Return a value as people read it: "80 %", "4.5 days", "50,000 people", "yes"."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(declared, Nested) or not isinstance(value, int | float):
        return str(value) if value not in ("", None) else "nothing"
    if declared.unit == "share":
        return f"{number(100 * value)} %"
    if declared.unit == DAY:
        return f"day {number(value)}"
    unit = _UNITS.get(declared.unit, declared.unit)
    return f"{number(value)} {unit}".strip()


def number(value: float) -> str:
    """Return a number with thousands separators and as many decimals as it was given."""
    # Of 15 figures a product such as 100 * 0.07 has some that nobody wrote.
    return f"{value:,}" if isinstance(value, int) else f"{value:,.10g}"


def range_in_words(declared: Quantity | Structure) -> str:
    """Return the range that a declaration admits, or the choices."""
    if isinstance(declared, Structure) and declared.choices:
        shown = [str(choice) or "nothing" for choice in declared.choices]
        return ", ".join(shown[:8]) + (f" and {len(shown) - 8} more" if len(shown) > 8 else "")
    low, high = getattr(declared, "bounds", None) or (None, None)
    if low is None and high is None:
        return ""
    if high is None:
        return f"from {in_words(declared, low)}"
    if low is None:
        return f"up to {in_words(declared, high)}"
    first = in_words(declared, low)
    if declared.unit not in ("share", DAY):
        first = number(low)  # the unit stands once, after both
    return f"{first} to {in_words(declared, high)}"


def long_date(date: dt.date) -> str:
    """Return "9 April 2020"."""
    return f"{date.day} {date:%B %Y}"
