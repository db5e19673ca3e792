"""DiseaseEditor: the disease of a draft as a canvas of states, with what is selected beside it."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import panel as pn
import panel_material_ui as pmui

from populace.engine.component import Component
from populace.engine.disease_text import dwell_in_words, escaped, rest_in_words, share_in_words
from populace.engine.editing import disease_edits as edits
from populace.engine.editing.draft import Draft, Spec
from populace.engine.editing.own_disease import (
    CUSTOM,
    can_be_own,
    infections_of,
    own_disease,
    usable,
    written_graph,
)
from populace.engine.editing.problems import Problem
from populace.engine.editing.spread import spread_of
from populace.engine.errors import ProjectError
from populace.engine.policy_text import in_sentence
from populace.engine.registry import kinds
from populace.studio.composer import side
from populace.studio.composer.disease_graph import (
    DiseaseGraph,
    Hears,
    about,
    label_of,
    part_at_place,
    wrong_parts,
)
from populace.studio.composer.disease_layout import Place, free_place, places, tidy_places
from populace.studio.composer.disease_words import choices, head_of, intro_of, ways_out
from populace.studio.composer.edit_form import EditForm
from populace.studio.composer.following import following
from populace.studio.composer.state_form import StateForm
from populace.studio.composer.way_form import WayForm
from populace.studio.material import theme_config

PLACES = "disease_places"  # in the draft's canvas: name of a state, and where it stands
Selected = tuple[str, str | int | None]
NOTHING: Selected = ("", None)


class DiseaseEditor:
    """A ready disease shows its graph and has a form for its numbers; ones own is edited itself."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._selected: Selected = NOTHING
        self._refused = ""  # why the last edit was none
        self._form: EditForm | None = None
        self.graph = DiseaseGraph(
            Hears(self.select, self._move, self._connect, self._delete_chosen)
        )
        self.state = StateForm(
            self._change_state, self._connect_on, self._enter_here, self.delete_selected
        )
        self.way = WayForm(self._change_dwell, self._change_share, self.delete_selected)
        self._head = side.text("")
        self._head.css_classes = ["bar-words"]
        self._words, self._titled, self._intro = side.text(""), side.text(""), side.text("")
        self._body = pn.Column(sizing_mode="stretch_width", margin=0)
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
        self._view = side.beside(canvas, side.column(self._words, self._body))
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
        states = edits.states_in(self._graph())
        self._select_and_draw(
            ("way", row) if what == "transitions" else ("state", str(states[row].get("name")))
        )

    def make_own(self) -> None:
        """Turn a ready disease into the same one, written out."""
        label = in_sentence(self._disease().label())
        self._edit(
            f"Make {label} my own",
            lambda spec, _: spec.update(disease=own_disease(spec["disease"])),
        )

    def add_state(self) -> None:
        """Add a state beside the others and select it."""
        made: list[str] = []
        free = free_place(self._places().values())

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
                f"Delete {self._label(names[0])}", partial(_without_states, names=names)
            )
        elif rows:
            way = edits.ways_in(self._graph())[rows[0]]
            ends = [self._label(way.get(end)) for end in ("from", "to")]
            label = f"Delete the way from {ends[0]} to {ends[1]}"
            done = self._edit(label, partial(_without_ways, rows=rows))
        else:
            return
        if done:
            self._select_and_draw(NOTHING)

    def _connect(self, before: str, after: str) -> None:
        made: list[int] = []
        label = f"Lead from {self._label(before)} to {self._label(after)}"
        done = self._edit(label, lambda spec, _: made.append(edits.add_way(spec, before, after)))
        if done:
            self._select_and_draw(("way", made[0]))

    def _connect_on(self, after: str) -> None:
        self._connect(str(self._selected[1]), after)

    def _enter_here(self) -> None:
        name = str(self._selected[1])
        self._edit(
            f"Let infection lead to {self._label(name)}",
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
            edits.rename_state(spec, old, new)
            if old in canvas.get(PLACES, {}):
                canvas[PLACES][new] = canvas[PLACES].pop(old)

        if self._edit(label, change):
            self._select_and_draw(("state", new))

    def _change_dwell(self, dwell: Spec) -> None:
        row = int(self._selected[1] or 0)
        way = edits.ways_in(self._graph())[row]
        label = f"Change the stay in {self._label(way.get('from'))} to {dwell_in_words(dwell)}"
        self._edit(
            label, lambda spec, _: edits.ways_in(edits.graph_in(spec))[row].update(dwell=dwell)
        )

    def _change_share(self, share: tuple[float, ...], band: int | None) -> None:
        row = int(self._selected[1] or 0)
        way = edits.ways_in(self._graph())[row]
        label = (
            f"Change the share from {self._label(way.get('from'))} to "
            f"{self._label(way.get('to'))} to {share_in_words(share) or '100 %'}"
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
        if list(self._places().get(name, ())) == rounded:
            return
        label = f"Move {self._label(name)} on the canvas"
        self._draft.edit_both(
            label, lambda spec, canvas: canvas.setdefault(PLACES, {}).update({name: rounded})
        )

    def _tidy(self) -> None:
        found = {
            name: list(place)
            for name, place in tidy_places(self._graph(), self._infections()).items()
        }
        self._draft.edit_both(
            "Tidy up the states", lambda spec, canvas: canvas.update({PLACES: found})
        )

    def _edit(self, label: str, change: Callable[[Spec, Spec], Any]) -> bool:
        """Change the draft; what cannot be is said, and the draft stays as it is.

        The states stay where they are: another layout after every edit would be hard to follow.
        """
        here = {name: list(place) for name, place in self._places().items()}

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

    # What the draft says

    def _draw(self) -> None:
        disease, graph = self._draft.spec.get("disease") or {}, self._graph()
        has = bool(graph)
        own = self._is_own()
        self.kind.value = disease["kind"] if has and disease else ""
        self._head.object = head_of(self._disease()) if has else head_of(None)
        self.own.visible, self.add.visible = bool(graph) and not own and can_be_own(disease), own
        self.tidy.visible = has
        if not self._is_there():
            self._selected = NOTHING
        self.graph.show(
            graph, self._places(), self._problems(), self._selected, self._infections(), own=own
        )
        self._words.object = self._spread()
        self._show_side()

    def _select_and_draw(self, chosen: Selected) -> None:
        self._selected = chosen
        self._draw()

    def _show_side(self) -> None:
        if not self._is_there():
            self._selected = NOTHING
        graph, (what, which) = self._graph(), self._selected
        if not graph:
            parts: list[Any] = [side.text("<p>Choose a disease above the canvas.</p>")]
        elif what == "state":
            parts = self._state_side(graph, str(which))
        elif what == "way":
            parts = self._way_side(graph, int(which or 0))
        else:
            parts = self._disease_side()
        # The same widgets stay where they are, and with them the keyboard.
        if [id(part) for part in parts] != [id(part) for part in self._body.objects]:
            self._body.objects = parts

    def _state_side(self, graph: Spec, name: str) -> list[Any]:
        states = edits.states_in(graph)
        row = next(n for n, one in enumerate(states) if one.get("name") == name)
        cause = wrong_parts(self._problems()).get(("states", row), "")
        about_it = escaped(about(states[row]))
        head = self._title(label_of(states[row]), about_it[:1].upper() + about_it[1:] + ".", cause)
        if not self._is_own():
            return [head, side.text(ways_out(graph, name))]
        targets = [
            (label_of(state), str(state.get("name")))
            for state in states
            if not edits.refusal(graph, name, str(state.get("name")))
        ]
        self.state.show(states[row], row, targets)
        return [head, self.state.__panel__()]

    def _way_side(self, graph: Spec, row: int) -> list[Any]:
        ways, shares = edits.ways_in(graph), edits.shares_of(graph)
        way = ways[row]
        cause = wrong_parts(self._problems()).get(("transitions", row), "")
        title = f"{self._label(way.get('from'))} → {self._label(way.get('to'))}"
        labels = [self._label(one.get("to")) for one in ways]
        others = [other for other in edits.exits(graph, way.get("from")) if other != row]
        words = rest_in_words(row, labels, way.get("share"), edits.rest_row(graph, row))
        self.way.show(
            way.get("dwell"),
            labels[row],
            shares[row],
            [(labels[other], shares[other]) for other in others],
            words if self._is_own() or not others else "",
            editable=self._is_own(),
        )
        how = "" if self._is_own() else "Make the disease your own to change this way."
        return [self._title(title, how, cause), self.way.__panel__()]

    def _disease_side(self) -> list[Any]:
        disease = self._disease()
        if self._form is None or self._form.kind[0] is not type(disease):
            self._form = EditForm(disease, self._change_number)
            self._intro.object = intro_of(disease, own=self._is_own())
        self._form.follow(disease)
        return [self._intro, self._form.__panel__()]

    def _title(self, title: str, words: str, cause: str) -> pn.pane.HTML:
        wrong = f'<p class="wrong" role="alert">{escaped(cause)}</p>' if cause else ""
        html = f"<h2>{escaped(title)}</h2>{wrong}" + (f"<p>{words}</p>" if words else "")
        self._titled.object = html
        return self._titled

    def _spread(self) -> str:
        if self._refused:
            return f'<div class="spread wrong" role="alert">{escaped(self._refused)}</div>'
        if not self._graph():
            return ""
        wrong = [one for one in self._problems() if one.place.startswith("disease")]
        try:
            words, basis = spread_of(self._draft.spec)
        except ProjectError as error:
            cause = wrong[0].message if wrong else error.cause
            return f'<div class="spread wrong" role="alert">{escaped(cause)}</div>'
        return (
            f'<div class="spread" aria-live="polite">{escaped(words)}'
            f"<small>{escaped(basis)}</small></div>"
        )

    def _problems(self) -> tuple[Problem, ...]:
        return self._draft.problems

    def _disease(self) -> Component:
        return usable("diseases", self._draft.spec["disease"])

    def _is_own(self) -> bool:
        return (self._draft.spec.get("disease") or {}).get("kind") == CUSTOM

    def _graph(self) -> Spec:
        disease = self._draft.spec.get("disease")
        if not isinstance(disease, dict) or disease.get("kind") not in kinds("diseases"):
            return {}
        return written_graph(disease)

    def _places(self) -> dict[str, Place]:
        kept = self._draft.now.canvas.get(PLACES, {})
        return places(self._graph(), kept, self._infections())

    def _infections(self) -> list[tuple[str, str]]:
        graph = self._graph()
        return infections_of(self._draft.spec["disease"], graph) if graph else []

    def _label(self, name: object) -> str:
        states = {state.get("name"): label_of(state) for state in edits.states_in(self._graph())}
        return states.get(name, str(name))

    def _is_there(self) -> bool:
        what, which = self._selected
        graph = self._graph()
        if what == "way":
            return int(which or 0) < len(edits.ways_in(graph))
        return what == "" or any(one.get("name") == which for one in edits.states_in(graph))


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
