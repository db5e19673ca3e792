"""Which scenarios can be computed in one pass, and by name what stands in the way of the others.

In one pass whom people would try to infect is drawn once for all. So scenarios may differ in how
likely contacts infect: transmission, networks' intensity, infectiousness, susceptibility by age,
and policies that scale contacts, whenever and for whomever. What changes stays, ways through the
disease, single people, the people themselves or their networks needs a run of its own.
"""

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

import numpy as np

from populace.engine.behaviours.base import Behaviour
from populace.engine.component import Component, Values
from populace.engine.diseases.base import Disease
from populace.engine.graph import Graph, graph_of
from populace.engine.kernels.one_pass import SCENARIOS_MAX
from populace.engine.policies.base import Policy
from populace.engine.project import Project
from populace.engine.shared_world import world_key

__all__ = ["SCENARIOS_MAX", "apart", "unfit"]

Part = TypeVar("Part", bound=Component)
# Tables of a disease that are one for all scenarios.
_COMMON = (
    "entries", "strain", "catch", "start", "first_exit", "after", "shares", "dwell", "infectious",
)  # fmt: skip
_START = ("initial_infected", "initial_regions", "import_places", "dispersion")


def unfit(project: Project) -> str:
    """Return why a project has to be run by itself, or nothing."""
    return next(_unfit(project), "")


def apart(base: Project, other: Project) -> str:
    """Return why two projects that are fit for it cannot share a pass, or nothing."""
    return next(_apart(base, other), "")


def _unfit(project: Project) -> Iterator[str]:
    disease = project.disease
    values = disease.values()
    graph = graph_of(type(disease), values)
    name = f"disease {disease.label()}"
    if values.turnover:
        yield f"{name}: people are born and die (turnover)."
    if len(graph.catch):
        yield f"{name}: people can catch it again, or another strain."
    if (graph.after == 0).any():
        yield f"{name}: people become susceptible again."
    for path, policy in _named(project.policies):
        if type(policy).delivery.__func__ is not Policy.delivery.__func__:  # pyright: ignore[reportFunctionMemberAccess]
            yield f"{path}: it acts on single people, each in their own scenario."
        settings = policy.values()
        for network in project.networks:
            if type(policy).factor(settings, network.known_as, network.at_home) > 1.0:
                yield f"{path}: it lets contacts grow on the network {network.own_name}."


def _apart(base: Project, other: Project) -> Iterator[str]:
    for name in ("days", "headroom"):
        if getattr(base, name) != getattr(other, name):
            yield f"{name}: {getattr(base, name):g} and {getattr(other, name):g}."
    if base.population.spec() != other.population.spec():
        yield "population: it is another one."
    if [one.spec() for one in base.attributes] != [one.spec() for one in other.attributes]:
        yield "attributes: people have others."
    yield from _networks(base, other)
    if base.folder != other.folder and world_key(base) != world_key(other):
        yield "networks: they are read from other files."
    yield from _diseases(base.disease, other.disease, base.days)
    yield from _behaviours(base, other)


def _networks(base: Project, other: Project) -> Iterator[str]:
    """Name the networks that people do not have in common."""
    ours, theirs = dict(_named(base.networks)), dict(_named(other.networks))
    for path in sorted({*ours, *theirs}):
        if path not in ours or path not in theirs:
            yield f"{path}: it is not in both."
        elif _structure(ours[path]) != _structure(theirs[path]):
            yield f"{path}: people meet others there."


def _structure(part: Component) -> dict[str, Any]:
    """Return what a network is drawn from: all but its live numbers."""
    live = {name for name, declared in part.declarations() if getattr(declared, "live", False)}
    return {name: value for name, value in part.spec().items() if name not in live}


def _diseases(base: Disease, other: Disease, days: int) -> Iterator[str]:
    if type(base) is not type(other):
        yield "disease: it is another one."
        return
    ours, theirs = base.values(), other.values()
    if _same_course(type(base), ours, theirs, days):
        return
    for name in vars(ours):
        if getattr(ours, name) == getattr(theirs, name):
            continue
        changed = Values(**vars(ours) | {name: getattr(theirs, name)})
        if not _same_course(type(base), ours, changed, days):
            yield f"disease.{name}: it changes more than how likely contacts infect."
    yield "disease: it changes more than how likely contacts infect."


def _same_course(disease: type[Disease], ours: Values, theirs: Values, days: int) -> bool:
    """Tell whether people have equal stays and ways, and the same are infected from elsewhere."""
    one, other = _graph(disease, ours), _graph(disease, theirs)
    if one is None or other is None:
        return False
    tables = all(_equal(getattr(one, name), getattr(other, name)) for name in _COMMON)
    start = all(getattr(ours, name) == getattr(theirs, name) for name in _START)
    introduced = disease.introductions(ours) == disease.introductions(theirs)
    arriving = all(
        disease.imports(ours, day) == disease.imports(theirs, day) for day in range(days + 1)
    )
    return tables and start and introduced and arriving


def _graph(disease: type[Disease], values: Values) -> Graph | None:
    try:
        return graph_of(disease, values)
    except ValueError:  # of a mixture of two sets of numbers, which neither project has
        return None


def _equal(one: object, other: object) -> bool:
    return bool(np.array_equal(np.asarray(one), np.asarray(other)))


def _behaviours(base: Project, other: Project) -> Iterator[str]:
    """Name the behaviours that others take up; what they leave of contacts may differ."""
    ours, theirs = dict(_named(base.behaviours)), dict(_named(other.behaviours))
    for path in sorted({*ours, *theirs}):
        if path not in ours or path not in theirs:
            yield f"{path}: it is not in both."
        elif _takers(ours[path], base) != _takers(theirs[path], other):
            yield f"{path}: others take it up."


def _takers(behaviour: Behaviour, project: Project) -> tuple[object, ...]:
    kind, values = type(behaviour), behaviour.values()
    states = project.disease.states(project.disease.values())
    return kind, kind.share(values), kind.target(values), [kind.applies(one) for one in states]


def _named(parts: Iterable[Part]) -> Iterator[tuple[str, Part]]:
    for part in parts:
        yield f"{part.family}.{part.own_name}", part
