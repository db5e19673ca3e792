"""What differs between two versions of a project, in words."""

import contextlib
import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from populace.engine.component import Component
from populace.engine.editing.draft import Spec
from populace.engine.editing.words import in_words, long_date
from populace.engine.errors import ProjectError
from populace.engine.project import DEFAULT_START, PARTS, SETTINGS
from populace.engine.quantities import Nested, Quantity, Structure
from populace.engine.registry import kind

_SHORT = 60  # letters of a text that is quoted
NESTED_LINES = 8  # changes of one nested value that are named one by one


def differences(
    old: Spec,
    new: Spec,
    old_files: Mapping[str, str] | None = None,
    new_files: Mapping[str, str] | None = None,
) -> list[str]:
    """Return one sentence for each thing that differs: "Masks: coverage 50 % → 80 %".

    ``old_files`` and ``new_files`` are the checksums of data files by name.
    """
    found = [*_project(old, new)]
    for key, (family, is_list) in PARTS.items():
        before, after = _by_name(old, key, is_list), _by_name(new, key, is_list)
        found += _parts(family, _word(key), is_list, before, after)
    was, now = old_files or {}, new_files or {}
    found += [
        f"Data file {name}: other content" for name in was if was[name] != now.get(name, was[name])
    ]
    return found


def _project(old: Spec, new: Spec) -> Iterator[str]:
    """Tell of the settings of the project itself."""
    for key, label in (("name", "Name"), ("description", "Description")):
        was, now = str(old.get(key) or ""), str(new.get(key) or "")
        if was != now:
            yield f"{label}: {_quoted(was)} → {_quoted(now)}"
    was, now = (_date(spec.get("start_date", DEFAULT_START)) for spec in (old, new))
    if was != now:
        yield f"First day: {was} → {now}"
    for name, declared in SETTINGS.items():
        was, now = old.get(name, declared.default), new.get(name, declared.default)
        if was != now:
            yield f"{name.capitalize()}: " + " → ".join(_told(declared, name, was, now))


def _by_name(spec: Spec, key: str, is_list: bool) -> dict[str, Spec]:
    """Return the parts of a family by own name; what there is one of has no name."""
    parts = spec.get(key)
    if not parts:
        return {}
    return {part.get("name", part["kind"]): part for part in parts} if is_list else {"": parts}


def _word(key: str) -> str:
    """Return what one part of a family is called."""
    return "policy" if key == "policies" else key.removesuffix("s")


def _parts(
    family: str, word: str, is_list: bool, before: dict[str, Spec], after: dict[str, Spec]
) -> Iterator[str]:
    for name, part in after.items():
        was = before.get(name)
        if was is None:
            yield f"Added {_label(family, part)} ({word})"
        elif was["kind"] != part["kind"]:
            place = f"{word.capitalize()} {name}" if is_list else word.capitalize()
            yield f"{place}: {_label(family, was)} → {_label(family, part)}"
            yield from _settings(family, None, part)
        else:
            yield from _settings(family, was, part)
    for name, part in before.items():
        if name not in after:
            yield f"Removed {_label(family, part)} ({word})"


def _settings(family: str, was: Spec | None, now: Spec) -> Iterator[str]:
    """Tell of the settings of one part; what is not written has its default.

    Of a part that took the place of another kind (``was`` None) what is not the default is told.
    """
    component = _class(family, now)
    if component is None:
        return
    title = _label(family, now)
    for name, declared in component.declarations():
        old, new = (part.get(name, declared.default) for part in (was or {}, now))
        if old == new:
            continue
        label = str(declared.label or name)
        label = label[:1].lower() + label[1:]
        if isinstance(declared, Nested):
            yield from _nested(f"{title}: {label}", old, new)
            continue
        told = _told(declared, label, *((new,) if was is None else (old, new)))
        yield f"{title}: {label} " + " → ".join(told)


def _told(declared: Quantity | Structure, label: str, *values: Any) -> Iterator[str]:
    """Yield values in words, without a unit that the label says already: "people 10,000"."""
    for value in values:
        words = in_words(declared, value)
        yield words.removesuffix(f" {label}") if declared.unit == label else words


def _nested(title: str, old: Any, new: Any) -> list[str]:
    """Tell of what is written out, such as a graph of states."""
    lines = [f"{title}{place} {was} → {now}" for place, was, now in _leaves(old, new, "")]
    if len(lines) <= NESTED_LINES:
        return lines
    return [*lines[:NESTED_LINES], f"{title}: {len(lines) - NESTED_LINES} more changes"]


def _leaves(old: Any, new: Any, place: str) -> Iterator[tuple[str, str, str]]:
    """Yield place, old and new of every value that differs inside nested values."""
    if isinstance(old, list) and isinstance(new, list):
        old, new = _keyed(old), _keyed(new)
    if isinstance(old, dict) and isinstance(new, dict):
        for key in {**old, **new}:
            yield from _leaves(old.get(key), new.get(key), f"{place}, {key}")
    elif old != new:
        yield place, _text(old), _text(new)


def _keyed(parts: list[Any]) -> dict[str, Any]:
    """Return the parts of a list by what tells them apart: a name, two ends, or a number."""
    keyed: dict[str, Any] = {}
    for index, part in enumerate(parts):
        key = f"number {index + 1}"
        if isinstance(part, dict) and "name" in part:
            key = str(part["name"])
        elif isinstance(part, dict) and "from" in part and "to" in part:
            key = f"{part['from']} to {part['to']}"
        keyed[key if key not in keyed else f"{key} ({index + 1})"] = part
    return keyed


def _text(value: Any) -> str:
    if value is None:
        return "nothing"
    text = str(value)
    if isinstance(value, dict):
        text = ", ".join(f"{key} {part}" for key, part in value.items())
    return text if len(text) <= _SHORT else f"{text[: _SHORT - 1]}…"


def _quoted(text: str) -> str:
    return f'"{_text(text)}"' if text else "none"


def _date(value: Any) -> str:
    with contextlib.suppress(ValueError, TypeError):
        value = dt.date.fromisoformat(value)
    return long_date(value) if isinstance(value, dt.date) else str(value)


def _class(family: str, part: Spec) -> type[Component] | None:
    try:
        return kind(family, part["kind"])
    except ProjectError:  # of a package that is not installed here
        return None


def _label(family: str, part: Spec) -> str:
    """Return "Masks", or "Masks (second wave)" where the part has a name of its own."""
    component = _class(family, part)
    label = component.label() if component else str(part["kind"])
    named = part.get("name")
    return f"{label} ({str(named).replace('_', ' ')})" if named else label
