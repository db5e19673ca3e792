"""EffectChoice: since when, and among whom, the effects under the sliders are counted."""

from collections.abc import Callable

import panel as pn
import panel_material_ui as pmui

from populace.studio.material import theme_config

SINCE = {"day 0": "", "today on": "today"}
AMONG = {"everybody": "", "the area": "area"}


class EffectChoice:
    """Two menus in a row; ``changed()`` is called when something else is chosen."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._since, self._among = _menu("From", SINCE), _menu("Among", AMONG)
        for menu in (self._since, self._among):
            menu.param.watch(lambda event: changed(), "value")
        self._row = pn.Row(
            self._since, self._among, visible=False, sizing_mode="stretch_width", margin=0
        )

    def __panel__(self) -> pn.viewable.Viewable:
        return self._row

    def offer(self, *, offered: bool) -> None:
        """Show the menus, or not: without an outcome there is nothing to choose."""
        self._row.visible = offered

    @property
    def today(self) -> bool:
        """Whether numbers change from today on; else from day 0."""
        return bool(self._since.value)

    @property
    def in_area(self) -> bool:
        """Whether only those count who live in the area on the map."""
        return bool(self._among.value)


def _menu(label: str, options: dict[str, str]) -> pmui.Select:
    return pmui.Select(
        label=label,
        options=options,
        value="",
        size="small",
        margin=(0, 4, 8, 0),
        sizing_mode="stretch_width",
        theme_config=theme_config(),
    )
