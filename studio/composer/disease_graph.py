"""DiseaseGraph: the states and transitions of a disease as a canvas."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import param
from panel.custom import JSComponent
from panel_reactflow import ReactFlow

from populace.engine.disease_text import ROLE_WORDS, dwell_in_words, share_in_words
from populace.engine.diseases.base import COLOURS
from populace.engine.editing.disease_edits import shares_of, states_in, ways_in
from populace.engine.editing.draft import Spec
from populace.engine.editing.problems import Problem
from populace.studio.composer.disease_layout import Place
from populace.studio.composer.side import HERE

USUAL_COLOUR = {"latent": "exposed", "removed": "recovered"}  # of a role, where none is written
ARROW = {"type": "arrowclosed", "width": 17, "height": 17, "color": "#8494a8"}
INFECTION = "infection"
_PLACE = re.compile(r"disease\.graph\.(states|transitions)\[(\d+)\]")


@dataclass(frozen=True)
class Hears:
    """What the canvas tells of. Names are those of states, rows those of transitions."""

    select: Callable[[str, str | int | None], None]  # "state" and a name, "way" and a row, or ""
    move: Callable[[str, Place], None]
    connect: Callable[[str, str], None]
    delete: Callable[[Sequence[str], Sequence[int]], None]


class DiseasePorts(JSComponent):
    """What makes the dots of the canvas known to those who do not see them, and fits it in view.

    It is invisible.
    """

    turn = param.Integer(0, doc="Drawings so far.")
    fit = param.Dict({}, doc="The drawing that is to be fitted, and the ids of its states.")

    _esm = HERE / "disease_ports.js"

    def __init__(self) -> None:
        super().__init__(width=0, height=0, margin=0)


class DiseaseGraph:
    """States as nodes with colour and role, transitions as arrows with mean days and share."""

    def __init__(self, hears: Hears) -> None:
        self._hears = hears
        self._rows: dict[str, int] = {}  # of transitions, by the id of their arrow
        self._drawing = False
        self.ports = DiseasePorts()
        self.flow = ReactFlow(
            nodes=[],
            edges=[],
            editor_mode="side",
            default_node_editor=_no_editor,
            default_edge_editor=_no_editor,
            enable_multiselect=False,
            min_zoom=0.3,
            max_zoom=1.25,
            sizing_mode="stretch_both",
            min_height=260,
            margin=0,
            stylesheets=[(HERE / "disease_graph.css").read_text(encoding="utf-8")],
        )
        for event, heard in {
            "selection_changed": self._selected,
            "node_moved": self._moved,
            "edge_added": self._connected,
            "node_deleted": self._deleted,
            "edge_deleted": self._deleted,
        }.items():
            self.flow.on(event, heard)

    def show(
        self,
        graph: Spec,
        places: Mapping[str, Place],
        problems: Sequence[Problem],
        selected: tuple[str, str | int | None],
        infections: Sequence[tuple[str, str]],
        *,
        own: bool,
        fit: bool = False,
    ) -> None:
        """Draw a graph; ``own``: it can be edited; ``fit``: bring all of it into view."""
        wrong = wrong_parts(problems)
        nodes = _nodes(graph, places, wrong, selected, own)
        edges, self._rows = _edges(graph, wrong, selected, own)
        edges = [*map(_infection, infections), *edges]
        # The browser takes arrows again only if they differ: it may show one that was refused.
        turn = self.ports.turn + 1
        for edge in edges:
            edge["data"] = {"turn": turn}
        self._drawing = True
        try:
            # Arrows first go and then come: one to a state that is not there yet would be lost.
            self.flow.param.update(nodes=nodes, edges=edges, enable_connect=own, enable_delete=own)
        finally:
            self._drawing = False
        self.ports.turn = turn
        if fit:
            self.ports.fit = {"turn": turn, "ids": [node["id"] for node in nodes]}

    def _selected(self, payload: Mapping[str, Any]) -> None:
        if self._drawing:
            return
        nodes = payload.get("nodes") or []
        ways = [self._rows[edge] for edge in payload.get("edges") or [] if edge in self._rows]
        if nodes:
            self._hears.select("state", str(nodes[0]))
        elif ways:
            self._hears.select("way", ways[0])
        else:
            self._hears.select("", None)

    def _moved(self, payload: Mapping[str, Any]) -> None:
        place = payload["position"]
        self._hears.move(str(payload["node_id"]), (float(place["x"]), float(place["y"])))

    def _connected(self, payload: Mapping[str, Any]) -> None:
        edge = payload["edge"]
        if not self._drawing and edge.get("id") not in self._rows:
            self._hears.connect(str(edge["source"]), str(edge["target"]))

    def _deleted(self, payload: Mapping[str, Any]) -> None:
        if self._drawing:
            return
        one_node, one_edge = payload.get("node_id"), payload.get("edge_id")
        nodes = payload.get("node_ids") or ([one_node] if one_node else [])
        edges = payload.get("edge_ids") or ([one_edge] if one_edge else [])
        rows = [self._rows[edge] for edge in edges if edge in self._rows]
        if nodes or rows:
            self._hears.delete([str(node) for node in nodes], rows)


def wrong_parts(problems: Sequence[Problem]) -> dict[tuple[str, int], str]:
    """Return the first problem of each state and transition: ("states", 2) and the message."""
    found: dict[tuple[str, int], str] = {}
    for problem in problems:
        if part := part_at_place(problem.place):
            found.setdefault(part, problem.message)
    return found


def part_at_place(place: str) -> tuple[str, int] | None:
    """Return which state or transition a problem's place names: ("states", 2)."""
    at = _PLACE.match(place)
    return (at[1], int(at[2])) if at else None


