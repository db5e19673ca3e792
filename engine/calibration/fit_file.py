"""The folder of a fit: `fit.json` from which it goes on, and at the end what came out of it."""

import json
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from populace.engine.calibration.abc_smc import AbcSmc
from populace.engine.calibration.guesses import Curves
from populace.engine.calibration.plan import FitPlan
from populace.engine.errors import ProjectError
from populace.engine.project import Project
from populace.engine.project_file import FILE_NAME, write_whole
from populace.engine.run_output import arrow_table
from populace.engine.scenarios.catalogue import write_table
from populace.engine.scenarios.model import Model, engine_version

if TYPE_CHECKING:
    from populace.engine.calibration.posterior import Posterior

FIT_FILE = "fit.json"
FORMAT = 1  # raise it when the meaning of what is kept changes


@dataclass(frozen=True, eq=False)
class Kept:
    """What a file holds of a fit."""

    plan: FitPlan
    method: AbcSmc
    curves: dict[int, Curves]


@dataclass(frozen=True)
class FitFile:
    """A folder. Its files are whole or not there, whoever is killed while writing."""

    folder: Path

    def write(
        self,
        project: Project,
        plan: FitPlan,
        method: AbcSmc,
        curves: dict[int, Curves],
        posterior: "Posterior | None",
    ) -> None:
        """Keep all that it takes to go on, and what was found so far."""
        kept = {
            "format": FORMAT,
            "project": project.name,
            "model": _model(project),
            "populace": version("populace"),
            "engine": engine_version(),
            "numpy": np.__version__,
            "seed": plan.seed,
            "runs_done": method.guesses_done,
            "plan": plan.as_spec(whole=True),
            "posterior": None if posterior is None else posterior.as_json(),
            "state": method.as_text(),
            "curves": {
                number: [curve.tolist() for curve in rows] for number, rows in curves.items()
            },
        }
        self._put(FIT_FILE, json.dumps(kept, allow_nan=False).encode())

    def write_results(self, posterior: "Posterior") -> None:
        """Write draws and bands as tables, and last the project with the medians."""
        write_table(arrow_table(posterior.values_table()), self.folder / "posterior.csv")
        write_table(arrow_table(posterior.predictive_table()), self.folder / "predictive.csv")
        try:
            posterior.median_project().save(self.folder)
        except OSError as error:
            raise _unwritable(self.folder, error) from None

    @property
    def has_results(self) -> bool:
        """Whether all that `write_results` writes was written."""
        return (self.folder / FILE_NAME).is_file()

    def read(self, project: Project) -> Kept:
        """Read what `write` kept; what belongs to another model is refused."""
        path = self.folder / FIT_FILE
        try:
            kept = json.loads(path.read_text(encoding="utf-8"))
            same = (kept["format"], kept["model"]) == (FORMAT, _model(project))
            if same:
                plan = FitPlan.read(kept["plan"], project)
                curves = {
                    int(number): tuple(np.array(curve) for curve in rows)
                    for number, rows in kept["curves"].items()
                }
                return Kept(plan, AbcSmc.of_text(kept["state"]), curves)
        except FileNotFoundError:
            raise ProjectError(
                f"holds no {FIT_FILE} to go on from.", file=str(self.folder)
            ) from None
        except ProjectError:
            raise
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ProjectError(f"is no whole file of a fit: {error}.", file=str(path)) from None
        raise ProjectError(
            "was begun with another state of the project, or another version of Populace, and "
            "cannot go on with this one: start a new fit.",
            file=str(path),
        )

    def _put(self, name: str, data: bytes) -> None:
        try:
            write_whole(self.folder / name, data)
        except OSError as error:
            raise _unwritable(self.folder, error) from None


def is_fit(folder: str | Path) -> bool:
    """Tell whether a folder holds a fit."""
    try:
        return (Path(folder) / FIT_FILE).is_file()
    except (OSError, ValueError):  # no usable name
        return False


def _model(project: Project) -> str:
    """Name the model: all that a guess's run depends on beside its values and seed."""
    return Model("", project).digest


def _unwritable(folder: Path, error: OSError) -> ProjectError:
    return ProjectError(f"cannot be written: {error.strerror}.", place=str(folder))
