"""CodeView: the model as a project file and as Python, beside the canvas and in step with it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from panel.custom import JSComponent

from populace.engine.editing.draft import Draft
from populace.engine.editing.places import named_files
from populace.engine.export import script_of

HERE = Path(__file__).parent


class CodeView(JSComponent):
    """Read-only; ``in_page(work)`` does work with the lock of the page's document."""

    _esm = HERE / "code_view.js"
    _stylesheets: ClassVar[list[Any]] = [HERE / "code_view.css"]

    def __init__(
        self, draft: Draft, in_page: Callable[[Callable[[], None]], None], **settings: Any
    ) -> None:
        super().__init__(sizing_mode="stretch_both", margin=0, **settings)
        self._draft, self._in_page = draft, in_page
        self._waits, self._sent = False, {}
        self.stop = draft.listen(lambda draft: self._schedule())

    def _schedule(self) -> None:
        """Write at the next tick; several edits are written once."""
        if not self._waits:
            self._waits = True
            self._in_page(self._write)

    def _write(self) -> None:
        self._waits = False
        files = named_files(self._draft.spec, self._draft.folder)
        code = {"yaml": self._draft.yaml, "python": script_of(self._draft.spec, data=files)}
        if code != self._sent:
            self._sent = code
            self._send_msg(code)

    def _handle_msg(self, data: dict[str, Any]) -> None:
        if data.get("ready"):
            self._sent = {}  # what was sent before went nowhere
            self._schedule()
