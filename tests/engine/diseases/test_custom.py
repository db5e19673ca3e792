"""A disease written in the project file is the same as one written in code."""

import copy
import inspect

import numpy as np
import pytest
import yaml

from populace.engine.component import Component
from populace.engine.disease_facts import reproduction_number
from populace.engine.diseases.covid_like import CovidLike
from populace.engine.diseases.custom import DEFAULT, EXAMPLE, Custom
from populace.engine.graph import graph_of
from populace.engine.project import Project
from populace.engine.project_file import value_of, yaml_text
from populace.engine.registry import kinds
from populace.engine.simulation import Simulation


def written(disease: Component) -> dict:
    """Return the graph of a disease in code as it would be written."""
    kind, values = type(disease), disease.values()
    states = [
        {
            "name": state.name,
            "label": state.label,
            "role": state.role,
            "colour": state.colour,
            "infectiousness": state.infectiousness,
            "symptomatic": state.symptomatic,
        }
        for state in kind.states(values)
    ]
    transitions = [
        {
            "from": exit_.before,
            "to": exit_.after,
            "dwell": {"kind": "gamma", "mean": exit_.dwell.mean, "shape": exit_.dwell.shape},
            "share": list(exit_.share),
        }
        for exit_ in kind.transitions(values)
    ]
    susceptibility = list(kind.susceptibility(values))
    return {"states": states, "transitions": transitions, "susceptibility": susceptibility}


def project_of(disease: dict) -> Project:
    return Project.from_spec(
        {
            "name": "Two ways to write one disease",
            "population": {"kind": "well_mixed", "people": 3_000, "age": 62},
            "networks": [{"kind": "well_mixed", "contacts_a_day": 8.0}],
            "disease": {"initial_infected": 60, **disease},
            "behaviours": [{"kind": "isolate_when_ill"}],
        }
    )


def events_of(project: Project) -> str:
    run = Simulation(project)
    run.run(60)
    assert run.ever_infected > 300
    return run.events_sha256()


def test_covid_like_written_out_has_the_events_of_covid_like():
    graph = yaml.safe_load(yaml_text(written(CovidLike())))
    # Attempts are drawn at the larger of this rate and the default: it is above both defaults.
    in_code = project_of({"kind": "covid_like", "transmission": 0.06})
    in_file = project_of({"kind": "custom", "transmission": 0.06, "graph": graph})
    assert events_of(in_file) == events_of(in_code)


# A graph in a file has one strain.
IN_CODE = [kind for kind in kinds("diseases") if kind not in ("custom", "two_strains")]


@pytest.mark.parametrize("kind", IN_CODE)
def test_every_disease_in_code_can_be_written_out(kind):
    disease = kinds("diseases")[kind]()
    again = Custom(graph=written(disease))
    assert type(again).states(again.values()) == type(disease).states(disease.values())
    found = type(again).transitions(again.values())
    for ours, theirs in zip(found, type(disease).transitions(disease.values()), strict=True):
        assert ours.dwell.days() == theirs.dwell.days()
        assert ours.share == pytest.approx(theirs.share)


def test_a_project_with_a_graph_survives_its_file(tmp_path):
    project = project_of({"kind": "custom", "graph": EXAMPLE})
    file = project.save(tmp_path)
    again = Project.load(file)
    assert again == project
    assert again.disease.spec()["graph"] == EXAMPLE
    assert events_of(again.with_value("disease.transmission", 0.3)) == events_of(
        project.with_value("disease.transmission", 0.3)
    )


def test_a_graph_is_written_without_aliases_whatever_it_was_built_from():
    share = [0.5] * 16
    graph = copy.deepcopy(EXAMPLE)
    graph["susceptibility"] = share
    graph["transitions"][0]["share"] = share
    text = yaml_text(project_of({"kind": "custom", "graph": graph}).spec())
    assert "&" not in text
    assert "*" not in text


def test_a_spec_that_is_changed_does_not_change_the_project():
    project = project_of({"kind": "custom", "graph": EXAMPLE})
    project.spec()["disease"]["graph"]["states"].clear()
    assert project.disease.spec()["graph"] == EXAMPLE
    Custom().graph["states"].clear()
    assert Custom().graph == DEFAULT


def test_the_command_line_can_set_a_graph():
    graph = value_of(str(EXAMPLE), "disease.graph")
    project = project_of({"kind": "custom"}).with_value("disease.graph", graph)
    assert project.disease.spec()["graph"] == EXAMPLE


def test_the_example_of_the_manual_is_a_disease():
    text = inspect.cleandoc(Custom.__doc__).partition("disease:\n")[2]
    disease = Custom.from_spec(yaml.safe_load(text))
    assert disease.transmission == 0.04
    shares = [exit_.share[0] for exit_ in Custom.transitions(disease.values())]
    assert shares == [0.01, 0.99]


def test_what_is_not_written_has_a_plain_default():
    graph = {
        "states": [
            {"name": "never_ill", "role": "susceptible"},
            {"name": "waiting", "role": "latent"},
            {"name": "ill", "role": "infectious"},
            {"name": "over_it", "role": "removed"},
            {"name": "gone", "role": "dead"},
        ],
        "transitions": [
            {"from": "waiting", "to": "ill", "dwell": {"kind": "fixed", "mean": 2}},
            {"from": "ill", "to": "gone", "dwell": {"kind": "fixed", "mean": 2}, "share": 0.25},
            {
                "from": "ill",
                "to": "over_it",
                "dwell": {"kind": "fixed", "mean": 3},
                "share": "rest",
            },
        ],
    }
    disease = Custom(graph=graph)
    states = Custom.states(disease.values())
    assert [state.label for state in states][::3] == ["Never ill", "Over it"]
    assert [state.colour for state in states] == [
        "susceptible",
        "exposed",
        "infectious",
        "recovered",
        "dead",
    ]
    assert [state.infectiousness for state in states] == [0, 0, 1, 0, 0]
    assert not any(state.symptomatic for state in states)
    assert Custom.transitions(disease.values())[2].share == (0.75,) * 16
    assert Custom.susceptibility(disease.values()) == (1.0,) * 16


def test_the_sample_has_the_r0_and_the_second_wave_that_its_text_promises():
    project = Project.load("own_disease")
    values = project.disease.values()
    r_0 = reproduction_number(graph_of(Custom, values), np.eye(16)[7], values.transmission, 10.0)
    assert r_0 == pytest.approx(1.82, abs=0.01)
    run = Simulation(project)
    infectious = []
    for _ in range(project.days):
        run.step()
        infectious.append(run.counts[:, 2:4].sum())
    first, between, second = max(infectious[:160]), min(infectious[160:280]), max(infectious[280:])
    assert first > second > 10 * between
