"""PolicyBars: when each policy of a run was in force, as lanes over the timeline."""

from collections.abc import Sequence

from bokeh.core.properties import value
from bokeh.models import ColumnDataSource, HoverTool
from bokeh.plotting import figure

from populace.engine.policies.base import Policy
from populace.engine.project import Project
from populace.engine.records import DayRecord
from populace.layers.themes import Theme
from populace.studio.views import numbers, plot
from populace.studio.views.board import Board, Rows

LANES = 5  # that have room for their names; further policies share the last one's place
_TOP, _LANE = 0.9, 0.2  # of the figure's height
_COLUMNS = ("left", "right", "y", "what", "alpha")


class PolicyBars:
    """One lane for each policy that has dates or a trigger.

    Faint: as planned. Solid: as it was. What holds from the first to the last day has no bar.
    """

    def __init__(self, project: Project, on: figure, y_range: str, board: Board) -> None:
        self._project, self._board = project, board
        self._policies = {
            f"policies.{policy.own_name}": policy
            for policy in project.policies
            if _has_times(policy, project.days)
        }
        # By path: first and last day of each time in force.
        self._times: dict[str, list[list[int]]] = {path: [] for path in self._policies}
        self._source = ColumnDataSource({name: [] for name in _COLUMNS}, name="policy_bars")
        names = ColumnDataSource(dict(self._names()))
        self._bars = on.hbar(
            y="y", left="left", right="right", height=0.15, source=self._source,
            fill_alpha="alpha", line_color=None,
        )  # fmt: skip
        self._labels = on.text(
            x="x", y="y", text="text", source=names, text_baseline="middle", x_offset=5,
            text_font=value(plot.FONT), text_font_size="10px",
        )  # fmt: skip
        self._bars.y_range_name = self._labels.y_range_name = y_range
        on.add_tools(HoverTool(renderers=[self._bars], tooltips="@what"))

    def begin_again(self) -> None:
        """Forget the days that were drawn."""
        self._times = {path: [] for path in self._policies}

    def draw(self, records: Sequence[DayRecord]) -> None:
        """Lengthen the bars by these days."""
        if not self._policies:
            return
        for record in records:
            for path, times in self._times.items():
                if record.in_force.get(path, 0.0) <= 0.0:
                    continue
                if times and times[-1][1] == record.day - 1:
                    times[-1][1] = record.day
                else:
                    times.append([record.day, record.day])
        self._board.put("policy_bars", self._rows())

    def paint(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._bars.glyph.fill_color = theme.accent
        self._labels.glyph.text_color = theme.ink

    def _rows(self) -> Rows:
        rows: Rows = {name: [] for name in _COLUMNS}
        for lane, (path, policy) in enumerate(self._policies.items()):
            if policy.trigger == "none":
                last = min(policy.end_day, self._project.days)
                self._add(rows, lane, policy.start_day, last, f"{policy.own_label}: planned", 0.28)
            for first, last in self._times[path]:
                self._add(rows, lane, first, last + 1, self._in_words(policy, first, last), 0.62)
        return rows

    def _add(self, rows: Rows, lane: int, first: int, end: int, what: str, alpha: float) -> None:
        row = (self._date(first), self._date(end), _height(lane), what, alpha)
        for name, cell in zip(_COLUMNS, row, strict=True):
            rows[name].append(cell)

    def _in_words(self, policy: Policy, first: int, last: int) -> str:
        dates = [numbers.short_date(self._project.date_of(day)) for day in (first, last)]
        return f"{policy.own_label}: in force {dates[0]} to {dates[1]}{_rule(policy)}"

    def _names(self) -> Rows:
        lanes = list(enumerate(self._policies.values()))[:LANES]
        return {
            "x": [self._date(policy.start_day) for _, policy in lanes],
            "y": [_height(lane) for lane, _ in lanes],
            "text": [policy.own_label + _rule(policy) for _, policy in lanes],
        }

    def _date(self, day: int) -> float:
        return plot.midnight(self._project.date_of(day))


def _has_times(policy: Policy, days: int) -> bool:
    return policy.trigger != "none" or policy.start_day > 0 or policy.end_day < days


def _rule(policy: Policy) -> str:
    """Return the trigger in words."""
    if policy.trigger == "none":
        return ""
    figure = {"incidence": "infections a week"}.get(policy.trigger, f"in {policy.trigger}")
    return f", from {policy.trigger_on:g} {figure} per 100,000 until below {policy.trigger_off:g}"


def _height(lane: int) -> float:
    return _TOP - _LANE * min(lane, LANES - 1)
