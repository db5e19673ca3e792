"""CodeView: the model as a project file and as Python, beside the canvas and in step with it."""

from pathlib import Path
from typing import Any, ClassVar

from panel.custom import JSComponent

from populace.engine.editing.draft import Draft
from populace.engine.editing.places import named_files
from populace.engine.export import script_of
from populace.studio.composer.following import following

HERE = Path(__file__).parent


class CodeView(JSComponent):
    """Read-only."""

    _esm = HERE / "code_view.js"
    _stylesheets: ClassVar[list[Any]] = [HERE / "code_view.css"]

    def __init__(self, draft: Draft, **settings: Any) -> None:
        super().__init__(sizing_mode="stretch_both", margin=0, **settings)
        self._draft, self._sent = draft, {}
        following(draft, self._write)

    def _write(self) -> None:
        files = named_files(self._draft.spec, self._draft.folder)
        code = {"yaml": self._draft.yaml, "python": script_of(self._draft.spec, data=files)}
        if code != self._sent:
            self._sent = code
            self._send_msg(code)

    def _handle_msg(self, data: dict[str, Any]) -> None:
        if data.get("ready"):
            self._sent = {}  # what was sent before went nowhere
            self._write()
