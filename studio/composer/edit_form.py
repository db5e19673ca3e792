"""EditForm: the declared settings of a part of a draft as widgets, each change one named edit."""

from collections.abc import Callable, Collection
from typing import Any

import panel as pn

from populace.engine.component import Component
from populace.engine.policy_text import in_sentence
from populace.engine.quantities import Nested, Quantity, Structure
from populace.studio.composer import side
from populace.studio.controls.form import control_of, full_label, unit_text
from populace.studio.controls.live_slider import LiveSlider
from populace.studio.material import theme_config

# Setting, its value, and the name of the edit. None: back to the default.
Change = Callable[[str, Any, str], None]
UNIT_MOST = 22  # letters that stand beside a value; what is longer is in the slider's "i"


class EditForm:
    """The widgets of one component. They follow its values and keep the keyboard while they do."""

    def __init__(
        self, component: Component, change: Change, *, without: Collection[str] = ()
    ) -> None:
        self._component, self._change = component, change
        self.kind = type(component), tuple(without)
        self._widgets: dict[str, Any] = {}
        for name, declared in component.declarations():
            if isinstance(declared, Nested) or name in without:
                continue
            widget = control_of(component, name, declared, self._heard, path=name)
            if isinstance(widget, LiveSlider):
                widget.waiting = ""  # there is no run that would have to take it
                widget.unit = widget.unit if len(widget.unit) <= UNIT_MOST else ""
                widget.margin = (8, 0, 0, 0)
            else:
                widget.stylesheets = [*widget.stylesheets, side.PLAIN_BOX]
                widget.param.update(
                    size="small",
                    sizing_mode="stretch_width",
                    margin=(10, 0, 0, 0),
                    theme_config=theme_config(),
                )
            self._widgets[name] = widget
        # What one moves often stands first: numbers with a range, and its own before the family's.
        shared = set(type(component).__mro__[1].param)
        names = sorted(
            self._widgets,
            key=lambda name: (not isinstance(self._widgets[name], LiveSlider), name in shared),
        )
        rows = [self._widgets[name] for name in names]
        self._view = pn.Column(*rows, sizing_mode="stretch_width", margin=(4, 16, 16, 16))

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view

    def follow(self, component: Component) -> None:
        """Show the values of another component of the same kind."""
        self._component = component
        for name, widget in self._widgets.items():
            if widget.value != getattr(component, name):
                widget.value = getattr(component, name)

    def _heard(self, name: str, value: Any) -> None:
        if value is None or value == getattr(self._component, name):
            return  # what the form shows already, or a box that somebody has just emptied
        declared = dict(self._component.declarations())[name]
        label = edit_in_words(self._component, declared, value)
        self._change(name, None if value == declared.default else value, label)


def edit_in_words(component: Component, declared: Quantity | Structure, value: Any) -> str:
    """Return the name of an edit: "Change masks: coverage to 60 %"."""
    name = in_sentence(full_label(component, declared))
    return f"Change {name} to {value_in_words(declared, value)}"


def value_in_words(declared: Quantity | Structure, value: Any) -> str:
    """Return a value with its unit as people write it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return f"“{value}”" if value else "nothing"
    if declared.unit == "share":
        return f"{100 * value:g} %"
    unit = unit_text(declared.unit).partition(" (")[0]
    number = f"{value:,}" if isinstance(value, int) else f"{value:,g}"
    return f"{number} {unit}".strip()
