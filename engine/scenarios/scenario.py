"""Scenario: a named change of a project, written beside it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from populace.engine.errors import ProjectError, did_you_mean
from populace.engine.project import PARTS, SETTINGS, Project
from populace.engine.project_file import read_yaml

FILE_NAME = "scenarios.yaml"
BASELINE = "Baseline"
NAME_LETTERS, SCENARIOS_MAX = 80, 100
_KEYS = ("name", "description", "from", "set", "replace", "remove", "add")
_FILE_KEYS = ("baseline", "scenarios")
# Runs that are to be held against each other have these in common.
_SHARED = ("seed", "days", "headroom")

Spec = dict[str, Any]


@dataclass(frozen=True)
class Scenario:
    """What a project is changed by: parts replaced, removed, added, and then values set.

    ``parent`` is the scenario that it builds on.
    """

    name: str
    description: str = ""
    set: Mapping[str, Any] = field(default_factory=dict)
    replace: Mapping[str, Any] = field(default_factory=dict)
    remove: Sequence[str] = ()
    add: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    parent: "Scenario | None" = None

    def project(self, base: Project) -> Project:
        """Return the changed project; what cannot be changed so is a `ProjectError`."""
        if self.parent is not None:
            base = self.parent.project(base)
        spec = base.spec()
        for path, part in self.replace.items():
            _replace(spec, path, part)
        for path in self.remove:
            _remove(spec, path)
        for family, parts in self.add.items():
            _add(spec, family, parts)
        changed = Project.from_spec(spec, folder=base.folder)
        for path in self.set:
            if path in _SHARED:
                raise ProjectError("is the same in all scenarios.", place=f"set.{path}")
        try:
            return changed.with_values(self.set) if self.set else changed
        except ProjectError as error:
            raise error.at(place="set") from None


@dataclass(frozen=True)
class ScenarioFile:
    """The scenarios of a project, and what its unchanged self is called among them."""

    baseline: str
    scenarios: tuple[Scenario, ...]

    def projects(self, base: Project) -> dict[str, Project]:
        """Return all by name, the baseline first."""
        found = {self.baseline: base}
        for index, one in enumerate(self.scenarios):
            try:
                found[one.name] = one.project(base)
            except ProjectError as error:
                raise error.at(place=f"scenarios[{index}]") from None
        return found


def read_scenarios(path: Path) -> ScenarioFile:
    """Read a file of scenarios."""
    if not path.is_file():
        raise ProjectError(
            "there is no such file: write the scenarios into it, such as "
            "scenarios: [{name: Masks, set: {policies.masks.coverage: 0.6}}].",
            file=str(path),
        )
    try:
        return scenarios_of(read_yaml(path, str(path)))
    except ProjectError as error:
        raise error.at(file=str(path)) from None


def scenarios_of(content: object) -> ScenarioFile:
    """Build scenarios from plain values."""
    if not isinstance(content, Mapping) or not isinstance(content.get("scenarios"), list):
        raise ProjectError("must be a list: write scenarios: [{name: ...}].", place="scenarios")
    _known(content, _FILE_KEYS, "")
    baseline = _text(content.get("baseline", BASELINE), "baseline")
    listed = content["scenarios"]
    if not 1 <= len(listed) <= SCENARIOS_MAX:
        raise ProjectError(
            f"must be 1 to {SCENARIOS_MAX} scenarios, not {len(listed)}.", place="scenarios"
        )
    found: dict[str, Scenario] = {}
    for index, part in enumerate(listed):
        try:
            one = _scenario(part, found)
            if one.name in found or one.name == baseline:
                raise ProjectError(f'there already is a "{one.name}".', place="name")
        except ProjectError as error:
            raise error.at(place=f"scenarios[{index}]") from None
        found[one.name] = one
    return ScenarioFile(baseline, tuple(found.values()))


def _scenario(part: object, earlier: Mapping[str, Scenario]) -> Scenario:
    if not isinstance(part, Mapping):
        raise ProjectError("must be a mapping such as {name: Masks, set: {...}}.")
    _known(part, _KEYS, "")
    if "name" not in part:
        raise ProjectError("is missing: write name: Masks.", place="name")
    parent = part.get("from")
    if parent is not None and parent not in earlier:
        hint = did_you_mean(str(parent), earlier)
        raise ProjectError(f'there is no scenario "{parent}" above this one.{hint}', place="from")
    add = _mapping(part, "add")
    for family, parts in add.items():
        if not isinstance(parts, list):
            raise ProjectError("must be a list such as [{kind: ...}].", place=f"add.{family}")
    remove = part.get("remove") or []
    if not isinstance(remove, list) or not all(isinstance(path, str) for path in remove):
        raise ProjectError("must be a list such as [policies.masks].", place="remove")
    return Scenario(
        _text(part["name"], "name"),
        str(part.get("description") or ""),
        _mapping(part, "set"),
        _mapping(part, "replace"),
        tuple(remove),
        add,
        None if parent is None else earlier[parent],
    )


def _known(part: Mapping[Any, Any], keys: Sequence[str], place: str) -> None:
    for key in part:
        if key not in keys:
            raise ProjectError(
                f"there is no such key here.{did_you_mean(str(key), keys)}",
                place=f"{place}{key}",
            )


def _mapping(part: Mapping[str, Any], key: str) -> dict[str, Any]:
    found = part.get(key) or {}
    if not isinstance(found, Mapping):
        raise ProjectError("must be a mapping such as {path: value}.", place=key)
    return {str(name): value for name, value in found.items()}


def _text(value: object, place: str) -> str:
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise ProjectError("must be one line of text.", place=place)
    if len(value) > NAME_LETTERS:
        raise ProjectError(f"must have at most {NAME_LETTERS} letters.", place=place)
    return value.strip()


def _replace(spec: Spec, path: str, part: object) -> None:
    family, _, name = path.partition(".")
    if family in PARTS and not PARTS[family][1] and not name:
        spec[family] = part
        return
    index = _index(spec, path, "replace")
    if not isinstance(part, Mapping):
        raise ProjectError("must be {kind: ...}.", place=f"replace.{path}")
    spec[family][index] = dict(part)


def _remove(spec: Spec, path: str) -> None:
    del spec[path.partition(".")[0]][_index(spec, path, "remove")]


def _add(spec: Spec, family: str, parts: Sequence[Any]) -> None:
    lists = [key for key, (_, is_list) in PARTS.items() if is_list]
    if family not in lists:
        raise ProjectError(
            f"cannot be added to.{did_you_mean(family, lists)}", place=f"add.{family}"
        )
    spec[family] = [*spec.get(family, []), *parts]


def _index(spec: Spec, path: str, what: str) -> int:
    """Return where in its list a part such as "policies.masks" is."""
    family, _, name = path.partition(".")
    names = [part.get("name", part["kind"]) for part in _listed(spec, family)]
    if name not in names:
        known = [f"{key}.{one}" for key, one in _all_parts(spec)]
        raise ProjectError(
            f"the project has no such part.{did_you_mean(path, known)}", place=f"{what}.{path}"
        )
    return names.index(name)


def _listed(spec: Spec, family: str) -> list[Spec]:
    return spec.get(family, []) if PARTS.get(family, ("", False))[1] else []


def _all_parts(spec: Spec) -> Iterator[tuple[str, str]]:
    for family in PARTS:
        for part in _listed(spec, family):
            yield family, part.get("name", part["kind"])


assert set(_SHARED) <= set(SETTINGS)
