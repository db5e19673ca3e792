"""Reads the plain values of a project file into the parts of a `Project`."""

import datetime as dt
import reprlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar, cast

from populace.engine.attributes.base import OwnAttribute
from populace.engine.behaviours.base import Behaviour
from populace.engine.component import Component, checked
from populace.engine.diseases.base import Disease
from populace.engine.errors import ProjectError, did_you_mean
from populace.engine.migration import migrated
from populace.engine.networks.base import Network
from populace.engine.observations.base import Observation
from populace.engine.policies.base import Policy
from populace.engine.populations.base import Population
from populace.engine.project_settings import DATE_MAX, DATE_MIN, DEFAULT_START, KEYS, SETTINGS
from populace.engine.registry import kind, kinds

NETWORKS_MAX = 16  # the kernels write the number of a network in four bits

C = TypeVar("C", bound=Component)


def read_parts(spec: object, folder: Path | None) -> dict[str, Any]:
    """Return the fields of a `Project` that a file declares; the first fault is an error."""
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
    networks = _networks(spec)
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
    return own | {
        "name": _text(spec, "name", 200),
        "description": _text(spec, "description", 20_000),
        "start_date": _date(spec.get("start_date", DEFAULT_START)),
        "population": population,
        "attributes": attributes,
        "networks": networks,
        "disease": _component(Disease, "diseases", spec["disease"], "disease"),
        "behaviours": _components(Behaviour, "behaviours", spec),
        "policies": _components(Policy, "policies", spec),
        "observations": _components(Observation, "observations", spec),
        "folder": folder,
    }


def _networks(spec: Mapping[str, Any]) -> tuple[Network, ...]:
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
    return networks


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
            known = did_you_mean("", kinds(family))
            raise ProjectError(f"{cause}: write kind: NAME.{known}", place="kind")
        component = kind(family, name).from_spec(part)
    except ProjectError as error:
        raise error.at(place=place) from None
    assert isinstance(component, base)
    return component


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
