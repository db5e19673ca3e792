"""The runs of this server: who watches which, how long they live, and whether one more fits.

Several pages may watch one run; the runs of one city share its people. All of it lives in one
process, so a run is found again by its key as long as the server runs.
"""

import os
import threading
from pathlib import Path

import psutil

from populace.engine import scaling_model
from populace.engine.project import Project
from populace.engine.records import Beginning
from populace.engine.runner import Runner
from populace.studio.measuring import Measuring
from populace.studio.render import RenderWorker

# A reload or a lost connection finds the run again within this time after its last page left.
GRACE_S = 60.0
# Assumed, on the safe side of `populace bench engine` (some 50 bytes per agent in all, without
# drawing): tables, event log and drawing of one run, and the people that all runs of a city share.
RUN_BYTES_PER_AGENT = 130
PEOPLE_BYTES_PER_AGENT = 40
RUN_BYTES = 30_000_000
# The machine needs the rest.
_USABLE_SHARE = 0.9
_LIMIT_SETTING = "POPULACE_MEMORY_LIMIT_MB"
_CGROUP = Path("/sys/fs/cgroup")


class RunRefusedError(RuntimeError):
    """A run that this machine has no room for; the message is for the screen."""


class Run:
    """A runner, what draws it, and the pages that watch it."""

    def __init__(self, runner: Runner, bytes_needed: int) -> None:
        self.runner = runner
        self.render = RenderWorker(runner)
        self.measuring = Measuring(runner)
        self.bytes_needed = bytes_needed
        self.pages = 0
        self.ending: threading.Timer | None = None

    def close(self) -> None:
        """End both threads and let go of their memory; what the run took is learnt."""
        learn_from(self.runner)
        self.render.close()
        self.measuring.close()
        self.runner.close()


class Runs:
    """The registry; safe to use from any thread."""

    def __init__(self, *, grace_s: float = GRACE_S, memory_limit: int | None = None) -> None:
        self._grace_s = grace_s
        self._memory_limit = memory_limit
        self._runs: dict[str, Run] = {}
        self._lock = threading.Lock()

    def open(
        self,
        project: Project,
        *,
        seed: int | None = None,
        entered: bool = False,
        beginning: Beginning | None = None,
    ) -> Run:
        """Start a new run; raise `RunRefusedError` where its memory would not fit.

        ``entered``: a page watches it already; else one must come within the time of grace. One
        with a ``beginning`` holds on its day.
        """
        with self._lock:
            needed = self._room_for(project)
            run = Run(Runner(project, seed=seed, beginning=beginning), needed)
            self._runs[run.runner.key] = run
            if entered:
                run.pages = 1
            else:
                self._end_later(run)
        run.runner.start(autoplay=beginning is None)
        return run

    def find(self, key: str) -> Run | None:
        """Return the living run with this key."""
        with self._lock:
            return self._runs.get(key)

    def uses(self, folder: Path) -> bool:
        """Return whether a run reads its data files from this folder."""
        with self._lock:
            return any(run.runner.project.folder == folder for run in self._runs.values())

    def enter(self, run: Run) -> bool:
        """Count one page that watches the run; False if the run has just ended."""
        with self._lock:
            if run.runner.key not in self._runs:
                return False
            run.pages += 1
            if run.ending is not None:
                run.ending.cancel()
                run.ending = None
            return True

    def leave(self, run: Run) -> None:
        """Count one page less; the last one starts the run's time of grace."""
        with self._lock:
            run.pages -= 1
            if run.pages <= 0:
                self._end_later(run)

    def close(self) -> None:
        """End every run, at once."""
        with self._lock:
            ended = list(self._runs.values())
            self._runs.clear()
        for run in ended:
            if run.ending is not None:
                run.ending.cancel()
            run.close()

    def __len__(self) -> int:
        return len(self._runs)

    def _end_later(self, run: Run) -> None:
        if run.ending is not None:
            run.ending.cancel()
        run.ending = threading.Timer(self._grace_s, self._end, [run])
        run.ending.name, run.ending.daemon = "populace-grace", True
        run.ending.start()

    def _end(self, run: Run) -> None:
        with self._lock:
            if run.pages > 0:
                return
            self._runs.pop(run.runner.key, None)
        run.close()

    def room(self, project: Project) -> tuple[int, int]:
        """Return the bytes that a run of this project will need, and those that are left."""
        with self._lock:
            return self._room(project)

    def _room(self, project: Project) -> tuple[int, int]:
        agents = agent_count(project)
        needed = RUN_BYTES + RUN_BYTES_PER_AGENT * agents
        of_people = PEOPLE_BYTES_PER_AGENT * agents
        if (own := project.population.bytes_needed()) is not None:
            needed, of_people = own
        people = project.population.spec()
        if all(run.runner.project.population.spec() != people for run in self._runs.values()):
            needed += of_people
        promised = sum(run.bytes_needed for run in self._runs.values())
        return needed, self._limit() - promised

    def _room_for(self, project: Project) -> int:
        """Return the bytes that a run of this project will need; refuse what does not fit."""
        needed, free = self._room(project)
        if needed > free:
            agents = agent_count(project)
            raise RunRefusedError(
                f"There is no room for another run of {agents:,} people: it would need "
                f"{_gigabytes(needed)} of memory, and {_gigabytes(max(free, 0))} are left beside "
                f"the runs that are open ({len(self._runs)}). Close one, or open a smaller "
                f"population."
            )
        return needed

    def _limit(self) -> int:
        """Return how many bytes all runs together may take."""
        if self._memory_limit is not None:
            return self._memory_limit
        if setting := os.environ.get(_LIMIT_SETTING):
            return int(float(setting) * 1e6)
        own = psutil.Process().memory_info().rss
        return int(_USABLE_SHARE * (_free_bytes() + own))


def learn_from(runner: Runner) -> None:
    """Let the scale meter know what a finished run took."""
    days = runner.history
    if runner.snapshot is None or len(days) <= runner.project.days:
        return
    scaling_model.learn(
        runner.project,
        runner.agent_count,
        runner.snapshot.ever_infected,
        runner.project.days,
        runner.busy_s,
        trial=scaling_model.known_trial(runner.project),
        busy=scaling_model.contention(),
    )


def agent_count(project: Project) -> int:
    """Return how many people a project has: what its population knows, else what it declares."""
    known = project.population.agent_count()
    if known is not None:
        return known
    counts = [
        setting.value
        for setting in project.settings()
        if setting.path.startswith("population.") and setting.declaration.unit == "people"
    ]
    return max(counts, default=0)


def _free_bytes() -> int:
    """Return the memory that this process may still take: the machine's or the container's."""
    free = psutil.virtual_memory().available
    try:
        limit = (_CGROUP / "memory.max").read_text().strip()
        used = int((_CGROUP / "memory.current").read_text())
    except (OSError, ValueError):
        return free
    return free if limit == "max" else min(free, int(limit) - used)


def _gigabytes(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e8 else f"{count / 1e6:.0f} MB"


# Of this server.
RUNS = Runs()
