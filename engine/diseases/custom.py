"""A disease whose graph is written in the project file."""

from typing import Any

from populace.engine.component import Values
from populace.engine.diseases._written import read_graph
from populace.engine.diseases.base import Disease, State, Transition
from populace.engine.graph import STATES_MAX
from populace.engine.quantities import Nested, Rate

DEFAULT: dict[str, Any] = {
    "states": [
        {"name": "susceptible", "role": "susceptible"},
        {"name": "exposed", "role": "latent"},
        {"name": "ill", "role": "infectious", "symptomatic": True},
        {"name": "recovered", "role": "removed"},
    ],
    "transitions": [
        {"from": "exposed", "to": "ill", "dwell": {"kind": "gamma", "mean": 3.0, "shape": 2.5}},
        {"from": "ill", "to": "recovered", "dwell": {"kind": "exponential", "mean": 7.0}},
    ],
}
EXAMPLE: dict[str, Any] = {
    "states": [
        {"name": "susceptible", "role": "susceptible"},
        {"name": "ill", "label": "Ill", "role": "infectious", "infectiousness": 1.0},
        {"name": "other", "role": "removed", "colour": "hospital"},
        {"name": "dead", "role": "dead"},
    ],
    "transitions": [
        {"from": "ill", "to": "other", "share": 0.9, "dwell": {"kind": "fixed", "mean": 5}},
        {
            "from": "ill",
            "to": "dead",
            "share": "rest",
            "dwell": {"kind": "lognormal", "mean": 8, "deviation": 4},
        },
        {
            "from": "other",
            "to": "susceptible",
            "dwell": {"kind": "table", "days": {90: 0.5, 180: 0.5}},
        },
    ],
    "susceptibility": [0.5] * 4 + [1.0] * 12,
}


class Custom(Disease):
    """States and transitions of your own, written in the project file.

    The first state is the susceptible one; infection leads to the second. A state has a `name`
    and a `role` (susceptible, latent, infectious, removed, dead), and may have a `label`, a
    `colour` of the map, an `infectiousness` (1 unless written), `symptomatic: true` and
    `intensive_care: true`; a name that begins with intensive says the last as well. A
    transition has `from`, `to`, a `dwell` and a `share`: a number, one for each of the sixteen
    age bands 0-4 ... 75+, or `rest`; 1 unless written. All shares out of a state sum to 1.

    The dwell, in days, is `{kind: fixed, mean: 5}`, `{kind: exponential, mean: 5}`,
    `{kind: gamma, mean: 5, shape: 2.5}`, `{kind: lognormal, mean: 5, deviation: 3}` or
    `{kind: table, days: {4: 0.2, 5: 0.8}}`, a weight for each day.

        disease:
          kind: custom
          transmission: 0.04
          graph:
            states:
            - {name: susceptible, role: susceptible}
            - {name: ill, role: infectious, symptomatic: true}
            - {name: recovered, role: removed}
            - {name: dead, role: dead}
            transitions:
            - {from: ill, to: dead, share: 0.01, dwell: {kind: fixed, mean: 9}}
            - {from: ill, to: recovered, share: rest, dwell: {kind: gamma, mean: 5, shape: 2.5}}
            susceptibility: [0.5, 0.5, 0.5, 0.5, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]
    """

    assumes = (
        "What the written graph says, and nothing else.",
        "The time in a state does not depend on how long the earlier ones were.",
    )

    transmission = Rate(
        0.05,
        bounds=(0, 5),
        step=0.001,
        live=True,
        unit="infections per contact",
        source="assumption: replace with the disease under study",
        doc="Infections that one contact causes, at infectiousness and susceptibility 1.",
    )
    graph = Nested(
        DEFAULT,
        check=read_graph,
        example=EXAMPLE,
        bounds=(2, STATES_MAX),
        unit="states",
        source="assumption: one latent and one infectious state; replace with your own",
        doc="States, transitions, and relative susceptibility by age band if it differs.",
    )

    @classmethod
    def states(cls, values: Values) -> tuple[State, ...]:
        return read_graph(values.graph).states

    @classmethod
    def transitions(cls, values: Values) -> tuple[Transition, ...]:
        return read_graph(values.graph).transitions

    @classmethod
    def transmission_rate(cls, values: Values) -> float:
        return values.transmission

    @classmethod
    def susceptibility(cls, values: Values) -> tuple[float, ...]:
        return read_graph(values.graph).susceptibility
