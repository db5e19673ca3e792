"""WayForm: one transition of a disease, how long before it and who goes that way."""

from collections.abc import Callable, Sequence

import panel as pn
import panel_material_ui as pmui

from populace.engine.editing.draft import Spec
from populace.studio.composer import side
from populace.studio.composer.branch_table import BranchTable
from populace.studio.composer.dwell_plot import DwellPlot


class WayForm:
    """The stay with its density, and the share by age."""

    def __init__(
        self,
        change_dwell: Callable[[Spec], None],
        change_share: Callable[[tuple[float, ...], int | None], None],
        delete: Callable[[], None],
    ) -> None:
        self.dwell = DwellPlot(change_dwell)
        self.share = BranchTable(change_share)
        self.delete = pmui.Button(
            label="Delete this way",
            variant="outlined",
            color="error",
            size="small",
            sizing_mode="stretch_width",
            margin=(4, 16, 16, 16),
        )
        self.delete.on_click(lambda _: delete())
        self._view = pn.Column(
            side.text("<h3>How long before it</h3>"),
            self.dwell,
            side.text("<h3>Who goes this way</h3>"),
            self.share,
            self.delete,
            sizing_mode="stretch_width",
            margin=0,
        )

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view

    def show(
        self,
        dwell: object,
        label: str,
        share: Sequence[float],
        others: Sequence[tuple[str, Sequence[float]]],
        words: str,
        *,
        editable: bool,
    ) -> None:
        """Show a transition to the state ``label`` among the ``others`` out of the same state."""
        self.dwell.draw(dwell, editable=editable)
        self.share.draw(label, share, others, words, editable=editable)
        self.delete.visible = editable
