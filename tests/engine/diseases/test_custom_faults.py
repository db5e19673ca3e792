"""Each fault in a written graph is told in one line: where, what, and what to write."""

import copy
import math

import pytest

from populace.engine.diseases.custom import Custom
from populace.engine.errors import ProjectError
from populace.engine.project import Project

GRAPH = {
    "states": [
        {"name": "susceptible", "role": "susceptible"},
        {"name": "exposed", "role": "latent"},
        {"name": "ill", "role": "infectious", "infectiousness": 1.0},
        {"name": "recovered", "role": "removed"},
        {"name": "dead", "role": "dead"},
    ],
    "transitions": [
        {"from": "exposed", "to": "ill", "dwell": {"kind": "fixed", "mean": 3}},
        {
            "from": "ill",
            "to": "recovered",
            "dwell": {"kind": "gamma", "mean": 5, "shape": 2.5},
            "share": 0.9,
        },
        {
            "from": "ill",
            "to": "dead",
            "dwell": {"kind": "lognormal", "mean": 8, "deviation": 4},
            "share": 0.1,
        },
    ],
}
GONE = object()
MANY = [{"name": f"s{row}", "role": "removed"} for row in range(16)]
BACK = {"from": "recovered", "to": "exposed", "dwell": {"kind": "fixed", "mean": 9}}


def dwell(**parts):
    return {"kind": "gamma", "mean": 5, "shape": 2, **parts}


