"""DwellPlot: how long people stay, as a law with its numbers and its density drawn."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar

import param
from panel.custom import JSComponent

from populace.engine.disease_text import LAW_WORDS
from populace.engine.diseases._written_dwells import DEVIATION_MAX, DEVIATION_MIN
from populace.engine.editing.draft import Spec
from populace.engine.tables import DWELL_DAYS_MAX, SHAPE_MAX, SHAPE_MIN

HERE = Path(__file__).parent


class DwellPlot(JSComponent):
    """The density is drawn in the browser while one types; ``change`` hears of the end of it."""

    dwell = param.Dict(default={}, doc="Kind, mean, shape, deviation; days as [day, weight].")
    laws = param.List(default=[list(pair) for pair in LAW_WORDS.items()])
    limits = param.Dict(
        default={
            "mean": [1, DWELL_DAYS_MAX],
            "shape": [SHAPE_MIN, SHAPE_MAX],
            "deviation": [DEVIATION_MIN, DEVIATION_MAX],  # of the mean
        }
    )
    editable = param.Boolean(True)
    turn = param.Integer(0, doc="Edits so far: drawn again even if nothing has changed.")

    _esm = HERE / "dwell_plot.js"
    _stylesheets: ClassVar[list[Any]] = [HERE / "small_form.css", HERE / "dwell_plot.css"]

    def __init__(self, change: Callable[[Spec], None], **settings: Any) -> None:
        super().__init__(sizing_mode="stretch_width", margin=(0, 16), **settings)
        self._change = change

    def draw(self, dwell: object, *, editable: bool) -> None:
        """Show a written stay."""
        self.param.update(dwell=for_browser(dwell), editable=editable, turn=self.turn + 1)

    def _handle_msg(self, data: dict[str, Any]) -> None:
        self._change(from_browser(data))


def for_browser(dwell: object) -> Spec:
    """Return a stay as JSON can hold it: the days of a table as pairs."""
    if not isinstance(dwell, Mapping):
        return {}
    days = dwell.get("days")
    pairs = [[day, weight] for day, weight in days.items()] if isinstance(days, Mapping) else []
    return {**dwell, "days": pairs} if pairs else dict(dwell)


def from_browser(data: Mapping[str, Any]) -> Spec:
    """Return a stay as a project file writes it; the law says which numbers belong to it."""
    kind = str(data.get("kind"))
    if kind == "table":
        days: dict[int, float] = {}
        for day, weight in data.get("days") or []:
            days[int(day)] = days.get(int(day), 0.0) + float(weight)
        return {"kind": kind, "days": dict(sorted(days.items()))}
    second = {"gamma": "shape", "lognormal": "deviation"}.get(kind)
    numbers = {"mean": float(data["mean"])}
    return {"kind": kind, **numbers} | ({second: float(data[second])} if second else {})
