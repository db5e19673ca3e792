"""Model: a project as it is run in a comparison, and the name under which its runs are kept."""

import datetime as dt
import hashlib
import inspect
import json
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

from populace.engine.observations.costs import Costs
from populace.engine.project import PARTS, Project
from populace.engine.shared_world import world_key

FORMAT = 1  # raise it when a kept run changes its meaning
# What the numbers of a run do not depend on: these folders of the engine, and these keys.
_NOT_COMPUTING = (
    "calibration", "checks", "commands", "editing", "report", "scenarios", "sensitivity",
)  # fmt: skip
_NOT_IN_RUNS = ("name", "description", "seed", "observations")


@dataclass(frozen=True, eq=False)
class Model:
    """A project to be run, under the name that it has in a comparison.

    Runs of two models with one seed have most of their chance in common, because draws belong to
    people: their difference is that of the models. Each run has the numbers of `populace run`.
    """

    label: str
    project: Project

    def key(self, seed: int) -> str:
        """Name a run by all that its numbers depend on."""
        return hashlib.sha256(f"{self.digest}/{seed}".encode()).hexdigest()[:32]

    @cached_property
    def digest(self) -> str:
        """The digest of the model without its seed."""
        return _digest(self.project)


def _digest(project: Project) -> str:
    spec: dict[str, Any] = {
        key: value for key, value in project.spec().items() if key not in _NOT_IN_RUNS
    }
    content = {
        "format": FORMAT,
        "engine": engine_version(),
        "world": world_key(project),
        "spec": spec,
        "costs": [one.spec() for one in project.observations if isinstance(one, Costs)],
        "elsewhere": _foreign_sources(project),
    }
    text = json.dumps(content, sort_keys=True, default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: object) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()
    raise TypeError(f"{value!r} is no plain value of a project")


@cache
def engine_version() -> str:
    """Return a digest of the engine's own source: a changed engine reads no old results."""
    root = Path(str(files("populace.engine")))
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        inside = path.relative_to(root)
        if inside.parts[0] not in _NOT_COMPUTING:
            digest.update(str(inside.as_posix()).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def _foreign_sources(project: Project) -> dict[str, str]:
    """Return digests of the source of components that other packages bring."""
    found = {}
    for key, (_, is_list) in PARTS.items():
        part = getattr(project, key)
        for one in part if is_list else (part,):
            kind = type(one)
            if not kind.__module__.startswith("populace.engine."):
                source = inspect.getsourcefile(kind)
                text = Path(source).read_bytes() if source else kind.__qualname__.encode()
                found[f"{kind.__module__}.{kind.__qualname__}"] = hashlib.sha256(text).hexdigest()
    return found
