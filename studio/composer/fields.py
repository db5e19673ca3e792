"""Fields: the declaration of a setting as a form shows it, and what a person typed as a value."""

import datetime as dt
import html
import re
from collections.abc import Mapping
from typing import Any

from populace.engine.policies.base import FOREVER
from populace.engine.quantities import Duration, Nested, Quantity, Structure
from populace.studio.composer.describe import written
from populace.studio.controls.form import decimals, is_live, round_power, unit_text
from populace.studio.views import numbers

DAY_UNIT = "day of the run"
# What belongs together, by the beginning of the name; the rest stands first, without a heading.
GROUPS = {
    "When it is in force": ("start_day", "end_day", "fade_in_days", "trigger"),
    "For whom": ("target_", "among_"),
    "At the start": ("initial_",),
}
_THOUSANDS = re.compile(r"[+-]?\d{1,3}([, ’']\d{3})+(\.\d+)?")
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")


def field(
    name: str,
    declared: Quantity | Structure,
    values: Mapping[str, Any],
    *,
    problem: str = "",
    start: dt.date | None = None,
) -> dict[str, Any]:
    """Return all that a form needs of one setting."""
    value = values.get(name, declared.default)
    low, high = declared.bounds or (None, None)
    percent = declared.unit == "share"
    shown: dict[str, Any] = {
        "name": name,
        "label": label_of(name, declared),
        "unit": "%" if percent else unit_text(declared.unit),
        "about": explain(declared),
        "value": text_of(declared, value),
        "kind": kind_of(declared),
        "choices": list(getattr(declared, "choices", None) or ()),
        "changed": name in values and value != declared.default,
        "back": written(declared, declared.default) if declared.default != "" else "nothing",
        "live": is_live(declared),
        "problem": in_per_cent(declared, value, problem),
        "group": group_of(name),
        "note": _date_note(declared, value, start),
    }
    if isinstance(declared, Quantity) and low is not None and high is not None:
        scale = 100 if percent else 1
        step = (declared.step or _step(high - low)) * scale
        shown["range"] = [low * scale, high * scale, step, decimals(step)]
    return shown


def label_of(name: str, declared: Quantity | Structure) -> str:
    """Return what a setting is called; those of a project stand in no class that names them."""
    return str(declared.label or name.replace("_", " ").capitalize())


def kind_of(declared: Quantity | Structure) -> str:
    """Return which control a form shows."""
    if isinstance(declared, Nested):
        return "nested"
    if isinstance(declared, Structure) and declared.choices:
        return "choice"
    if isinstance(declared.default, bool):
        return "switch"
    return "text" if isinstance(declared.default, str) else "number"


def group_of(name: str) -> str:
    """Return the heading under which a setting stands."""
    return next((title for title, starts in GROUPS.items() if name.startswith(starts)), "")


def text_of(declared: Quantity | Structure, value: Any) -> str:
    """Return a value as it stands in its box; what the declaration refuses stands as it is."""
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, int | float):
        if declared.unit == "share":
            return f"{value * 100:.10g}"
        return f"{value:.12g}" if isinstance(value, float) else str(value)
    return value if isinstance(value, str) else ""


def value_of(declared: Quantity | Structure, text: str) -> Any:
    """Return what a person typed as a value; None for an empty number: as declared.

    What is no number stays the text that it is, and is then a problem of the draft.
    """
    if isinstance(declared.default, bool):
        return text == "yes"
    if isinstance(declared.default, str):
        return text
    return number_of(text, whole=isinstance(declared.default, int), share=declared.unit == "share")


def number_of(text: str, *, whole: bool, share: bool) -> Any:
    """Read a number as people write them: 1,000 and 0,5 and 30 %."""
    plain = text.strip().removesuffix("%").strip()
    if not plain:
        return None
    if _THOUSANDS.fullmatch(plain):
        plain = re.sub(r"[, ’']", "", plain)
    elif _DECIMAL_COMMA.fullmatch(plain):
        plain = plain.replace(",", ".")
    try:
        number = float(plain)
    except ValueError:
        return text.strip()
    if share:
        return number / 100
    return int(plain) if whole and plain.lstrip("+-").isdigit() else number


def explain(declared: Quantity | Structure) -> str:
    """Return what a person may ask about a setting, as HTML."""
    rows = {
        "Unit": "per cent" if declared.unit == "share" else declared.unit,
        "Range": _range(declared),
        "Default": written(declared, declared.default) if not isinstance(declared, Nested) else "",
        "Changes": "at once in a running model" if is_live(declared) else "when a run is begun",
        "Source": declared.source,
    }
    lines = "".join(
        f"<dt>{name}</dt><dd>{html.escape(str(text))}</dd>" for name, text in rows.items() if text
    )
    return f"<b>{html.escape(str(declared.doc or ''))}</b><dl>{lines}</dl>"


def in_per_cent(declared: Quantity | Structure, value: Any, problem: str) -> str:
    """Return a problem as the box shows the number: a share stands there in per cent."""
    if not problem or declared.unit != "share" or isinstance(value, str):
        return problem
    return f"must be {_range(declared)}, not {value * 100:g} %."


def is_duration(declared: Quantity | Structure) -> bool:
    """Tell whether a setting is a mean time, whose spread can be drawn."""
    return isinstance(declared, Duration)


def _range(declared: Quantity | Structure) -> str:
    low, high = declared.bounds or (None, None)
    if low is None and high is None:
        return ""
    if low is None or high is None:
        return f"at least {_bound(declared, low)}" if high is None else f"at most {high:g}"
    return f"{_bound(declared, low)} to {_bound(declared, high)}"


def _bound(declared: Quantity | Structure, value: Any) -> str:
    return f"{value * 100:g} %" if declared.unit == "share" else f"{value:,.12g}"


def _date_note(declared: Quantity | Structure, value: Any, start: dt.date | None) -> str:
    """Return the date of a day of the run."""
    if declared.unit != DAY_UNIT or start is None or not isinstance(value, int):
        return ""
    if value == FOREVER:
        return "to the end of the run"
    try:
        return numbers.long_date(start + dt.timedelta(days=value))
    except OverflowError:
        return ""


def _step(width: float) -> float:
    """Return a hundredth of the range, rounded to a power of ten."""
    return float(f"1e{round_power(width / 100)}")
