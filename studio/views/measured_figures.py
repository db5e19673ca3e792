"""What an observation has counted, as HTML: a figure over real dates, or a table with bars."""

import html
import json
from collections.abc import Callable, Sequence

import numpy as np

from populace.engine.analysis.intervals import mean_and_variance
from populace.engine.analysis.table import Table
from populace.engine.project import Project
from populace.studio.measuring import Counted, Findings
from populace.studio.views import numbers, plot
from populace.studio.views.measured_words import (
    COUNT,
    KEYS,
    NOTHING,
    Column,
    column_of,
    group_of,
    heading_of,
    together,
    write,
)

LINES_MAX = 4  # of one figure
ROWS_MAX = 16  # what is more is folded away
POINTS_MAX = 320  # of a line: more than there are pixels
# Pixels of a figure's sheet; it is as wide as the column of the page.
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 320, 96, 40, 6, 6, 18
SPARK_WIDTH, SPARK_HEIGHT, SPARK_POINTS_MAX = 110, 18, 60
# What is divided by what, to say it of everybody as well.
RATIOS = {
    "attack_rate": ("ever_infected", "people"),
    "secondary_attack_rate": ("infected", "exposed"),
}
YEAR = 366
Place = Callable[[float], float]  # of a day or a value on a sheet


def body(counted: Counted, findings: Findings, project: Project) -> str:
    """Return HTML; what could not be counted says why."""
    if counted.table is None:
        return f'<p class="wrong">Not counted: {html.escape(counted.error)}</p>'
    return _Body(counted, counted.table, findings, project).html()


