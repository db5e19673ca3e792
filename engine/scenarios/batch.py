"""Batch: many runs in threads of this process, with progress, pause and stop.

Threads and not processes: the world is shared, nothing has to be started, and the compiled kernels
leave the interpreter free. docs/scenarios.md has what we measured.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from populace.engine.priority import yield_to_screen
from populace.engine.scenarios.memory import fitting
from populace.engine.scenarios.model import Model
from populace.engine.scenarios.one_run import run_model
from populace.engine.scenarios.result import Result
from populace.engine.scenarios.store import Store
from populace.engine.shared_world import shared_world
from populace.engine.world import World

Phase = Literal[
    "waiting", "building", "running", "paused", "finished", "enough", "stopped", "failed"
]
_OVER = ("finished", "enough", "stopped", "failed")
# A time left is told once so much of a run was seen.
_SEEN = 0.02

Results = Mapping[str, Result]


@dataclass(frozen=True)
class Task:
    """One run that is wanted."""

    model: Model
    seed: int
    key: str

    @staticmethod
    def of(model: Model, seed: int) -> "Task":
        return Task(model, seed, model.key(seed))


@dataclass(frozen=True)
class Progress:
    """How far a batch is. ``reused`` runs were read from the store, ``computed`` were run."""

    phase: Phase
    runs: int
    reused: int
    computed: int
    share_done: float
    seconds_left: float | None
    message: str = ""

    @property
    def finished(self) -> int:
        """Runs that are there."""
        return self.reused + self.computed

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.phase in _OVER


class _StoppedError(Exception):
    """The batch was stopped in the middle of a run."""


class Batch:
    """Runs of any models. Every public member may be used by any thread.

    Each finished run goes to the store at once; equal tasks are run once. ``enough`` is asked after
    each run whether those that are there will do: then the rest is not run. ``behind`` lets the
    threads of a screen go first.
    """

    def __init__(
        self,
        tasks: Sequence[Task],
        store: Store,
        *,
        at_once: int | None = None,
        enough: Callable[[Results], bool] | None = None,
        changed: Callable[[], None] = lambda: None,
        behind: bool = False,
    ) -> None:
        unique: dict[str, Task] = {}
        for task in tasks:  # of equal ones the first, which tells the baseline's name
            unique.setdefault(task.key, task)
        self.store, self.results = store, dict[str, Result]()
        self.error: Exception | None = None
        self._tasks, self._runs = list(unique.values()), len(unique)
        self._at_once, self._enough, self._changed = at_once, enough, changed
        self._behind = behind
        self._lock = threading.RLock()
        self._go = threading.Event()
        self._go.set()
        self._phase: Phase = "waiting"
        self._message = "Looking for runs that are there already"
        self._reused = self._computed = 0
        self._partly: dict[str, float] = {}  # share of each run that is going on
        self._worlds: dict[str, World] = {}
        self._left = Counter(task.model.digest for task in self._tasks)
        self._active_s = 0.0  # spent running, without pauses
        self._since: float | None = None
        self._thread = threading.Thread(target=self._lead, name="populace-batch", daemon=True)

    def start(self) -> "Batch":
        """Begin in a thread of its own."""
        self._thread.start()
        return self

    def pause(self) -> None:
        """Hold all runs after their current day."""
        with self._lock:
            if self._phase in ("running", "building", "waiting"):
                self._go.clear()
                self._clock(running=False)
                self._phase = "paused"
        self._changed()

    def resume(self) -> None:
        """Go on."""
        with self._lock:
            if self._phase == "paused":
                self._phase = "running"
                self._clock(running=True)
            self._go.set()
        self._changed()

    def stop(self) -> None:
        """End; runs that are finished stay, those that are going on are lost."""
        self._end("stopped")
        self._go.set()

    def join(self, timeout: float | None = None) -> bool:
        """Wait for the end; return whether it has come. What went wrong in a run is raised."""
        self._thread.join(timeout)
        if self.error is not None:
            raise self.error
        return not self._thread.is_alive()

    @property
    def progress(self) -> Progress:
        """How far it is."""
        with self._lock:
            partly = sum(self._partly.values())
            done = self._reused + self._computed + partly
            share = 1.0 if self._phase in ("finished", "enough") else done / max(self._runs, 1)
            left = None
            seen = self._computed + partly
            if seen >= _SEEN and self._phase not in _OVER:
                left = self._seconds() * (self._runs - done) / seen
            return Progress(
                self._phase,
                self._runs,
                self._reused,
                self._computed,
                min(share, 1.0),
                left,
                self._message,
            )

    # The threads of the batch

    def _lead(self) -> None:
        """Read what is kept, build the first world, and work with as many others as fit."""
        try:
            self._read_kept()
            if self._tasks and not self._over():
                first = self._world(self._tasks[0].model)
                wanted = min(len(self._tasks), self._at_once or len(self._tasks))
                others = [
                    threading.Thread(target=self._work, name="populace-batch", daemon=True)
                    for _ in range(fitting(first, wanted) - 1)
                ]
                with self._lock:
                    if self._phase != "paused":
                        self._clock(running=True)
                for thread in others:
                    thread.start()
                self._work()
                for thread in others:
                    thread.join()
        except _StoppedError:
            pass
        except Exception as error:
            self._fail(error)
        self._worlds.clear()
        self._end("finished")

    def _read_kept(self) -> None:
        missing = []
        for task in self._tasks:
            found = self.store.get(task.key)
            if found is None:
                missing.append(task)
                continue
            with self._lock:
                self.results[task.key] = found
                self._reused += 1
                self._left[task.model.digest] -= 1
        with self._lock:
            self._tasks = missing
            if self._phase == "waiting" and missing:
                self._phase = "building"
        if self.results and self._enough is not None and self._enough(self.results):
            self._end("enough" if missing else "finished")
        self._changed()

    def _work(self) -> None:
        if self._behind:
            yield_to_screen()
        try:
            while (task := self._next()) is not None:
                self._do(task)
        except _StoppedError:
            pass
        except Exception as error:  # of any kind: it ends the batch, and `join` raises it
            self._fail(error)

    def _next(self) -> Task | None:
        with self._lock:
            if self._over() or not self._tasks:
                return None
            return self._tasks.pop(0)

    def _do(self, task: Task) -> None:
        # Another process may have been here since.
        found = self.store.get(task.key)
        reused = found is not None
        if found is None:
            world = self._world(task.model)
            found = run_model(task.model, task.seed, world, partial(self._each_day, task))
            self.store.put(task.key, found)
        with self._lock:
            self._partly.pop(task.key, None)
            self.results[task.key] = found
            self._reused += reused
            self._computed += not reused
            digest = task.model.digest
            self._left[digest] -= 1
            if not self._left[digest]:
                self._worlds.pop(digest, None)
            enough = self._enough is not None and self._enough(self.results)
            if enough and (self._tasks or self._partly):
                self._end("enough")
        self._changed()

    def _each_day(self, task: Task, day: int) -> None:
        self._hold()
        with self._lock:
            self._partly[task.key] = day / task.model.project.days
            if self._phase == "building":
                self._phase = "running"
            self._message = f"Run {self._reused + self._computed + 1} of {self._runs}"
        self._changed()

    def _world(self, model: Model) -> World:
        """Return people and networks of a model; they are held until its last run is over."""
        with self._lock:
            known = self._worlds.get(model.digest)
        if known is None:
            known = shared_world(model.project, self._building)
            with self._lock:
                self._worlds[model.digest] = known
        return known

    def _building(self, message: str, share: float) -> None:
        self._hold()
        self._message = message
        self._changed()

    def _hold(self) -> None:
        """Wait while the batch is paused; leave when it is over."""
        self._go.wait()
        if self._over():
            raise _StoppedError

    def _over(self) -> bool:
        return self._phase in _OVER

    def _fail(self, error: Exception) -> None:
        with self._lock:
            if self.error is None:
                self.error = error
        self._end("failed")
        self._go.set()

    def _end(self, phase: Phase) -> None:
        with self._lock:
            if self._phase not in _OVER:
                self._clock(running=False)
                self._phase, self._partly = phase, {}
        self._changed()

    def _clock(self, *, running: bool) -> None:
        """Start or hold the clock; called with the lock."""
        now = time.monotonic()
        if self._since is not None:
            self._active_s += now - self._since
        self._since = now if running else None

    def _seconds(self) -> float:
        """Return the seconds spent running so far."""
        running = 0.0 if self._since is None else time.monotonic() - self._since
        return self._active_s + running
