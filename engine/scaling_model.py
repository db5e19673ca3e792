"""What a run will cost on this machine, said before it is started.

Two small runs of the same model tell how many are infected and what a run costs by its number of
people: a line, which is drawn out to all of them. What this machine does in general is measured
once, in at most two seconds, and kept; what real runs took corrects the line for their like.
"""

import json
import logging
import os
import platform
import time
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path

import numpy as np

from populace.engine.errors import ProjectError
from populace.engine.population_cache import cache_folder
from populace.engine.project import Project
from populace.engine.project_file import write_whole
from populace.engine.scaling import fewer_infected, less_supply
from populace.engine.shared_world import shared_world
from populace.engine.simulation import Simulation, no_progress

LOG = logging.getLogger(__name__)
CALIBRATION_S = 2.0
TRIAL_PEOPLE, TRIAL_S = (25_000, 100_000), 2.0
# Until this machine was measured: two cores of an AMD EPYC, 2026-11-24, New York and Kenya.
_PER_INFECTION, _PER_DAY, _PER_PERSON_BUILT = 1e-6, 1e-4, 5e-7
# A run teaches only if it had so many infections; the last one counts for this share.
_LEARNED_FROM, _LEARNED_SHARE = 2_000, 0.5
_RATIO_RANGE = (0.1, 20.0)
_TRIALS_MAX = 50
_TOWN = {
    "name": "Calibration",
    "days": 60,
    "population": {"kind": "town", "people": 100_000},
    "networks": [{"kind": name} for name in ("household", "school", "workplace", "community")],
    "disease": {"kind": "seir", "transmission": 0.06, "initial_infected": 1_000},
}


@dataclass
class Machine:
    """What this machine does. ``ratios`` are real over expected seconds, by kind of model."""

    name: str
    engine: str
    per_infection: float = _PER_INFECTION  # seconds
    per_day: float = _PER_DAY
    per_person_built: float = _PER_PERSON_BUILT
    measured: bool = False
    ratios: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Trial:
    """Two small runs of a model: how many are infected, and what a run costs by its people."""

    infections_per_person: float  # over the whole run
    fixed_s: float  # seconds of a run, however few people
    per_person_s: float  # seconds of a run for each of them
    network_bytes_per_person: float


@dataclass(frozen=True)
class Estimate:
    """What a run will cost. ``learned``: real runs of its kind were measured."""

    people: int
    days: int
    start_s: float
    run_s: float
    infections: float
    learned: bool

    @property
    def per_day_s(self) -> float:
        return self.run_s / max(self.days, 1)

    @property
    def total_s(self) -> float:
        return self.start_s + self.run_s


_TRIALS: dict[str, Trial | None] = {}


def machine(*, measure: bool = True) -> Machine:
    """Return what is known of this machine; measure it where nothing is."""
    found = _read()
    if measure and not found.measured:
        calibrate(found)
        _write(found)
    return found


def calibrate(found: Machine, limit_s: float = CALIBRATION_S) -> None:
    """Measure the cost of an infection on a made-up town."""
    project = Project.from_spec(_TOWN)
    # The kernels are compiled before the clock starts: that happens once in a machine's life.
    Simulation(project.with_values({"population.people": 500, "disease.initial_infected": 5})).run(
        2
    )
    trial = run_small(project, limit_s=limit_s / 4)
    assert trial is not None
    found.per_infection = trial.per_person_s / max(trial.infections_per_person, 0.01)
    found.per_day = trial.fixed_s / project.days
    found.measured = True


def run_small(project: Project, limit_s: float = TRIAL_S) -> Trial | None:
    """Run a project with few people, of two sizes; None where their number cannot be changed.

    What is left when the time is over is assumed to go on as it went.
    """
    sizes = [small for people in TRIAL_PEOPLE if (small := _small(project, people)) is not None]
    if not sizes:
        return None
    # Twice and in turns: what disturbs one run of a size hardly disturbs the other.
    turns = [[_run(small, limit_s) for small in sizes] for _ in range(2)]
    runs = [min(pair, key=lambda run: run.seconds) for pair in zip(*turns, strict=True)]
    last = runs[-1]
    slope = 0.0
    if len(runs) > 1 and last.people > runs[0].people:
        slope = (last.seconds - runs[0].seconds) / (last.people - runs[0].people)
    # Noise may turn the line: a person costs something, and not more than all that was measured.
    most = last.seconds / max(last.people, 1)
    slope = min(max(slope, most / 4), most)
    return Trial(
        last.infections / max(last.people, 1),
        max(last.seconds - slope * last.people, 0.0),
        slope,
        last.network_bytes / max(last.people, 1),
    )


def trial_of(project: Project) -> Trial | None:
    """Return what `run_small` says, measured once for each model."""
    key = repr(project.spec())
    if key not in _TRIALS:
        while len(_TRIALS) >= _TRIALS_MAX:
            _TRIALS.pop(next(iter(_TRIALS)))
        _TRIALS[key] = run_small(project)
    return _TRIALS[key]


def known_trial(project: Project) -> Trial | None:
    """Return the trial of a project if there was one."""
    return _TRIALS.get(repr(project.spec()))


@dataclass(frozen=True)
class _Run:
    people: int
    infections: float
    seconds: float
    network_bytes: int


