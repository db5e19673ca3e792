"""What is worked out beside the page: the newest wish, one at a time, for a small share of time."""

import queue
import threading
import time

import pytest

from populace.studio.aside import Aside

SOON_S = 5.0


class PageThread:
    """Runs what other threads hand over, when the test asks for it."""

    def __init__(self):
        self.calls = queue.Queue()

    def later(self, work):
        self.calls.put(work)

    def run_next(self):
        self.calls.get(timeout=SOON_S)()


@pytest.fixture
def page_thread():
    return PageThread()


def test_what_was_found_is_told_on_the_thread_of_the_page(page_thread):
    told, threads = [], []

    def find(wish):
        threads.append(threading.current_thread())
        return wish * 2

    aside = Aside(page_thread.later, find, lambda *one: told.append(one))
    aside.want("a", 21)
    assert told == []
    page_thread.run_next()
    assert told == [(21, 42)]
    assert threads[0] is not threading.current_thread()


def test_a_wish_that_was_overtaken_is_never_worked_out(page_thread):
    found, go = [], threading.Event()

    def find(wish):
        go.wait(SOON_S)
        found.append(wish)

    aside = Aside(page_thread.later, find, lambda *one: None, every_s=0.0)
    for wish in range(5):
        aside.want(wish, wish)
    go.set()
    page_thread.run_next()
    page_thread.run_next()  # the wait, or the answer where there was none to wait
    while len(found) < 2:
        page_thread.run_next()
    assert found == [0, 4]


def test_the_same_wish_is_worked_out_once_unless_somebody_asks(page_thread):
    found = []
    aside = Aside(page_thread.later, found.append, lambda *one: None, every_s=60.0)
    aside.want("a", 1)
    page_thread.run_next()
    aside.want("a", 1)
    aside.want("b", 2)  # too early: a minute must pass
    assert page_thread.calls.empty()
    assert found == [1]
    aside.want("b", 3, soon=True)
    page_thread.run_next()
    assert found == [1, 3]


def test_a_wish_that_came_too_early_is_taken_up_without_another_call(page_thread):
    found = []
    aside = Aside(page_thread.later, found.append, lambda *one: None, every_s=0.05)
    aside.want("a", 1)
    page_thread.run_next()
    began = time.monotonic()
    aside.want("b", 2)
    page_thread.run_next()  # the wait is over
    page_thread.run_next()
    assert found == [1, 2]
    assert time.monotonic() - began >= 0.04


def test_what_fails_is_logged_and_the_next_wish_is_tried(page_thread, caplog):
    told = []
    aside = Aside(page_thread.later, lambda wish: 1 / wish, lambda *one: told.append(one))
    aside.want("a", 0)
    page_thread.run_next()
    assert "ZeroDivisionError" in caplog.text
    aside.want("b", 2, soon=True)
    page_thread.run_next()
    assert told == [(2, 0.5)]


def test_who_wishes_for_nothing_any_more_is_not_worked_for(page_thread):
    found = []
    aside = Aside(page_thread.later, found.append, lambda *one: None, every_s=0.01)
    aside.want("a", 1)
    page_thread.run_next()
    aside.want("b", 2)
    aside.forget()
    page_thread.run_next()  # the wait is over
    assert found == [1]
