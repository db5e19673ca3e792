"""Project: the whole declared model, read from YAML and written to it."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from populace.engine.attributes.base import OwnAttribute
from populace.engine.behaviours.base import Behaviour
from populace.engine.columns import Columns
from populace.engine.component import checked
from populace.engine.diseases.base import Disease
from populace.engine.errors import ProjectError, did_you_mean
from populace.engine.migration import SCHEMA
from populace.engine.naming import columns_of
from populace.engine.networks.base import Network
from populace.engine.observations.base import Observation
from populace.engine.policies.base import Policy
from populace.engine.populations.base import Population
from populace.engine.project_checks import check_parts
from populace.engine.project_file import FILE_NAME, file_inside, read_yaml, write_whole, yaml_text
from populace.engine.project_place import locate, sample_names
from populace.engine.project_reading import read_parts
from populace.engine.project_settings import DEFAULT_START, KEYS, PARTS, SETTINGS, Setting
from populace.engine.quantities import Quantity

__all__ = ["DEFAULT_START", "KEYS", "PARTS", "SETTINGS", "Project", "Setting", "sample_names"]


@dataclass(frozen=True, eq=False)
class Project:
    """The whole model. Equal projects declare the same model.

    In a list each part has its own name, which is its kind unless the file says otherwise.
    """

    name: str
    description: str
    start_date: dt.date
    days: int
    seed: int
    headroom: float
    population: Population
    attributes: tuple[OwnAttribute, ...]
    networks: tuple[Network, ...]
    disease: Disease
    behaviours: tuple[Behaviour, ...]
    policies: tuple[Policy, ...]
    observations: tuple[Observation, ...]
    folder: Path | None  # where the files of the project lie

    @staticmethod
    def load(path: str | Path) -> "Project":
        """Read a project file, a folder with a `project.yaml`, or a bundled sample by its name."""
        found, shown = locate(path)
        spec = read_yaml(found, shown)
        return Project.from_spec(spec, file=shown, folder=found.parent)

    @staticmethod
    def from_spec(
        spec: Mapping[str, Any], *, file: str = "", folder: Path | None = None
    ) -> "Project":
        """Build from plain values; ``file`` is the name in errors, ``folder`` holds the data."""
        try:
            project = Project(**read_parts(spec, folder))
            check_parts(
                project.population,
                project.attributes,
                project.networks,
                project.disease,
                project.behaviours,
                project.policies,
                project.observations,
                folder,
            )
        except ProjectError as error:
            raise error.at(file=file) from None
        return project

    def spec(self) -> dict[str, Any]:
        """Return plain values for YAML: only what differs from the defaults."""
        spec: dict[str, Any] = {"schema": SCHEMA, "name": self.name}
        if self.description:
            spec["description"] = self.description
        if self.start_date != DEFAULT_START:
            spec["start_date"] = self.start_date
        for name, declared in SETTINGS.items():
            if getattr(self, name) != declared.default:
                spec[name] = getattr(self, name)
        for key, (_, is_list) in PARTS.items():
            part = getattr(self, key)
            if is_list and part:
                spec[key] = [component.spec() for component in part]
            elif not is_list:
                spec[key] = part.spec()
        return spec

    def save(self, path: str | Path) -> Path:
        """Write the file, or `project.yaml` in a folder; data files come along. Return the file."""
        target = Path(path)
        if target.is_dir() or target.suffix not in (".yaml", ".yml"):
            target = target / FILE_NAME
        for part in (self.population, *self.attributes, *self.networks, *self.observations):
            for name in part.files():
                source, copy = file_inside(self.folder, name), target.parent / name
                if not copy.exists():
                    write_whole(copy, source.read_bytes())
        write_whole(target, yaml_text(self.spec()).encode())
        return target

    def date_of(self, day: int) -> dt.date:
        """Return the date of a simulated day; day 0 is the start."""
        return self.start_date + dt.timedelta(days=day)

    def columns(self) -> Columns | None:
        """Return what people will have, or None where only building them tells."""
        return columns_of(self.population, self.attributes)

    def settings(self) -> Iterator[Setting]:
        """Yield every declared value of every component, in the order of the file."""
        for key, (_, is_list) in PARTS.items():
            part = getattr(self, key)
            for component in part if is_list else (part,):
                place = f"{key}.{component.own_name}" if is_list else key
                for name, _ in component.declarations():
                    yield Setting(f"{place}.{name}", component, name)

    def quantities(self, live_only: bool = False) -> Iterator[Setting]:
        """Yield the quantities: those that a run may move, or all."""
        for setting in self.settings():
            declared = setting.declaration
            if isinstance(declared, Quantity) and (declared.live or not live_only):
                yield setting

    def value(self, path: str) -> Any:
        """Return one value, such as that of "disease.transmission" or "days"."""
        return getattr(self, path) if path in SETTINGS else self._setting(path).value

    def with_value(self, path: str, value: Any) -> "Project":
        """Return the project with one value changed, if its declaration admits it."""
        return self.with_values({path: value})

    def with_values(self, changes: Mapping[str, Any]) -> "Project":
        """Return the project with several values changed at once."""
        spec = self.spec()
        for path, value in changes.items():
            if path in SETTINGS:
                spec[path] = checked(SETTINGS[path], path, value)
                continue
            setting = self._setting(path)
            key = path.split(".")[0]
            is_list = PARTS[key][1]
            for part in spec[key] if is_list else [spec[key]]:
                if not is_list or part.get("name", part["kind"]) == setting.component.own_name:
                    part[setting.name] = checked(setting.declaration, path, value)
        return Project.from_spec(spec, folder=self.folder)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Project) and self.spec() == other.spec()

    def __hash__(self) -> int:
        return hash(repr(self.spec()))

    @cached_property
    def _by_path(self) -> dict[str, Setting]:
        return {setting.path: setting for setting in self.settings()}

    def _setting(self, path: str) -> Setting:
        settings = self._by_path
        if path not in settings:
            hint = did_you_mean(path, (*settings, *SETTINGS))
            raise ProjectError(f"the project has no such setting.{hint}", place=path)
        return settings[path]
