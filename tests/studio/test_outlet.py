"""Pictures that a browser fetches: the newest one, once, and none to who has no key."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import numpy as np
import pytest
from tornado.httpclient import AsyncHTTPClient
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import Application

from populace.layers.view import View
from populace.studio.outlet import Outlet, Pictures
from populace.studio.render import Picture


def picture(day):
    return Picture(View(0, 0, 10, 10, 5, 4), "run", day, False, np.full(8, day, np.uint8))


def waits():
    """Return the requests that wait for a picture."""
    name = "RequestHandler._execute"
    return [task for task in asyncio.all_tasks() if task.get_coro().__qualname__ == name]


def served(talk):
    """Run a conversation with a server of pictures; ``talk(outlet, fetch, wanted)``."""

    async def run():
        wanted = []
        outlet = Outlet(lambda: wanted.append(True))
        server = HTTPServer(Application([(r"/picture/([\w-]+)", Pictures)]))
        socket, port = bind_unused_port()
        server.add_socket(socket)

        def fetch(address):
            url = f"http://127.0.0.1:{port}/{address}"
            return AsyncHTTPClient().fetch(url, raise_error=False)

        await talk(outlet, fetch, wanted)
        server.stop()

    # In a thread: the tests in a browser leave a loop behind in this one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, asyncio.wait_for(run(), 30)).result()


def test_a_browser_gets_the_newest_picture_and_waits_for_a_later_one():
    async def talk(outlet, fetch, wanted):
        for day in (1, 2):
            outlet.put(picture(day))
        await asyncio.sleep(0.05)
        first = await fetch(f"{outlet.address}?after=0")
        assert (first.code, first.body) == (200, bytes([2] * 8))
        assert '"number": 2' in first.headers["X-Picture"]
        assert not wanted
        later = asyncio.ensure_future(fetch(f"{outlet.address}?after=2"))
        await asyncio.sleep(0.1)
        assert wanted
        assert not later.done()
        outlet.put(picture(3))
        assert (await later).body == bytes([3] * 8)

    served(talk)


@pytest.mark.parametrize(
    ("address", "code"), [("picture/guessed", 404), ("{own}?after=yesterday", 400)]
)
def test_who_asks_wrongly_gets_nothing(address, code):
    async def talk(outlet, fetch, wanted):
        answer = await fetch(address.format(own=outlet.address))
        assert answer.code == code

    served(talk)


def test_who_leaves_while_a_picture_is_on_its_way_is_waited_for_no_more():
    async def talk(outlet, fetch, wanted):
        port = urlsplit((await fetch("picture/none")).effective_url).port
        _, gone = await asyncio.open_connection("127.0.0.1", port)
        gone.write(f"GET /{outlet.address}?after=0 HTTP/1.1\r\nHost: here\r\n\r\n".encode())
        await asyncio.sleep(0.2)
        assert len(waits()) == 1
        gone.transport.abort()
        await asyncio.sleep(0.2)
        assert not waits()

    served(talk)


def test_a_server_that_stops_reports_no_fault_for_the_pictures_that_browsers_wait_for(caplog):
    async def talk(outlet, fetch, wanted):
        waiting = asyncio.ensure_future(fetch(f"{outlet.address}?after=0"))
        await asyncio.sleep(0.2)
        for task in waits():
            task.cancel()  # as a loop does that comes to its end
        assert (await waiting).code == 204

    with caplog.at_level(logging.WARNING):
        served(talk)
    assert not caplog.records
