"""Problems: everything that stands between a draft and a run, each in plain words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from populace.engine.component import Component, checked, checked_name
from populace.engine.diseases.base import State
from populace.engine.errors import ProjectError
from populace.engine.graph import graph_of
from populace.engine.policies.base import Policy
from populace.engine.project import PARTS, SETTINGS, Project
from populace.engine.registry import kind

ERROR, WARNING = "error", "warning"


@dataclass(frozen=True)
class Problem:
    """What is wrong where. ``place`` is a path as in `Project.value`: "policies.masks.coverage".

    An error keeps the project from running; a warning does not.
    """

    severity: str  # ERROR or WARNING
    place: str
    message: str


def problems_of(spec: Mapping[str, Any], folder: Path | None = None) -> tuple[Problem, ...]:
    """Return all problems of a project's plain values, errors first; none: it can be run.

    Each part is looked at by itself, so that one wrong number hides no other.
    """
    found = [*_missing(spec), *_settings(spec), *_parts(spec)]
    if not found:
        try:
            project = Project.from_spec(spec, folder=folder)
            graph_of(type(project.disease), project.disease.values())
        except ProjectError as error:
            found = [Problem(ERROR, path_of(spec, error.place), error.cause)]
        else:
            found = list(_between_parts(project))
    return tuple(sorted(dict.fromkeys(found), key=lambda one: one.severity))


def path_of(spec: Mapping[str, Any], place: str) -> str:
    """Turn an error's place, "policies[0].coverage", into a path, "policies.masks.coverage"."""
    family, bracket, rest = place.partition("[")
    index, _, name = rest.partition("]")
    parts = spec.get(family)
    if not bracket or not index.isdigit() or not isinstance(parts, list):
        return place
    return f"{family}.{_own_name(parts[int(index)])}{name}" if int(index) < len(parts) else family


def _missing(spec: Mapping[str, Any]) -> Iterator[Problem]:
    wanted = {
        "population": "There are no people yet: add a population.",
        "networks": "Nobody meets anybody yet: add a network.",
        "disease": "There is nothing to catch yet: add a disease.",
    }
    for key, message in wanted.items():
        if not spec.get(key):
            yield Problem(ERROR, key, message)
    if not str(spec.get("name") or "").strip():
        yield Problem(ERROR, "name", "The project has no name yet.")


def _settings(spec: Mapping[str, Any]) -> Iterator[Problem]:
    for name, declared in SETTINGS.items():
        if name in spec:
            try:
                checked(declared, name, spec[name])
            except ProjectError as error:
                yield Problem(ERROR, name, error.cause)


def _parts(spec: Mapping[str, Any]) -> Iterator[Problem]:
    for key, (family, is_list) in PARTS.items():
        parts = spec.get(key) or []
        for part in parts if is_list and isinstance(parts, list) else [parts] if parts else []:
            path = f"{key}.{_own_name(part)}" if is_list else key
            yield from _settings_of(family, part, path)


def _settings_of(family: str, part: object, path: str) -> Iterator[Problem]:
    """Look at every setting of one part."""
    if not isinstance(part, Mapping):
        yield Problem(ERROR, path, "must be a mapping with a kind, such as {kind: ...}.")
        return
    try:
        component = kind(family, str(part.get("kind")))
    except ProjectError as error:
        yield Problem(ERROR, path, error.cause)
        return
    declared = dict(component.declarations())
    for name, value in part.items():
        try:
            if name in declared:
                checked(declared[name], name, value)
            elif name == "name":
                checked_name(value)
            elif name != "kind":
                component.from_spec({name: value})
        except ProjectError as error:
            yield Problem(ERROR, f"{path}.{error.place or name}", error.cause)


def _between_parts(project: Project) -> Iterator[Problem]:
    """Look for what one part needs of another."""
    yield from _missing_places(project)
    kinds = {policy.kind_name() for policy in project.policies}
    states = project.disease.states(project.disease.values())
    for policy in project.policies:
        yield from _trigger(policy, states)
        if policy.needs and policy.needs not in kinds:
            needed: type[Component] = kind("policies", policy.needs)
            message = f"{policy.own_label} does nothing without {needed.label()}: add it."
            yield Problem(ERROR, f"policies.{policy.own_name}", message)
        start, end = policy.values().start_day, policy.values().end_day
        if start >= project.days:
            message = f"starts on day {start}, after the last day of the run ({project.days})."
            yield Problem(WARNING, f"policies.{policy.own_name}.start_day", message)
        elif end <= start:
            message = f"ends on day {end}, before it starts on day {start}: it is never in force."
            yield Problem(WARNING, f"policies.{policy.own_name}.end_day", message)


def _trigger(policy: Policy, states: Sequence[State]) -> Iterator[Problem]:
    """Look for a trigger whose figure stays 0."""
    counted = {
        "hospital": any(state.in_hospital for state in states),
        "intensive care": any(state.in_intensive_care for state in states),
    }
    if not counted.get(policy.trigger, True):
        message = (
            f"with this disease nobody is ever in {policy.trigger}: this is never in force. "
            "Choose another trigger, or a disease with such a state."
        )
        yield Problem(WARNING, f"policies.{policy.own_name}.trigger", message)


def _missing_places(project: Project) -> Iterator[Problem]:
    """Look for networks whose people would have nowhere to meet."""
    if not any(network.requires for network in project.networks):
        return
    columns = project.columns()
    for network in project.networks:
        place = network.requires
        if columns is None or not place or place in columns.memberships:
            continue
        there = " or ".join(columns.memberships)
        message = (
            f"{network.own_label} needs people who have a {place}: the population "
            f"{project.population.label()} has "
            + (f"only people with a {there}." if there else "none.")
            + " Choose another population, or remove this network."
        )
        yield Problem(ERROR, f"networks.{network.own_name}", message)


def _own_name(part: object) -> str:
    return str(part.get("name") or part.get("kind")) if isinstance(part, Mapping) else "?"
