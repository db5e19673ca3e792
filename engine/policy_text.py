"""A policy as words: its dates, its rule, what an edit of its time is called."""

import datetime as dt

from populace.engine.component import Values
from populace.engine.policies._schedule import NO_TRIGGER
from populace.engine.policies.base import FOREVER

_FIGURES = {
    "incidence": "{:g} infections a week",
    "hospital": "{:g} people in hospital",
    "intensive care": "{:g} people in intensive care",
}


def rule_in_words(values: Values) -> str:
    """Return the trigger: "when 50 infections a week per 100,000; until below 25", or nothing."""
    if values.trigger == NO_TRIGGER:
        return ""
    figure = _FIGURES.get(values.trigger, f"{{:g}} {values.trigger}").format(values.trigger_on)
    return f"when {figure} per 100,000; until below {values.trigger_off:g}"


def fade_in_words(values: Values) -> str:
    """Return "fades in over 7 days", or nothing."""
    days = values.fade_in_days
    return f"fades in over {days} day{'' if days == 1 else 's'}" if days else ""


def time_edit_in_words(
    label: str, start_date: dt.date, before: tuple[int, int], after: tuple[int, int]
) -> str:
    """Name a change of first day and end: "Move school closure to 3 April 2020"."""
    name = in_sentence(label)
    moved_start, moved_end = before[0] != after[0], before[1] != after[1]
    start = date_in_words(start_date + dt.timedelta(days=after[0]))
    if moved_start and (moved_end or after[1] >= FOREVER):
        return f"Move {name} to {start}"
    if moved_start:
        return f"Start {name} on {start}"
    if after[1] >= FOREVER:
        return f"Let {name} go on to the end"
    return f"End {name} on {date_in_words(start_date + dt.timedelta(days=after[1]))}"


def in_sentence(label: str) -> str:
    """Return a label as it stands in a sentence: "School closure" as "school closure"."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def date_in_words(date: dt.date) -> str:
    """Return "3 April 2020"."""
    return f"{date.day} {date:%B %Y}"
