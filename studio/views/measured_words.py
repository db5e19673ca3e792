"""The columns of what is measured, in words: label, unit, and how a number is written."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from populace.engine.component import Component
from populace.engine.observations.base import Measurement
from populace.engine.project import Project
from populace.studio.views import numbers

NOTHING = "–"  # a number that does not exist


@dataclass(frozen=True)
class Form:
    """How numbers of a kind are written; ``scale`` and ``digits`` say the same to the browser."""

    text: Callable[[float], str]
    scale: float = 1.0
    digits: int = 0
    sign: str = ""


COUNT = Form(numbers.count)
SHARE = Form(lambda share: numbers.per_cent(share, 1), 100.0, 1, " %")
NUMBER = Form(lambda number: f"{number:,.2f}", digits=2)
YEARS = Form(lambda years: f"{years:,.2f}" if years < 10 else f"{years:,.1f}", digits=2)


@dataclass(frozen=True)
class Column:
    """One column of a table.

    ``flow``: the numbers of the days add up to that of the run. ``adds``: those of the groups add
    up to that of all, as a flow's do. ``beside``: told, but not drawn.
    """

    label: str
    unit: str = ""
    form: Form = COUNT
    flow: bool = False
    adds: bool = False
    beside: bool = False


COLUMNS = {
    "people": Column("People", beside=True),
    "ever_infected": Column("Ever infected", beside=True),
    "attack_rate": Column("Attack rate", "ever infected, of the people", SHARE),
    "infectors": Column("Infectors", beside=True),
    "exposed": Column("Exposed to them", beside=True),
    "infected": Column("Infected", beside=True),
    "secondary_attack_rate": Column("Secondary attack rate", "infected, of the exposed", SHARE),
    "pairs": Column("Pairs", beside=True),
    "share": Column("Share", "of all pairs", SHARE),
    "cases": Column("Reported cases", "people a day", flow=True),
    "admitted": Column("Admitted", "people a day", flow=True),
    "present": Column("In hospital", "people, each evening", adds=True),
    "beds": Column("Beds filled", "beds, each evening", adds=True),
    "deaths": Column("Deaths", "people a day", flow=True),
    "so_far": Column("Deaths so far", "people", adds=True),
    "living": Column("Living", beside=True),
    "with_antibodies": Column("With antibodies", "of the living", SHARE),
    "test_positive": Column("Positive in a test", "of the living", SHARE),
    "cost": Column("Cost of care", "money a day", flow=True),
    "years_lost": Column("Lost by death", "healthy years a day", YEARS, flow=True),
    "years_disabled": Column("Lost by illness", "healthy years a day", YEARS, flow=True),
    "dalys": Column("Both together (DALYs)", "healthy years a day", YEARS, flow=True),
    "infected_by_them": Column("Infected by them", beside=True),
    "cohort": Column("Of those infected that day", "people infected by each", NUMBER),
    "instantaneous": Column("In that day's conditions", "people infected by each", NUMBER),
}
HEADINGS = {
    "age": "Age, years",
    "region": "Region",
    "region_group": "Group of regions",
    "network": "Network",
    "household_size": "Household",
    "interval": "Days",
}
KEYS = ("household_size", "interval")  # numbers that name a row
OUTSIDE = "First infected, or infected from outside"


def column_of(name: str, values: np.ndarray, part: Measurement, project: Project) -> Column:
    """Return the words for a column; one that nobody described is called by its own name."""
    if name in COLUMNS:
        return COLUMNS[name]
    form = COUNT if np.issubdtype(values.dtype, np.integer) else NUMBER
    counted = getattr(part, "counted", "")
    for policy in project.policies:
        before = f"{policy.own_name}_"
        if name.startswith(before):
            label = f"{policy.own_label}: {_plain(name.removeprefix(before))}"
            return Column(label, str(counted), form, flow=counted == "each day")
    return Column(_capital(_plain(name)), str(counted), form)


def heading_of(name: str) -> str:
    """Return what a column of groups is headed with; an attribute with its own name."""
    return HEADINGS.get(name) or _capital(_plain(name.removeprefix("attribute_")))


def group_of(heading: str, name: object, networks: Iterable[Component]) -> str:
    """Return the name of a group in words."""
    text = str(name)
    if heading == "age":
        return text.replace("-", " to ").replace("+", " and over")
    if heading == "network":
        labels = {one.own_name: one.own_label for one in networks}
        return OUTSIDE if text == "none" else labels.get(text, _capital(_plain(text)))
    if heading in HEADINGS:
        return text or "Without a name"
    return _capital(_plain(text))


def title_of(part: Measurement) -> str:
    """Return what an observation is called, with the groups that it keeps apart."""
    by = getattr(part, "by", "everybody")
    if by == "attribute":
        by = _plain(getattr(part, "by_attribute", by))
    return part.own_label if by == "everybody" else f"{part.own_label} by {by}"


def about(part: Measurement) -> str:
    """Return what an observation counts, in a sentence or two."""
    return " ".join((type(part).__doc__ or "").split("\n\n", 1)[0].split())


def write(column: Column, value: float) -> str:
    """Return a number as people read it."""
    return column.form.text(value) if np.isfinite(value) else NOTHING


def together(columns: Sequence[tuple[str, Column]], most: int) -> list[list[tuple[str, Column]]]:
    """Put columns that share a unit together, at most so many; each is a figure."""
    by_unit: dict[str, list[tuple[str, Column]]] = {}
    for name, column in columns:
        by_unit.setdefault(column.unit, []).append((name, column))
    return [
        same[start : start + most]
        for same in by_unit.values()
        for start in range(0, len(same), most)
    ]


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
