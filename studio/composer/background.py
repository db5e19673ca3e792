"""Work that takes a while: done in a thread, told in the page, and forgotten when cancelled."""

import itertools
import logging
import threading
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from populace.engine.errors import ProjectError
from populace.engine.populations.base import Progress

LOG = logging.getLogger(__name__)
T = TypeVar("T")
InPage = Callable[[Callable[[], None]], None]


class StoppedError(Exception):
    """The work is no longer wanted."""


class Background:
    """One piece of work at a time for one page; a new one takes the place of the last.

    What comes of it is told on the page's interface thread, unless it was stopped meanwhile.
    """

    def __init__(self, in_page: InPage) -> None:
        self._in_page = in_page
        self._numbers = itertools.count(1)
        self._current = 0

    def start(
        self,
        work: Callable[[Progress], T],
        done: Callable[[T], None],
        failed: Callable[[str], None],
        progress: Callable[[str, float], None],
    ) -> None:
        """Do ``work(progress)`` in a thread; then tell ``done`` or, with a sentence, ``failed``."""
        self._current = next(self._numbers)
        thread = threading.Thread(
            target=self._work,
            args=[self._current, work, done, failed, progress],
            name="populace-import",
            daemon=True,
        )
        thread.start()

    def stop(self) -> None:
        """Forget what is under way; it ends at its next sign of progress."""
        self._current = 0

    @property
    def busy(self) -> bool:
        """Whether something is under way."""
        return self._current != 0

    def _work(
        self,
        number: int,
        work: Callable[[Progress], T],
        done: Callable[[T], None],
        failed: Callable[[str], None],
        progress: Callable[[str, float], None],
    ) -> None:
        def tell(words: str, share: float) -> None:
            if number != self._current:
                raise StoppedError
            self._in_page(partial(self._tell, number, partial(progress, words, share), last=False))

        try:
            result = work(tell)
        except StoppedError:
            return
        except ProjectError as error:
            self._in_page(partial(self._tell, number, partial(failed, str(error))))
        except Exception as error:
            LOG.exception("an import failed")
            words = f"That did not work ({type(error).__name__}: {error}). Try another file."
            self._in_page(partial(self._tell, number, partial(failed, words[:400])))
        else:
            self._in_page(partial(self._tell, number, partial(done, result)))

    def _tell(self, number: int, tell: Callable[[], None], *, last: bool = True) -> None:
        if number == self._current:
            if last:
                self._current = 0
            tell()