class _Body:
    """The words and figures of one observation."""

    def __init__(
        self, counted: Counted, table: Table, findings: Findings, project: Project
    ) -> None:
        self._table, self._findings, self._project = table, findings, project
        texts = [name for name, values in table.columns.items() if values.dtype == object]
        keys = [name for name in KEYS if name in table.columns]
        self._heading = next(iter(texts + keys), "")
        self._columns = {
            name: column_of(name, values, counted.part, project)
            for name, values in table.columns.items()
            if name not in ("day", "date", self._heading)
        }
        self._drawn = [(name, one) for name, one in self._columns.items() if not one.beside]

    def html(self) -> str:
        if "date" not in self._table.columns:
            return self._note() + self._groups()
        if not self._drawn:
            return "<p>Nothing to count: no policy gives doses or tests, or reaches people.</p>"
        if self._heading:
            return "".join(self._sparks(name, column) for name, column in self._drawn)
        return "".join(self._figure(lines) for lines in together(self._drawn, LINES_MAX))

    # By group

    def _groups(self) -> str:
        if not len(self._table):
            return "<p>None so far.</p>"
        if not self._drawn:
            return ""
        name, column = self._drawn[-1]
        values = np.asarray(self._table[name], np.float64)
        beside = [(key, one) for key, one in self._columns.items() if key != name]
        largest = np.nanmax(values) if np.isfinite(values).any() else 0.0
        rows = []
        for row in _order(values):
            told = [write(one, self._table[key][row]) for key, one in beside]
            rows.append(_row(self._name(row), values[row], largest, column, told))
        heads = [heading_of(self._heading) if self._heading else "", column.label]
        heads += [one.label for _, one in beside]
        return _table(heads, rows, self._everybody(name, column, beside))

    def _everybody(self, name: str, column: Column, beside: Sequence[tuple[str, Column]]) -> str:
        """Return the row of all groups together, for a share of which both counts are known."""
        if name not in RATIOS or not self._heading:
            return ""
        sums = {key: self._table[key].sum() for key, _ in beside}
        if self._heading == "network":
            sums["people"] = self._table["people"][0]  # each network could infect everybody
        above, below = (sums[key] for key in RATIOS[name])
        share = above / below if below else np.nan
        return _row("All", share, 0.0, column, [write(one, sums[key]) for key, one in beside])

    def _name(self, row: int) -> str:
        if not self._heading:
            return "Everybody"
        name = self._table[self._heading][row]
        if self._heading == "household_size":
            return f"{name} or more" if row == len(self._table) - 1 else f"{name} people"
        return group_of(self._heading, name, self._project.networks)

    def _note(self) -> str:
        if "interval" not in self._table.columns:
            return ""
        mean, variance = mean_and_variance(self._table)
        if not np.isfinite(mean):
            return ""
        pairs = numbers.count(self._table["pairs"].sum())
        return (
            f"<p>Mean <b>{mean:.2f} days</b>, standard deviation {variance**0.5:.2f} days, "
            f"of {pairs} pairs.</p>"
        )

    # By day and group

    def _sparks(self, name: str, column: Column) -> str:
        """Return a row for each group: its course in small, and its newest number or its sum."""
        groups = len(self._table) // (self._findings.day + 1)
        courses = self._table[name].reshape(-1, groups).T
        finite = courses[np.isfinite(courses)]
        top = float(finite.max(initial=0.0)) or 1.0
        shown = courses.sum(axis=1) if column.flow else courses[:, -1]
        rows = [
            _spark_row(self._name(group), courses[group], top, self._project.days, column, number)
            for group, number in ((group, shown[group]) for group in _order(shown))
        ]
        number = "In all" if column.flow else "On the last day"
        first, last = (_date(self._project, day) for day in (0, self._project.days))
        heads = [heading_of(self._heading), f"{first} to {last}", number]
        last_row = (
            _plain_row("All", write(column, shown.sum())) if column.flow or column.adds else ""
        )
        return _titled(column.label, column.unit) + _table(heads, rows, last_row)

    # By day

    def _figure(self, lines: Sequence[tuple[str, Column]]) -> str:
        first = lines[0][1]
        legend = "".join(self._told(place, name, one) for place, (name, one) in enumerate(lines))
        title = first.label if len(lines) == 1 else ""
        unit = "" if first.unit in first.label else first.unit
        return _titled(title, unit) + f'<ul class="told">{legend}</ul>' + self._drawing(lines)

    def _told(self, place: int, name: str, column: Column) -> str:
        values = np.asarray(self._table[name], np.float64)
        known = np.flatnonzero(np.isfinite(values))
        if not len(known):
            return f'<li class="line-{place}"><i></i>{html.escape(column.label)}: {NOTHING}</li>'
        last = known[-1]
        words = f"<b>{write(column, float(values[last]))}</b> on {self._day(int(last))}"
        if column.flow:
            words += f", <b>{write(column, float(np.nansum(values)))}</b> in all"
        return f'<li class="line-{place}"><i></i>{html.escape(column.label)}: {words}</li>'

    def _day(self, day: int) -> str:
        date = self._project.date_of(day)
        year = f" {date.year}" if self._project.days > YEAR else ""
        return f"{numbers.short_date(date)}{year}"

    def _drawing(self, lines: Sequence[tuple[str, Column]]) -> str:
        courses = [np.asarray(self._table[name], np.float64) for name, _ in lines]
        largest = max(float(one[np.isfinite(one)].max(initial=0.0)) for one in courses)
        form = lines[0][1].form
        top = plot.roomy(largest, 10.0) if form is COUNT else plot.roomy(1e3 * largest, 10) / 1e3
        sheet = _Sheet(self._project, top)
        marks = [sheet.axes(form.scale, form.sign)]
        marks += [
            f'<polyline class="line-{place}" points="{piece}"/>'
            for place, course in enumerate(courses)
            for piece in sheet.pieces(course)
        ]
        told = {
            "first": self._project.start_date.isoformat(),
            "days": self._project.days,
            "scale": form.scale,
            "digits": form.digits,
            "sign": form.sign,
            "lines": [
                {"label": one.label, "values": [_json(value) for value in course.tolist()]}
                for (_, one), course in zip(lines, courses, strict=True)
            ],
        }
        names = ", ".join(one.label for _, one in lines)
        words = html.escape(f"{names}: {_date(self._project, 0)} to today, {lines[0][1].unit}")
        return (
            f'<svg class="figure" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{words}"'
            f' data-told="{html.escape(json.dumps(told))}">{"".join(marks)}</svg>'
        )


def _order(values: np.ndarray) -> list[int]:
    """Return the rows as they are; of many, so that some are folded away, the largest first."""
    if len(values) <= ROWS_MAX:
        return list(range(len(values)))
    return np.argsort(-np.nan_to_num(np.asarray(values, np.float64)), kind="stable").tolist()


