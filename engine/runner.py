"""Runner: one run in a background thread, watched and steered from other threads.

Only plain numbers cross: orders and changes go in by a queue, immutable records come out by
replacing a reference. A change takes effect at the next day and is stamped with that day.
"""

import itertools
import logging
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from populace.engine.analysis.record import Record
from populace.engine.component import checked
from populace.engine.errors import ProjectError, did_you_mean
from populace.engine.lean.crowd import Crowd
from populace.engine.past import Past
from populace.engine.people import People
from populace.engine.priority import yield_to_screen
from populace.engine.project import Project
from populace.engine.records import Applied, Beginning, DayRecord, Phase, Status
from populace.engine.reproduction import Reproduction
from populace.engine.shared_world import shared_world
from populace.engine.simulation import Simulation
from populace.engine.snapshot import Snapshot
from populace.engine.world import World

_log = logging.getLogger(__name__)


class _ClosedError(Exception):
    """The runner was closed while its run was being built."""


class Runner:
    """Steps a `Simulation` in a thread of its own. Every public member may be used by any thread.

    ``key`` is unguessable: who knows it may watch and steer the run.
    """

    def __init__(
        self,
        project: Project,
        *,
        seed: int | None = None,
        beginning: Beginning | None = None,
    ) -> None:
        self.project = project
        self.key = secrets.token_urlsafe(16)
        self.status = Status("building", "Waiting to be built", 0.0)
        self.snapshot: Snapshot | None = None
        self.history: Sequence[DayRecord] = ()
        self.past = Past()  # the snapshots of this epoch
        self.epoch = 0  # grows with every reset; history and applied start again
        self.applied: tuple[Applied, ...] = ()
        self.busy_s = 0.0  # spent on the days since the last reset, without waiting
        self.speed: float | None = None  # days per second; None = as fast as the machine allows
        self.device = "cpu"  # or "cuda", see devices
        self._live = {setting.path: setting for setting in project.quantities(live_only=True)}
        self._values = {path: float(project.value(path)) for path in self._live}
        self._at_start = dict(self._values)  # of this epoch
        self._beginning = beginning
        self._seed = seed
        self.world: World | None = None  # until it is built
        self.people: People | None = None
        self.crowd: Crowd | None = None  # where people are computed: then `people` has no rows
        self._simulation: Simulation | None = None
        self._days: list[DayRecord] = []
        self._reproduction = Reproduction(0)
        self._orders: deque[Callable[[], None]] = deque()
        self._wake = threading.Condition()
        self._subscribers: tuple[Callable[[], None], ...] = ()
        self._tickets = itertools.count(1)
        self._running = False
        self._single_steps = 0
        self._closing = False
        self._next_due = 0.0
        self._thread = threading.Thread(target=self._work, name="populace-engine", daemon=True)

    # Orders, from any thread

    def start(self, *, autoplay: bool = True) -> None:
        """Build the run in its thread; let it run at once if ``autoplay``."""
        self._running = autoplay
        self._thread.start()

    def run(self) -> None:
        """Let days pass until the project's last day."""
        self._order(partial(self._set_running, True))

    def pause(self) -> None:
        """Hold after the current day."""
        self._order(partial(self._set_running, False))

    def step(self) -> None:
        """Hold, and let one day pass."""
        self._order(self._step_once)

    def reset(self, seed: int | None = None) -> None:
        """Go back to day 0 and hold, with the live values as they are now."""
        self._order(partial(self._restart, seed))

    def use_device(self, device: str) -> None:
        """Compute on another device, from day 0 on: the events will be the same."""
        self._order(partial(self._move, device))

    def set_speed(self, days_per_second: float | None) -> None:
        """Limit the pace; None removes the limit."""
        if days_per_second is not None and not days_per_second > 0:
            raise ValueError(f"a speed must be more than 0 days per second, not {days_per_second}")
        self._order(partial(self._set_speed, days_per_second))

    def change(self, path: str, value: float) -> int:
        """Set a live quantity from the next day on; return the ticket that `applied` will carry."""
        if path not in self._live:
            raise ProjectError(
                f"is not a quantity that can be moved during a run."
                f"{did_you_mean(path, self._live)}",
                place=path,
            )
        setting = self._live[path]
        value = checked(setting.declaration, path, value)
        ticket = next(self._tickets)
        self._order(partial(self._change, ticket, path, value))
        return ticket

    def values(self) -> dict[str, float]:
        """Return the live quantities as the run has them."""
        return dict(self._values)

    def shown(self, back: tuple[str, int] | None) -> Snapshot | None:
        """Return the newest day; or that of ``back``, a run's name and a day of it gone by.

        Of a run that was reset meanwhile the days are no more: then the newest is returned.
        """
        newest = self.snapshot
        if newest is None or back is None or back[0] != newest.run or back[1] >= newest.day:
            return newest
        return self.past.at(back[1]) or newest

    def until(self, day: int) -> tuple[Project, Beginning]:
        """Return what a new run needs to be as this one was on the evening of a past day.

        It is simulated again from day 0, with the changes of this one on their days: the draws
        belong to the people, so the events are the same.
        """
        changes = tuple(one for one in self.applied if one.day <= day)
        return self.project.with_values(self._at_start), Beginning(day, changes)

    def record(self) -> Record | None:
        """Return the run until tonight for observations to read: in a long run it takes seconds.

        None before there is a day 0, and for people who are computed: their events are not kept.
        """
        simulation, newest = self._simulation, self.snapshot
        if simulation is None or newest is None or self.crowd is not None:
            return None
        if simulation.log is not newest.log:
            return None  # the run is being reset
        return Record.of(simulation, newest.log.table(newest.day), newest.day)

    def subscribe(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Have ``callback`` called after anything changed; return what ends the subscription.

        It is called in the engine's thread: it must only schedule work elsewhere.
        """
        with self._wake:
            self._subscribers = (*self._subscribers, callback)
        return partial(self._unsubscribe, callback)

    def close(self) -> None:
        """End the thread and let go of all memory; blocks for at most the current day."""
        with self._wake:
            self._closing = True
            self._wake.notify_all()
        self._subscribers = ()
        if self._thread.ident is not None and self._thread is not threading.current_thread():
            self._thread.join()

    @property
    def seed(self) -> int:
        """The seed of the run as it is now."""
        return self.project.seed if self._seed is None else self._seed

    @property
    def agent_count(self) -> int:
        """Return how many people there are, once they are built."""
        people = self.crowd or self.people
        return 0 if people is None else people.agent_count

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._closing

    def _order(self, order: Callable[[], None]) -> None:
        with self._wake:
            self._orders.append(order)
            self._wake.notify_all()

    def _unsubscribe(self, callback: Callable[[], None]) -> None:
        with self._wake:
            self._subscribers = tuple(one for one in self._subscribers if one is not callback)

    # The engine's thread

    def _work(self) -> None:
        yield_to_screen()
        self._guarded(self._build)
        self._guarded(self._begin)
        while not self._closing:
            if self._orders:
                self._guarded(self._orders.popleft())
            elif self._must_step():
                self._guarded(self._step)
            else:
                self._wait()
        self._release()

    def _guarded(self, work: Callable[[], None]) -> None:
        """Do one piece of work; what goes wrong becomes a sentence on the screen."""
        try:
            work()
        except _ClosedError:
            return
        except Exception as error:
            _log.exception("the run %s… failed", self.key[:4])
            self._running, self._single_steps = False, 0
            self._simulation = None
            self._publish("failed", _sentence(error, self.snapshot), error=_sentence(error, None))

    def _must_step(self) -> bool:
        if self._simulation is None or self._simulation.day >= self.project.days:
            return False
        return self._single_steps > 0 or (self._running and time.monotonic() >= self._next_due)

    def _wait(self) -> None:
        pacing = self._running and self._simulation is not None
        left = self._next_due - time.monotonic() if pacing else None
        finished = self._simulation is not None and self._simulation.day >= self.project.days
        with self._wake:
            if not self._orders and not self._closing:
                self._wake.wait(None if finished or left is None else max(0.0, left))

    def _build(self) -> None:
        self._publish("building", "Building the population", 0.0)
        project = self.project
        for path, value in self._values.items():
            if value != project.value(path):
                project = project.with_value(path, value)
        # Before the next one is made: never two in memory.
        self._simulation, self._days = None, []
        world = shared_world(project, self._progress)
        settings = {"seed": self._seed, "device": self.device}
        simulation = Simulation(project, world=world, progress=self._progress, **settings)
        simulation.name_run(f"{self.key}/{self.epoch + 1}")
        self.world, self.crowd, self._simulation = world, world.crowd, simulation
        self.people = simulation.people
        snapshot = simulation.snapshot()
        self._reproduction = Reproduction(snapshot.ever_infected)
        nobody = np.zeros(len(snapshot.network_names), np.int64)
        self._days = [
            DayRecord(snapshot.day, snapshot.date, snapshot.counts.sum(axis=0), 0, nobody, None)
        ]
        self.history, self.applied, self.busy_s = self._days, (), 0.0
        self.past = Past()
        self._at_start = dict(self._values)
        self.epoch += 1
        self._show(snapshot)
        self._next_due = time.monotonic()
        self._publish_pace()

    def _progress(self, message: str, share: float) -> None:
        if self._closing:
            raise _ClosedError
        self._publish("building", message, share)

    def _step(self) -> None:
        assert self._simulation is not None
        self._single_steps = max(0, self._single_steps - 1)
        if self.speed is not None:
            # A late day is not made up for: the pace would jump.
            self._next_due = max(self._next_due + 1 / self.speed, time.monotonic())
        began = time.perf_counter()
        self._simulation.step()
        snapshot = self._simulation.snapshot()
        self.busy_s += time.perf_counter() - began
        incidence = snapshot.incidence
        r_t = self._reproduction.add(incidence, snapshot.infections_by_lag)
        totals = snapshot.counts.sum(axis=0)
        self._days.append(
            DayRecord(
                snapshot.day,
                snapshot.date,
                totals,
                incidence,
                snapshot.new_infections,
                r_t,
                self._simulation.policy_strengths,
            )
        )
        self._show(snapshot)
        self._publish_pace()

    def _begin(self) -> None:
        """Go the days of the run that this one goes on from, as fast as the machine allows."""
        if self._beginning is None or self._simulation is None:
            return
        changes = sorted(self._beginning.changes, key=lambda one: one.day)
        pace, self.speed = self.speed, None
        while self._simulation.day < self._beginning.day and not self._closing:
            while changes and changes[0].day == self._simulation.day + 1:
                change = changes.pop(0)
                self._change(next(self._tickets), change.path, change.new)
            self._step()
        self.speed = pace

    def _show(self, snapshot: Snapshot) -> None:
        self.past.add(snapshot)
        self.snapshot = snapshot

    def _set_running(self, running: bool) -> None:
        self._running, self._single_steps = running, 0
        self._next_due = time.monotonic()
        self._publish_pace()

    def _step_once(self) -> None:
        self._running = False
        self._single_steps += 1

    def _set_speed(self, days_per_second: float | None) -> None:
        self.speed = days_per_second
        self._next_due = time.monotonic()
        self._publish_pace()

    def _restart(self, seed: int | None) -> None:
        self._seed = self._seed if seed is None else seed
        self._running, self._single_steps = False, 0
        self._build()

    def _move(self, device: str) -> None:
        if device != self.device:
            self.device = device
            self._restart(None)

    def _change(self, ticket: int, path: str, value: float) -> None:
        if self._simulation is None:
            self._values[path] = value  # a failed run takes it when it is reset
            if not self._days:  # at once, where it was the building that failed
                self._build()
            return
        self._simulation.set(path, value)
        day = self._simulation.day + 1
        label = self._live[path].declaration.label or path
        applied = Applied(ticket, day, path, label, self._values[path], value)
        self._values[path] = value
        self.applied = (*self.applied, applied)
        self._publish_pace()

    def _publish_pace(self) -> None:
        """Say whether the run runs, holds or has ended."""
        if self._simulation is None:
            return
        day, days = self._simulation.day, self.project.days
        phase, words = "paused", f"Paused on day {day}"
        if day >= days:
            phase, words = "finished", f"Finished: {days} days"
        elif self._running:
            phase, words = "running", f"Day {day} of {days}"
        if phase == "paused" and self.applied and self.applied[-1].day > day:
            words += f"; changes hold from day {day + 1}"
        self._publish(phase, words, day / days)

    def _publish(
        self, phase: Phase, message: str, share: float | None = None, error: str | None = None
    ) -> None:
        done = self.status.share_done if share is None else share
        self.status = Status(phase, message, done, error)
        for callback in self._subscribers:
            try:
                callback()
            except Exception:
                # A page that went away must not stop a run that others watch.
                _log.exception("a watcher of the run failed and was dropped")
                self._unsubscribe(callback)

    def _release(self) -> None:
        self._simulation = self.world = self.people = self.crowd = self.snapshot = None
        self._orders.clear()


def _sentence(error: Exception, snapshot: Snapshot | None) -> str:
    """Return an error in words; ours carry their own sentence, others their kind as well."""
    words = str(error) if isinstance(error, ProjectError) else f"{type(error).__name__}: {error}"
    return words if snapshot is None else f"The run stopped on day {snapshot.day}. {words}"
