"""Looks: the chips over the map that choose what it shows."""

from collections.abc import Callable

import panel as pn
import panel_material_ui as pmui

from populace.studio.material import theme_config

LOOKS = {
    "Infected": "infected",
    "Share infected": "share",
    "New today": "new",
    "When infected": "when",
    "Districts": "districts",
}
_SX = {
    "gap": "6px",
    "& .MuiToggleButton-root": {
        "borderRadius": "999px !important",
        "border": "1px solid var(--line) !important",
        "margin": "0 !important",
        "padding": "3px 13px",
        "whiteSpace": "nowrap",
        "backgroundColor": "var(--panel)",
        "color": "var(--ink)",
    },
    "& .MuiToggleButton-root:hover": {"backgroundColor": "var(--card)"},
    "& .MuiToggleButton-root.Mui-selected, & .MuiToggleButton-root.Mui-selected:hover": {
        "backgroundColor": "var(--accent)",
        "borderColor": "var(--accent) !important",
        "color": "var(--on-accent)",
    },
    "& .MuiToggleButton-root.Mui-focusVisible": {"outline": "2px solid var(--accent)"},
}


class Looks:
    """One chip is always chosen; ``choose(look)`` is told which."""

    def __init__(self, choose: Callable[[str], None]) -> None:
        names = _names(districts=False)
        self._chips = pmui.RadioButtonGroup(
            options=names,
            value=names[0],
            size="small",
            margin=0,
            sx=_SX,
            theme_config=theme_config(),
        )
        self._chips.param.watch(lambda event: choose(LOOKS[event.new]), "value")

    def offer(self, *, districts: bool) -> None:
        """Offer the districts where the map has them."""
        names = _names(districts=districts)
        if names != self._chips.options:
            self._chips.options = names

    def __panel__(self) -> pn.viewable.Viewable:
        return self._chips


def _names(*, districts: bool) -> list[str]:
    return [name for name, look in LOOKS.items() if districts or look != "districts"]
