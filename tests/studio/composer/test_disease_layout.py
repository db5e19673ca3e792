"""States stand where they can be read, and where a person put them."""

import pytest

from populace.engine.editing.own_disease import infections_of, written_graph
from populace.engine.editing.problems import Problem
from populace.engine.project import Project
from populace.engine.registry import kinds
from populace.studio.composer.disease_graph import colour_of, wrong_parts
from populace.studio.composer.disease_layout import places, tidy_places

GRAPHS = {name: written_graph({"kind": name}) for name in kinds("diseases")}
INFECTIONS = {name: infections_of({"kind": name}, graph) for name, graph in GRAPHS.items()}
GRAPHS["sample"] = written_graph(Project.load("own_disease").spec()["disease"])
WIDTH, HEIGHT = 150, 50  # about a state on the canvas


@pytest.mark.parametrize("name", GRAPHS)
def test_no_state_stands_on_another(name):
    found = list(tidy_places(GRAPHS[name], INFECTIONS.get(name, ())).values())
    assert len(found) == len(GRAPHS[name]["states"])
    for row, (x, y) in enumerate(found):
        for other_x, other_y in found[row + 1 :]:
            assert abs(x - other_x) >= WIDTH or abs(y - other_y) >= HEIGHT


@pytest.mark.parametrize("name", GRAPHS)
def test_an_infection_goes_from_left_to_right(name):
    graph, found = GRAPHS[name], tidy_places(GRAPHS[name], INFECTIONS.get(name, ()))
    first = graph["states"][0]["name"]
    ends = {one["name"] for one in graph["states"] if one["role"] in ("removed", "dead")}
    for way in graph["transitions"]:
        if way["to"] != first and way["to"] not in ends:
            assert found[way["from"]][0] < found[way["to"]][0]


def test_a_state_stays_where_it_was_put_and_a_broken_place_is_forgotten():
    found = places(GRAPHS["seir"], {"exposed": [7, 9], "recovered": "nowhere", "gone": [1, 2]})
    assert found["exposed"] == (7.0, 9.0)
    assert found["recovered"] == tidy_places(GRAPHS["seir"])["recovered"]
    assert "gone" not in found


def test_a_circle_in_a_draft_does_not_stop_the_drawing():
    graph = {
        "states": [{"name": name} for name in "abc"],
        "transitions": [{"from": "b", "to": "c"}, {"from": "c", "to": "b"}, {"from": 1, "to": 2}],
    }
    assert set(tidy_places(graph)) == {"a", "b", "c"}


def test_a_problem_belongs_to_its_state_or_way():
    problems = [
        Problem("error", "disease.graph.states[2].name", "first"),
        Problem("error", "disease.graph.states[2].role", "second"),
        Problem("error", "disease.graph.transitions[11].dwell.mean", "third"),
        Problem("error", "disease.transmission", "elsewhere"),
    ]
    assert wrong_parts(problems) == {("states", 2): "first", ("transitions", 11): "third"}


def test_a_state_has_the_colour_of_its_role_unless_it_says_another():
    assert colour_of({"role": "latent"}) == "exposed"
    assert colour_of({"role": "removed", "colour": "hospital"}) == "hospital"
    assert colour_of({"role": "removed", "colour": "pink"}) == "susceptible"
