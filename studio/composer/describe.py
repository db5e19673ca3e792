"""Parts in words: key figures on a node, numbers with their units, help in the palette."""

import datetime as dt
import re
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from typing import Any

from populace.engine.component import Component
from populace.engine.policies.base import FOREVER, Policy
from populace.engine.project import DEFAULT_START
from populace.engine.quantities import Nested, Quantity, Structure
from populace.engine.selection import Selection
from populace.studio.composer.groups import AMONG, FOR_WHOM, WHEN, group_of, people_in_words
from populace.studio.composer.parts import Part
from populace.studio.controls.form import is_live, is_share, label_words, unit_text
from populace.studio.views import numbers

SAID_ELSEWHERE = (WHEN, FOR_WHOM, AMONG)
FIGURES = 3  # that a node has room for
LETTERS = 42  # of a figure
# How the settings begin that say whom a part is for.
_SELECTIONS = {"policies": "target_", "behaviours": "target_", "attributes": "among_"}
TRIGGERS = {
    "incidence": "weekly infections",
    "hospital": "in hospital",
    "intensive": "in intensive care",
}


def help_of(component: type[Component]) -> str:
    """Return the first sentence of what a kind says of itself."""
    words = " ".join((component.__doc__ or "").split())
    return re.split(r"(?<=[.!?])\s(?=[A-Z])", words)[0].replace("`", "")


def preset(part: Part) -> str:
    """Return "COVID-19-like", or "COVID-19-like: custom" once a number of it was changed.

    How many are infected at the start, and where, is no part of a disease that has a name.
    """
    component = part.component
    if component is None or part.key != "disease":
        return part.label
    changed = any(
        part.values.get(name, declared.default) != declared.default
        for name, declared in component.declarations()
        if not name.startswith("initial_")
    )
    return f"{part.title}: custom" if changed else part.title


def figures(part: Part, start: dt.date) -> list[str]:
    """Return the key figures of a part, each as a few words."""
    component = part.component
    if component is None:
        return []
    # What cannot be used has no figure: the default that stands in would look like the value.
    wrong = frozenset(n for n, v in part.values.items() if getattr(component, n, v) != v)
    return _figures(component, frozenset(part.values), wrong - {"name"}, start)


@lru_cache(maxsize=512)
def _figures(
    component: Component, changed: frozenset[str], wrong: frozenset[str], start: dt.date
) -> list[str]:
    lines = [*_when(component, start), *_whom(component), *_numbers(component, changed, wrong)]
    return [line if len(line) <= LETTERS else f"{line[: LETTERS - 1]}…" for line in lines][:FIGURES]


def written(declared: Quantity | Structure, value: Any) -> str:
    """Return a value with its unit, as people read it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, int | float):
        return str(value)
    if is_share(declared):
        return f"{value * 100:.3g} {unit_text(declared.unit)}"
    unit = unit_text(declared.unit)
    number = f"{value:,}" if isinstance(value, int) else f"{value:,.6g}"
    first = unit.split("/")[0].split(" ")[0].lower()
    told = first in str(declared.label).lower().split()
    return number if told or len(unit) > 18 else f"{number} {unit}"


def start_of(spec: Mapping[str, Any]) -> dt.date:
    """Return the first day of a draft, as far as it can be read."""
    date = spec.get("start_date", DEFAULT_START)
    if isinstance(date, str):
        try:
            return dt.date.fromisoformat(date)
        except ValueError:
            return DEFAULT_START
    return date if isinstance(date, dt.date) else DEFAULT_START


def _when(component: Component, start: dt.date) -> Iterator[str]:
    """Yield when a policy is in force."""
    if not isinstance(component, Policy):
        return
    first, last = component.start_day, component.end_day
    if component.trigger != "none":
        word = TRIGGERS.get(component.trigger, component.trigger)
        yield f"from {component.trigger_on:g} {word}/100,000"
    if first > 0 or last < FOREVER:
        begin = _date(start, first) if first > 0 else "the start"
        yield f"{begin} to {_date(start, last)}" if last < FOREVER else f"from {begin} on"


def _whom(component: Component) -> Iterator[str]:
    """Yield for whom a policy or behaviour is, or who can have an attribute."""
    prefix = _SELECTIONS.get(component.family)
    if prefix:
        selection = Selection.read(component.values(), prefix)
        if not selection.is_everybody:
            yield f"for {people_in_words(selection)}"


def _date(start: dt.date, day: int) -> str:
    try:
        return numbers.short_date(start + dt.timedelta(days=day))
    except OverflowError:
        return f"day {day:,}"


def _numbers(
    component: Component, values: Collection[str], wrong: Collection[str]
) -> Iterator[str]:
    """Yield how many people, what was changed, then what acts on a run."""
    heads = component.family == "populations"
    shared = {name for name, _ in base_of(type(component)).declarations()}
    told = sorted(_told(component), key=lambda one: (one[0] not in values, one[0] in shared))
    for name, declared in told:
        value = getattr(component, name)
        if name in wrong:
            continue
        if heads and declared.unit == "people" and value:
            yield f"{value:,} people"
            heads = False
        elif value != "" and (name in values or is_live(declared)):
            label = "Contacts" if name == "intensity" else label_words(declared)
            yield f"{label}: {written(declared, value)}"


def base_of(kind: type[Component]) -> type[Component]:
    """Return the base of a kind, whose settings it shares with others of its family."""
    return next(one for one in kind.__mro__[1:] if issubclass(one, Component))


def _told(component: Component) -> list[tuple[str, Quantity | Structure]]:
    """Return the settings that figures may tell of: dates and people are told as a whole."""
    return [
        (name, declared)
        for name, declared in component.declarations()
        if not isinstance(declared, Nested) and group_of(name) not in SAID_ELSEWHERE
    ]
