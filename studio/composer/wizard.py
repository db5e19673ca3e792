"""Wizard: a dialog in steps. Python decides what stands in it, the browser draws it."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Protocol

import param
from panel.custom import JSComponent

from populace.engine.errors import ProjectError
from populace.engine.importing.limits import refuse_size
from populace.studio.composer.background import Background, InPage
from populace.studio.composer.upload import Upload
from populace.studio.composer.wizard_blocks import Block

HERE = Path(__file__).parent


class Steps(Protocol):
    """What a wizard leads through: what stands in each step, and what the person does there."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the steps."""
        ...

    @property
    def ready(self) -> bool:
        """Whether there is a next step already."""
        ...

    @property
    def end(self) -> str:
        """What the last button says."""
        ...

    def blocks(self) -> list[Block]:
        """Return what the present step shows."""
        ...

    def changed(self, key: str, value: Any) -> None:
        """Take what the person chose."""
        ...

    def allowed(self, key: str) -> tuple[str, ...]:
        """Return the endings of files that an upload takes."""
        ...

    def arrived(self, key: str, upload: Upload) -> None:
        """Take a file that is here."""
        ...

    def go_on(self) -> None:
        """Go to the next step, at once or when something was looked at."""
        ...

    def finish(self) -> None:
        """Change the draft: the last button."""
        ...

    def close(self) -> None:
        """Let go of files: the page has gone."""
        ...


class Wizard(JSComponent):
    """The dialog: steps, a file on its way, work in the background, a message.

    Closing keeps everything: the dialog opens again where it was left, and the draft is untouched
    until the last button.
    """

    state = param.Dict({}, doc="What the dialog shows.")
    open = param.Boolean(False)
    taken = param.Integer(0, doc="Grows with every piece of a file that has arrived.")
    world = param.List([], doc="Name and path of each country.")

    _esm = HERE / "wizard.js"
    _stylesheets: ClassVar[list[Any]] = [HERE / "wizard.css"]

    def __init__(
        self, title: str, lead: Callable[["Wizard"], Steps], in_page: InPage, **settings: Any
    ) -> None:
        super().__init__(width=0, height=0, margin=0, **settings)
        self._title = title
        self._in_page = in_page
        self._background = Background(in_page)
        self._upload: Upload | None = None
        self._busy: tuple[str, float | None] | None = None
        self._message = ""
        self.step = 0
        self.steps = lead(self)

    def appear(self) -> None:
        """Open the dialog."""
        self.draw()
        self.open = True

    def hide(self) -> None:
        """Close the dialog; what was chosen stays."""
        self._stop()
        self.open = False

    def close(self) -> None:
        """Let go of files: the page has gone."""
        self._background.stop()
        if self._upload is not None:
            self._upload.close()
        self.steps.close()

    # Drawing

    def draw(self) -> None:
        """Show the present step."""
        try:
            blocks = self.steps.blocks()
        except ProjectError as error:
            self._message = str(error)
            blocks = []
        if self._busy is not None:
            words, share = self._busy
            blocks = [{"type": "progress", "words": words, "share": share}, *blocks]
        self.state = {
            "title": self._title,
            "steps": list(self.steps.names),
            "step": self.step,
            "blocks": blocks,
            "buttons": self._buttons(),
            "message": self._message,
        }

    def say(self, message: str) -> None:
        """Tell the person what is wrong."""
        self._message = message
        self.draw()

    def work(
        self, work: Callable[..., Any], done: Callable[[Any], None], words: str = "Working"
    ) -> None:
        """Do something that may take a while, with its progress in the dialog."""
        self._busy = (words, None)
        self._message = ""

        def finished(result: Any) -> None:
            self._busy = None
            done(result)
            self.draw()

        def failed(message: str) -> None:
            self._busy = None
            self.say(message)

        self._background.start(work, finished, failed, self._progress)
        self.draw()

    def _progress(self, words: str, share: float) -> None:
        self._busy = (words, share)
        self.draw()

    def _stop(self) -> None:
        self._background.stop()
        self._busy = None

    # Buttons

    def _buttons(self) -> list[Block]:
        buttons: list[Block] = [{"key": "cancel", "label": "Cancel"}]
        free = self._busy is None
        if self.step > 0:
            buttons.append({"key": "back", "label": "Back"})
        last: Block = {"key": "finish", "label": self.steps.end, "disabled": not free}
        if self.step < len(self.steps.names) - 1:
            last = {"key": "next", "label": "Next", "disabled": not (free and self.steps.ready)}
        return [*buttons, last | {"primary": True}]

    def _pressed(self, key: str) -> None:
        if key == "cancel":
            self.hide()
        elif key == "back":
            self._stop()
            self.step = max(self.step - 1, 0)
        elif key == "next":
            self.steps.go_on()
        elif key == "finish":
            self.steps.finish()

    # What the browser says; messages may come without the lock of the document.

    def _handle_msg(self, data: dict[str, Any]) -> None:
        self._in_page(partial(self._heard, data))

    def _heard(self, data: dict[str, Any]) -> None:
        act, key = str(data.get("act")), str(data.get("key", ""))
        try:
            if act == "close":
                self.hide()
            elif act == "change":
                self._message = ""
                self.steps.changed(key, data.get("value"))
                self.draw()
            elif act == "press":
                self._message = ""
                self._pressed(key)
                self.draw()
            elif act in ("begin", "too_large"):
                self._begin(key, str(data.get("name")), int(data.get("size", 0)))
            elif act == "chunk":
                self._take(key, data)
        except ProjectError as error:
            self.say(str(error))

    def _begin(self, key: str, name: str, size: int) -> None:
        if self._upload is not None:
            self._upload.close()
            self._upload = None
        self._message = ""
        refuse_size(name, size)
        self._upload = Upload(name, size, self.steps.allowed(key))
        self._busy = (f"Reading {name}", 0.0)
        self.draw()
        self.taken += 1

    def _take(self, key: str, data: dict[str, Any]) -> None:
        upload = self._upload
        if upload is None:
            return
        part = data["data"]
        try:
            upload.take(bytes(part))
            if data.get("last"):
                upload.finish()
        except ProjectError:
            self._busy, self._upload = None, None
            raise
        if not data.get("last"):
            self._busy = (f"Reading {upload.name}", upload.share)
            self.draw()
            self.taken += 1
            return
        self._busy, self._upload = None, None
        self.steps.arrived(key, upload)
        self.draw()
