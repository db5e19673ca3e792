"""DiseaseEditor: the disease of a draft as a canvas of states, with what is selected beside it."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import panel as pn
import panel_material_ui as pmui

from populace.engine.disease_text import dwell_in_words, share_in_words
from populace.engine.editing import disease_edits as edits
from populace.engine.editing.draft import Draft, Spec
from populace.engine.editing.own_disease import CUSTOM, own_disease
from populace.engine.errors import ProjectError
from populace.engine.policy_text import in_sentence
from populace.engine.registry import kinds
from populace.studio.composer import side
from populace.studio.composer.disease_graph import DiseaseGraph, Hears, part_at_place
from populace.studio.composer.disease_layout import Place, free_place
from populace.studio.composer.disease_side import DiseaseSide
from populace.studio.composer.disease_words import choices, head_of
from populace.studio.composer.draft_disease import NOTHING, PLACES, DraftDisease, Selected
from populace.studio.composer.following import following
from populace.studio.composer.state_form import StateForm
from populace.studio.composer.way_form import WayForm
from populace.studio.material import theme_config


class DiseaseEditor:
    """A ready disease shows its graph and has a form for its numbers; ones own is edited itself."""

    def __init__(self, draft: Draft) -> None:
        self._draft, self._disease = draft, DraftDisease(draft)
        self._selected: Selected = NOTHING
        self._refused = ""  # why the last edit was none
        self._drawn: tuple[str, list[str]] | None = None  # kind and states that are shown
        self.graph = DiseaseGraph(
            Hears(self.select, self._move, self._connect, self._delete_chosen)
        )
        self.state = StateForm(
            self._change_state, self._connect_on, self._enter_here, self.delete_selected
        )
        self.way = WayForm(self._change_dwell, self._change_share, self.delete_selected)
        self._head = side.text("")
        self._head.css_classes = ["bar-words"]
        self.side = DiseaseSide(draft, self._disease, self.state, self.way, self._change_number)
        self.own = pmui.Button(label="Make it my own", variant="contained")
        self.add = pmui.Button(label="Add a state", variant="outlined")
        self.tidy = pmui.Button(label="Tidy up", variant="outlined")
        self.kind = pmui.Select(label="Disease", options=choices(), size="small", width=180)
        self.own.on_click(lambda _: self.make_own())
        self.add.on_click(lambda _: self.add_state())
        self.tidy.on_click(lambda _: self._tidy())
        self.kind.param.watch(lambda event: self._choose(event.new), "value")
        for button in (self.own, self.add, self.tidy):
            button.param.update(size="small", margin=(10, 0, 0, 8), theme_config=theme_config())
        self.tidy.margin = (10, 12, 0, 8)
        self.kind.margin = (9, 0, 0, 14)
        self._bar = pn.Row(
            self.kind, self._head, self.own, self.add, self.tidy,
            sizing_mode="stretch_width", height=52, margin=0,
            css_classes=["editor-bar"], stylesheets=[side.STYLE],
        )  # fmt: skip
        canvas = pn.Column(
            self._bar, self.graph.flow, self.graph.ports, sizing_mode="stretch_both", margin=0
        )
        self._view = side.beside(canvas, self.side.__panel__())
        following(draft, self._draw)
        self._draw()

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view

    def paint(self, theme: str) -> None:
        """Take the colours of a theme, "dark" or "light"."""
        self.graph.flow.color_mode = theme

    # What the person does

    def select(self, what: str, which: str | int | None) -> None:
        """Select the state of a name ("state"), the transition of a row ("way"), or nothing."""
        chosen: Selected = (what, which) if what else NOTHING
        if chosen != self._selected:
            self._selected = chosen
            self._show_side()

    def go_to(self, place: str) -> None:
        """Select the state or transition of a problem: "disease.graph.states[2].name"."""
        if (part := part_at_place(place)) is None:
            return
        what, row = part
        states = edits.states_in(self._disease.graph)
        self._select_and_draw(
            ("way", row) if what == "transitions" else ("state", str(states[row].get("name")))
        )

    def make_own(self) -> None:
        """Turn a ready disease into the same one, written out."""
        label = in_sentence(self._disease.component.label())
        self._edit(
            f"Make {label} my own",
            lambda spec, _: spec.update(disease=own_disease(spec["disease"])),
        )

    def add_state(self) -> None:
        """Add a state beside the others and select it."""
        made: list[str] = []
        free = free_place(self._disease.places.values())

        def change(spec: Spec, canvas: Spec) -> None:
            made.append(edits.add_state(spec))
            canvas[PLACES][made[0]] = list(free)

        if self._edit("Add a state", change):
            self._select_and_draw(("state", made[0]))

    def delete_selected(self) -> None:
        """Delete the selected state or transition."""
        what, which = self._selected
        self._delete_chosen(
            [str(which)] if what == "state" else [], [which] if what == "way" else []
        )

    def _delete_chosen(self, names: Sequence[str], rows: Sequence[Any]) -> None:
        """Delete states with their ways, or transitions; one edit."""
        if names:
            done = self._edit(
                f"Delete {self._disease.label(names[0])}", partial(_without_states, names=names)
            )
        elif rows:
            way = edits.ways_in(self._disease.graph)[rows[0]]
            ends = [self._disease.label(way.get(end)) for end in ("from", "to")]
            label = f"Delete the way from {ends[0]} to {ends[1]}"
            done = self._edit(label, partial(_without_ways, rows=rows))
        else:
            return
        if done:
            self._select_and_draw(NOTHING)

    def _connect(self, before: str, after: str) -> None:
        made: list[int] = []
        label = f"Lead from {self._disease.label(before)} to {self._disease.label(after)}"
        done = self._edit(label, lambda spec, _: made.append(edits.add_way(spec, before, after)))
        if done:
            self._select_and_draw(("way", made[0]))

    def _connect_on(self, after: str) -> None:
        self._connect(str(self._selected[1]), after)

    def _enter_here(self) -> None:
        name = str(self._selected[1])
        self._edit(
            f"Let infection lead to {self._disease.label(name)}",
            lambda spec, _: edits.move_to_entry(spec, name),
        )

    def _change_state(self, key: str, value: Any, label: str) -> None:
        name = str(self._selected[1])
        if key == "name":
            self._rename(name, str(value), label)
            return
        self._edit(label, partial(_with_value, name=name, key=key, value=value))

    def _rename(self, old: str, new: str, label: str) -> None:
        def change(spec: Spec, canvas: Spec) -> None:
            edits.rename_state(spec, old, new, canvas)
            if old in canvas.get(PLACES, {}):
                canvas[PLACES][new] = canvas[PLACES].pop(old)

        if self._edit(label, change):
            self._select_and_draw(("state", new))

    def _change_dwell(self, dwell: Spec) -> None:
        row = int(self._selected[1] or 0)
        way = edits.ways_in(self._disease.graph)[row]
        label = (
            f"Change the stay in {self._disease.label(way.get('from'))} to {dwell_in_words(dwell)}"
        )
        self._edit(
            label, lambda spec, _: edits.ways_in(edits.graph_in(spec))[row].update(dwell=dwell)
        )

    def _change_share(self, share: tuple[float, ...], band: int | None) -> None:
        row = int(self._selected[1] or 0)
        way = edits.ways_in(self._disease.graph)[row]
        label = (
            f"Change the share from {self._disease.label(way.get('from'))} to "
            f"{self._disease.label(way.get('to'))} to {share_in_words(share) or '100 %'}"
        )
        self._edit(label, lambda spec, _: edits.set_share(edits.graph_in(spec), row, share))

    def _change_number(self, setting: str, value: Any, label: str) -> None:
        self._draft.set(f"disease.{setting}", value, label)

    def _choose(self, kind: str | None) -> None:
        if kind and kind != (self._draft.spec.get("disease") or {}).get("kind"):
            label = f"Choose {in_sentence(kinds('diseases')[kind].label())}"
            self._selected = NOTHING
            self._draft.edit(label, lambda spec: spec.update(disease={"kind": kind}))

    def _move(self, name: str, place: Place) -> None:
        rounded = [round(number, 1) for number in place]
        if list(self._disease.places.get(name, ())) == rounded:
            return
        label = f"Move {self._disease.label(name)} on the canvas"
        self._draft.edit_both(
            label, lambda spec, canvas: canvas.setdefault(PLACES, {}).update({name: rounded})
        )

    def _tidy(self) -> None:
        found = {name: list(place) for name, place in self._disease.tidy_places.items()}
        self._draft.edit_both(
            "Tidy up the states", lambda spec, canvas: canvas.update({PLACES: found})
        )

    def _edit(self, label: str, change: Callable[[Spec, Spec], Any]) -> bool:
        """Change the draft; what cannot be is said, and the draft stays as it is.

        The states stay where they are: another layout after every edit would be hard to follow.
        """
        here = {name: list(place) for name, place in self._disease.places.items()}

        def kept(spec: Spec, canvas: Spec) -> None:
            if spec.get("disease", {}).get("kind") == CUSTOM:
                canvas[PLACES] = here
            change(spec, canvas)

        try:
            self._refused = ""
            return self._draft.edit_both(label, kept)
        except ProjectError as error:
            self._refused = error.cause
            self._draw()  # the canvas shows what was refused
            return False

    # Drawing

    def _draw(self) -> None:
        disease = self._disease
        graph, own = disease.graph, disease.is_own
        self.kind.value = disease.spec.get("kind", "") if graph else ""
        self._head.object = head_of(disease.component if graph else None, disease.can_be_own)
        self.own.visible, self.add.visible = disease.can_be_own, own
        self.tidy.visible = bool(graph)
        if not disease.has(self._selected):
            self._selected = NOTHING
        names = [str(state.get("name")) for state in edits.states_in(graph)]
        before, self._drawn = self._drawn, (self.kind.value, names)
        # Made one's own, a disease is the same, and stays where it is.
        another = before is not None and before[0] != self.kind.value and before[1] != names
        self.graph.show(
            graph, disease.places, disease.problems, self._selected, disease.infections,
            own=own, fit=another,
        )  # fmt: skip
        self.side.say_spread(self._refused)
        self._show_side()

    def _select_and_draw(self, chosen: Selected) -> None:
        self._selected = chosen
        self._draw()

    def _show_side(self) -> None:
        if not self._disease.has(self._selected):
            self._selected = NOTHING
        self.side.show(self._selected)


def _without_states(spec: Spec, canvas: Spec, names: Sequence[str]) -> None:
    for name in names:
        edits.delete_state(spec, name)
        canvas.get(PLACES, {}).pop(name, None)


def _without_ways(spec: Spec, _: Spec, rows: Sequence[int]) -> None:
    for row in sorted(rows, reverse=True):
        edits.delete_way(spec, row)


def _with_value(spec: Spec, _: Spec, name: str, key: str, value: Any) -> None:
    """Set a value of a state; a role takes the infectiousness and colour with it."""
    [state] = [one for one in edits.states_in(edits.graph_in(spec)) if one.get("name") == name]
    if key == "role":
        state.pop("infectiousness", None)
        state.pop("colour", None)
    if key == "symptomatic" and not value:
        state.pop(key, None)
    else:
        state[key] = value
