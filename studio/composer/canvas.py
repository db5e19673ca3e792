"""Canvas: the parts of a draft as nodes, redrawn from the draft by differences."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import panel as pn
from panel.io.document import hold

from populace.engine.editing.draft import Draft, Edited
from populace.engine.editing.problems import ERROR
from populace.engine.project import PARTS
from populace.studio.composer import parts, ports
from populace.studio.composer.describe import figures, preset, start_of
from populace.studio.composer.flow import ReactFlow
from populace.studio.composer.hands import Hands
from populace.studio.composer.layout import layout
from populace.studio.composer.parts import Part

HERE = Path(__file__).parent
DROP = "application/x-populace-part"  # what the palette gives when it is dragged
LETTERS = 26  # of a line of a node
_SETTLE_MS = 60  # parts that are dragged together arrive one by one


class Canvas:
    """Draws a draft, and turns what a person does on the canvas into edits.

    ``select(ids)`` is told what is selected, ``say(words)`` what the person should read;
    ``later(work)`` does an edit with the lock of the document, which other listeners may need.
    """

    def __init__(
        self,
        draft: Draft,
        select: Callable[[list[str]], None],
        say: Callable[[str], None],
        later: Callable[[Callable[[], None]], None],
    ) -> None:
        self._draft, self._tell, self._say, self._later = draft, select, say, later
        self._selected: list[str] = []
        self._selected_edges: list[str] = []
        self._clip: list[tuple[str, dict[str, Any]]] = []
        self._moved: dict[str, tuple[float, float]] = {}
        self._parts: dict[str, Part] = {}
        self._wrong: dict[str, str] = {}  # what the canvas says of parts, by their ids
        self._drawn: Edited | None = None
        self._hands = Hands(self._did)
        self._flow = ReactFlow(
            self._heard,
            node_types={key: _type(key) for key in parts.WORDS},
            # Tab goes from part to part; an edge is the affair of the part that it belongs to.
            default_edge_options={"interactionWidth": 24, "focusable": False},
            editor_mode="side",
            enable_delete=False,
            show_minimap=True,
            min_zoom=0.2,
            max_zoom=1.25,
            popup_trigger="none",
            drop_types=[DROP],
            color_mode="dark",
            stylesheets=[(HERE / "canvas.css").read_text(encoding="utf-8")],
            sizing_mode="stretch_both",
            margin=0,
        )
        self._flow.add_connection_validator(self._refusal)
        self.draw()
        self.mark()

    def __panel__(self) -> pn.viewable.Viewable:
        return pn.Column(self._flow, self._hands, sizing_mode="stretch_both", margin=0)

    @property
    def selected(self) -> list[str]:
        """The ids of the selected parts."""
        return list(self._selected)

    def paint(self, theme: str) -> None:
        """Take the colours of a theme."""
        self._flow.color_mode = theme

    def draw(self) -> None:
        """Draw what is new in the draft; `mark` then says what is wrong with it."""
        if self._drawn is self._draft.now:
            return
        self._drawn = self._draft.now
        self._parts = {part.id: part for part in parts.parts_of(self._draft)}
        self._selected = [id_ for id_ in self._selected if id_ in self._parts]
        self._selected_edges = []
        self._flow.draw(*self._picture())

    def mark(self) -> None:
        """Show what is wrong with the parts. It takes longer to find than the parts to draw."""
        wrong = self._problems(list(self._parts.values()))
        if wrong != self._wrong:
            self._wrong = wrong
            self._flow.draw(*self._picture())

    def select(self, ids: Sequence[str], *, focus: bool = False) -> None:
        """Select these parts and no others, and bring them into view."""
        self._light(ids, focus=focus)
        self._tell(self.selected)

    def _light(self, ids: Sequence[str], *, focus: bool = False) -> None:
        self._selected = [id_ for id_ in ids if id_ in self._parts]
        self._selected_edges = []
        with hold():
            for node in self._flow.shown:
                chosen = node["id"] in self._selected
                if chosen != node["selected"]:
                    self._flow.patch(node, {"selected": chosen})
            if self._selected:
                self._hands.reveal(self._selected[0], focus=focus)

    def select_new(self, ids: list[str]) -> None:
        """Draw at once and select parts that have just been given these ids."""
        self._after(ids)

    # Edits, also for buttons of the page

    def add(self, key: str, kind: str, at: tuple[float, float] | None = None) -> None:
        """Add a part from the palette and select it."""
        before = self._parts.get(key)
        new = parts.add(self._draft, key, kind, at)
        self._after(new)
        if before is not None:
            self._say(
                f"A model has one {parts.WORDS[key].lower()}: {before.label} is parked beside it."
            )

    def act(self, what: str) -> None:
        """Do one of the acts of the canvas' toolbar and keys to what is selected."""
        chosen = self._selected
        if what == "tidy":
            parts.tidy(self._draft)
            self._hands.fit()
        elif what == "all":
            self.select(list(self._parts))
        elif what == "copy":
            self._clip = [(p.key, dict(p.values)) for p in self._parts.values() if p.id in chosen]
        elif what == "paste":
            self._paste(self._clip, "Paste")
        elif what == "duplicate":
            copies = [(p.key, dict(p.values)) for p in self._parts.values() if p.id in chosen]
            self._paste(copies, "Duplicate")
        elif what == "delete" and self._selected_edges and not chosen:
            self._cut(self._selected_edges)
        elif what == "delete":
            self._after(parts.remove(self._draft, chosen))
        elif what == "park":
            self.park(chosen)

    def _paste(self, copies: list[tuple[str, dict[str, Any]]], verb: str) -> None:
        """Add copies of parts; of what a model has one alone there is no copy."""
        new = [(key, values) for key, values in copies if PARTS[key][1] or key not in self._parts]
        for key in {key for key, _ in copies} - {key for key, _ in new}:
            self._say(f"A model has one {parts.WORDS[key].lower()}: it was not copied.")
        if new:
            what = parts.Part("", *new[0]).label if len(new) == 1 else f"{len(new)} parts"
            self._after(parts.insert(self._draft, new, f"{verb} {what}"))

    def park(self, ids: Iterable[str]) -> None:
        """Park these parts; if all are parked, put them in the model."""
        ids = list(ids)
        known = [self._parts[id_] for id_ in ids if id_ in self._parts]
        if known:
            new = (parts.use if all(p.parked for p in known) else parts.park)(self._draft, ids)
            self._after(new)

    def join(self, source: str, target: str) -> None:
        """Join two parts, or say why that cannot be."""
        one, other = self._parts.get(source), self._parts.get(target)
        if one is None or other is None:
            return
        if why := ports.refusal(one, other):
            self._say(why)
        elif one.parked or other.parked:
            self._use_joined(one, other)
        elif not ports.acts_on(one, other) and one.key == "policies":
            self._set_targets(one, other, on=True)

    def _use_joined(self, one: Part, other: Part) -> None:
        """Put both ends of a new edge in the model."""
        new = parts.use(self._draft, [part.id for part in (one, other) if part.parked])
        self._after(new)

    def _cut(self, ids: Iterable[str]) -> None:
        """Take edges away: parks what they wired, or narrows the policy to other networks."""
        cut = [tuple(id_.split(">")) for id_ in ids]
        known = [(self._parts[a], self._parts[b]) for a, b in cut if {a, b} <= set(self._parts)]
        narrowed = [
            (one, other)
            for one, other in known
            if other.key == "networks" and ports.has_targets(one)
        ]
        for one, other in narrowed:
            self._set_targets(one, other, on=False)
        parked = [_owner(one, other).id for one, other in known if (one, other) not in narrowed]
        if parked:
            self._after(parts.park(self._draft, dict.fromkeys(parked)))

    def _set_targets(self, actor: Part, network: Part, *, on: bool) -> None:
        chosen = ports.targets_with(actor, network, self._parts.values(), on=on)
        if chosen is None:
            self._after(parts.park(self._draft, [actor.id]))
        else:
            parts.set_value(self._draft, actor.id, ports.TARGETS, chosen)

    def _after(self, ids: list[str]) -> None:
        """Draw at once and select what an edit has made."""
        self._selected = list(ids)
        with hold():
            self.draw()
            self._light(ids)
        # The form looks for problems: what was done is seen before.
        self._later(lambda: self._tell(self.selected))

    # What the browser says

    def _heard(self, type_: str, msg: dict[str, Any]) -> bool:
        """Take a message of the canvas; return whether that was all there is to do."""
        if type_ == "node_moved":
            position = msg.get("position") or {}
            if not self._moved and pn.state.curdoc is not None:
                pn.state.curdoc.add_timeout_callback(self._settle, _SETTLE_MS)
            self._moved[str(msg.get("node_id"))] = (position["x"], position["y"])
        elif type_ == "edge_added":
            edge = msg.get("edge") or {}
            # The browser has drawn one by itself, which only the model may do.
            self._flow.send("edge", self._picture()[1])
            self._later(partial(self.join, str(edge.get("source")), str(edge.get("target"))))
            return True
        elif type_ == "selection_changed":
            known = self._selected
            self._selected = [str(id_) for id_ in msg.get("nodes") or []]
            self._selected_edges = [str(id_) for id_ in msg.get("edges") or []]
            for node in self._flow.shown:
                node["selected"] = node["id"] in self._selected
            if self._selected != known:
                self._later(lambda: self._tell(self.selected))
            return True  # the browser need not hear its own words
        elif type_ == "client_error":
            self._later(self._send_all)
        elif type_ == "drop":
            data, position = msg.get("data") or {}, msg.get("position") or {}
            at = (float(position["x"]) - 100, float(position["y"]) - 30)
            self._later(partial(self.add, str(data["key"]), str(data["kind"]), at))
            return True
        return False

    def _send_all(self) -> None:
        nodes, edges = self._picture()
        self._flow.send("node", nodes)
        self._flow.send("edge", edges)

    def _did(self, name: str, value: Any) -> None:
        """Take what a person did with keys, or dropped an edge on."""
        if name == "join":
            self._later(partial(self.join, str(value["source"]), str(value["target"])))
        else:
            self._later(partial(self.act, name))

    def _settle(self) -> None:
        moved, self._moved = self._moved, {}
        parts.move(self._draft, {id_: at for id_, at in moved.items() if id_ in self._parts})

    def _refusal(self, connection: dict[str, Any]) -> str | None:
        """Answer the canvas, which asks of every port while an edge is drawn."""
        one, other = (self._parts.get(str(connection[end])) for end in ("source", "target"))
        if one is None or other is None:
            return "This part has just gone."
        if why := ports.refusal(one, other):
            return why
        same = connection.get("sourceHandle") == connection.get("targetHandle")
        return None if same else "Another port of this part takes it."

    # Drawing

    def _picture(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Return the nodes and edges of the parts."""
        found = list(self._parts.values())
        edges = ports.edges_of(found)
        drawn = [_edge(edge, self._parts[edge.source].key) for edge in edges]
        return self._nodes(found, edges), drawn

    def _nodes(self, found: list[Part], edges: list[ports.Edge]) -> list[dict[str, Any]]:
        start, wrong = start_of(self._draft.spec), self._wrong
        told = {part.id: figures(part, start) for part in found}
        lines = {
            id_: sum(1 + (len(line) > LETTERS) for line in told[id_]) + 3 * (id_ in wrong)
            for id_ in told
        }
        on_people = {edge.source for edge in edges if edge.target == "population"}
        dragged = self._draft.now.canvas.get("places") or {}
        placed = {id_: (float(at[0]), float(at[1])) for id_, at in dragged.items() if id_ in told}
        places = layout(found, on_people, lines, placed)
        nodes = [
            _node(part, told[part.id], places[part.id], wrong.get(part.id, "")) for part in found
        ]
        return [node | {"selected": node["id"] in self._selected} for node in nodes]

    def _problems(self, found: list[Part]) -> dict[str, str]:
        """Return what is wrong with each part, by its id."""
        wrong: dict[str, str] = {}
        for problem in self._draft.problems:
            if problem.severity != ERROR:
                continue
            part = part_at(found, problem.place)
            if part is not None:
                field = problem.place[len(part.id) + 1 :].replace("_", " ")
                words = f"{field.capitalize()} {problem.message}" if field else problem.message
                wrong.setdefault(part.id, words)
        return wrong


def part_at(found: Iterable[Part], place: str) -> Part | None:
    """Return the part at, or above, a place: "policies.masks.coverage"."""
    for part in found:
        if part.place and (place == part.place or place.startswith(f"{part.place}.")):
            return part
    return None


def _owner(source: Part, target: Part) -> Part:
    """Return the part that an edge puts in the model: its end in a list."""
    if source.key in ("population", "disease"):
        return target
    return source


def _type(key: str) -> dict[str, Any]:
    return {
        "type": key,
        "label": parts.WORDS[key],
        "inputs": [port.spec() for port in ports.INPUTS[key]],
        "outputs": [port.spec() for port in ports.OUTPUTS[key]],
    }


def _node(part: Part, told: list[str], place: tuple[float, float], wrong: str) -> dict[str, Any]:
    title = preset(part)
    state = " parked" if part.parked else " wrong" if wrong else ""
    spoken = f"{parts.WORDS[part.key]}: {', '.join([title, *told])}"
    if part.parked:
        spoken += ". Parked: not in the model."
    elif wrong:
        spoken += f". Problem: {wrong}"
    return {
        "id": part.id,
        "type": part.key,
        "label": "\n".join([title, *told]),
        "position": {"x": place[0], "y": place[1]},
        "data": {},
        "className": f"part of-{part.key}{state}",
        "style": {"--problem": _css_text(wrong)},
        "draggable": True,
        "connectable": True,
        "deletable": False,
        "ariaLabel": spoken,
    }


def _edge(edge: ports.Edge, key: str) -> dict[str, Any]:
    acts = edge.port in ("acts", "has")
    return {
        "id": edge.id,
        "source": edge.source,
        "target": edge.target,
        "sourceHandle": edge.port,
        "targetHandle": edge.port,
        "className": f"joins from-{key}{' acts' if acts else ''}",
    }


def _css_text(words: str) -> str:
    """Return a text as CSS writes it; it may come from a file of somebody else."""
    clean = " ".join(words.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{clean}"'