class _Sheet:
    """Where days and values lie in a figure."""

    def __init__(self, project: Project, top: float) -> None:
        self._project, self._top = project, top

    def x(self, day: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * day / max(self._project.days, 1)

    def y(self, value: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / self._top

    def pieces(self, values: np.ndarray) -> list[str]:
        return _pieces(values, self.x, self.y, POINTS_MAX)

    def axes(self, scale: float, sign: str) -> str:
        marks = []
        for step in (0, 0.5, 1):
            y, number = self.y(step * self._top), step * self._top * scale
            marks.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>')
            marks.append(
                f'<text x="{LEFT - 5}" y="{y + 3.5:.1f}" text-anchor="end">'
                f"{_short(number)}{sign}</text>"
            )
        for date in plot.ticks(self._project, 5):
            day = round((date - plot.midnight(self._project.start_date)) / 86_400_000)
            x = min(max(self.x(day), LEFT + 8), WIDTH - RIGHT - 22)
            words = _date(self._project, day)
            marks.append(f'<text x="{x:.1f}" y="{HEIGHT - 4}" text-anchor="middle">{words}</text>')
        return "".join(marks)


def _pieces(values: np.ndarray, x: Place, y: Place, most: int) -> list[str]:
    """Return about ``most`` points at most, for each stretch of days that have a value."""
    step = -(-len(values) // most)
    days = np.unique([*range(0, len(values), step), len(values) - 1])
    pieces: list[list[str]] = [[]]
    for day in days.tolist():
        if np.isfinite(values[day]):
            pieces[-1].append(f"{x(day):.1f},{y(float(values[day])):.1f}")
        elif pieces[-1]:
            pieces.append([])
    # A single day is a line too short to be seen: it is made a dot by its round ends.
    return [" ".join(piece if len(piece) > 1 else piece * 2) for piece in pieces if piece]


def _spark_row(
    name: str, course: np.ndarray, top: float, days: int, column: Column, number: float
) -> str:
    points = _pieces(
        course,
        lambda day: SPARK_WIDTH * day / max(days, 1),
        lambda value: SPARK_HEIGHT - 1.5 - (SPARK_HEIGHT - 3) * value / top,
        SPARK_POINTS_MAX,
    )
    lines = "".join(f'<polyline class="line-0" points="{piece}"/>' for piece in points)
    return (
        f'<tr><th scope="row">{html.escape(name)}</th><td><svg class="spark" aria-hidden="true" '
        f'preserveAspectRatio="none" viewBox="0 0 {SPARK_WIDTH} {SPARK_HEIGHT}">{lines}</svg></td>'
        f"<td>{write(column, number)}</td></tr>"
    )


def _plain_row(name: str, number: str) -> str:
    return f'<tr class="all"><th scope="row">{name}</th><td></td><td>{number}</td></tr>'


def _row(name: str, value: float, largest: float, column: Column, beside: Sequence[str]) -> str:
    """Return a row with a bar; ``largest`` 0 makes the last row, without one."""
    width = 100 * value / largest if largest > 0 and np.isfinite(value) else 0.0
    bar = f'<i style="width:{width:.1f}%"></i>' if largest else ""
    told = "".join(f"<td>{text}</td>" for text in beside)
    kind = "" if largest else ' class="all"'
    return (
        f'<tr{kind}><th scope="row">{html.escape(name)}</th>'
        f'<td class="bar"><b>{write(column, value)}</b><span>{bar}</span></td>{told}</tr>'
    )


def _table(heads: Sequence[str], rows: Sequence[str], last: str = "") -> str:
    """Return a table; many rows are folded away, the sum of all stays."""
    head = "".join(f'<th scope="col">{html.escape(one)}</th>' for one in heads)
    head = f"<thead><tr>{head}</tr></thead>"
    table = f"<table>{head}<tbody>{''.join(rows[:ROWS_MAX])}{last}</tbody></table>"
    if len(rows) <= ROWS_MAX:
        return table
    more = f"<table>{head}<tbody>{''.join(rows[ROWS_MAX:])}</tbody></table>"
    words = f"<summary>{len(rows) - ROWS_MAX:,} more</summary>"
    return f'{table}<details data-key="{html.escape(heads[1])}">{words}{more}</details>'


def _titled(words: str, unit: str) -> str:
    title = f"{html.escape(words)} " if words else ""
    return f"<h4>{title}<span>{html.escape(unit)}</span></h4>"


def _date(project: Project, day: int) -> str:
    date = project.date_of(day)
    return f"{date:%b %Y}" if project.days > YEAR else numbers.short_date(date)


def _short(number: float) -> str:
    if number >= 1e6:
        return f"{number / 1e6:g} M"
    return f"{number / 1e3:g} k" if number >= 1e4 else f"{number:,g}"


def _json(value: float) -> float | None:
    return value if np.isfinite(value) else None
