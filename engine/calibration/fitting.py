"""Fitting: a fit that goes on in threads, with progress, pause, stop and a file to go on from."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from populace.engine.calibration.abc_smc import AbcSmc
from populace.engine.calibration.fit_file import FitFile
from populace.engine.calibration.guesses import Curves, Guesses, values_of
from populace.engine.calibration.plan import FitPlan
from populace.engine.calibration.posterior import Posterior
from populace.engine.priority import yield_to_screen
from populace.engine.project import Project
from populace.engine.scenarios.memory import fitting
from populace.engine.world import World

Phase = Literal["waiting", "building", "running", "paused", "stopped", "finished", "failed"]
_OVER = ("stopped", "finished", "failed")
# Guesses of one batch, for each thread: enough to keep all busy to its end.
_EACH = 4
_SECONDS_BETWEEN_FILES = 2.0
# Which chance of a guess a draw belongs to; the guess itself has none of these numbers.
_RUN, _REPORTS = 1, 2


@dataclass(frozen=True)
class FitProgress:
    """How far a fit is. ``tolerance`` is what a guess must be nearer than, None for any."""

    phase: Phase
    runs_done: int
    runs: int
    generation: int  # whole ones
    tolerance: float | None
    share_done: float
    seconds_left: float | None
    message: str = ""

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.phase in _OVER


class _StoppedError(Exception):
    """The fit was stopped in the middle of a batch."""


class Fitting:
    """One fit. Every public member may be used by any thread.

    What was found is written to the folder as it comes. A fit that was stopped or killed goes on as
    if it had not been: a guess and its run depend on their number alone, and guesses count in the
    order of their numbers.
    """

    def __init__(
        self,
        project: Project,
        plan: FitPlan,
        folder: Path | None = None,
        *,
        at_once: int | None = None,
        changed: Callable[[], None] = lambda: None,
        behind: bool = False,
    ) -> None:
        self.project, self.plan, self.folder = project, plan, folder
        self.error: Exception | None = None
        self._guesses = Guesses(plan, project)
        self._method = AbcSmc(len(plan.quantities), particles=plan.particles, seed=plan.seed)
        self._curves: dict[int, Curves] = {}  # by the number of a guess that was accepted
        self._posterior: Posterior | None = None
        self._file = None if folder is None else FitFile(folder)
        self._at_once, self._changed, self._behind = at_once, changed, behind
        self._lock = threading.RLock()
        self._go = threading.Event()
        self._go.set()
        self._phase: Phase = "waiting"
        self._message = "Waiting to start"
        self._active_s, self._seen, self._since = 0.0, 0, time.monotonic()
        self._written = 0.0
        self._thread = self._new_thread()

    @staticmethod
    def of_folder(
        folder: Path,
        project: Project,
        *,
        at_once: int | None = None,
        changed: Callable[[], None] = lambda: None,
        behind: bool = False,
    ) -> "Fitting":
        """Read a fit that was stopped, killed or finished; a project that has changed is refused.

        It goes on with `start`, unless it is finished.
        """
        kept = FitFile(folder).read(project)
        found = Fitting(project, kept.plan, folder, at_once=at_once, changed=changed, behind=behind)
        found._method, found._curves = kept.method, kept.curves
        found._message = found._words()
        found._posterior = found._made()
        # Who was killed after the last guess has still to write what came out.
        written = found._posterior is None or FitFile(folder).has_results
        found._phase = "finished" if found._done() and written else "stopped"
        return found

    def start(self) -> "Fitting":
        """Begin, or go on after `stop`, in a thread of its own."""
        if self._phase == "stopped":
            self.join()
            self._thread, self._phase = self._new_thread(), "waiting"
            self._seen, self._active_s = 0, 0.0
        if self._phase == "waiting":
            self._thread.start()
        return self

    def pause(self) -> None:
        """Hold all runs after their current day."""
        with self._lock:
            if self._phase not in (*_OVER, "paused"):
                self._go.clear()
                self._phase = "paused"
                self._active_s += time.monotonic() - self._since
        self._changed()

    def resume(self) -> None:
        """Go on after a pause."""
        with self._lock:
            if self._phase == "paused":
                self._phase, self._since = "running", time.monotonic()
            self._go.set()
        self._changed()

    def stop(self) -> None:
        """End; the runs that are going on are lost, and made again by whoever goes on."""
        self._end("stopped")
        self._go.set()

    def join(self, timeout: float | None = None) -> bool:
        """Wait for the end; return whether it has come. What went wrong is raised."""
        if self._thread.ident is not None:
            self._thread.join(timeout)
        if self.error is not None:
            raise self.error
        return not self._thread.is_alive()

    @property
    def posterior(self) -> Posterior | None:
        """What the last whole generation says; None before the second one.

        The first generation accepts every guess: it is the prior.
        """
        return self._posterior

    @property
    def progress(self) -> FitProgress:
        """How far it is."""
        with self._lock:
            done, runs = self._method.guesses_done, self.plan.runs
            left = None
            if self._seen and self._phase in ("running", "paused"):
                waited = 0.0 if self._phase == "paused" else time.monotonic() - self._since
                left = (self._active_s + waited) * (runs - done) / self._seen
            tolerance = self._method.tolerance
            return FitProgress(
                self._phase, done, runs, self._method.generation,
                tolerance if np.isfinite(tolerance) else None,
                1.0 if self._phase == "finished" else done / runs, left, self._message,
            )  # fmt: skip

    def _new_thread(self) -> threading.Thread:
        return threading.Thread(target=self._lead, name="populace-fit", daemon=True)

    def _lead(self) -> None:
        """Go to the end, or to where it is stopped; what goes wrong ends it."""
        try:
            try:
                self._work()
            except _StoppedError:
                self._write()
        except Exception as error:  # of any kind, that of writing too: `join` raises it
            with self._lock:
                self.error = error
                self._message = str(error)
            self._end("failed")

    def _work(self) -> None:
        """Build the world, and run guesses batch by batch until they are all done."""
        self._yield()
        self._say("building", "Building people and networks")
        world = self._guesses.world(self._building)
        threads = fitting(world, self._at_once or _EACH * 64)
        self._say("running", self._words())
        self._since = time.monotonic()
        with ThreadPoolExecutor(threads, initializer=self._yield) as pool:
            while not self._done():
                self._batch(pool, threads * _EACH, world)
        self._write(finished=True)
        self._end("finished")

    def _batch(self, pool: ThreadPoolExecutor, count: int, world: World) -> None:
        """Run the next guesses, side by side, and tell the method of them in their order."""
        first = self._method.guesses_done
        scores = self._method.guesses(min(count, self.plan.runs - first))
        numbers = range(first, first + len(scores))
        found = list(pool.map(self._guess, numbers, scores, [world] * len(scores)))
        with self._lock:
            if self._phase in _OVER:
                raise _StoppedError
            for number, (_, curves) in zip(numbers, found, strict=True):
                self._curves[number] = curves
            generation = self._method.generation
            self._method.tell(scores, [distance for distance, _ in found])
            kept = {*self._method.numbers, *self._method.parent_numbers}
            self._curves = {number: self._curves[number] for number in sorted(kept)}
            self._seen += self._method.guesses_done - first
            self._message = self._words()
            if self._method.generation > generation:
                self._posterior = self._made()
        if time.monotonic() - self._written > _SECONDS_BETWEEN_FILES:
            self._write()
        self._changed()

    def _guess(self, number: int, scores: Sequence[float], world: World) -> tuple[float, Curves]:
        """Return the distance of one guess from the data, and what it expects."""
        self._hold()
        plan = self.plan
        seed = int(np.random.default_rng([plan.seed, number, _RUN]).integers(2**62))
        curves = self._guesses.curves(values_of(plan, scores), seed, world, self._hold)
        draws = np.random.default_rng([plan.seed, number, _REPORTS])
        return self._guesses.distance(self._guesses.drawn(curves, draws)), curves

    def _made(self) -> Posterior | None:
        """Return the posterior of the last whole generation."""
        method = self._method
        if method.generation < 2:
            return None
        scores, weights = method.sample()
        curves = [self._curves[number] for number in method.parent_numbers]
        return Posterior(
            plan=self.plan,
            project=self.project,
            values=np.array([values_of(self.plan, row.tolist()) for row in scores]),
            weights=weights,
            curves=tuple(np.array(rows) for rows in zip(*curves, strict=True)),
            generation=method.generation,
            farthest=method.farthest,
            runs=method.parent_numbers[-1] + 1,
        )

    def _words(self) -> str:
        method = self._method
        if self._done():
            return f"All guesses are done, in {method.generation:,} whole rounds"
        words = f"Round {method.generation + 1}: {len(method.accepted):,} of {method.particles:,}"
        if not method.generation:
            return f"{words} guesses"
        return f"{words} guesses found that are nearer to the data than {method.tolerance:.3g}"

    def _done(self) -> bool:
        return self._method.guesses_done >= self.plan.runs

    def _building(self, message: str, share: float) -> None:
        self._hold()
        self._message = message
        self._changed()

    def _yield(self) -> None:
        if self._behind:
            yield_to_screen()

    def _hold(self) -> None:
        """Wait while the fit is paused; leave when it is over."""
        self._go.wait()
        if self._phase in _OVER:
            raise _StoppedError

    def _say(self, phase: Phase, message: str) -> None:
        self._hold()
        with self._lock:
            if self._phase not in _OVER:
                self._phase, self._message = phase, message
        self._changed()

    def _write(self, *, finished: bool = False) -> None:
        """Write what there is; only this fit's own thread does."""
        if self._file is None:
            return
        self._file.write(self.project, self.plan, self._method, self._curves, self._posterior)
        self._written = time.monotonic()
        if finished and self._posterior is not None:
            self._file.write_results(self._posterior)

    def _end(self, phase: Phase) -> None:
        with self._lock:
            ends = self._phase not in _OVER
            if ends:
                self._phase = phase
        if ends:
            self._changed()
