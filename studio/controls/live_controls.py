"""LiveControls: the column of sliders that act on the running model, with undo and redo."""

import html
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import panel as pn
import panel_material_ui as pmui

from populace.engine.project import Project, Setting
from populace.engine.records import Applied
from populace.studio.controls.effect_choice import EffectChoice
from populace.studio.controls.form import control_of, full_label
from populace.studio.controls.live_slider import LiveSlider
from populace.studio.controls.moves import Move, Moves
from populace.studio.effects import Effect, Effects, counted
from populace.studio.material import theme_config
from populace.studio.views.text import text

NOTE = (
    "A slider acts on the running model when you let go of it, from the next day on. "
    "Past days stay as they were."
)


class LiveControls:
    """Every live quantity of a project, under the name of what it belongs to.

    ``change(path, value)`` asks the run for a change and returns its ticket; `take` hears when it
    was applied. ``ask(outcome)`` wants the effects on an outcome, or on "" nothing more of them.
    """

    def __init__(
        self,
        project: Project,
        values: Mapping[str, float],
        change: Callable[[str, float], int],
        ask: Callable[[str], None] = lambda outcome: None,
    ) -> None:
        self._change, self._ask = change, ask
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
        self._outcome = pmui.Select(
            label="Effect of a tenth more on",
            options=_outcomes(project),
            value="",
            size="small",
            margin=(6, 0, 8, 0),
            sizing_mode="stretch_width",
            theme_config=theme_config(),
        )
        self._outcome.param.watch(lambda event: self._choose(event.new), "value")
        self.effect_choice = EffectChoice(lambda: self._ask(self.outcome))
        self._effects_note = text("effects-note", "")
        effects = (self._outcome, self.effect_choice, self._effects_note)
        self._pane = pn.Column(head, *effects, *rows, note, sizing_mode="stretch_width", margin=0)

    def __panel__(self) -> pn.viewable.Viewable:
        return self._pane

    def take(self, applied: Applied) -> None:
        """Show that the run has taken a value, whoever asked for it."""
        if applied.ticket < self._tickets.get(applied.path, 0):
            return  # a later move of the same slider is on its way
        self._values[applied.path] = applied.new
        self._sliders[applied.path].take(applied.new, applied.day)

    @property
    def labels(self) -> Mapping[str, str]:
        """The full name of each slider, by path."""
        return self._labels

    @property
    def outcome(self) -> str:
        """The outcome whose effects are wanted; "" for none."""
        return self._outcome.value

    def show_effects(self, effects: Effects) -> None:
        """Write under each slider what a tenth more of it changes."""
        if effects.outcome != self.outcome:
            return
        largest = max((abs(one.change) for one in effects.effects), default=0.0) or 1.0
        by_path = {one.path: one for one in effects.effects}
        for path, slider in self._sliders.items():
            one = by_path.get(path)
            slider.effect = {} if one is None else _shown(one, effects.outcome, largest)
        words = effects.words
        self._effects_note.object = f"<p>{html.escape(words)}</p>" if words else ""

    def forget_effects(self) -> None:
        """Take them away."""
        for slider in self._sliders.values():
            slider.effect = {}
        self._effects_note.object = ""

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

    def _choose(self, outcome: str) -> None:
        self.effect_choice.offer(offered=bool(outcome))
        self._ask(outcome)

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


def _place(setting: Setting) -> tuple[bool, bool]:
    """Order the disease before the rest, and there what is its own before what all diseases have.

    The rest stays in the order of the file.
    """
    of_disease = setting.component.family == "diseases"
    return not of_disease, of_disease and setting.name not in vars(type(setting.component))


def _heading_and_label(setting: Setting) -> tuple[str, str]:
    """Return the heading that a slider stands under, and its label there."""
    component, declared = setting.component, setting.declaration
    if component.family == "networks":
        return "Contacts", component.own_label
    if component.family == "diseases":
        return "Disease", str(declared.label)
    return component.own_label, str(declared.label)


def _outcomes(project: Project) -> dict[str, str]:
    """Return what the disease lets be counted, by the words of the menu."""
    states = project.disease.states(project.disease.values())
    offered = {"not shown": "", "infections": "infections"}
    if any(state.colour == "hospital" for state in states):
        offered["admissions to hospital"] = "admissions"
    if any(state.in_intensive_care for state in states):
        offered["admissions to intensive care"] = "intensive_care"
    if any(state.role == "dead" for state in states):
        offered["deaths"] = "deaths"
    return offered


def _shown(one: Effect, outcome: str, largest: float) -> dict[str, Any]:
    """Return an effect as the slider shows it."""
    more = "a tenth of its range" if one.from_zero else "a tenth"
    why = f" By paired runs: {one.why}." if one.why else ""
    source = f" {one.source}" if one.source else ""
    return {
        "words": f"{one.change:+,.0f}",
        "title": f"With {more} more: {one.change:+,.0f} {counted(outcome)}, 95 % interval "
        f"{one.low:+,.0f} to {one.high:+,.0f}.{why}{source}",
        "low": one.low / largest,
        "middle": one.change / largest,
        "high": one.high / largest,
    }


def _heading(words: str) -> pn.pane.HTML:
    return text("group", f"<h2>{html.escape(words)}</h2>")


def _icon(icon: str, act: Callable[[], None]) -> pmui.IconButton:
    button = pmui.IconButton(
        icon=icon, size="small", margin=0, disabled=True, theme_config=theme_config()
    )
    button.on_click(lambda _: act())
    return button
