"""following: a view of a draft that is drawn again after edits, once for all of one moment."""

from collections.abc import Callable

import panel as pn

from populace.engine.editing.draft import Draft

AFTER_MS = 30


def following(draft: Draft, draw: Callable[[], None]) -> None:
    """Call ``draw`` after every edit, undo and redo, while the page of now is open.

    Under a server it is called a moment later, with the lock of the document: what is edited shall
    answer before what follows it. Elsewhere it is called at once.
    """
    document = pn.state.curdoc
    if document is None:
        draft.listen(lambda _: draw())
        return
    waits = False

    def now() -> None:
        nonlocal waits
        waits = False
        draw()

    def later(_: Draft) -> None:
        nonlocal waits
        if not waits:
            waits = True
            document.add_timeout_callback(now, AFTER_MS)

    stop = draft.listen(later)
    document.on_session_destroyed(lambda _: stop())
