"""Writing: changed projects as scenarios of a file beside the project, so that they are kept."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from populace.engine.errors import ProjectError
from populace.engine.project import PARTS, Project
from populace.engine.project_file import write_whole, yaml_text
from populace.engine.scenarios.scenario import FILE_NAME, Spec, scenarios_of


def write_scenarios(
    folder: Path,
    baseline: str,
    base: Project,
    projects: Mapping[str, Project],
    descriptions: Mapping[str, str],
) -> Path:
    """Write the file of scenarios in a folder: each project as what it changes of ``base``."""
    listed = [
        scenario_of(name, base, project, descriptions.get(name, ""))
        for name, project in projects.items()
    ]
    content = {"baseline": baseline, "scenarios": listed}
    scenarios_of(content)  # refuses names that could not be read again
    target = folder / FILE_NAME
    try:
        write_whole(target, yaml_text(content).encode())
    except OSError as error:
        raise ProjectError(f"cannot be written: {error.strerror}.", file=str(target)) from None
    return target


def scenario_of(name: str, base: Project, changed: Project, description: str = "") -> Spec:
    """Return one scenario, as it is written: what turns ``base`` into ``changed``, and no more."""
    found: Spec = {"name": name}
    if description:
        found["description"] = description
    old, new = base.spec(), changed.spec()
    for family, (_, is_list) in PARTS.items():
        if is_list:
            _list_changes(found, family, old.get(family, []), new.get(family, []), changed)
        elif old[family] != new[family]:
            _part_changes(found, family, old[family], new[family], changed)
    [scenario] = scenarios_of({"scenarios": [found]}).scenarios
    if scenario.project(base) != changed:
        raise ProjectError("cannot be written as a change of the project.", place=name)
    return found


def _list_changes(
    found: Spec, family: str, old: list[Spec], new: list[Spec], changed: Project
) -> None:
    before, after = ({_own(part): part for part in parts} for parts in (old, new))
    stay = [name for name in before if name in after]
    if list(after)[: len(stay)] != stay:  # in another order: all of them anew
        stay = []
    for name in before:
        if name not in stay:
            found.setdefault("remove", []).append(f"{family}.{name}")
    for name, part in after.items():
        if name not in stay:
            found.setdefault("add", {}).setdefault(family, []).append(part)
        elif before[name] != part:
            _part_changes(found, f"{family}.{name}", before[name], part, changed)


def _part_changes(found: Spec, path: str, old: Spec, new: Spec, changed: Project) -> None:
    """Set the values that differ, or put the whole part where values alone do not tell it."""
    names = [key for key in {**old, **new} if old.get(key) != new.get(key)]
    values = {f"{path}.{key}": new.get(key) for key in names}
    if "kind" in names or "name" in names:
        found.setdefault("replace", {})[path] = new
        return
    for place, value in values.items():
        values[place] = changed.value(place) if value is None else value
    if all(isinstance(value, int | float | str) for value in values.values()):
        found.setdefault("set", {}).update(values)
    else:
        found.setdefault("replace", {})[path] = new


def _own(part: Mapping[str, Any]) -> str:
    return str(part.get("name", part["kind"]))
