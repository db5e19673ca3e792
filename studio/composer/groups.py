"""Groups: settings of a part that stand together under a heading, closed, and said in words."""

import datetime as dt
from collections.abc import Callable

from populace.engine.component import Component
from populace.engine.policies.base import FOREVER, Policy
from populace.engine.policy_text import date_in_words, fade_in_words, rule_in_words
from populace.engine.selection import AGE_MAX, Selection

WHEN, FOR_WHOM, AMONG, START = "When", "For whom", "Who can have it", "At the start"
# By the beginning of the name; the rest stands first, without a heading.
_STARTS = {
    WHEN: ("start_day", "end_day", "fade_in_days", "trigger"),
    FOR_WHOM: ("target_age", "target_places", "target_attribute", "target_values"),
    AMONG: ("among_",),
    START: ("initial_",),
}


def group_of(name: str) -> str:
    """Return the heading under which a setting stands."""
    return next((title for title, starts in _STARTS.items() if name.startswith(starts)), "")


def closed_groups(component: Component, start: dt.date) -> dict[str, str]:
    """Return the headings that are closed until they are asked for, and what each says then."""
    there = {group_of(name) for name, _ in component.declarations()}
    return {title: say(component, start) for title, say in _CLOSED.items() if title in there}


def when_in_words(component: Component, start: dt.date) -> str:
    """Return "all the time", or "3 April 2020 to 1 June 2020; fades in over 7 days"."""
    if not isinstance(component, Policy):
        return ""
    values = component.values()
    first, last = values.start_day, values.end_day
    begin = _date(start, first) if first > 0 else ""
    end = _date(start, last) if last < FOREVER else ""
    dates = f"{begin or 'the start'} to {end}" if end else f"from {begin} on" if begin else ""
    rule, fade = rule_in_words(values), fade_in_words(values)
    return "; ".join(filter(None, (dates or ("" if rule else "all the time"), rule, fade)))


def people_in_words(selection: Selection) -> str:
    """Return "everybody", or "ages 65 and over in Queens, nurse: yes"."""
    words = [f"ages {_ages(selection.age_min, selection.age_max)}"]
    if (selection.age_min, selection.age_max) == (0, AGE_MAX):
        words = []
    if selection.places.strip():
        words.append(f"in {selection.places.strip()}")
    if selection.members_of:
        words.append(f"with a {selection.members_of}")
    said = " ".join(words)
    if selection.attribute:
        known = f"{selection.attribute.replace('_', ' ')}: {selection.values.strip() or 'yes'}"
        said = f"{said}, {known}" if said else known
    return said or "everybody"


def _ages(low: int, high: int) -> str:
    if high >= AGE_MAX:
        return f"{low} and over"
    return f"up to {high}" if low <= 0 else f"{low} to {high}"


def _date(start: dt.date, day: int) -> str:
    try:
        return date_in_words(start + dt.timedelta(days=day))
    except OverflowError:
        return f"day {day:,}"


def _people(prefix: str) -> Callable[[Component, dt.date], str]:
    return lambda component, _: people_in_words(Selection.read(component.values(), prefix))


_CLOSED: dict[str, Callable[[Component, dt.date], str]] = {
    WHEN: when_in_words,
    FOR_WHOM: _people("target_"),
    AMONG: _people("among_"),
}
