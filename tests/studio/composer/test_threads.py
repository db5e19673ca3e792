"""What another thread asks of a page is asked by the one call of a document that is safe."""

import threading
from types import SimpleNamespace
from typing import Any, cast

from populace.studio.composer.page import ComposePage


class Document:
    """Notes who asks for what, as Bokeh's own would be asked."""

    def __init__(self):
        self.ticks = []
        self.timeouts = []

    def add_next_tick_callback(self, work):
        self.ticks.append(work)

    def add_timeout_callback(self, work, milliseconds):
        self.timeouts.append((work, milliseconds, threading.get_ident()))


def test_a_timeout_is_set_on_the_interface_thread_alone():
    """One that a timer's thread set was lost now and then: the scale meter waited for ever."""
    document = Document()
    room = cast(Any, SimpleNamespace(_document=document))
    done = []
    other = threading.Thread(target=ComposePage.soon, args=[room, lambda: done.append(1)])
    other.start()
    other.join()
    assert document.timeouts == []
    for tick in document.ticks:  # the interface thread does these
        tick()
    ((work, milliseconds, thread),) = document.timeouts
    assert thread == threading.get_ident()
    assert milliseconds > 0
    work()
    assert done == [1]