# Path of a value in the graph, what is put there, place and words of the error.
FAULTS = [
    ((), [], "graph", "must be a mapping"),
    (("state",), [], "graph.state", 'Did you mean "states"?'),
    (("states",), GONE, "graph.states", "is missing: write states"),
    (("states",), "ill", "graph.states", "must be a list"),
    (("states",), [], "graph.states", "2 to 15 states, not 0"),
    (("states",), MANY, "graph.states", "2 to 15 states, not 16"),
    (("states", 1), "exposed", "graph.states[1]", "must be such as {name: ill"),
    (("states", 1, "colours"), "red", "graph.states[1].colours", 'Did you mean "colour"?'),
    (("states", 1, "name"), GONE, "graph.states[1].name", "is missing: write name"),
    (("states", 1, "name"), 7, "graph.states[1].name", "a word of small letters"),
    (("states", 1, "name"), "In bed", "graph.states[1].name", "a word of small letters"),
    (("states", 3, "name"), "ill", "graph.states[3].name", "already is the name of states[2]"),
    (("states", 1, "role"), GONE, "graph.states[1].role", "is missing: write role"),
    (("states", 1, "role"), "latnt", "graph.states[1].role", 'Did you mean "latent"?'),
    (("states", 1, "role"), ["latent"], "graph.states[1].role", "cannot be ['latent']"),
    (("states", 0, "role"), "removed", "graph.states[0].role", "the first state, and it alone"),
    (("states", 1, "role"), "susceptible", "graph.states[1].role", "only states[0]"),
    (("states", 1, "colour"), "mauve", "graph.states[1].colour", "Known: dead, exposed"),
    (("states", 1, "label"), "", "graph.states[1].label", "one line of 1 to 60 letters"),
    (("states", 1, "label"), "x" * 61, "graph.states[1].label", "1 to 60 letters"),
    (("states", 1, "label"), "a\nb", "graph.states[1].label", "one line of 1 to 60 letters"),
    (("states", 1, "symptomatic"), "yes", "graph.states[1].symptomatic", "true or false"),
    (("states", 1, "intensive_care"), 1, "graph.states[1].intensive_care", "true or false"),
    (("states", 2, "infectiousness"), -1, "graph.states[2].infectiousness", "from 0 to 1,000"),
    (("states", 2, "infectiousness"), "1", "graph.states[2].infectiousness", "not '1'"),
    (("states", 2, "infectiousness"), True, "graph.states[2].infectiousness", "not True"),
    (("states", 2, "infectiousness"), math.nan, "graph.states[2].infectiousness", "not nan"),
    (("states", 2, "infectiousness"), 10**400, "graph.states[2].infectiousness", "a number from"),
    (("states", 2, "infectiousness"), 0, "graph.states[2].infectiousness", "write 1, or a weight"),
    (("states", 1, "infectiousness"), 1, "graph.states[1].infectiousness", "role: infectious"),
    (("states", 2), {"name": "ill", "role": "latent"}, "graph.states", "no state is infectious"),
    (("transitions",), GONE, "graph.transitions", "is missing: write transitions"),
    (("transitions",), {}, "graph.transitions", "must be a list"),
    (("transitions",), [], "graph.transitions", "1 to 100 transitions, not 0"),
    (("transitions", 0), 5, "graph.transitions[0]", "must be such as {from: ill"),
    (("transitions", 0, "after"), 5, "graph.transitions[0].after", "there is no such key"),
    (("transitions", 0, "from"), GONE, "graph.transitions[0].from", "is missing"),
    (("transitions", 0, "to"), "il", "graph.transitions[0].to", 'Did you mean "ill"?'),
    (("transitions", 0, "to"), False, "graph.transitions[0].to", "there is no state False"),
    (("transitions", 0, "from"), "susceptible", "graph.transitions[0].from", "infection is the"),
    (("transitions", 0, "from"), "dead", "graph.transitions[0].from", "nobody leaves"),
    (("transitions", 0, "to"), "exposed", "graph.transitions[0].to", "to itself"),
    (("transitions", 0, "dwell"), GONE, "graph.transitions[0].dwell", "is missing"),
    (("transitions", 0, "dwell"), 3, "graph.transitions[0].dwell", "must be such as {kind"),
    (("transitions", 0, "dwell", "kind"), GONE, "graph.transitions[0].dwell.kind", "is missing"),
    (
        ("transitions", 0, "dwell", "kind"),
        "gama",
        "graph.transitions[0].dwell.kind",
        'Did you mean "gamma"?',
    ),
    (("transitions", 0, "dwell", "mean"), GONE, "graph.transitions[0].dwell.mean", "is missing"),
    (("transitions", 0, "dwell", "mean"), -3, "graph.transitions[0].dwell.mean", "from 1 to"),
    (("transitions", 0, "dwell", "mean"), 0.5, "graph.transitions[0].dwell.mean", "from 1 to"),
    (("transitions", 0, "dwell", "mean"), 40_000, "graph.transitions[0].dwell.mean", "to 32,000"),
    (
        ("transitions", 0, "dwell"),
        {"kind": "exponential", "mean": 9_000},
        "graph.transitions[0].dwell.mean",
        "longer than 32,000 days",
    ),
    (("transitions", 0, "dwell", "shape"), 3, "graph.transitions[0].dwell.shape", "no such key"),
    (("transitions", 1, "dwell"), dwell(shape=0), "graph.transitions[1].dwell.shape", "0.2 to 100"),
    (
        ("transitions", 2, "dwell", "deviation"),
        GONE,
        "graph.transitions[2].dwell.deviation",
        "is missing",
    ),
    (
        ("transitions", 2, "dwell", "deviation"),
        99,
        "graph.transitions[2].dwell.deviation",
        "from 0.4 to 24 days",
    ),
    (
        ("transitions", 0, "dwell"),
        {"kind": "table", "days": {0: 1.0}},
        "graph.transitions[0].dwell.days",
        "0 is no day",
    ),
    (
        ("transitions", 0, "dwell"),
        {"kind": "table", "days": {3: -1.0}},
        "graph.transitions[0].dwell.days.3",
        "must be a number from 0",
    ),
    (
        ("transitions", 0, "dwell"),
        {"kind": "table", "days": {3: 0.0}},
        "graph.transitions[0].dwell.days",
        "no day has a weight above 0",
    ),
    (
        ("transitions", 0, "dwell"),
        {"kind": "table", "days": [1, 2]},
        "graph.transitions[0].dwell.days",
        "must be such as {4: 0.2",
    ),
    (("transitions", 1, "share"), 1.5, "graph.transitions[1].share", "from 0 to 1, not 1.5"),
    (("transitions", 1, "share"), -0.1, "graph.transitions[1].share", "from 0 to 1"),
    (("transitions", 1, "share"), "most", "graph.transitions[1].share", "or rest"),
    (("transitions", 1, "share"), [0.9] * 9, "graph.transitions[1].share", "a list of 16 numbers"),
    (("transitions", 1, "share"), [0.9] * 15 + [2], "graph.transitions[1].share[15]", "not 2"),
    (("transitions", 1, "share"), 0.8, "graph.transitions[2].share", 'out of "ill" sum to 0.9'),
    (
        ("transitions", 1, "share"),
        [0.9] * 15 + [0.95],
        "graph.transitions[2].share",
        "in age band 15 sum to 1.05",
    ),
    (("transitions", 0, "share"), 0.5, "graph.transitions[0].share", "sum to 0.5, not 1"),
    (
        ("states", 3),
        {"name": "elsewhere", "role": "removed"},
        "graph.transitions[1].to",
        "there is no state 'recovered'",
    ),
    (
        ("states",),
        [*GRAPH["states"], {"name": "lonely", "role": "removed"}],
        "graph.states[5]",
        "cannot be reached",
    ),
    (
        ("transitions",),
        GRAPH["transitions"][:1],
        "graph.states[2]",
        '"ill" has no way out',
    ),
    (
        ("transitions",),
        [*GRAPH["transitions"], BACK],
        "graph.transitions",
        "exposed, ill, recovered lead back to each other",
    ),
    (("susceptibility",), 0.5, "graph.susceptibility", "a list of 16 numbers"),
    (("susceptibility",), [1.0] * 15, "graph.susceptibility", "not 15 of them"),
    (("susceptibility",), [0] * 16, "graph.susceptibility", "nobody can be infected"),
    (("susceptibility",), [1] * 15 + [-1], "graph.susceptibility[15]", "from 0 to 1,000"),
]


