"""The table of figures, as HTML: scenarios beside each other, and what each averts."""

from collections.abc import Sequence
from html import escape
from math import isnan

from populace.engine.scenarios.comparison import Cell, Row


def table_html(rows: Sequence[Row], start: str) -> str:
    """Return the table; ``start`` is the date of day 0, in words."""
    if not rows:
        return ""
    heads = "".join(
        f'<th scope="col">{escape(cell.scenario)}{" <small>baseline</small>" if not n else ""}</th>'
        for n, cell in enumerate(rows[0].cells)
    )
    body = "".join(_row(row) for row in rows if not _says_nothing(row))
    runs = rows[0].cells[0].runs
    words = "run" if runs == 1 else "runs"
    return (
        f"<table><caption>Mean of {runs:,} {words} of each scenario, and where 90 % of the runs "
        "lie. Below: averted or added against the baseline, with the 95 % interval of the mean, "
        f"from pairs of runs with the same chance. Day 0 is {escape(start)}.</caption>"
        f'<thead><tr><th scope="col">Figure</th>{heads}</tr></thead><tbody>{body}</tbody></table>'
    )


def _says_nothing(row: Row) -> bool:
    """Tell of a policy that is at work as long in all scenarios."""
    of_policy = row.name.startswith("days_in_force.")
    return of_policy and len({(cell.mean, cell.low90, cell.high90) for cell in row.cells}) == 1


def _row(row: Row) -> str:
    unit = f" <small>{escape(row.unit)}</small>" if row.unit not in ("number", "") else ""
    cells = "".join(
        f"<td><b>{figure(cell.mean)}</b>{_spread(cell)}{_change(row, cell) if n else ''}</td>"
        for n, cell in enumerate(row.cells)
    )
    return (
        f'<tr data-figure="{row.name}"><th scope="row">{escape(row.label)}{unit}</th>{cells}</tr>'
    )


def _spread(cell: Cell) -> str:
    if cell.runs < 2 or cell.low90 == cell.high90:
        return ""
    return f" <small>{figure(cell.low90)} to {figure(cell.high90)}</small>"


def _change(row: Row, cell: Cell) -> str:
    change = cell.change
    if isnan(change.value):
        return ""
    known = change.value and not isnan(cell.share) and row.name != "peak_day"
    share = "" if not known else f" ({cell.share:+.0%})"
    sure = "" if isnan(change.low) else f", {figure(change.low)} to {figure(change.high)}"
    return f'<span class="change">{row.compared} {figure(change.value)}{share}{sure}</span>'


def figure(value: float) -> str:
    """Return a number as people read it."""
    if isnan(value):
        return "–"
    text = f"{value:,.0f}" if abs(value) >= 10 or value == int(value) else f"{value:,.1f}"
    return text.replace("-", "−")
