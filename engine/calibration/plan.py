"""Plan: which numbers are to be found, from which data, and how."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from populace.engine.calibration.quantity import FitQuantity
from populace.engine.calibration.series import FitSeries
from populace.engine.errors import ProjectError, did_you_mean
from populace.engine.observations.base import Comparison
from populace.engine.project import Project
from populace.engine.project_file import file_inside, read_yaml, yaml_text
from populace.engine.scaling import resized

FILE_NAME = "fit.yaml"
# By the name in a file: what a menu calls each method.
METHODS = {"abc_smc": "Guesses that come closer (ABC-SMC): values with intervals"}
RUNS, PARTICLES = 4_000, 200
RUNS_MAX, PARTICLES_MIN, PARTICLES_MAX = 1_000_000, 20, 5_000
# The first generation is the prior itself: fewer runs would learn next to nothing.
RUNS_PER_PARTICLE = 4
PEOPLE = 20_000  # of a suggestion: enough for an epidemic, few enough for thousands of them
SEED_MAX = 2**62
_KEYS = ("quantities", "series", "method", "runs", "particles", "people", "seed")


@dataclass(frozen=True, eq=False)
class FitPlan:
    """All that a fit needs beside the project; equal plans and projects give equal posteriors.

    ``people`` is the number in each run, where it is not the project's.
    """

    quantities: tuple[FitQuantity, ...]
    series: tuple[FitSeries, ...]
    method: str = "abc_smc"
    runs: int = RUNS
    particles: int = PARTICLES
    people: int | None = None
    seed: int = 1

    @staticmethod
    def read(
        spec: Mapping[str, Any], project: Project, place: str = "", folder: Path | None = None
    ) -> "FitPlan":
        """Read plain values; files lie in ``folder``, or in that of the project."""
        try:
            return _read(_mapping(spec), project, folder or project.folder)
        except ProjectError as error:
            raise error.at(place=place) from None

    @staticmethod
    def read_file(path: str | Path, project: Project) -> "FitPlan":
        """Read a `fit.yaml`; its data lie beside it."""
        file = Path(path)
        spec = read_yaml(file, file.name)
        try:
            return FitPlan.read(spec, project, folder=file.resolve().parent)
        except ProjectError as error:
            raise error.at(file=file.name) from None

    @staticmethod
    def of_project(project: Project) -> "FitPlan | None":
        """Return the plan beside the project, or else a suggestion."""
        try:
            beside = file_inside(project.folder, FILE_NAME)
        except ProjectError:
            return FitPlan.suggest(project)
        return FitPlan.read_file(beside, project)

    @staticmethod
    def suggest(project: Project) -> "FitPlan | None":
        """Return a plan for the data that the project holds, or None where it holds none."""
        data = [one for one in project.observations if isinstance(one, Comparison)]
        quantities = [one.as_spec() for one in FitQuantity.usual(project)]
        if not data or not quantities:
            return None
        count = project.population.agent_count()
        spec = {
            "quantities": quantities,
            "series": [{"observation": one.own_name} for one in data],
            "people": PEOPLE if _shrinks(project, count) else None,
            "seed": min(project.seed, SEED_MAX),
        }
        return FitPlan.read(spec, project)

    def as_spec(self, *, whole: bool = False) -> dict[str, Any]:
        """Return plain values for YAML; ``whole`` holds the data themselves and needs no files."""
        spec: dict[str, Any] = {
            "quantities": [one.as_spec() for one in self.quantities],
            "series": [one.as_spec(whole=whole) for one in self.series],
            "method": self.method,
            "runs": self.runs,
            "particles": self.particles,
            "seed": self.seed,
        }
        return spec if self.people is None else spec | {"people": self.people}

    def as_yaml(self) -> str:
        """Return the text of a `fit.yaml`."""
        return yaml_text(self.as_spec())


def _read(spec: Mapping[str, Any], project: Project, folder: Path | None) -> FitPlan:
    for key in spec:
        if key not in _KEYS:
            raise ProjectError(
                f"a fit has no such entry.{did_you_mean(str(key), _KEYS)}", place=str(key)
            )
    method = str(spec.get("method", "abc_smc"))
    if method not in METHODS:
        raise ProjectError(
            f"no method is called {method!r}.{did_you_mean(method, METHODS)}", place="method"
        )
    particles = _whole(spec, "particles", PARTICLES, PARTICLES_MIN, PARTICLES_MAX)
    least = RUNS_PER_PARTICLE * particles
    runs = _whole(spec, "runs", max(RUNS, least), least, RUNS_MAX)
    count = project.population.agent_count()
    people = None
    if spec.get("people") is not None:
        people = _whole(spec, "people", 0, 1, count or 10**10)
        if people != count and resized(project, people) is project:
            raise ProjectError(
                "the number of people of this population cannot be changed: leave it out.",
                place="people",
            )
    return FitPlan(
        _quantities(spec, project),
        _series(spec, project, folder),
        method,
        runs,
        particles,
        None if people == count else people,
        _whole(spec, "seed", min(project.seed, SEED_MAX), 0, SEED_MAX),
    )


def _shrinks(project: Project, count: int | None) -> bool:
    """Tell whether runs should, and can, have fewer people."""
    large = count is None or count > PEOPLE
    return large and resized(project, PEOPLE) is not project


def _quantities(spec: Mapping[str, Any], project: Project) -> tuple[FitQuantity, ...]:
    found = tuple(
        FitQuantity.read(_mapping(one, f"quantities[{number}]"), project, f"quantities[{number}]")
        for number, one in enumerate(_list(spec, "quantities"))
    )
    _refuse_twice([one.path for one in found], "quantities", "keep one of them")
    return found


def _series(
    spec: Mapping[str, Any], project: Project, folder: Path | None
) -> tuple[FitSeries, ...]:
    found = tuple(
        FitSeries.read(_mapping(one, f"series[{number}]"), project, folder, f"series[{number}]")
        for number, one in enumerate(_list(spec, "series"))
    )
    _refuse_twice([one.name for one in found], "series", "give each a name of its own")
    return found


def _list(spec: Mapping[str, Any], key: str) -> Sequence[Any]:
    found = spec.get(key)
    if not isinstance(found, list | tuple) or not found:
        raise ProjectError(f"must be a list with at least one of the {key}.", place=key)
    return found


def _mapping(spec: Any, place: str = "") -> Mapping[str, Any]:
    if not isinstance(spec, Mapping):
        raise ProjectError(f"must be names with values, not {spec!r}.", place=place)
    return spec


def _refuse_twice(names: Sequence[str], place: str, cure: str) -> None:
    for name in names:
        if names.count(name) > 1:
            raise ProjectError(f'"{name}" is there twice: {cure}.', place=place)


def _whole(spec: Mapping[str, Any], key: str, usual: int, least: int, most: int) -> int:
    value = spec.get(key, usual)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise ProjectError(
            f"must be a whole number from {least:,} to {most:,}, not {value!r}.", place=key
        )
    return value
