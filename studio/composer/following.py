"""following: a view of a draft that is drawn again after edits, once for all of one moment."""

from collections.abc import Callable
from contextvars import ContextVar, Token

import panel as pn
from bokeh.document import Document

from populace.engine.editing.draft import Draft
from populace.studio.arrival import await_browser, in_document

AFTER_MS = 60  # longer than the canvas takes to answer
Draw = Callable[[], None]


class Curtain:
    """Stands before views that are made within it: ``with curtain: PolicyTimeline(draft)``.

    While it is closed they are not drawn after edits; when it opens, those that are late are.
    """

    def __init__(self) -> None:
        self._closed = True
        self._late: list[Draw] = []
        self._token: Token[Curtain | None] | None = None

    def __enter__(self) -> None:
        self._token = _CURTAIN.set(self)

    def __exit__(self, *_: object) -> None:
        assert self._token is not None
        _CURTAIN.reset(self._token)

    def set(self, *, closed: bool) -> None:
        """Close it, or open it and draw what is late."""
        self._closed = closed
        if not closed:
            late, self._late = self._late, []
            for draw in late:
                draw()

    def draw(self, draw: Draw) -> None:
        """Draw now, or when it opens."""
        if not self._closed:
            draw()
        elif draw not in self._late:
            self._late.append(draw)


_CURTAIN: ContextVar[Curtain | None] = ContextVar("_CURTAIN", default=None)


def after_a_moment(document: Document, work: Draw) -> None:
    """Do work with the lock of a document, once what is edited has answered."""

    def wait() -> None:
        document.add_timeout_callback(work, AFTER_MS)

    # The next tick alone may be asked for by another thread, such as one that imports: a timeout
    # that is set from one can get lost.
    in_document(document, wait)


def following(draft: Draft, draw: Draw) -> None:
    """Call ``draw`` after every edit, undo and redo, while the page of now is open.

    Under a server it is called a moment later, with the lock of the document: what is edited shall
    answer before what follows it. Elsewhere it is called at once.
    """
    document = pn.state.curdoc
    if document is None:
        draft.listen(lambda _: draw())
        return
    await_browser()
    curtain = _CURTAIN.get()
    waits = False

    def now() -> None:
        nonlocal waits
        waits = False
        if curtain is None:
            draw()
        else:
            curtain.draw(draw)

    def later(_: Draft) -> None:
        nonlocal waits
        if not waits:
            waits = True
            after_a_moment(document, now)

    stop = draft.listen(later)
    document.on_session_destroyed(lambda _: stop())
