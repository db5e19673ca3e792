"""The render worker: one thread per run draws the newest day for every page that looks at it.

A page gets a picture when it has painted the one before; days in between are skipped. Pages with
the same viewport share one picture.
"""

import io
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Int32, UInt8
from PIL import Image

from populace.engine.runner import Runner
from populace.engine.snapshot import Snapshot
from populace.layers.agents import AgentsLayer
from populace.layers.base import MapLayer
from populace.layers.packing import pack
from populace.layers.places import PlacesLayer
from populace.layers.view import View

_log = logging.getLogger(__name__)

# More pictures per second than this look no smoother, and would take the engine's cores.
_MOST_PER_SECOND = 16.0
# Quality 80 keeps single cases visible; method 0 is the quickest.
_WEBP_QUALITY = 80


@dataclass(frozen=True)
class Picture:
    """One day seen through one view, ready to be sent."""

    view: View
    run: str
    day: int
    webp: bool
    content: UInt8[np.ndarray, " bytes"]  # WebP, or packed (see packing), the north edge first


class Eye:
    """What one page looks at. The page's thread writes it, the worker reads it."""

    def __init__(self, deliver: Callable[[Picture], None], *, webp: bool = False) -> None:
        self.deliver = deliver  # called in the worker's thread: must only schedule work
        self.webp = webp
        self.view: View | None = None
        self.visible = True
        self.in_flight = False
        self.back: tuple[str, int] | None = None  # run and day, where it looks at a day gone by
        self.seen: tuple | None = None  # what was delivered last

    def wants(self, snapshot: Snapshot) -> bool:
        """Return whether the page would see anything new and is ready for it."""
        if self.view is None or not self.visible or self.in_flight:
            return False
        return self.seen != (snapshot.run, snapshot.day, self.view.key())


class RenderWorker:
    """The thread that draws one run. It starts with the first eye and sleeps while none wants."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._eyes: tuple[Eye, ...] = ()
        self._layer: MapLayer | None = None
        self._wake = threading.Event()
        self._lock = threading.Lock()
        self._closing = False
        self._thread: threading.Thread | None = None
        self._unsubscribe = runner.subscribe(self._wake.set)

    def open(self, eye: Eye) -> None:
        """Draw for one more page."""
        with self._lock:
            self._eyes = (*self._eyes, eye)
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._work, name="populace-render", daemon=True
                )
                self._thread.start()
        self._wake.set()

    def shut(self, eye: Eye) -> None:
        """Draw no more for this page."""
        with self._lock:
            self._eyes = tuple(one for one in self._eyes if one is not eye)

    def look(self) -> None:
        """Have the eyes checked: one of them moved, opened or has painted its picture."""
        self._wake.set()

    def people_at(self, view: View, x: float, y: float, metres: float) -> Int32[np.ndarray, " n"]:
        """Return the people near a point of a view that shows them one by one, nearest first."""
        layer = self._layer
        if not isinstance(layer, AgentsLayer):
            return np.empty(0, np.int32)
        return layer.people_at(view, x, y, metres)

    def shows_each(self, view: View) -> bool:
        """Return whether the last picture of this view showed people one by one."""
        layer = self._layer
        return isinstance(layer, AgentsLayer) and layer.is_street(view)

    def close(self) -> None:
        """End the thread and let go of all memory."""
        self._unsubscribe()
        self._closing = True
        self._wake.set()
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    def _work(self) -> None:
        due = 0.0
        while True:
            self._wake.wait()
            time.sleep(max(0.0, due - time.monotonic()))
            self._wake.clear()
            if self._closing:
                break
            due = time.monotonic() + 1 / _MOST_PER_SECOND
            try:
                self._draw()
            except Exception:
                # The run goes on without a map; the next day is tried again.
                _log.exception("a picture of the run could not be drawn")
        self._layer = None
        self._eyes = ()

    def _draw(self) -> None:
        """Draw each day and view that somebody waits for once: most wait for the newest day."""
        newest, people = self._runner.snapshot, self._runner.people
        if newest is None or people is None:
            return
        waiting: dict[tuple, tuple[Snapshot, list[Eye]]] = {}
        for eye in self._eyes:
            view, snapshot = eye.view, self._runner.shown(eye.back) or newest
            if view is not None and eye.wants(snapshot):
                key = (snapshot.day, view, eye.webp)
                waiting.setdefault(key, (snapshot, []))[1].append(eye)
        if waiting and self._layer is None:
            crowd = self._runner.crowd
            self._layer = AgentsLayer(people) if crowd is None else PlacesLayer(crowd)
        drawn: dict[tuple[int, View], np.ndarray] = {}
        for (day, view, webp), (snapshot, eyes) in sorted(waiting.items(), key=_day_of):
            assert self._layer is not None
            if (day, view) not in drawn:
                drawn[day, view] = self._layer.picture(snapshot, view)
            content = (_webp if webp else pack)(drawn[day, view][::-1])
            picture = Picture(view, snapshot.run, snapshot.day, webp, content)
            for eye in eyes:
                eye.in_flight = True
                eye.seen = (snapshot.run, snapshot.day, view.key())
                eye.deliver(picture)


def _day_of(waiting: tuple[tuple, object]) -> int:
    """Return the day of what is waited for: the people move from day to day in that order."""
    return waiting[0][0]


def _webp(pixels: UInt8[np.ndarray, "height width 4"]) -> UInt8[np.ndarray, " bytes"]:
    stream = io.BytesIO()
    Image.fromarray(pixels, "RGBA").save(stream, "WEBP", quality=_WEBP_QUALITY, method=0)
    return np.frombuffer(stream.getbuffer(), np.uint8)
