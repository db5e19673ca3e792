"""Measuring: what the observations of a run count, again and again while pages look at it.

To count reads the whole log of events: some milliseconds in a town, seconds in a large city. It is
done in a thread of its own, only while somebody looks, and all pages of a run share what it found.
"""

import contextlib
import datetime as dt
import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from populace.engine.analysis.record import Record
from populace.engine.analysis.table import Table
from populace.engine.errors import ProjectError
from populace.engine.observations.base import Measurement
from populace.engine.runner import Runner

_log = logging.getLogger(__name__)

EVERY_S = 2.0  # a run that goes on is counted no more often
SHARE = 0.1  # of the time of one core, at most
_LOOK_S = 0.2
_NICENESS = 10  # after the page and the engine


@dataclass(frozen=True, eq=False)
class Counted:
    """One observation and its table; or why there is none, in words."""

    part: Measurement
    table: Table | None
    error: str = ""


@dataclass(frozen=True, eq=False)
class Findings:
    """All that a run's observations have counted until the evening of a day."""

    run: str
    day: int
    date: dt.date
    network_names: tuple[str, ...]
    counted: tuple[Counted, ...]


Tell = Callable[[Findings], None]


class Measuring:
    """Counts one run. Safe to use from any thread."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._watchers: tuple[Tell, ...] = ()
        self._untold: list[Tell] = []  # those who have just come
        self._newest: Findings | None = None
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def watch(self, tell: Tell) -> Callable[[], None]:
        """Have ``tell`` called with what was counted, in a thread of ours; return what ends it."""
        with self._lock:
            self._watchers = (*self._watchers, tell)
            self._untold.append(tell)
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._work, name="populace-measure", daemon=True
                )
                self._thread.start()
        return partial(self._leave, tell)

    def close(self) -> None:
        """Count no more."""
        with self._lock:
            self._watchers = ()

    def _leave(self, tell: Tell) -> None:
        with self._lock:
            self._watchers = tuple(one for one in self._watchers if one is not tell)

    def _work(self) -> None:
        _step_back()
        due = 0.0
        while self._is_watched():
            self._tell_who_came()
            if self._has_news() and (time.monotonic() >= due or self._holds()):
                began = time.thread_time()  # a machine that others use as well is no reason to wait
                self._count()
                took = time.thread_time() - began
                due = time.monotonic() + max(EVERY_S, took * (1 / SHARE - 1))
            time.sleep(_LOOK_S)

    def _is_watched(self) -> bool:
        with self._lock:
            if not self._watchers:
                self._thread = None
            return self._thread is not None

    def _tell_who_came(self) -> None:
        with self._lock:
            came, self._untold = self._untold, []
        known = self._newest
        if known is not None:
            for tell in came:
                tell(known)

    def _has_news(self) -> bool:
        newest, known = self._runner.snapshot, self._newest
        if newest is None:
            return False
        return known is None or (known.run, known.day) != (newest.run, newest.day)

    def _holds(self) -> bool:
        return self._runner.status.phase != "running"

    def _count(self) -> None:
        try:
            newest, record = self._runner.snapshot, self._runner.record()
            if record is None or newest is None:
                return
            self._newest = findings_of(record, newest.run)
        except Exception:
            # Such as memory that has run out: the page keeps what was counted before.
            _log.exception("the run could not be counted")
            return
        for tell in self._watchers:
            tell(self._newest)


def findings_of(record: Record, run: str = "") -> Findings:
    """Let every observation of the project count a run."""
    day = record.last_day
    counted = tuple(_counted(record))
    return Findings(run, day, record.project.date_of(day), record.network_names, counted)


def _counted(record: Record) -> Iterator[Counted]:
    for part in record.project.observations:
        if not isinstance(part, Measurement):
            continue
        try:
            yield Counted(part, part.observe(record))
        except ProjectError as error:
            yield Counted(part, None, str(error))
        except Exception:
            # The others can still be read; whoever runs the server finds the cause in the log.
            _log.exception("%s could not be counted", part.own_name)
            yield Counted(part, None, "The server's log says why.")


def _step_back() -> None:
    """Lower this thread; Linux alone has priorities per thread."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
