"""ReactFlow: the canvas of panel-reactflow, whose user edits something else than the canvas."""

import itertools
from collections.abc import Callable, Sequence
from typing import Any, cast

import panel_reactflow
from panel.io.document import hold

Item = dict[str, Any]  # a node or an edge
# How many more can come before all have to be sent once. Spare ones stand hidden on the canvas.
SPARE = {"node": 12, "edge": 80}
_NEW: Item = {"hidden": False, "selected": False, "measured": None}


# The bundle finds its component by the name of the class.
class ReactFlow(panel_reactflow.ReactFlow):
    """A canvas on which a person's acts are heard before the canvas takes them.

    ``heard(type, message)`` returns whether that was all there is to do. What comes and goes is
    told by patches alone: a hidden, spare node becomes the new one. Where all nodes are sent, the
    browser measures and draws every one of them anew.
    """

    def __init__(self, heard: Callable[[str, Item], bool], **settings: Any) -> None:
        super().__init__(**settings)
        self._heard = heard
        self._numbers = itertools.count()

    def _process_msg(self, msg: Item) -> None:
        if not self._heard(str(msg.get("type")), msg):
            super()._process_msg(msg)

    # No node has a view or an editor: looking for them took as long as all the rest together.

    def _update_views(self, *events: Any) -> None:
        pass

    def _update_node_editors(self, *events: Any) -> None:
        pass

    def _update_edge_editors(self, *events: Any) -> None:
        pass

    def _update_selected_editor(self, *events: Any) -> None:
        pass

    @property
    def shown(self) -> list[Item]:
        """The nodes that a person sees."""
        return _seen(self.nodes)

    def draw(self, nodes: Sequence[Item], edges: Sequence[Item]) -> None:
        """Show these nodes and edges and no others."""
        with hold():
            self._follow("node", nodes)
            self._follow("edge", edges)

    def send(self, what: str, wanted: Sequence[Item]) -> None:
        """Send each "node" or "edge": the browser has drawn or lost something by itself."""
        spare = [self._spare(what) for _ in range(SPARE[what])]
        self.param.update(**{f"{what}s": [*wanted, *spare]})

    def patch(self, node: Item, new: Item) -> None:
        """Change fields of one node, without sending the others again."""
        self._patch("node", node, new)

    def _follow(self, what: str, wanted: Sequence[Item]) -> None:
        items = self._items(what)
        now, ids = {one["id"]: one for one in _seen(items)}, {one["id"] for one in wanted}
        gone = [one for id_, one in now.items() if id_ not in ids]
        come = [one for one in wanted if one["id"] not in now]
        free = [one for one in items if one.get("hidden")]
        if len(come) > len(gone) + len(free):
            self.send(what, wanted)
            return
        for one in wanted:
            if one["id"] in now:
                old = now[one["id"]]
                self._patch(what, old, {k: v for k, v in one.items() if old.get(k) != v})
        for one in gone[len(come) :]:
            self._patch(what, one, self._spare(what))
        # The browser must measure it as what it is now.
        for slot, one in zip([*gone, *free], come, strict=False):
            self._patch(what, slot, _NEW | one)

    def _items(self, what: str) -> list[Item]:
        return cast("list[Item]", self.nodes if what == "node" else self.edges)

    def _spare(self, what: str) -> Item:
        """Return a hidden node, or an edge between nodes that there are not."""
        spare: Item = {"id": f"spare.{next(self._numbers)}", "hidden": True, "selected": False}
        if what == "edge":
            return spare | {"source": "spare", "target": "spare"}
        kind = next(iter(self.node_types))
        return spare | {"type": kind, "label": "", "position": {"x": 0, "y": 0}, "data": {}}

    def _patch(self, what: str, item: Item, new: Item) -> None:
        if not new:
            return
        known = item["id"]
        item |= {name: value for name, value in new.items() if value is not None}
        message = {"type": f"patch_{what}_props", f"{what}_id": known, "patch": new}
        self._send_msg(message)


def _seen(items: Sequence[Any]) -> list[Item]:
    return [one for one in items if not one.get("hidden")]
