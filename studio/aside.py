"""Aside: what takes too long for the page's thread, worked out beside it, the newest wish only."""

import logging
import threading
import time
from collections.abc import Callable, Hashable
from functools import partial
from typing import Generic, TypeVar

_log = logging.getLogger(__name__)
_EVERY_S, _SHARE = 1.0, 0.1  # worked out anew so often, for at most this share of a core

Wish = TypeVar("Wish")
Found = TypeVar("Found")


class Aside(Generic[Wish, Found]):
    """``find(wish)`` runs in a thread, one at a time; ``tell(wish, found)`` on the page's.

    A wish with the key of the one before is the same wish. What came meanwhile and was overtaken
    is never worked out.
    """

    def __init__(
        self,
        in_page: Callable[[Callable[[], None]], None],
        find: Callable[[Wish], Found],
        tell: Callable[[Wish, Found], None],
        *,
        every_s: float = _EVERY_S,
    ) -> None:
        self._in_page, self._find, self._tell = in_page, find, tell
        self._every_s = every_s
        self._wanted: tuple[Hashable, Wish] | None = None
        self._key: Hashable = None  # of what was worked out last
        self._working = self._waiting = False
        self._due = 0.0

    def want(self, key: Hashable, wish: Wish, *, soon: bool = False) -> None:
        """Wish for something; ``soon`` when a person has asked for it."""
        self._wanted = key, wish
        if soon:
            self._key, self._due = None, 0.0
        self._go()

    def forget(self) -> None:
        """Wish for nothing; what is being worked out is still told."""
        self._wanted = self._key = None

    def _go(self) -> None:
        if self._working or self._wanted is None or self._wanted[0] == self._key:
            return
        if (left := self._due - time.monotonic()) > 0:
            self._wait(left)
            return
        self._key, wish = self._wanted
        self._working = True
        threading.Thread(
            target=self._work, args=[self._key, wish], name="populace-aside", daemon=True
        ).start()

    def _wait(self, seconds: float) -> None:
        """Look again a little later: a run that holds will not call."""
        if not self._waiting:
            self._waiting = True
            timer = threading.Timer(seconds, self._in_page, [self._waited])
            timer.daemon = True
            timer.start()

    def _waited(self) -> None:
        self._waiting = False
        self._go()

    def _work(self, key: Hashable, wish: Wish) -> None:
        began = time.monotonic()
        found: list[Found] = []
        try:
            found.append(self._find(wish))
        except Exception:
            # The page keeps what it said; the next wish is tried again.
            _log.exception("what the page asked for could not be worked out")
        self._in_page(partial(self._ended, key, wish, found, time.monotonic() - began))

    def _ended(self, key: Hashable, wish: Wish, found: list[Found], took: float) -> None:
        self._working = False
        if key == self._key:  # else a person asked for something meanwhile
            self._due = time.monotonic() + max(self._every_s, took / _SHARE)
        if found:
            self._tell(wish, found[0])
        self._go()