def changed(path, value):
    """Return the graph with one value put in or taken out."""
    if not path:
        return value
    graph = copy.deepcopy(GRAPH)
    part = graph
    for step in path[:-1]:
        part = part[step]
    if value is GONE:
        del part[path[-1]]
    else:
        part[path[-1]] = value
    return graph


def test_the_graph_that_is_broken_here_is_whole():
    assert len(Custom.states(Custom(graph=GRAPH).values())) == 5


@pytest.mark.parametrize(
    ("path", "value", "place", "words"), FAULTS, ids=[str(row) for row in range(len(FAULTS))]
)
def test_a_fault_is_told_in_one_line_with_its_place(path, value, place, words):
    spec = {
        "name": "Faulty",
        "population": {"kind": "well_mixed"},
        "networks": [{"kind": "well_mixed"}],
        "disease": {"kind": "custom", "graph": changed(path, value)},
    }
    with pytest.raises(ProjectError) as caught:
        Project.from_spec(spec, file="mine.yaml")
    text = str(caught.value)
    assert text.startswith(f"mine.yaml: disease.{place}: ")
    assert words in text
    assert "\n" not in text
    assert len(text) < 400


def test_two_rests_of_one_state_are_one_too_many():
    graph = copy.deepcopy(GRAPH)
    graph["transitions"][1]["share"] = graph["transitions"][2]["share"] = "rest"
    with pytest.raises(ProjectError, match=r"transitions\[2\].share: only one way out"):
        Custom(graph=graph)


def test_a_share_that_is_never_taken_leads_nowhere():
    graph = copy.deepcopy(GRAPH)
    graph["transitions"][1]["share"], graph["transitions"][2]["share"] = 1.0, 0
    with pytest.raises(ProjectError, match='"dead" cannot be reached from "exposed"'):
        Custom(graph=graph)


def test_the_first_infected_must_be_in_a_state_of_the_graph():
    spec = {
        "name": "Faulty",
        "population": {"kind": "well_mixed"},
        "networks": [{"kind": "well_mixed"}],
        "disease": {"kind": "custom", "graph": GRAPH, "initial_state": "il"},
    }
    with pytest.raises(ProjectError, match=r'initial_state: .* Did you mean "ill"?'):
        Project.from_spec(spec)
