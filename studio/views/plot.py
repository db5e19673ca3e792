"""The look that all small figures share: no toolbar, real dates, colours of the theme."""

import datetime as dt
from typing import cast

from bokeh.models import CustomJSTickFormatter, DatetimeTickFormatter, FixedTicker, Range1d
from bokeh.plotting import figure as bokeh_figure

from populace.engine.project import Project
from populace.layers.themes import Theme

FONT = "Roboto, system-ui, sans-serif"
PEOPLE_TICKS = """
if (tick >= 1e6) { return (tick / 1e6).toLocaleString("en-US") + " M" }
if (tick >= 1e4) { return (tick / 1e3).toLocaleString("en-US") + " k" }
return tick.toLocaleString("en-US")
"""


def dates_of(project: Project) -> Range1d:
    """Return the axis of the whole run, so that a curve grows into a figure that stays still."""
    return Range1d(start=midnight(project.start_date), end=midnight(project.date_of(project.days)))


def ticks(project: Project, most: int) -> list[float]:
    """Return at most ``most`` dates that people count by: every few days, or days of months."""
    days = [project.date_of(day) for day in range(project.days + 1)]
    choices = [days[::step] for step in (1, 2, 3, 7, 14) if project.days <= 60]
    choices += [[date for date in days if date.day in (1, 15)]]
    choices += [[date for date in days if date.day == 1][::step] for step in (1, 2, 3, 6, 12, 60)]
    return [midnight(date) for date in next((c for c in choices if len(c) <= most), days[:1])]


def midnight(date: dt.date) -> float:
    """Return a date as Bokeh counts time: milliseconds since 1970."""
    return 86_400_000.0 * (date - dt.date(1970, 1, 1)).days


def figure(
    project: Project, dates: Range1d, *, height: int, top: float, axis: bool, most_ticks: int = 6
) -> bokeh_figure:
    """Return an empty figure over ``dates``; ``top`` is the first upper end of the y axis."""
    plot = bokeh_figure(
        height=height,
        sizing_mode="stretch_width",
        x_range=dates,
        y_range=Range1d(start=0, end=top),
        x_axis_type="datetime",
        toolbar_location=None,
        tools="",
        min_border_left=44,
        min_border_right=10,
        min_border_top=8,
        min_border_bottom=22 if axis else 8,
    )
    plot.xaxis.formatter = DatetimeTickFormatter(
        days="%-d %b", months="%-d %b", years="%Y", context=None
    )
    plot.xaxis.ticker = FixedTicker(ticks=ticks(project, most_ticks))
    plot.xaxis.visible = axis
    plot.yaxis.formatter = CustomJSTickFormatter(code=PEOPLE_TICKS)
    plot.yaxis.ticker.desired_num_ticks = 3  # type: ignore[attr-defined]
    plot.yaxis.ticker.num_minor_ticks = 0  # type: ignore[attr-defined]
    plot.xgrid.visible = False
    plot.outline_line_color = plot.background_fill_color = plot.border_fill_color = None
    for one in (*plot.xaxis, *plot.yaxis):
        one.axis_line_color = one.major_tick_line_color = one.minor_tick_line_color = None
        one.major_label_text_font = FONT
        # Bokeh takes its own default, 11px, for "not set", and then the theme of Panel wins.
        one.major_label_text_font_size = "11.5px"
    return plot


def top_of(plot: bokeh_figure) -> float:
    """Return the upper end of the y axis."""
    return float(cast("Range1d", plot.y_range).end)  # type: ignore[arg-type]


def set_top(plot: bokeh_figure, top: float) -> None:
    """Move the upper end of the y axis."""
    cast("Range1d", plot.y_range).end = top


def set_bottom(plot: bokeh_figure, bottom: float) -> None:
    """Move the lower end of the y axis."""
    cast("Range1d", plot.y_range).start = bottom


def paint(plot: bokeh_figure, theme: Theme) -> None:
    """Give a figure the colours of a theme; the page shines through."""
    plot.ygrid.grid_line_color = theme.line
    for one in (*plot.xaxis, *plot.yaxis):
        one.major_label_text_color = theme.dim_ink


def roomy(largest: float, least: float) -> float:
    """Return a round number with some air over ``largest``, so that an axis grows in few steps."""
    top, power = max(largest * 1.05, least), 1.0
    while power * 10 <= top:
        power *= 10
    return next(power * step for step in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if power * step >= top)
