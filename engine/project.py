"""Project: the whole declared model, read from YAML and written to it."""

import datetime as dt
import reprlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar, cast

from populace.engine.attributes.base import OwnAttribute
from populace.engine.behaviours.base import Behaviour
from populace.engine.columns import Columns
from populace.engine.component import Component, checked
from populace.engine.diseases.base import Disease
from populace.engine.errors import ProjectError, did_you_mean
from populace.engine.migration import SCHEMA, migrated
from populace.engine.naming import check_names, columns_of
from populace.engine.networks.base import Network
from populace.engine.observations.base import Observation
from populace.engine.policies.base import Policy
from populace.engine.populations.base import Population
from populace.engine.project_file import (
    FILE_NAME,
    PACKAGE,
    file_inside,
    read_yaml,
    write_whole,
    yaml_text,
)
from populace.engine.quantities import Quantity, Structure
from populace.engine.registry import kind

NETWORKS_MAX = 16  # the kernels write the number of a network in four bits
# A later day than the last of the longest run still is a date.
DATE_MIN, DATE_MAX = dt.date(1000, 1, 1), dt.date(8999, 12, 31)
DEFAULT_START = dt.date(2020, 1, 1)

# The settings of the project itself, declared as those of components are.
SETTINGS: dict[str, Structure] = {
    "days": Structure(
        120,
        bounds=(1, 36_500),
        unit="days",
        source="assumption: one wave of a respiratory infection",
        doc="How long a run is.",
    ),
    "seed": Structure(
        1,
        bounds=(0, 2**63 - 1),
        unit="number",
        source="any: another seed is another run of the same model",
        doc="Fixes all draws: equal projects with equal seeds have equal events.",
    ),
    "headroom": Structure(
        4.0,
        bounds=(1, 16),
        unit="x",
        source="measured: 1, 4 and 8 cost .36, .42 and .44 s at a million people",
        doc="How far a live rate may rise above its start before further attempts are drawn.",
    ),
}
# Key in YAML, folder of the family, and whether there is a list of them.
PARTS = {
    "population": ("populations", False),
    "attributes": ("attributes", True),
    "networks": ("networks", True),
    "disease": ("diseases", False),
    "behaviours": ("behaviours", True),
    "policies": ("policies", True),
    "observations": ("observations", True),
}
KEYS = ("schema", "name", "description", "start_date", *SETTINGS, *PARTS)

C = TypeVar("C", bound=Component)


@dataclass(frozen=True)
class Setting:
    """One declared number, choice or text of a project's component, and its current value."""

    path: str  # "networks.household.intensity"
    component: Component
    name: str

    @property
    def declaration(self) -> Quantity | Structure:
        """Return unit, bounds, source and meaning."""
        return cast("Quantity | Structure", self.component.param[self.name])

    @property
    def value(self) -> Any:
        """Return the value in the project."""
        return getattr(self.component, self.name)


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
        found, shown = _locate(path)
        spec = read_yaml(found, shown)
        return Project.from_spec(spec, file=shown, folder=found.parent)

    @staticmethod
    def from_spec(
        spec: Mapping[str, Any], *, file: str = "", folder: Path | None = None
    ) -> "Project":
        """Build from plain values; ``file`` is the name in errors, ``folder`` holds the data."""
        try:
            project = _project_of(spec, folder)
            project._check()
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

    def _setting(self, path: str) -> Setting:
        settings = {setting.path: setting for setting in self.settings()}
        if path not in settings:
            hint = did_you_mean(path, (*settings, *SETTINGS))
            raise ProjectError(f"the project has no such setting.{hint}", place=path)
        return settings[path]

    def _check(self) -> None:
        """Check what one component cannot know of another."""
        try:
            self.population.check()
        except ProjectError as error:
            raise error.at(place="population") from None
        for index, attribute in enumerate(self.attributes):
            try:
                attribute.check()
            except ProjectError as error:
                raise error.at(place=f"attributes[{index}]") from None
        disease = self.disease
        states = [state.name for state in disease.states(disease.values())]
        if disease.initial_state and disease.initial_state not in states[1:]:
            hint = did_you_mean(disease.initial_state, states[1:])
            raise ProjectError(
                f'"{disease.initial_state}" is not a state after infection.{hint}',
                place="disease.initial_state",
            )
        people = self.population.agent_count()
        if people is not None and disease.initial_infected > people:
            raise ProjectError(
                f"must be at most the {people:,} people of the population, "
                f"not {disease.initial_infected:,}.",
                place="disease.initial_infected",
            )
        for index, network in enumerate(self.networks):
            try:
                network.check()
            except ProjectError as error:
                raise error.at(place=f"networks[{index}]") from None
        for index, policy in enumerate(self.policies):
            try:
                policy.require(
                    disease.states(disease.values()),
                    [network.kind_name() for network in self.networks],
                    [other.kind_name() for other in self.policies],
                )
            except ProjectError as error:
                raise error.at(place=f"policies[{index}]") from None
        for index, observation in enumerate(self.observations):
            try:
                observation.check(self.folder, states)
            except ProjectError as error:
                raise error.at(place=f"observations[{index}]") from None
        check_names(
            self.population, self.attributes, self.networks, self.policies, self.observations
        )


def sample_names() -> list[str]:
    """Return the names of the bundled sample projects."""
    folder = Path(str(files("populace.sample_projects")))
    return sorted(path.parent.name for path in folder.glob(f"*/{FILE_NAME}"))


