"""Fields: the declaration of a setting as a form shows it, and what a person typed as a value."""

import datetime as dt
import html
import json
import re
from collections.abc import Mapping
from typing import Any

from populace.engine.errors import ProjectError
from populace.engine.policies.base import FOREVER
from populace.engine.quantities import Duration, Nested, Quantity, Structure
from populace.studio.composer.describe import written
from populace.studio.composer.groups import group_of
from populace.studio.controls.form import (
    decimals,
    is_live,
    is_share,
    label_words,
    round_power,
    unit_beside,
)
from populace.studio.views import numbers

DAY_UNIT = "day of the run"
_NO_LIMIT = 1e12  # what stands for no limit of a number
# Short names of settings that stand under a heading, which says the rest.
LABELS = {
    "start_day": "First day",
    "end_day": "Ends before",
    "trigger": "Waits for",
    "trigger_on": "Begins at",
    "trigger_off": "Ends below",
    "target_networks": "Networks",
    "intensity": "Contacts",
    "law": "Distribution",
    "deviation": "Standard deviation",
    "weights": "Values, and how common each is",
    "draw": "Random choice",
    "drawing": "Random choice",
}
_SHORT = {
    "age_min": "From age",
    "age_max": "Up to age",
    "places": "In the regions",
    "members_of": "Who have a",
    "attribute": "By the attribute",
    "values": "With the values",
}
_UNDER_HEADING = ("target_", "among_")
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
    percent = is_share(declared)
    shown: dict[str, Any] = {
        "name": name,
        "label": label_of(name, declared),
        "unit": unit_beside(label_of(name, declared), declared.unit),
        "hint": _hint(declared),
        "about": explain(declared),
        "value": text_of(declared, value),
        "kind": kind_of(declared),
        "choices": list(getattr(declared, "choices", None) or ()),
        "changed": name in values and value != declared.default,
        "back": _back(declared),
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


def _hint(declared: Quantity | Structure) -> str:
    """Return what an empty box says."""
    if _is_endless(declared):
        return "no end" if declared.unit == DAY_UNIT else "no limit"
    return declared.unit if kind_of(declared) == "text" else ""


def _is_endless(declared: Quantity | Structure) -> bool:
    """Tell whether the default is a number that stands for none."""
    if declared.unit == DAY_UNIT:
        return declared.default == FOREVER
    is_number = isinstance(declared.default, float)
    return is_number and abs(declared.default) >= _NO_LIMIT


def _back(declared: Quantity | Structure) -> str:
    """Return the default in words."""
    if isinstance(declared, Nested):
        return "what stood here at first"
    if _is_endless(declared):
        return _hint(declared)
    return written(declared, declared.default) if declared.default != "" else "nothing"


def label_of(name: str, declared: Quantity | Structure) -> str:
    """Return what a setting is called; those of a project stand in no class that names them."""
    if name in LABELS:
        return LABELS[name]
    for start in _UNDER_HEADING:
        if name.startswith(start) and name.removeprefix(start) in _SHORT:
            return _SHORT[name.removeprefix(start)]
    return label_words(declared) if declared.label else name.replace("_", " ").capitalize()


def kind_of(declared: Quantity | Structure) -> str:
    """Return which control a form shows."""
    if isinstance(declared, Nested):
        numbers_alone = all(isinstance(one, float) for one in declared.default.values())
        return "pairs" if numbers_alone else "nested"
    if isinstance(declared, Structure) and declared.choices:
        return "choice"
    if isinstance(declared.default, bool):
        return "switch"
    return "text" if isinstance(declared.default, str) else "number"


def text_of(declared: Quantity | Structure, value: Any) -> str:
    """Return a value as it stands in its box; what the declaration refuses stands as it is."""
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, dict) and kind_of(declared) == "pairs":
        return json.dumps([[str(name), _plain(number)] for name, number in value.items()])
    if _is_endless(declared) and value == declared.default:
        return ""
    if isinstance(value, int | float):
        if is_share(declared):
            return f"{value * 100:.10g}"
        return f"{value:.12g}" if isinstance(value, float) else str(value)
    return value if isinstance(value, str) else ""


def value_of(declared: Quantity | Structure, text: str) -> Any:
    """Return what a person typed as a value; None for an empty number: as declared.

    What is no number stays the text that it is, and is then a problem of the draft.
    """
    if kind_of(declared) == "pairs":
        return _pairs(text)
    if isinstance(declared.default, bool):
        return text == "yes"
    if isinstance(declared.default, str):
        return text
    return number_of(text, whole=isinstance(declared.default, int), share=is_share(declared))


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


def _pairs(text: str) -> dict[str, Any]:
    """Read rows of a name and a number."""
    found: dict[str, Any] = {}
    for name, number in json.loads(text):
        name = " ".join(str(name).split())
        if name in found:
            raise ProjectError(f'"{name}" is there twice: give each value a name of its own.')
        value = number_of(str(number), whole=False, share=False)
        found[name] = 0.0 if value is None else value
    return found


def _plain(number: object) -> str:
    is_number = isinstance(number, int | float) and not isinstance(number, bool)
    return f"{number:.12g}" if is_number else str(number)


def explain(declared: Quantity | Structure) -> str:
    """Return what a person may ask about a setting, as HTML."""
    percent = is_share(declared)
    rows = {
        "Unit": declared.unit.replace("share", "per cent", 1) if percent else declared.unit,
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
    if not problem or not is_share(declared) or isinstance(value, str):
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
    return f"{value * 100:g} %" if is_share(declared) else f"{value:,.12g}"


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
