"""arrival: what changes a page waits until the page's browser can hear of it.

Panel writes the whole page out when a browser asks for it, and sends changes from the moment on
that the browser says it is ready. What changes between the two reaches nobody: the page would show
for ever what was true before.
"""

import threading
from collections.abc import Callable
from weakref import WeakKeyDictionary

import panel as pn
from bokeh.document import Document

Work = Callable[[], None]

_LOCK = threading.Lock()
_WAITING: WeakKeyDictionary[Document, list[Work]] = WeakKeyDictionary()


def await_browser() -> None:
    """Hold back what is asked of the page that is being made, until its browser is ready."""
    document = pn.state.curdoc
    if document is None or pn.state.loaded or document in _WAITING:
        return
    _WAITING[document] = []
    # What waits holds the document: a page whose browser never came would stay for ever.
    document.on_session_destroyed(lambda context: _forget(document))
    pn.state.onload(lambda: _arrived(document))


def in_document(document: Document, work: Work) -> None:
    """Do work with the lock of a document, in the order asked for; may come from any thread."""
    with _LOCK:
        waiting = _WAITING.get(document)
        if waiting is not None:
            waiting.append(work)
            return
    document.add_next_tick_callback(work)


def _forget(document: Document) -> None:
    with _LOCK:
        _WAITING.pop(document, None)


def _arrived(document: Document) -> None:
    with _LOCK:
        waiting = _WAITING.pop(document, [])
        for work in waiting:
            document.add_next_tick_callback(work)
