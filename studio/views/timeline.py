"""Timeline: the memory of the run, with the moves of the sliders on real dates."""

from collections.abc import Callable

import panel as pn
from bokeh.models import ColumnDataSource, HoverTool, Range1d, Span

from populace.engine.diseases.base import INFECTED_ROLES
from populace.engine.project import Project
from populace.engine.records import Applied
from populace.layers.themes import DARK, Theme
from populace.studio.views import numbers, plot
from populace.studio.views.base import Moment, View
from populace.studio.views.board import Board
from populace.studio.views.policy_bars import PolicyBars


class Timeline(View):
    """The epidemic lies faint behind; a mark stands on the day on which a slider took effect."""

    def __init__(
        self,
        project: Project,
        in_words: Callable[[Applied], str],
        curve: ColumnDataSource,
        board: Board,
    ) -> None:
        self._in_words = in_words
        self._stamps = ColumnDataSource({"date": [], "what": [], "y": []})
        self._drawn, self._epoch, self._stamped = 0, -1, 0
        self._plot = plot.figure(
            project, plot.dates_of(project), height=92, top=10, axis=True, most_ticks=13
        )
        self._plot.min_border_left = 18
        self._plot.yaxis.visible = False
        self._plot.ygrid.visible = False
        self._plot.extra_y_ranges = {"marks": Range1d(start=0, end=1)}
        self._area = self._plot.varea("date", 0, "infected", source=curve, fill_alpha=0.25)
        self._bars = PolicyBars(project, self._plot, "marks", board)
        self._stems = self._plot.vspan(x="date", source=self._stamps, line_width=1)
        self._marks = self._plot.scatter(
            "date", "y", source=self._stamps, marker="inverted_triangle", size=11
        )
        self._marks.y_range_name = "marks"
        # The board moves it, together with the rows of the curve.
        self._today = Span(location=0, dimension="height", line_width=2, name="today")
        self._plot.add_layout(self._today)
        self._plot.add_tools(HoverTool(renderers=[self._marks], tooltips="@what"))
        self._words = board.text("memory")
        self._pane = pn.pane.Bokeh(self._plot, sizing_mode="stretch_width", margin=0)
        self._tell("")
        self.paint(DARK)

    def __panel__(self) -> pn.viewable.Viewable:
        return self._pane

    def draw(self, moment: Moment) -> None:
        if moment.epoch != self._epoch:
            self._start_again(moment)
        infected = list(moment.columns_of_role(*INFECTED_ROLES))
        records = moment.history[self._drawn :]
        if records:
            most = max(int(record.totals[infected].sum()) for record in records)
            self._drawn += len(records)
            self._bars.draw(records)
            if 1.1 * most > plot.top_of(self._plot):
                plot.set_top(self._plot, plot.roomy(1.1 * most, 10))
        self._stamp(moment)

    def send_again(self) -> None:
        """Draw every day once more with the next drawing: a browser has just come."""
        self._epoch = -1

    def paint(self, theme: Theme) -> None:
        plot.paint(self._plot, theme)
        self._bars.paint(theme)
        self._area.glyph.fill_color = theme.infectious
        self._stems.glyph.line_color = theme.line
        self._marks.glyph.fill_color = self._marks.glyph.line_color = theme.exposed
        self._today.line_color = theme.ink

    def _stamp(self, moment: Moment) -> None:
        fresh = moment.applied[self._stamped :]
        if not fresh:
            return
        dates = [moment.project.date_of(one.day) for one in fresh]
        what = [
            f"{numbers.short_date(date)}: {self._in_words(one)}"
            for date, one in zip(dates, fresh, strict=True)
        ]
        self._stamps.stream(
            {"date": [plot.midnight(date) for date in dates], "what": what, "y": [0.9] * len(what)}
        )
        self._stamped += len(fresh)
        self._tell(what[-1])

    def _tell(self, last: str) -> None:
        moved = f'<p><i aria-hidden="true">▾</i> {last}</p>' if last else ""
        hint = "" if last else "<p>A ▾ marks the day on which a slider took effect.</p>"
        self._words.write(f"<h2>Timeline</h2>{moved}{hint}")

    def _start_again(self, moment: Moment) -> None:
        self._epoch, self._drawn, self._stamped = moment.epoch, 0, 0
        self._stamps.data = {"date": [], "what": [], "y": []}
        self._bars.begin_again()
        plot.set_top(self._plot, 10)
        self._tell("")
