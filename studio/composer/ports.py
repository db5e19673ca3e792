"""Ports: which parts of a model may be joined, what an edge means, and why one is refused.

The edges of the parts in the model follow from the model; none is stored. Drawing an edge to a
parked part puts it in the model, taking an edge away parks the part that it belongs to.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from populace.engine.behaviours.base import Behaviour
from populace.engine.component import Component, Values
from populace.engine.networks.base import Network
from populace.engine.observations.base import names_in
from populace.engine.policies.base import Policy
from populace.engine.quantities import Probability
from populace.engine.registry import kinds
from populace.studio.composer.parts import WORDS, Part

TARGETS = "target_networks"  # the setting of a policy that names the networks it acts on


@dataclass(frozen=True)
class Port:
    """A place at which an edge begins or ends."""

    id: str
    label: str

    def spec(self) -> dict[str, str]:
        """Return what the canvas needs."""
        return {"id": self.id, "label": self.label}


PEOPLE, CONTACTS = Port("people", "people"), Port("contacts", "contacts")
COURSE, ACTS = Port("course", "infections and their course"), Port("acts", "acts on")
HAS = Port("has", "what is known of people")
INPUTS = {
    "population": (HAS, Port("acts", "policies that act on people")),
    "attributes": (),
    "networks": (PEOPLE, Port("acts", "what changes these contacts")),
    "disease": (CONTACTS,),
    "behaviours": (),
    "policies": (),
    "observations": (COURSE,),
}
OUTPUTS = {
    "population": (PEOPLE,),
    "attributes": (HAS,),
    "networks": (CONTACTS,),
    "disease": (COURSE,),
    "behaviours": (ACTS,),
    "policies": (ACTS,),
    "observations": (),
}
_TAKES = {
    "population": "takes attributes, and policies that act on people",
    "attributes": "takes nothing",
    "networks": "takes people, and what changes contacts",
    "disease": "takes contacts",
    "behaviours": "takes nothing",
    "policies": "takes nothing",
    "observations": "takes the course of a disease",
}
_GIVES = {
    "population": "gives people: join it to a network",
    "attributes": "is something known of people: join it to the population",
    "networks": "gives contacts: join it to the disease",
    "disease": "gives the course of infections: join it to an observation",
    "behaviours": "changes contacts: join it to a network",
    "policies": "changes contacts or people: join it to a network or to the population",
    "observations": "gives nothing to other parts",
}
_A = {
    "population": "a population",
    "attributes": "an attribute",
    "networks": "a network",
    "disease": "a disease",
    "behaviours": "a behaviour",
    "policies": "a policy",
    "observations": "an observation",
}


@dataclass(frozen=True)
class Edge:
    """An edge between two parts, by their ids."""

    source: str
    target: str
    port: str  # id of the port on both sides

    @property
    def id(self) -> str:
        """What tells it apart."""
        return f"{self.source}>{self.target}"


def edges_of(parts: Iterable[Part]) -> list[Edge]:
    """Return the edges of the parts that are in the model."""
    used = [part for part in parts if not part.parked]
    by_key = {key: [part for part in used if part.key == key] for key in WORDS}
    edges = []
    for network in by_key["networks"]:
        edges += [Edge(one.id, network.id, "people") for one in by_key["population"]]
        edges += [Edge(network.id, one.id, "contacts") for one in by_key["disease"]]
    for known in by_key["attributes"]:
        edges += [Edge(known.id, one.id, "has") for one in by_key["population"]]
    for seen in by_key["observations"]:
        edges += [Edge(one.id, seen.id, "course") for one in by_key["disease"]]
    for actor in (*by_key["behaviours"], *by_key["policies"]):
        places = (*by_key["population"], *by_key["networks"])
        edges += [Edge(actor.id, one.id, "acts") for one in places if acts_on(actor, one)]
    return edges


def refusal(source: Part, target: Part) -> str:
    """Return why no edge may go from one part to the other, in words; nothing if it may."""
    if source.id == target.id:
        return "A part cannot be joined to itself."
    if not _fits(source, target):
        if _fits(target, source):
            return f"Draw it the other way round: from {target.label} to {source.label}."
        return (
            f"{_A[source.key].capitalize()} {_GIVES[source.key]}. "
            f"{_A[target.key].capitalize()} {_TAKES[target.key]}."
        )
    if source.key in ("behaviours", "policies") and not may_act_on(source, target):
        return f"{source.label} does not change {_called(target)}: {_reach(source)}."
    return ""


def acts_on(actor: Part, target: Part) -> bool:
    """Tell whether a behaviour or policy changes a network, or the people of a population."""
    chosen = actor.values.get(TARGETS)
    if target.key == "networks" and chosen and target.own_name not in names_in(str(chosen)):
        return False
    return may_act_on(actor, target)


def may_act_on(actor: Part, target: Part) -> bool:
    """Tell whether it could change it with some values of its settings."""
    component = actor.component
    if component is None or target.component is None:
        return False
    if target.key == "population":
        return _acts_on_people(component)
    return target.key == "networks" and _changes(component, cast("Network", target.component))


def has_targets(part: Part) -> bool:
    """Tell whether a policy names the networks that it acts on in a setting of its own."""
    return part.component is not None and TARGETS in dict(part.component.declarations())


def targets_with(actor: Part, network: Part, parts: Iterable[Part], *, on: bool) -> str | None:
    """Return the setting with which a policy acts on a network too, or no longer.

    Empty: on all that it reaches. None: on none, which the setting cannot say.
    """
    reached = [p for p in parts if p.key == "networks" and not p.parked and may_act_on(actor, p)]
    chosen = [p for p in reached if acts_on(actor, p) and p.id != network.id]
    if on:
        chosen = [p for p in reached if p in chosen or p.id == network.id]
    if not chosen:
        return None
    return "" if len(chosen) == len(reached) else ", ".join(p.own_name for p in chosen)


def _fits(source: Part, target: Part) -> bool:
    given = {port.id for port in OUTPUTS[source.key]}
    return bool(given & {port.id for port in INPUTS[target.key]})


def _acts_on_people(component: Component) -> bool:
    """Tell whether it is a policy that reaches single people."""
    return isinstance(component, Policy) and (
        _own(component, "delivery", Policy) or _own(component, "protections", Policy)
    )


def _own(component: Component, name: str, base: type) -> bool:
    return getattr(type(component), name).__func__ is not getattr(base, name).__func__


def _changes(component: Component, network: Network) -> bool:
    return type(network) in _reached(component)


@lru_cache(maxsize=512)
def _reached(component: Component) -> frozenset[type[Network]]:
    """Return the kinds of networks that a behaviour or policy changes.

    That is where its factor is not 1 at the values as they are, or with every share at a half.
    """
    known = cast("Mapping[str, type[Network]]", kinds("networks")).values()
    tries = _tries(component)
    return frozenset(
        kind for kind in known if not all(_leaves_alone(component, v, kind) for v in tries)
    )


def _tries(component: Component) -> list[Values]:
    half = vars(component.values()) | {
        name: 0.5 for name, one in component.declarations() if isinstance(one, Probability)
    }
    return [component.values(), Values(**half)]


def _leaves_alone(component: Component, values: Values, network: type[Network]) -> bool:
    """Tell whether all contacts of a kind of network stay as they were."""
    if not isinstance(component, Policy):
        return cast("Behaviour", component).factor(values, network.at_home) == 1.0
    asked = values, network.kind_name(), network.at_home
    return component.factor(*asked) == component.between_regions(*asked) == 1.0


def _reach(actor: Part) -> str:
    component = actor.component
    if component is not None and _acts_on_people(component):
        return "it acts on people, so join it to the population"
    if component is None:
        return "there is no such kind"
    known = cast("Mapping[str, type[Network]]", kinds("networks")).values()
    reached = [kind for kind in known if kind in _reached(component)]
    if reached == [kind for kind in known if not kind.at_home]:
        return "it changes the networks outside the home"
    return f"it changes {_listed([one.label() for one in reached])}"


def _called(target: Part) -> str:
    return "people" if target.key == "population" else f"the network {target.label}"


def _listed(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
