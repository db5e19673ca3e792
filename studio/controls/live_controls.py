"""LiveControls: the column of sliders that act on the running model, with undo and redo."""

import html
from collections.abc import Callable, Iterator, Mapping

import panel as pn
import panel_material_ui as pmui

from populace.engine.project import Project, Setting
from populace.engine.runner import Applied
from populace.studio.controls.form import control_of, full_label
from populace.studio.controls.live_slider import LiveSlider
from populace.studio.controls.moves import Move, Moves
from populace.studio.material import theme_config
from populace.studio.views.text import text

NOTE = (
    "A slider acts on the running model when you let go of it, from the next day on. "
    "Past days stay as they were."
)


class LiveControls:
    """Every live quantity of a project, under the name of what it belongs to.

    ``change(path, value)`` asks the run for a change and returns its ticket; `take` hears when it
    was applied.
    """

    def __init__(
        self,
        project: Project,
        values: Mapping[str, float],
        change: Callable[[str, float], int],
    ) -> None:
        self._change = change
        self._values = dict(values)  # as asked for; the run follows at the next day
        self._tickets: dict[str, int] = {}  # of the last change asked for
        self._moves = Moves()
        self._labels: dict[str, str] = {}
        self._sliders: dict[str, LiveSlider] = {}
        self._undo = _icon("undo", self._undo_last)
        self._redo = _icon("redo", self._redo_next)
        self._name_moves()
        title = text("controls-head", "<h2>Act on the running model</h2>")
        title.align = "center"
        head = pn.Row(
            title,
            pn.Spacer(sizing_mode="stretch_width"),
            self._undo,
            self._redo,
            sizing_mode="stretch_width",
            margin=0,
        )
        note = text("controls-note", f"<p>{NOTE}</p>")
        rows = list(self._rows(project))
        self._pane = pn.Column(head, *rows, note, sizing_mode="stretch_width", margin=0)

    def __panel__(self) -> pn.viewable.Viewable:
        return self._pane

    def take(self, applied: Applied) -> None:
        """Show that the run has taken a value, whoever asked for it."""
        if applied.ticket < self._tickets.get(applied.path, 0):
            return  # a later move of the same slider is on its way
        self._values[applied.path] = applied.new
        self._sliders[applied.path].take(applied.new, applied.day)

    def in_words(self, applied: Applied) -> str:
        """Return "Masks: coverage 0 → 60 %"."""
        slider = self._sliders[applied.path]
        old, new = slider.written(applied.old), slider.written(applied.new)
        return f"{slider.full_label} {old} → {new} {slider.unit}".rstrip()

    def _rows(self, project: Project) -> Iterator[pn.viewable.Viewable]:
        shown = ""
        settings = sorted(project.quantities(live_only=True), key=_place)
        for setting in settings:
            heading, label = _heading_and_label(setting)
            if heading != shown:
                yield _heading(heading)
                shown = heading
            yield self._slider(setting, label)

    def _slider(self, setting: Setting, label: str) -> pn.viewable.Viewable:
        self._labels[setting.path] = full_label(setting.component, setting.declaration)
        control = control_of(
            setting.component,
            setting.name,
            setting.declaration,
            self._released,
            path=setting.path,
            label=label,
        )
        if isinstance(control, LiveSlider):
            control.value = self._values[setting.path]
            self._sliders[setting.path] = control
        return control

    def _released(self, path: str, value: float) -> None:
        self._moves.add(Move(path, self._labels[path], self._values[path], value))
        self._set(path, value)

    def _undo_last(self) -> None:
        if order := self._moves.undo():
            self._set(*order)

    def _redo_next(self) -> None:
        if order := self._moves.redo():
            self._set(*order)

    def _set(self, path: str, value: float) -> None:
        self._values[path] = value
        self._sliders[path].wait_for(value)
        self._tickets[path] = self._change(path, value)
        self._name_moves()

    def _name_moves(self) -> None:
        for button, word, move in (
            (self._undo, "Undo", self._moves.last),
            (self._redo, "Redo", self._moves.next),
        ):
            button.disabled = move is None
            button.description = f"{word}: {move.label.lower()}" if move else word


def _place(setting: Setting) -> int:
    """Order the disease before the rest; the rest stays in the order of the file."""
    return 0 if setting.component.family == "diseases" else 1


def _heading_and_label(setting: Setting) -> tuple[str, str]:
    """Return the heading that a slider stands under, and its label there."""
    component, declared = setting.component, setting.declaration
    if component.family == "networks":
        return "Contacts", component.own_label
    if component.family == "diseases":
        return "Disease", str(declared.label)
    return component.own_label, str(declared.label)


def _heading(words: str) -> pn.pane.HTML:
    return text("group", f"<h2>{html.escape(words)}</h2>")


def _icon(icon: str, act: Callable[[], None]) -> pmui.IconButton:
    button = pmui.IconButton(
        icon=icon, size="small", margin=0, disabled=True, theme_config=theme_config()
    )
    button.on_click(lambda _: act())
    return button
