"""Outlet: the pictures of one page, which its browser fetches one after the other.

A request says that the picture before is on its way to the screen, so it is the acknowledgement
too. Pictures do not pass through the document, whose messages name every model of the page: a
picture costs the interface thread less than a millisecond so. A server that has no such address
(`panel serve`) sends them through the document (`MapView`).
"""

import asyncio
import json
import secrets
from collections.abc import Callable
from typing import Any
from weakref import WeakValueDictionary

from tornado.ioloop import IOLoop
from tornado.web import RequestHandler

from populace.studio.render import Picture

PATIENCE_S = 20.0  # then the browser asks again: servers in between cut what lasts longer


class Outlet:
    """The newest picture of one page. Made on the interface thread.

    ``next_wanted()`` is called when the browser asks for what comes after the newest.
    """

    def __init__(self, next_wanted: Callable[[], None]) -> None:
        self.key = secrets.token_urlsafe(16)  # who knows it may see this page's pictures
        self._next_wanted = next_wanted
        self._loop = IOLoop.current()
        self._newest: tuple[int, Picture] | None = None
        self._number = 0
        self._arrived = asyncio.Event()
        _OUTLETS[self.key] = self

    @property
    def address(self) -> str:
        """Where the browser fetches, relative to the page."""
        return f"picture/{self.key}"

    def put(self, picture: Picture) -> None:
        """Offer a picture; may be called from any thread."""
        self._loop.add_callback(self._take, picture)

    async def after(self, number: int) -> tuple[int, Picture] | None:
        """Return a picture later than ``number``, or None if there is none for a while."""
        if self._newest is None or self._newest[0] <= number:
            self._arrived.clear()
            self._next_wanted()
            try:
                await asyncio.wait_for(self._arrived.wait(), PATIENCE_S)
            except TimeoutError:
                return None
        return self._newest

    def _take(self, picture: Picture) -> None:
        self._number += 1
        self._newest = self._number, picture
        self._arrived.set()


_OUTLETS: WeakValueDictionary[str, Outlet] = WeakValueDictionary()
_addressed = False


def patterns() -> list[tuple[str, type[RequestHandler]]]:
    """Return the addresses that a server must answer; pages made from now on rely on them."""
    global _addressed
    _addressed = True
    return [(r"/picture/([\w-]+)", Pictures)]


def addressed() -> bool:
    """Return whether the server of this process answers the addresses of outlets."""
    return _addressed


class Pictures(RequestHandler):
    """Answers with the next picture: where it belongs in a header, its content in the body."""

    _waiting: asyncio.Future | None = None

    async def get(self, key: str) -> None:
        outlet = _OUTLETS.get(key)
        try:
            number = int(self.get_query_argument("after", "0"))
        except ValueError:
            self.send_error(400)
            return
        if outlet is None:
            self.send_error(404)
            return
        self._waiting = asyncio.ensure_future(outlet.after(number))
        try:
            found = await self._waiting
        except asyncio.CancelledError:
            # The browser went away or the server stops: a wait that ends is no fault.
            found = None
        self.set_header("Cache-Control", "no-store")
        if found is None:
            self.set_status(204)
            return
        self.set_header("Content-Type", "application/octet-stream")
        self.set_header("X-Picture", json.dumps(described(*found)))
        self.write(found[1].content.tobytes())

    def on_connection_close(self) -> None:
        """Wait no more for who has gone: the server would keep the wait until it stops."""
        if self._waiting is not None:
            self._waiting.cancel()

    def compute_etag(self) -> None:
        """Return none: a digest of every picture would tell nobody anything."""


def described(number: int, picture: Picture) -> dict[str, Any]:
    """Return what the browser needs to know of a picture beside its content."""
    view = picture.view
    return {
        "number": number,
        "day": picture.day,
        "webp": picture.webp,
        "width": view.width,
        "height": view.height,
        "x": view.x0,
        "y": view.y0,
        "dw": view.x1 - view.x0,
        "dh": view.y1 - view.y0,
    }