def _locate(path: str | Path) -> tuple[Path, str]:
    """Return the project file, and its name for errors."""
    try:
        found = Path(path)
        if found.is_dir():
            found = found / FILE_NAME
        if found.is_file() and found.suffix != PACKAGE:
            return found, str(found)
    except (OSError, ValueError):
        raise ProjectError("is not a usable file name.", file=str(path)[:80]) from None
    if found.suffix == PACKAGE and found.is_file():
        raise ProjectError("must be unpacked first: populace unpack FILE DIR.", file=str(found))
    if str(path) in sample_names():
        found = Path(str(files("populace.sample_projects"))) / str(path) / FILE_NAME
        return found, f"{path}/{FILE_NAME}"
    hint = did_you_mean(str(path), sample_names()).replace("Known:", "Bundled samples:")
    raise ProjectError(
        f"there is no such project: name a project file, a folder with a {FILE_NAME}, "
        f"or a bundled sample.{hint}",
        file=str(found),
    )


def _project_of(spec: object, folder: Path | None) -> Project:
    if not isinstance(spec, Mapping):
        what = "is empty" if spec is None else f"must be a mapping, not {_short(spec)}"
        raise ProjectError(f"{what}: write name, population, networks and disease.")
    spec = migrated(spec)
    for key in spec:
        if key not in KEYS:
            raise ProjectError(
                f"there is no such key in a project.{did_you_mean(str(key), KEYS)}",
                place=str(key),
            )
    for key in ("name", "population", "networks", "disease"):
        if spec.get(key) is None:
            example = {"name": "name: My city", "networks": "networks: [{kind: household}]"}
            cure = example.get(key, f"{key}: {{kind: ...}}")
            raise ProjectError(f"is missing: write {cure}.", place=key)
    own = {
        name: checked(declared, name, spec[name]) if name in spec else declared.default
        for name, declared in SETTINGS.items()
    }
    networks = _components(Network, "networks", spec)
    if not networks:
        raise ProjectError(
            "must have at least one network: write networks: [{kind: household}].", place="networks"
        )
    if len(networks) > NETWORKS_MAX:
        raise ProjectError(
            f"must be at most {NETWORKS_MAX} networks, not {len(networks)}: remove some.",
            place="networks",
        )
    for network in networks:
        network.folder = folder
    attributes = _components(OwnAttribute, "attributes", spec)
    for attribute in attributes:
        attribute.folder = folder
    for key in ("population", "disease"):
        if isinstance(spec[key], Mapping) and "name" in spec[key]:
            raise ProjectError("there is one: it has no name of its own.", place=f"{key}.name")
    population = _component(Population, "populations", spec["population"], "population")
    population.folder = folder
    return Project(
        name=_text(spec, "name", 200),
        description=_text(spec, "description", 20_000),
        start_date=_date(spec.get("start_date", DEFAULT_START)),
        population=population,
        attributes=attributes,
        networks=networks,
        disease=_component(Disease, "diseases", spec["disease"], "disease"),
        behaviours=_components(Behaviour, "behaviours", spec),
        policies=_components(Policy, "policies", spec),
        observations=_components(Observation, "observations", spec),
        folder=folder,
        **own,
    )


def _components(base: type[C], family: str, spec: Mapping[str, Any]) -> tuple[C, ...]:
    """Build one of the lists; an own name may be in it once, so that paths are unique."""
    parts = spec.get(family)
    if parts is None:
        return ()
    if not isinstance(parts, list):
        raise ProjectError(
            f"must be a list such as [{{kind: ...}}], not {_short(parts)}.", place=family
        )
    built: dict[str, C] = {}
    for index, part in enumerate(parts):
        component = _component(base, family, part, f"{family}[{index}]")
        if component.own_name in built:
            raise ProjectError(
                f"there already is a {component.own_name} in the list: keep one, or give this one "
                "a name of its own, such as name: second.",
                place=f"{family}[{index}].kind",
            )
        built[component.own_name] = component
    return tuple(built.values())


def _component(base: type[C], family: str, part: object, place: str) -> C:
    if not isinstance(part, Mapping):
        wanted = part if isinstance(part, str) and len(part) < 40 else "..."
        raise ProjectError(f"must be {{kind: {wanted}}}, not {_short(part)}.", place=place)
    try:
        name = part.get("kind")
        if not isinstance(name, str):
            cause = "is missing" if "kind" not in part else f"must be a name, not {_short(name)}"
            known = did_you_mean("", _kinds(family))
            raise ProjectError(f"{cause}: write kind: NAME.{known}", place="kind")
        component = kind(family, name).from_spec(part)
    except ProjectError as error:
        raise error.at(place=place) from None
    assert isinstance(component, base)
    return component


def _kinds(family: str) -> list[str]:
    from populace.engine.registry import kinds

    return list(kinds(family))


def _text(spec: Mapping[str, Any], key: str, length_max: int) -> str:
    text = spec.get(key, "")
    if text is None or not isinstance(text, str):
        raise ProjectError(f'must be text, not {_short(text)}: put it in "quotes".', place=key)
    text = text.strip()
    if len(text) > length_max:
        raise ProjectError(
            f"must have at most {length_max:,} letters, not {len(text):,}.", place=key
        )
    if key == "name" and (not text or not text.isprintable()):
        raise ProjectError("must be one line of text.", place=key)
    return text


def _date(value: object) -> dt.date:
    if isinstance(value, str):
        try:
            value = dt.date.fromisoformat(value)
        except ValueError:
            value = _short(value)
    if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
        raise ProjectError(f"must be a date such as 2020-03-01, not {value}.", place="start_date")
    if not DATE_MIN <= value <= DATE_MAX:
        raise ProjectError(
            f"must be from {DATE_MIN} to {DATE_MAX}, not {value}.", place="start_date"
        )
    return cast("dt.date", value)


def _short(value: object) -> str:
    """Show a value of any size in a few words."""
    return reprlib.repr(value)