def colour_of(state: Spec) -> str:
    """Return the key of a state's colour, also while it is not a good one."""
    role = str(state.get("role"))
    colour = str(state.get("colour", USUAL_COLOUR.get(role, role)))
    return colour if colour in COLOURS else "susceptible"


def label_of(state: Spec) -> str:
    """Return the name that a screen shows."""
    return str(state.get("label") or str(state.get("name")).replace("_", " ").capitalize())


def about(state: Spec) -> str:
    """Return the role of a state in a few words."""
    role = str(state.get("role"))
    words = ROLE_WORDS.get(role, role)
    weight = state.get("infectiousness", 1.0)
    if role == "infectious" and weight != 1:
        words += f" × {weight:g}" if isinstance(weight, int | float) else ""
    return f"{words}, symptoms" if state.get("symptomatic") is True else words


def _no_editor(data: Any, schema: Any, *, id: str, type: str, on_patch: Any) -> None:
    """Offer no editor on the canvas: the side has one."""


def _nodes(
    graph: Spec,
    places: Mapping[str, Place],
    wrong: Mapping[tuple[str, int], str],
    selected: tuple[str, str | int | None],
    own: bool,
) -> list[dict[str, Any]]:
    nodes = []
    for row, state in enumerate(states_in(graph)):
        name = str(state.get("name"))
        id_ = name
        while id_ in {node["id"] for node in nodes}:
            id_ += "+"  # two of one name, which the second is told
        cause = wrong.get(("states", row), "")
        label = f"{label_of(state)}\n" + (f"⚠ {cause}" if cause else about(state))
        nodes.append(
            {
                "id": id_,
                "type": "panel",
                "label": label,
                "position": dict(zip("xy", places[name], strict=True)),
                "data": {},
                "selected": selected == ("state", name),
                "deletable": own and row > 0,
                "className": f"state{' wrong' if cause else ''}",
                "style": {"--state": f"var(--{colour_of(state)})"},
                "ariaLabel": label.replace("\n", ", "),
            }
        )
    return nodes


def _edges(
    graph: Spec,
    wrong: Mapping[tuple[str, int], str],
    selected: tuple[str, str | int | None],
    own: bool,
) -> tuple[list[dict[str, Any]], dict[str, int]]:
    edges, rows = [], {}
    states = {str(state.get("name")): label_of(state) for state in states_in(graph)}
    shares = shares_of(graph)
    for row, way in enumerate(ways_in(graph)):
        before, after = str(way.get("from")), str(way.get("to"))
        if before not in states or after not in states:
            continue  # an arrow needs both ends; `Draft.problems` names the missing one
        name = f"{before}->{after}"
        while name in rows:
            name += "+"
        rows[name] = row
        cause = wrong.get(("transitions", row), "")
        share = share_in_words(shares[row]).removesuffix(" by age")
        words = [dwell_in_words(way.get("dwell")), share]
        label = f"⚠ {cause}" if cause else " · ".join(word for word in words if word)
        edges.append(
            {
                "id": name,
                "source": before,
                "target": after,
                "label": label,
                "selected": selected == ("way", row),
                "deletable": own,
                "data": {},
                "className": f"way{' wrong' if cause else ''}",
                "markerEnd": ARROW,
                "ariaLabel": f"From {states[before]} to {states[after]}: {label}",
                "labelBgPadding": [6, 3],
                "labelBgBorderRadius": 5,
                # A label is readable over a state that stands in its way; a way back to the
                # susceptible goes round the states instead.
                **({"type": "smoothstep"} if after == next(iter(states)) else {"zIndex": 1}),
            }
        )
    return edges, rows


def _infection(ends: tuple[str, str]) -> dict[str, Any]:
    """Return an arrow that is no transition: from who can catch it to where infection leads."""
    return {
        "id": f"{INFECTION} {ends[0]}->{ends[1]}",
        "source": ends[0],
        "target": ends[1],
        "label": INFECTION,
        "selectable": False,
        "focusable": False,
        "deletable": False,
        "data": {},
        "className": INFECTION,
        "markerEnd": ARROW,
        "labelBgPadding": [6, 3],
        "labelBgBorderRadius": 5,
    }
