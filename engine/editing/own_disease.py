"""Writes the graph of a ready disease out, so that it can be edited as one's own."""

from collections.abc import Mapping, Sequence
from typing import Any

from populace.engine.component import Component, Values, checked
from populace.engine.diseases._written import read_graph
from populace.engine.diseases._written_ways import REST
from populace.engine.diseases.base import Disease, Dwell, State, Transition, everyone, rest_of
from populace.engine.editing.draft import Spec
from populace.engine.errors import ProjectError
from populace.engine.quantities import plain_copy
from populace.engine.registry import kind

CUSTOM = "custom"
_SIMPLE: dict[float, str] = {0: "fixed", 1: "exponential"}  # gamma laws by their shape


def usable(family: str, spec: Mapping[str, Any]) -> Component:
    """Build a part from those of its values that its declaration admits, for a form to show."""
    component = kind(family, str(spec.get("kind")))
    fine = {}
    for name, declared in component.declarations():
        if name in spec:
            try:
                fine[name] = checked(declared, name, spec[name])
            except ProjectError:
                continue  # `Draft.problems` says what is wrong with it
    built = component(**fine)
    built.called = str(spec.get("name") or "")
    return built


def written_graph(spec: Mapping[str, Any]) -> Spec:
    """Return the graph of any disease as a project file writes it; a custom one as it stands."""
    disease = usable("diseases", spec)
    assert isinstance(disease, Disease)
    if spec.get("kind") == CUSTOM:
        graph = spec.get("graph", disease.values().graph)
        empty: Spec = {"states": [], "transitions": []}
        return empty | (plain_copy(graph) if isinstance(graph, dict) else {})
    return written_out(type(disease), disease.values())


def own_disease(spec: Mapping[str, Any]) -> Spec:
    """Return the same disease as a `custom` one: the same states, ways, stays and shares."""
    disease = usable("diseases", spec)
    assert isinstance(disease, Disease)
    values = disease.values()
    if not can_be_own(spec):
        raise ProjectError(
            f"{disease.label()} has several strains, which a written graph has not: change it by "
            "its numbers.",
            place="disease",
        )
    kept = {name: spec[name] for name, _ in Disease.declarations() if name in spec}
    rate = {"transmission": type(disease).transmission_rate(values)}
    graph = written_graph(spec)
    read_graph(graph)  # a disease that cannot be written says so now, not when it runs
    return {"kind": CUSTOM, **rate, **kept, "graph": graph}


def can_be_own(spec: Mapping[str, Any]) -> bool:
    """Tell whether the graph of a disease can be written out: one strain, caught once."""
    disease = usable("diseases", spec)
    assert isinstance(disease, Disease)
    values = disease.values()
    return len(disease.strains(values)) == 1 and not any(
        state.catches for state in disease.states(values)
    )


def infections_of(spec: Mapping[str, Any], graph: Spec) -> list[tuple[str, str]]:
    """Return from which state to which infection leads; no transition says it."""
    states = graph.get("states")
    named = states if isinstance(states, list) else []
    names = [str(state.get("name")) for state in named if isinstance(state, dict)]
    disease = usable("diseases", spec)
    assert isinstance(disease, Disease)
    if spec.get("kind") == CUSTOM or can_be_own(spec):
        return [(names[0], names[1])] if len(names) > 1 else []
    return [
        (state.name, catch.into)
        for state in disease.states(disease.values())
        for catch in state.catches
        if catch.relative > 0
    ]


def written_out(disease: type[Disease], values: Values) -> Spec:
    """Return the graph of a disease with these values, as a project file writes it."""
    transitions = disease.transitions(values)
    graph: Spec = {
        "states": [_state(state) for state in disease.states(values)],
        "transitions": [
            {"from": way.before, "to": way.after, "share": share, "dwell": written_dwell(way.dwell)}
            for way, share in zip(transitions, _shares(transitions), strict=True)
        ],
    }
    for way in graph["transitions"]:
        if way["share"] == 1.0:
            del way["share"]
    susceptibility = disease.susceptibility(values)
    if susceptibility != everyone():
        graph["susceptibility"] = list(susceptibility)
    return graph


def written_dwell(dwell: Dwell) -> Spec:
    """Return a stay as a project file writes it."""
    if dwell.law == "lognormal":
        return {"kind": "lognormal", "mean": dwell.mean, "deviation": dwell.deviation}
    if dwell.law == "table":
        return {"kind": "table", "days": dict(dwell.weights)}
    simple = _SIMPLE.get(dwell.shape)
    if simple:
        return {"kind": simple, "mean": dwell.mean}
    return {"kind": "gamma", "mean": dwell.mean, "shape": dwell.shape}


def written_share(share: Sequence[float]) -> float | list[float]:
    """Return a share by age as short as it can be written."""
    return share[0] if len(set(share)) == 1 else list(share)


def _state(state: State) -> Spec:
    # Who infects nobody is latent in a written graph: there, an infectious state infects.
    quiet = state.role == "infectious" and state.infectiousness == 0
    written: Spec = {
        "name": state.name,
        "label": state.label,
        "role": "latent" if quiet else state.role,
        "colour": state.colour,
    }
    if state.role == "infectious" and not quiet:
        written["infectiousness"] = state.infectiousness
    if state.symptomatic:
        written["symptomatic"] = True
    if state.intensive is not None:
        written["intensive_care"] = state.intensive
    return written


def _shares(ways: Sequence[Transition]) -> list[float | list[float] | str]:
    """Return the shares; of each state's ways one takes the rest, where that is the same number."""
    found: list[float | list[float] | str] = [written_share(way.share) for way in ways]
    for before in dict.fromkeys(way.before for way in ways):
        rows = [row for row, way in enumerate(ways) if way.before == before]
        for row in reversed(rows if len(rows) > 1 else []):
            others = [ways[other].share for other in rows if other != row]
            left = rest_of([sum(band) for band in zip(*others, strict=True)])
            # To the last bit, or the model would be another one.
            if left == ways[row].share:
                found[row] = REST
                break
    return found
