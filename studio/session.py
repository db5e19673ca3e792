"""Session: one page's view of a run. The only place where a page meets the engine's thread.

Everything here runs on the page's interface thread; what the run has to say arrives there by
`in_document`, which is safe from another thread and waits until the browser can hear.
"""

import time
from collections.abc import Callable
from typing import Literal

import panel as pn
from bokeh.document import Document

from populace.engine.project import Project
from populace.engine.records import Applied, Beginning, Status
from populace.engine.runner import Runner
from populace.engine.snapshot import Snapshot
from populace.studio.arrival import await_browser, in_document
from populace.studio.measuring import Measuring
from populace.studio.render import Eye, RenderWorker
from populace.studio.runs import RUNS, Run, Runs

ThemeName = Literal["dark", "light"]

# How often the figures of the day are drawn: a browser without a graphics card needs some 20 ms.
_BEAT_MS = 250


class Session:
    """A page that watches a run: the run of ``key`` if it still lives, else a new one.

    Raises `RunRefusedError` where a new run would not fit in memory.
    """

    def __init__(
        self,
        project: Project,
        *,
        key: str = "",
        seed: int | None = None,
        beginning: Beginning | None = None,
        document: Document | None = None,
        runs: Runs = RUNS,
    ) -> None:
        self._runs = runs
        self._run = self._enter(project, key, seed, beginning)
        self.document = document or pn.state.curdoc
        self._theme: ThemeName = "dark"
        self._visible = True
        self._eyes: list[Eye] = []
        self._on_snapshot: list[Callable[[Snapshot], None]] = []
        self._on_status: list[Callable[[Status], None]] = []
        self._on_applied: list[Callable[[Applied], None]] = []
        self._on_theme: list[Callable[[ThemeName], None]] = []
        self._on_close: list[Callable[[], None]] = []
        self._shown: tuple | None = None  # what was told last: run, its newest day, day shown
        self._back: tuple[str, int] | None = None  # a day gone by, and the run whose day it is
        self._shown_status: Status | None = None
        self._told: tuple[int, int] = (self.runner.epoch, len(self.runner.applied))
        self._next_snapshot = 0.0
        self._news: tuple | None = None  # what cannot wait for the next beat, when last told
        self._tick_waits = self._closed = False
        self._unsubscribe = self.runner.subscribe(self._hear)
        if self.document is not None:
            self.document.on_session_destroyed(lambda context: self.close())
            await_browser()
            self.in_page(self._keep_telling)

    # The run

    @property
    def runner(self) -> Runner:
        """The run that the page watches; other pages may watch it too."""
        return self._run.runner

    @property
    def project(self) -> Project:
        """The project as it was opened; `runner.values()` has what sliders have changed."""
        return self.runner.project

    @property
    def key(self) -> str:
        """What ``?run=`` in the address must say for a reload or another page to find the run."""
        return self.runner.key

    def run(self) -> None:
        """Let days pass."""
        self.runner.run()

    def pause(self) -> None:
        """Hold after the current day."""
        self.runner.pause()

    def step(self) -> None:
        """Hold, and let one day pass."""
        self.runner.step()

    def reset(self, seed: int | None = None) -> None:
        """Go back to day 0."""
        self.runner.reset(seed)

    def use_device(self, device: str) -> None:
        """Compute on another device, from day 0 on."""
        self.runner.use_device(device)

    def set_speed(self, days_per_second: float | None) -> None:
        """Limit the pace; None removes the limit."""
        self.runner.set_speed(days_per_second)

    def change(self, path: str, value: float) -> int:
        """Set a live quantity; `on_applied` tells the day from which it holds."""
        return self.runner.change(path, value)

    def open_project(self, project: Project, days_per_second: float | None = None) -> str:
        """Start a run of another project and send the page there; return the new run's key.

        Raises `ProjectError` or `RunRefusedError` and stays where it is if that cannot be done.
        """
        run = self._runs.open(project)
        run.runner.set_speed(days_per_second)
        location = pn.state.location
        if location is not None:
            location.param.update(reload=True, search=f"?run={run.runner.key}")
        return run.runner.key

    # Days gone by

    @property
    def looking_back(self) -> bool:
        """Whether the page shows a day gone by; the run goes on meanwhile."""
        shown = self.shown
        return shown is not None and shown is not self.runner.snapshot

    @property
    def shown(self) -> Snapshot | None:
        """The day that the page shows: the newest, or one gone by."""
        return self.runner.shown(self._back)

    def look_back(self, day: int | None) -> None:
        """Show a day gone by; None shows the newest again, as does the newest day itself."""
        newest = self.runner.snapshot
        past = day is not None and newest is not None and day < newest.day
        self._back = (newest.run, day) if past else None  # pyright: ignore
        for eye in self._eyes:
            eye.back = self._back
        self._next_snapshot = 0.0
        self._run.render.look()
        self._schedule()

    # What the page wants to hear

    def on_snapshot(self, callback: Callable[[Snapshot], None]) -> None:
        """Tell the day that is shown, some times a second, while the page is visible.

        It is told again when the run has a newer one, also while the page looks back.
        """
        self._on_snapshot.append(callback)
        self._shown = None
        self._schedule()

    def on_status(self, callback: Callable[[Status], None]) -> None:
        """Tell what the run is doing, first as it is now."""
        self._on_status.append(callback)
        self._shown_status = None
        self._schedule()

    def on_applied(self, callback: Callable[[Applied], None]) -> None:
        """Tell each change that the run takes from now on, whoever made it."""
        self._on_applied.append(callback)

    def on_theme(self, callback: Callable[[ThemeName], None]) -> None:
        """Tell when the page turns dark or light."""
        self._on_theme.append(callback)

    def on_close(self, callback: Callable[[], None]) -> None:
        """Tell when the page has gone."""
        self._on_close.append(callback)

    @property
    def theme(self) -> ThemeName:
        """The page's colours: "dark" or "light"."""
        return self._theme

    @theme.setter
    def theme(self, name: ThemeName) -> None:
        if name == self._theme:
            return
        self._theme = name
        for callback in self._on_theme:
            callback(name)

    @property
    def visible(self) -> bool:
        """Whether the browser shows the page. A hidden page is not drawn; its run goes on."""
        return self._visible

    @visible.setter
    def visible(self, visible: bool) -> None:
        self._visible = visible
        for eye in self._eyes:
            eye.visible = visible
        self._run.render.look()
        self._schedule()

    # Pictures

    def open_eye(self, eye: Eye) -> None:
        """Have pictures drawn for a view of this page."""
        eye.visible = self._visible
        self._eyes.append(eye)
        self._run.render.open(eye)

    def look(self) -> None:
        """Have a moved eye drawn anew."""
        self._run.render.look()

    # Measurements

    @property
    def measuring(self) -> Measuring:
        """What counts for the run's observations, while a page looks at them."""
        return self._run.measuring

    @property
    def render(self) -> RenderWorker:
        """What draws the run: it knows who is where in a picture."""
        return self._run.render

    def in_page(self, work: Callable[[], None]) -> None:
        """Do ``work`` on the page's interface thread; may be called from any thread."""
        if not self._closed and self.document is not None:
            in_document(self.document, work)

    def close(self) -> None:
        """Stop watching; the run outlives its last page by a while."""
        if self._closed:
            return
        self._closed = True
        self._unsubscribe()
        for eye in self._eyes:
            self._run.render.shut(eye)
        for callback in self._on_close:
            callback()
        self._runs.leave(self._run)

    def _enter(
        self, project: Project, key: str, seed: int | None, beginning: Beginning | None
    ) -> Run:
        run = self._runs.find(key) if key else None
        if run is not None and self._runs.enter(run):
            return run
        return self._runs.open(project, seed=seed, entered=True, beginning=beginning)

    # From the engine's thread to the page's

    def _hear(self) -> None:
        """Take what the engine's thread says: another day waits for the next beat, news do not."""
        runner = self.runner
        status = runner.status
        news = status.phase, status.error, runner.epoch, len(runner.applied)
        if status.phase == "building":
            news = (*news, status.message)
        if news != self._news:
            self._news = news
            self._schedule()

    def _schedule(self) -> None:
        if not self._tick_waits and not self._closed:
            self._tick_waits = True
            self.in_page(self._tell)

    def _keep_telling(self) -> None:
        if self.document is not None:
            self.document.add_periodic_callback(self._tell, _BEAT_MS)

    def _tell(self) -> None:
        """Tell what is new."""
        # No `document.hold` here: Panel holds the document itself, and events would be lost.
        self._tick_waits = False
        if not self._closed:
            self._tell_status()
            self._tell_applied()
            self._tell_snapshot()

    def _tell_status(self) -> None:
        status = self.runner.status
        if status == self._shown_status:
            return
        self._shown_status = status
        for callback in self._on_status:
            callback(status)

    def _tell_applied(self) -> None:
        epoch, told = self._told
        applied = self.runner.applied
        new = applied if epoch != self.runner.epoch else applied[told:]
        self._told = (self.runner.epoch, len(applied))
        for one in new:
            for callback in self._on_applied:
                callback(one)

    def _tell_snapshot(self) -> None:
        newest, snapshot = self.runner.snapshot, self.shown
        if newest is None or snapshot is None or not self._visible:
            return
        told = newest.run, newest.day, snapshot.day
        if told == self._shown:
            return
        if time.monotonic() < self._next_snapshot:
            return  # the next beat tells
        self._next_snapshot = time.monotonic() + 0.5e-3 * _BEAT_MS
        self._shown = told
        for callback in self._on_snapshot:
            callback(snapshot)
