"""ReactFlow: the canvas of panel-reactflow, whose user edits something else than the canvas."""

from collections.abc import Callable
from typing import Any

import panel_reactflow


# The bundle finds its component by the name of the class.
class ReactFlow(panel_reactflow.ReactFlow):
    """A canvas on which a person's acts are heard before the canvas takes them.

    ``heard(type, message)`` returns whether that was all there is to do.
    """

    def __init__(self, heard: Callable[[str, dict[str, Any]], bool], **settings: Any) -> None:
        super().__init__(**settings)
        self._heard = heard

    def _process_msg(self, msg: dict[str, Any]) -> None:
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

    def patch(self, node: dict[str, Any], new: dict[str, Any]) -> None:
        """Change fields of one node, without sending the others again."""
        node |= new
        self._send_msg({"type": "patch_node_props", "node_id": node["id"], "patch": new})
