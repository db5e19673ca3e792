"""StateForm: one state of a written disease as widgets."""

from collections.abc import Callable, Sequence
from typing import Any

import panel as pn
import panel_material_ui as pmui

from populace.engine.diseases.base import COLOURS, ROLES
from populace.engine.editing.draft import Spec
from populace.studio.composer import side
from populace.studio.composer.disease_graph import colour_of, label_of
from populace.studio.material import theme_config

# Key of a state, its value (None: the usual one), and the name of the edit.
Change = Callable[[str, Any, str], None]
ROLE_CHOICES = {
    "Can catch it": "susceptible",
    "Infected, not infectious": "latent",
    "Infectious": "infectious",
    "Infects nobody any more": "removed",
    "Dead": "dead",
}


class StateForm:
    """Name, label, role, colour, infectiousness, symptoms; and what leads where from here."""

    def __init__(
        self,
        change: Change,
        connect: Callable[[str], None],
        enter_here: Callable[[], None],
        delete: Callable[[], None],
    ) -> None:
        self._change = change
        self._state: Spec = {}
        self._showing = False
        self.label = pmui.TextInput(label="Label")
        self.name = pmui.TextInput(label="Name in files and results")
        self.role = pmui.Select(label="Role", options=ROLE_CHOICES)
        self.colour = pmui.Select(label="Colour on the map", options=_colours())
        self.weight = pmui.FloatInput(
            label="Relative infectiousness (1 is the reference)", start=0.0, end=1_000.0, step=0.1
        )
        self.symptoms = pmui.Checkbox(label="With symptoms")
        self.target = pmui.Select(label="A new way out leads to", options=[])
        self.add = pmui.Button(label="Add the way", variant="outlined")
        self.enter = pmui.Button(label="Infection leads here", variant="outlined")
        self.delete = pmui.Button(label="Delete this state", variant="outlined", color="error")
        widgets = {
            "label": self.label, "name": self.name, "role": self.role, "colour": self.colour,
            "infectiousness": self.weight, "symptomatic": self.symptoms,
        }  # fmt: skip
        for key, widget in widgets.items():
            widget.param.watch(lambda event, key=key: self._heard(key, event.new), "value")
        self.weight.stylesheets = [side.PLAIN_BOX]
        self.add.on_click(lambda _: connect(self.target.value) if self.target.value else None)
        self.enter.on_click(lambda _: enter_here())
        self.delete.on_click(lambda _: delete())
        parts = (*widgets.values(), self.target, self.add, self.enter, self.delete)
        for part in parts:
            part.param.update(
                margin=(11, 0, 0, 0), sizing_mode="stretch_width", size="small",
                theme_config=theme_config(),
            )  # fmt: skip
        self._view = pn.Column(*parts, sizing_mode="stretch_width", margin=(4, 16, 16, 16))

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view

    def show(self, state: Spec, row: int, targets: Sequence[tuple[str, str]]) -> None:
        """Show a state; ``targets`` are label and name of those that a new way may lead to."""
        self._state, self._showing = state, True
        try:
            self._fill(state, row, targets)
        finally:
            self._showing = False

    def _fill(self, state: Spec, row: int, targets: Sequence[tuple[str, str]]) -> None:
        role = state.get("role")
        self.label.value = label_of(state)
        self.name.value = str(state.get("name"))
        self.role.value = role if role in ROLES else "removed"
        self.role.disabled = row == 0
        self.colour.value = colour_of(state)
        self.weight.value = _weight(state)
        self.weight.visible = role == "infectious"
        self.symptoms.value = state.get("symptomatic") is True
        self.target.options = dict(targets)
        self.target.value = targets[0][1] if targets else None
        self.target.visible = self.add.visible = bool(targets)
        self.enter.visible = row > 1
        self.delete.visible = row > 0

    def _heard(self, key: str, value: Any) -> None:
        if self._showing or value is None or value == self._shown(key):
            return
        name = label_of(self._state)
        words = {
            "label": f"Call {name} “{value}”",
            "name": f"Rename {self._state.get('name')} to {value}",
            "role": f"Change the role of {name} to {value}",
            "colour": f"Change the colour of {name} to {value}",
            "infectiousness": f"Change the infectiousness of {name} to {value}",
            "symptomatic": f"{name} {'has' if value else 'has no'} symptoms",
        }
        self._change(key, value, words[key])

    def _shown(self, key: str) -> Any:
        shown = {
            "label": label_of(self._state),
            "name": str(self._state.get("name")),
            "colour": colour_of(self._state),
            "infectiousness": _weight(self._state),
            "symptomatic": self._state.get("symptomatic") is True,
        }
        return shown.get(key, self._state.get(key))


def _weight(state: Spec) -> float:
    weight = state.get("infectiousness", 1.0)
    is_number = isinstance(weight, int | float) and not isinstance(weight, bool)
    return float(weight) if is_number else 1.0


def _colours() -> dict[str, str]:
    return {colour.capitalize(): colour for colour in COLOURS}
