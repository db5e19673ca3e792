"""BranchTable: the share of people who go one way, for all ages or by age band."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ClassVar

import param
from panel.custom import JSComponent

from populace.engine.disease_text import AGES

HERE = Path(__file__).parent


class BranchTable(JSComponent):
    """Per cent in the browser, shares outside. ``change`` hears of all sixteen shares at once."""

    share = param.List(doc="Of this way, by age band.")
    others = param.List(doc="Label and shares by age band of each other way.")
    label = param.String("", doc="The state that this way leads to.")
    words = param.String("", doc="Where the rest goes.")
    ages = param.List(list(AGES))
    editable = param.Boolean(True)
    turn = param.Integer(0, doc="Edits so far: drawn again even if nothing has changed.")

    _esm = HERE / "branch_table.js"
    _stylesheets: ClassVar[list[Any]] = [HERE / "small_form.css", HERE / "branch_table.css"]

    def __init__(self, change: Callable[[tuple[float, ...], int | None], None]) -> None:
        super().__init__(sizing_mode="stretch_width", margin=(0, 16, 10, 16))
        self._change = change

    def draw(
        self,
        label: str,
        share: Sequence[float],
        others: Sequence[tuple[str, Sequence[float]]],
        words: str,
        *,
        editable: bool,
    ) -> None:
        """Show the share of one way among those of the others."""
        self.param.update(
            label=label,
            share=list(share),
            others=[[name, list(part)] for name, part in others],
            words=words,
            editable=editable and bool(others),
            turn=self.turn + 1,
        )

    def _handle_msg(self, data: dict[str, Any]) -> None:
        share = tuple(min(max(float(part), 0.0), 1.0) for part in data["share"])
        if len(share) == len(AGES):
            band = data.get("band")
            self._change(share, int(band) if band is not None else None)
