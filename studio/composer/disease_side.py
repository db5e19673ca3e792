"""DiseaseSide: what stands beside the canvas: what is selected, else the disease itself."""

from typing import Any

import panel as pn

from populace.engine.disease_text import escaped, rest_in_words
from populace.engine.editing import disease_edits as edits
from populace.engine.editing.draft import Draft, Spec
from populace.engine.editing.spread import spread_of
from populace.engine.errors import ProjectError
from populace.studio.composer import side
from populace.studio.composer.disease_graph import about, label_of, wrong_parts
from populace.studio.composer.disease_words import intro_of, way_of_ready, ways_out
from populace.studio.composer.draft_disease import DraftDisease, Selected
from populace.studio.composer.edit_form import Change, EditForm
from populace.studio.composer.state_form import StateForm
from populace.studio.composer.way_form import WayForm


class DiseaseSide:
    """The spread of the disease, and below it what is selected."""

    def __init__(
        self, draft: Draft, disease: DraftDisease, state: StateForm, way: WayForm, change: Change
    ) -> None:
        self._draft, self._disease = draft, disease
        self._state, self._way, self._change = state, way, change
        self._form: EditForm | None = None
        self.words, self._titled, self._intro = side.text(""), side.text(""), side.text("")
        self._body = pn.Column(sizing_mode="stretch_width", margin=0)
        self._view = side.column(self.words, self._body)

    def __panel__(self) -> pn.Column:
        return self._view

    def show(self, selected: Selected) -> None:
        """Show what is selected."""
        graph, (what, which) = self._disease.graph, selected
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

    def say_spread(self, refused: str) -> None:
        """Say how fast the disease spreads, or why the last edit was none."""
        self.words.object = self._spread(refused)

    def _state_side(self, graph: Spec, name: str) -> list[Any]:
        states = edits.states_in(graph)
        row = next(n for n, one in enumerate(states) if one.get("name") == name)
        cause = wrong_parts(self._disease.problems).get(("states", row), "")
        about_it = escaped(about(states[row]))
        head = self._title(label_of(states[row]), about_it[:1].upper() + about_it[1:] + ".", cause)
        if not self._disease.is_own:
            return [head, side.text(ways_out(graph, name, self._disease.can_be_own))]
        targets = [
            (label_of(state), str(state.get("name")))
            for state in states
            if not edits.refusal(graph, name, str(state.get("name")))
        ]
        self._state.show(states[row], row, targets)
        return [head, self._state.__panel__()]

    def _way_side(self, graph: Spec, row: int) -> list[Any]:
        ways, shares, own = edits.ways_in(graph), edits.shares_of(graph), self._disease.is_own
        way, label = ways[row], self._disease.label
        cause = wrong_parts(self._disease.problems).get(("transitions", row), "")
        labels = [label(one.get("to")) for one in ways]
        others = [other for other in edits.exits(graph, way.get("from")) if other != row]
        words = rest_in_words(row, labels, way.get("share"), edits.rest_row(graph, row))
        self._way.show(
            way.get("dwell"),
            labels[row],
            shares[row],
            [(labels[other], shares[other]) for other in others],
            words if own or not others else "",
            editable=own,
        )
        how = "" if own else way_of_ready(self._disease.can_be_own)
        title = f"{label(way.get('from'))} → {label(way.get('to'))}"
        return [self._title(title, how, cause), self._way.__panel__()]

    def _disease_side(self) -> list[Any]:
        disease = self._disease.component
        if self._form is None or self._form.kind[0] is not type(disease):
            self._form = EditForm(disease, self._change)
            self._intro.object = intro_of(disease, own=self._disease.is_own)
        self._form.follow(disease)
        return [self._intro, self._form.__panel__()]

    def _title(self, title: str, words: str, cause: str) -> pn.pane.HTML:
        wrong = f'<p class="wrong" role="alert">{escaped(cause)}</p>' if cause else ""
        html = f"<h2>{escaped(title)}</h2>{wrong}" + (f"<p>{words}</p>" if words else "")
        self._titled.object = html
        return self._titled

    def _spread(self, refused: str) -> str:
        if refused:
            return f'<div class="spread wrong" role="alert">{escaped(refused)}</div>'
        if not self._disease.graph:
            return ""
        wrong = [one for one in self._disease.problems if one.place.startswith("disease")]
        try:
            words, basis = spread_of(self._draft.spec)
        except ProjectError as error:
            cause = wrong[0].message if wrong else error.cause
            return f'<div class="spread wrong" role="alert">{escaped(cause)}</div>'
        return (
            f'<div class="spread" aria-live="polite">{escaped(words)}'
            f"<small>{escaped(basis)}</small></div>"
        )
