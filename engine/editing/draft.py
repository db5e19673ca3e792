"""Draft: a project while it is edited. It need not be a valid project yet, and forgets nothing."""

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from populace.engine.editing.problems import Problem, problems_of
from populace.engine.errors import ProjectError
from populace.engine.project import PARTS, SETTINGS, Project
from populace.engine.project_file import yaml_text

Spec = dict[str, Any]


@dataclass(frozen=True)
class Edited:
    """A draft between two edits. ``label`` names the edit that led here: "Add masks"."""

    spec: Spec  # the project's plain values, as in project.yaml
    # What belongs to the canvas and not to the model: where nodes stand, what is parked beside it.
    canvas: Spec = field(default_factory=dict)
    label: str = ""


class Draft:
    """Plain values under edit, with undo and redo of every edit by name.

    An edit is a function that changes a copy of the values; nobody writes into `spec`. Listeners
    hear of each edit, undo and redo, on the thread that made it.
    """

    def __init__(
        self, spec: Spec, *, folder: Path | None = None, canvas: Spec | None = None
    ) -> None:
        self.folder = folder  # where the files of the project lie
        self._now = Edited(copy.deepcopy(spec), copy.deepcopy(canvas or {}))
        self._done: list[Edited] = []
        self._undone: list[Edited] = []
        self._listeners: list[Callable[[Draft], None]] = []
        self._problems: tuple[Problem, ...] | None = None

    @property
    def now(self) -> Edited:
        """The draft as it is; do not write into it."""
        return self._now

    @property
    def spec(self) -> Spec:
        """The project's plain values as they are; do not write into them."""
        return self._now.spec

    @property
    def yaml(self) -> str:
        """The project file as it would be written now."""
        return yaml_text(copy.deepcopy(ordered(self.spec)))

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the draft, errors first."""
        if self._problems is None:
            self._problems = problems_of(self.spec, self.folder)
        return self._problems

    def project(self) -> Project:
        """Return the project; raise a `ProjectError` while the draft has an error."""
        return Project.from_spec(self.spec, folder=self.folder)

    def edit(self, label: str, change: Callable[[Spec], None]) -> bool:
        """Change the project's values; return whether anything changed."""
        spec = copy.deepcopy(self.spec)
        change(spec)
        return self._take(Edited(spec, self._now.canvas, label))

    def edit_both(self, label: str, change: Callable[[Spec, Spec], None]) -> bool:
        """Change the project's values and the canvas in one step."""
        spec, canvas = copy.deepcopy(self.spec), copy.deepcopy(self._now.canvas)
        change(spec, canvas)
        return self._take(Edited(spec, canvas, label))

    def set(self, path: str, value: Any, label: str = "") -> bool:
        """Set one value: "disease.transmission", "policies.second_wave.coverage", "days".

        None takes the value out of the file, so that the default holds. The value may be one that
        the declaration refuses: `problems` then says so.
        """
        return self.edit(label or f"Change {path}", lambda spec: _set(spec, path, value))

    @property
    def undo_label(self) -> str | None:
        """The edit that undo would take back."""
        return self._now.label if self._done else None

    @property
    def redo_label(self) -> str | None:
        """The edit that redo would do again."""
        return self._undone[-1].label if self._undone else None

    def undo(self) -> str | None:
        """Take the last edit back and return its name."""
        if not self._done:
            return None
        label = self._now.label
        self._undone.append(self._now)
        self._now = self._done.pop()
        self._tell()
        return label

    def redo(self) -> str | None:
        """Do the next edit again and return its name."""
        if not self._undone:
            return None
        self._done.append(self._now)
        self._now = self._undone.pop()
        self._tell()
        return self._now.label

    def listen(self, listener: Callable[["Draft"], None]) -> Callable[[], None]:
        """Tell of every change from now on; return a function that ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def _take(self, new: Edited) -> bool:
        if new.spec == self._now.spec and new.canvas == self._now.canvas:
            return False
        self._done.append(self._now)
        self._undone.clear()
        self._now = new
        self._tell()
        return True

    def _tell(self) -> None:
        self._problems = None
        for listener in list(self._listeners):
            listener(self)


def part_at(spec: Spec, path: str) -> Spec:
    """Return the mapping of a part: at "disease", or at "policies.second_wave"."""
    key, _, name = path.partition(".")
    if key not in PARTS:
        raise ProjectError("is no part of a project.", place=path)
    if not PARTS[key][1]:
        return spec[key]
    for part in spec.get(key) or []:
        if part.get("name", part.get("kind")) == name:
            return part
    raise ProjectError("is not in the project.", place=path)


def ordered(spec: Spec) -> Spec:
    """Return the values in the order in which a project file is written; empty lists left out."""
    keys = ("schema", "name", "description", "start_date", *SETTINGS, *PARTS)
    known = {key: spec[key] for key in keys if key in spec and spec[key] != []}
    return known | {key: value for key, value in spec.items() if key not in keys}


def _set(spec: Spec, path: str, value: Any) -> None:
    place, _, name = path.rpartition(".")
    part = part_at(spec, place) if place else spec
    if value is None:
        part.pop(name, None)
    else:
        part[name] = value
