"""Edits of the list of policies: they change a project's plain values, for `Draft.edit`."""

import copy
import datetime as dt
import re

from populace.engine.editing.draft import Spec, part_at
from populace.engine.policies.base import FOREVER
from populace.engine.project import DEFAULT_START
from populace.engine.registry import kind

_NUMBERED = re.compile(r"_[0-9]+$")
NAME_LENGTH_MAX = 40


def own_name_of(part: Spec) -> str:
    """Return the name of a part in paths."""
    return str(part.get("name") or part.get("kind"))


def set_times(spec: Spec, name: str, start: int, end: int) -> None:
    """Set the first day and the day of the end; defaults are not written."""
    part = part_at(spec, f"policies.{name}")
    for setting, value, default in (("start_day", start, 0), ("end_day", end, FOREVER)):
        if value == default:
            part.pop(setting, None)
        else:
            part[setting] = value


def add_policy(spec: Spec, kind_name: str, start: int) -> str:
    """Add a policy from a day on and return its own name."""
    kind("policies", kind_name)
    part: Spec = {"kind": kind_name}
    name = free_name(spec, kind_name)
    if name != kind_name:
        part["name"] = name
    if start:
        part["start_day"] = start
    spec["policies"] = [*(spec.get("policies") or []), part]
    return name


def duplicate_policy(spec: Spec, name: str) -> str:
    """Put a copy behind a policy, with a name of its own, and return the name."""
    part = part_at(spec, f"policies.{name}")
    twin = copy.deepcopy(part)
    twin.pop("name", None)
    new = free_name(spec, _NUMBERED.sub("", name))
    twin = {"kind": twin.pop("kind"), "name": new, **twin}
    row = next(n for n, one in enumerate(spec["policies"]) if one is part)
    spec["policies"].insert(row + 1, twin)
    return new


def delete_policy(spec: Spec, name: str) -> None:
    """Take a policy out."""
    part = part_at(spec, f"policies.{name}")
    spec["policies"] = [one for one in spec["policies"] if one is not part]


def free_name(spec: Spec, wanted: str) -> str:
    """Return the name, or the name with the first number that nobody has: "masks_2"."""
    taken = {own_name_of(part) for part in spec.get("policies") or [] if isinstance(part, dict)}
    if wanted not in taken:
        return wanted
    stem = wanted[: NAME_LENGTH_MAX - 4]
    return next(f"{stem}_{n}" for n in range(2, len(taken) + 3) if f"{stem}_{n}" not in taken)


def start_date_of(spec: Spec) -> dt.date:
    """Return the first date of a draft, or the default while it is none."""
    value = spec.get("start_date", DEFAULT_START)
    if isinstance(value, str):
        try:
            value = dt.date.fromisoformat(value)
        except ValueError:
            return DEFAULT_START
    is_date = isinstance(value, dt.date) and not isinstance(value, dt.datetime)
    return value if is_date else DEFAULT_START
