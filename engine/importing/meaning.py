"""How a series of counts is to be understood, and what the project says of people and time."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from populace.engine.importing.matching import Matching

PEOPLE, PER_CENT, PER_100_000 = "people", "per_cent", "per_100_000"
UNITS = {PEOPLE: "People", PER_CENT: "Per cent of the people", PER_100_000: "Per 100,000 people"}
DAYS, WEEK_FROM, WEEK_TO = "days", "week_from", "week_to"
INTERVALS = {
    DAYS: "Of one day",
    WEEK_FROM: "Of the week that begins on the date",
    WEEK_TO: "Of the week that ends on the date",
}
PRESENT, NEW = "present", "new"
MEASURES = {
    PRESENT: "People who are ill (or in bed, in hospital ...) on that date",
    NEW: "New cases since the date before",
}
ALL_PLACES = ""


@dataclass(frozen=True)
class Reading:
    """How the user's columns are to be understood."""

    matching: Matching
    form: str  # of dates
    unit: str = PEOPLE
    interval: str = DAYS
    measure: str = PRESENT
    place: str = ALL_PLACES  # only the rows of this place; else all are added together
    decisions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Setting:
    """What the project says of the people and the time that the series is compared with."""

    people: int | None = None
    start: dt.date | None = None
    days: int = 0
    places: tuple[str, ...] = ()  # names and ids; empty: not known
