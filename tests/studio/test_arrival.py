"""What waits for a browser that never comes goes with its page."""

from types import SimpleNamespace

from bokeh.document import Document
from panel.io.state import set_curdoc

from populace.studio import arrival


def test_a_page_for_which_no_browser_came_is_let_go():
    document, context = Document(), SimpleNamespace()
    document._session_context = lambda: context
    with set_curdoc(document):
        arrival.await_browser()
    arrival.in_document(document, lambda: None)
    assert document in arrival._WAITING
    for callback in document.session_destroyed_callbacks:
        callback(context)
    assert document not in arrival._WAITING