def _run(project: Project, limit_s: float) -> _Run:
    world = shared_world(project, no_progress)
    simulation = Simulation(project, world=world)
    simulation.step()  # what is compiled or read at first does not count
    simulation.snapshot()
    first = simulation.ever_infected
    seconds: list[float] = []
    end = (before := time.perf_counter()) + limit_s
    while simulation.day < project.days and before < end:
        simulation.step()
        simulation.snapshot()
        after = time.perf_counter()
        seconds.append(after - before)
        before = after
    left = max(project.days - 1, 1) / max(len(seconds), 1)
    arrays = [
        part.nbytes
        for shape in world.networks
        for part in (shape.group_of, shape.pointers, shape.members)
    ]
    infections = (simulation.ever_infected - first) * left
    return _Run(world.agent_count, infections, _undisturbed(seconds) * left, sum(arrays))


def _undisturbed(seconds: list[float]) -> float:
    """Return the sum of the days, each no longer than the middle one of its week.

    Other programs disturb single days; an epidemic changes slowly.
    """
    days = np.array(seconds)
    week = np.lib.stride_tricks.sliding_window_view(np.pad(days, 3, mode="edge"), 7)
    return float(np.minimum(days, np.median(week, axis=1)).sum()) if len(days) else 0.0


def expected(
    project: Project,
    known: Machine,
    people: int,
    trial: Trial | None = None,
    *,
    cached: bool = False,
    busy: float = 1.0,
) -> Estimate:
    """Return what a run of a project with so many people will cost.

    ``cached``: the people are there already and need not be built. ``busy`` is `contention`.
    """
    infections = people * (1.0 if trial is None else trial.infections_per_person)
    ratio = known.ratios.get(kind_of(project, people))
    return Estimate(
        people,
        project.days,
        busy * (0.1 if cached else 0.3 + people * known.per_person_built),
        busy * _foretold(project, known, people, trial) * (1.0 if ratio is None else ratio),
        infections,
        ratio is not None,
    )


def _foretold(project: Project, known: Machine, people: int, trial: Trial | None) -> float:
    """Return the seconds of the days of a run, as long as no real run has taught better."""
    if trial is not None:
        return trial.fixed_s + people * trial.per_person_s
    # Everybody infected once: the dearest that most models can be.
    return people * known.per_infection + project.days * known.per_day


def learn(
    project: Project,
    people: int,
    infections: int,
    days: int,
    seconds: float,
    *,
    path: Path | None = None,
    trial: Trial | None = None,
    busy: float = 1.0,
) -> None:
    """Take what a real run took; the next estimate of a model of its kind is nearer.

    ``trial`` is that of the project, with which its cost was foretold; ``busy`` is `contention`.
    """
    if infections < _LEARNED_FROM or seconds <= 0 or days < project.days:
        return
    known = _read(path)
    foretold = busy * _foretold(project, known, people, trial)
    ratio = min(max(seconds / foretold, _RATIO_RANGE[0]), _RATIO_RANGE[1])
    key = kind_of(project, people)
    old = known.ratios.get(key)
    known.ratios[key] = ratio if old is None else old + _LEARNED_SHARE * (ratio - old)
    _write(known, path)


def contention() -> float:
    """Return how many times as long everything takes because of other programs, from 1.

    The days of a small run are too short to be disturbed; those of a large one are.
    """
    try:
        load = os.getloadavg()[0]
    except (AttributeError, OSError):  # Windows has no such figure
        return 1.0
    return max(1.0, load / max(os.cpu_count() or 1, 1))


def kind_of(project: Project, people: int) -> str:
    """Return what models of similar cost have in common."""
    networks = ",".join(sorted(part.kind_name() for part in project.networks))
    policies = ",".join(sorted(part.kind_name() for part in project.policies))
    size = len(str(max(people, 1)))
    disease = project.disease.kind_name()
    return f"{project.population.kind_name()}/{networks}/{disease}/{policies}/{size}"


def in_words(seconds: float) -> str:
    """Return a time as people say it."""
    if seconds < 1:
        return "less than a second"
    if seconds < 90:
        return f"{seconds:.0f} second{'s' if round(seconds) != 1 else ''}"
    if seconds < 5_400:
        return f"{seconds / 60:.0f} minutes"
    return f"{seconds / 3600:.1f} hours"


def _small(project: Project, people: int) -> Project | None:
    declared = dict(type(project.population).declarations()).get("people")
    count = project.population.agent_count()
    if declared is None or count is None:
        return project if count is not None and count <= 3 * people else None
    if count <= people:
        return project
    fewer = max(people, int((declared.bounds or (1, None))[0] or 1))
    infected = fewer_infected(project, fewer)
    changes: dict[str, float | int] = {"population.people": fewer}
    if not vars(project.population.values()).get("people"):  # 0 is everybody
        infected = max(1, round(project.disease.initial_infected * fewer / count))
        share = fewer / count
        changes |= {
            one.path: one.value * share
            for one in project.quantities()
            if getattr(one.declaration, "supply", False)
        }
    if infected is not None:
        changes["disease.initial_infected"] = infected
    try:
        return project.with_values(changes | less_supply(project, fewer))
    except ProjectError:
        return None  # a model that does not stand being made small


def _file() -> Path:
    return cache_folder().parent / "machine.json"


def _fresh() -> Machine:
    return Machine(f"{platform.node()}, {os.cpu_count()} cores", version("populace"))


def _read(path: Path | None = None) -> Machine:
    """Return what is kept of this machine and this engine; of others nothing holds."""
    fresh = _fresh()
    try:
        kept = Machine(**json.loads((path or _file()).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return fresh
    except (OSError, ValueError, TypeError) as error:
        LOG.warning("the measure of this machine is made again: %s", error)
        return fresh
    return kept if (kept.name, kept.engine) == (fresh.name, fresh.engine) else fresh


def _write(found: Machine, path: Path | None = None) -> None:
    try:
        write_whole(path or _file(), json.dumps(asdict(found), indent=1).encode())
    except OSError as error:
        LOG.warning("the measure of this machine cannot be kept: %s", error)
