"""A ready disease written out is the same model, and edits of a graph leave it consistent."""

import numpy as np
import pytest

from populace.engine.checks.trial import world_of
from populace.engine.editing.disease_edits import (
    add_state,
    add_way,
    delete_state,
    delete_way,
    exits,
    graph_in,
    move_to_entry,
    refusal,
    rename_state,
    rest_row,
    set_share,
    shares_of,
)
from populace.engine.editing.draft import Draft
from populace.engine.editing.own_disease import (
    can_be_own,
    infections_of,
    own_disease,
    usable,
    written_graph,
)
from populace.engine.errors import ProjectError
from populace.engine.graph import graph_of
from populace.engine.project import Project
from populace.engine.registry import kinds
from populace.engine.simulation import Simulation

READY = [name for name in kinds("diseases") if name != "custom" and can_be_own({"kind": name})]
TABLES = (
    "entries",
    "strain",
    "catch",
    "first_exit", "after", "shares", "chances", "dwell", "infectious", "infectiousness",
    "susceptibility",
)  # fmt: skip


def compiled(spec):
    disease = kinds("diseases")[spec["kind"]].from_spec(spec)
    return graph_of(type(disease), disease.values())


def project_of(disease, people=3_000):
    return Project.from_spec(
        {
            "name": "x",
            "days": 60,
            "population": {"kind": "town", "people": people},
            "networks": [{"kind": "household"}, {"kind": "community"}],
            "disease": disease,
        }
    )


@pytest.mark.parametrize("name", READY)
def test_a_ready_disease_made_ones_own_has_equal_tables(name):
    ready = {"kind": name}
    one, other = compiled(ready), compiled(own_disease(ready))
    assert one.states == other.states
    assert (one.entry, one.start) == (other.entry, other.start)
    assert one.susceptibility_max == other.susceptibility_max
    for table in TABLES:
        assert np.array_equal(getattr(one, table), getattr(other, table)), table


# Attempts are drawn for the start rate or the declared default, whichever is larger: the default
# of a custom disease is 0.05, and below it the same model takes other draws.
@pytest.mark.parametrize("ready", [{"kind": "covid_like"}, {"kind": "sis"},
                                   {"kind": "influenza", "transmission": 0.06}])  # fmt: skip
def test_a_run_of_the_own_disease_has_the_same_events(ready):
    ready = ready | {"initial_infected": 30}
    runs = []
    for disease in (ready, own_disease(ready)):
        project = project_of(disease)
        simulation = Simulation(project, world=world_of(project))
        for _ in range(40):
            simulation.step()
        runs.append(simulation.events())
    assert len(runs[0].agent) > 100
    for column in ("agent", "before", "after"):
        assert np.array_equal(getattr(runs[0], column), getattr(runs[1], column)), column


def test_a_disease_of_several_strains_says_why_it_cannot_be_written():
    with pytest.raises(ProjectError, match="several strains"):
        own_disease({"kind": "two_strains"})
    strains = infections_of({"kind": "two_strains"}, written_graph({"kind": "two_strains"}))
    assert [before for before, _ in strains].count("susceptible") == 2
    assert len(strains) == 4
    assert infections_of({"kind": "seir"}, written_graph({"kind": "seir"})) == [
        ("susceptible", "exposed")
    ]


def test_the_own_disease_keeps_changed_quantities_and_the_start():
    ready = {"kind": "seir", "latent_period": 5.0, "transmission": 0.2, "initial_infected": 7}
    own = own_disease(ready)
    assert (own["transmission"], own["initial_infected"]) == (0.2, 7)
    assert own["graph"]["transitions"][0]["dwell"] == {"kind": "exponential", "mean": 5.0}


def test_a_state_that_infects_nobody_is_written_as_latent():
    quiet = {"kind": "covid_like", "infectiousness_without_symptoms": 0.0}
    states = {state["name"]: state for state in own_disease(quiet)["graph"]["states"]}
    assert states["infectious"]["role"] == "latent"
    compiled(own_disease(quiet))


def test_the_own_disease_survives_the_project_file(tmp_path):
    project = project_of(own_disease({"kind": "covid_like"}))
    project.save(tmp_path)
    assert Project.load(tmp_path) == project


def test_a_form_shows_the_good_values_of_a_part_with_bad_ones():
    disease = usable("diseases", {"kind": "seir", "latent_period": -3, "infectious_period": 9})
    assert (disease.latent_period, disease.infectious_period) == (3.0, 9.0)


# Edits


@pytest.fixture
def spec():
    project = Project.load("own_disease")
    return project.spec()


def row_of(spec, before, after):
    ways = graph_in(spec)["transitions"]
    [row] = [n for n, way in enumerate(ways) if (way["from"], way["to"]) == (before, after)]
    return row


def assert_shares_sum_to_one(spec):
    graph = graph_in(spec)
    shares = shares_of(graph)
    for before in {way["from"] for way in graph["transitions"]}:
        total = np.sum([shares[row] for row in exits(graph, before)], axis=0)
        assert total == pytest.approx(np.ones(16), abs=1e-9)


def test_a_new_share_leaves_the_rest_to_the_other_way(spec):
    row = row_of(spec, "incubating", "mild")
    set_share(graph_in(spec), row, [0.25] * 16)
    ways = graph_in(spec)["transitions"]
    assert (ways[row]["share"], ways[row + 1]["share"]) == (0.25, "rest")
    assert_shares_sum_to_one(spec)


def test_the_way_that_took_the_rest_can_have_a_share_of_its_own(spec):
    row = row_of(spec, "incubating", "severe")
    set_share(graph_in(spec), row, [0.6] * 16)
    ways = graph_in(spec)["transitions"]
    assert (ways[row]["share"], ways[row - 1]["share"]) == (0.6, "rest")


def test_ways_that_leave_too_little_shrink_in_proportion(spec):
    add_way(spec, "severe", "dead")
    row = row_of(spec, "severe", "dead")
    set_share(graph_in(spec), row_of(spec, "severe", "in_hospital"), [0.8] * 16)
    set_share(graph_in(spec), row, [0.5] * 16)
    shares = shares_of(graph_in(spec))
    assert shares[row][0] == 0.5
    assert shares[row_of(spec, "severe", "in_hospital")][0] == pytest.approx(0.5)
    assert_shares_sum_to_one(spec)
    assert Draft(spec).problems == ()


def test_shares_by_age_keep_their_ages(spec):
    row = row_of(spec, "severe", "in_hospital")
    set_share(graph_in(spec), row, [0.05] * 15 + [0.57])
    assert graph_in(spec)["transitions"][row]["share"] == [0.05] * 15 + [0.57]
    assert_shares_sum_to_one(spec)


def test_a_share_above_one_is_refused(spec):
    with pytest.raises(ProjectError, match="from 0 to 100 %"):
        set_share(graph_in(spec), 0, [1.2] * 16)


def test_an_only_way_takes_everybody(spec):
    graph = graph_in(spec)
    row = row_of(spec, "mild", "immune")
    assert rest_row(graph, row) is None
    set_share(graph, row, [0.3] * 16)
    assert "share" not in graph["transitions"][row]


@pytest.mark.parametrize("after", ["dead", "immune"])
def test_without_a_way_the_others_take_everybody(spec, after):
    delete_way(spec, row_of(spec, "in_hospital", after))
    [left] = exits(graph_in(spec), "in_hospital")
    assert "share" not in graph_in(spec)["transitions"][left]
    assert_shares_sum_to_one(spec)


def test_without_the_rest_the_largest_way_takes_it():
    spec = {"disease": own_disease({"kind": "covid_like"})}
    for after in ("recovered", "intensive"):
        delete_way(spec, row_of(spec, "hospitalised", after))
        assert_shares_sum_to_one(spec)


def test_a_deleted_state_takes_its_ways_with_it(spec):
    spec["disease"]["initial_state"] = "in_hospital"
    delete_state(spec, "in_hospital")
    assert "initial_state" not in spec["disease"]
    names = {way[end] for way in graph_in(spec)["transitions"] for end in ("from", "to")}
    assert "in_hospital" not in names
    assert_shares_sum_to_one(spec)


def test_the_susceptible_state_stays(spec):
    with pytest.raises(ProjectError, match="everybody begins in it"):
        delete_state(spec, "susceptible")


def test_a_new_name_is_known_wherever_the_project_names_the_state(spec):
    spec["disease"]["initial_state"] = "severe"
    spec["observations"] = [
        {"kind": "admissions", "states": "in_hospital, severe"},
        {"kind": "deaths", "states": "dead"},
    ]
    rename_state(spec, "severe", "badly_ill")
    assert spec["disease"]["initial_state"] == "badly_ill"
    assert spec["observations"][0]["states"] == "in_hospital, badly_ill"
    assert Draft(spec).problems == ()


def test_a_default_that_names_the_state_follows_too():
    spec = {
        "disease": own_disease({"kind": "covid_like"}),
        "observations": [{"kind": "admissions"}],
    }
    before = kinds("observations")["admissions"]().states
    rename_state(spec, "hospitalised", "ward")
    assert spec["observations"][0]["states"] == before.replace("hospitalised", "ward")


def test_what_is_parked_beside_the_model_follows_too(spec):
    spec["observations"] = []
    canvas = {
        "parked": {
            "parked.1": {
                "key": "observations",
                "values": {"kind": "admissions", "states": "in_hospital, severe"},
            },
            "parked.2": {"key": "policies", "values": {"kind": "masks"}},
        }
    }
    rename_state(spec, "severe", "badly_ill", canvas)
    first, second = (one["values"] for one in canvas["parked"].values())
    assert first["states"] == "in_hospital, badly_ill"
    assert second == {"kind": "masks"}
    assert Draft(spec | {"observations": [first]}).problems == ()


@pytest.mark.parametrize("new", ["icu", "ventilated", "intensive_ward"])
def test_a_trigger_of_intensive_care_counts_the_state_under_any_new_name(new):
    spec = {"disease": own_disease({"kind": "covid_like"})}

    def in_intensive_care():
        disease = usable("diseases", spec["disease"])
        states = disease.states(disease.values())
        return [n for n, state in enumerate(states) if state.in_intensive_care]

    before = in_intensive_care()
    assert len(before) == 1
    rename_state(spec, "intensive", new)
    assert in_intensive_care() == before
    rename_state(spec, new, "intensive")
    assert in_intensive_care() == before
    assert spec["disease"]["graph"] == own_disease({"kind": "covid_like"})["graph"]


def test_a_trigger_that_no_state_can_reach_is_said(spec):
    spec["policies"] = [{"kind": "masks", "trigger": "intensive care"}]
    spec["disease"] = {"kind": "sir"}
    [problem] = Draft(spec).problems
    assert (problem.severity, problem.place) == ("warning", "policies.masks.trigger")


def test_two_states_cannot_have_one_name(spec):
    with pytest.raises(ProjectError, match="already is a state"):
        rename_state(spec, "mild", "severe")


def test_new_states_have_names_of_their_own_up_to_the_limit(spec):
    names = [add_state(spec) for _ in range(8)]
    assert names[:2] == ["new_state", "new_state_2"]
    with pytest.raises(ProjectError, match="at most 15"):
        add_state(spec)


def test_infection_leads_to_the_second_state(spec):
    move_to_entry(spec, "mild")
    assert [state["name"] for state in graph_in(spec)["states"]][:3] == [
        "susceptible",
        "mild",
        "incubating",
    ]


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("mild", "mild", "itself"),
        ("susceptible", "mild", "Infection"),
        ("dead", "mild", "Nobody"),
        ("mild", "immune", "already"),
        ("immune", "incubating", "circle"),
        ("mild", "severe", ""),
        ("mild", "susceptible", ""),
    ],
)
def test_a_way_that_cannot_be_is_refused_with_the_reason(spec, before, after, why):
    said = refusal(graph_in(spec), before, after)
    assert why in said if why else said == ""


def test_a_draft_with_the_default_graph_can_be_edited():
    spec = {"disease": {"kind": "custom"}}
    add_state(spec, "carrier")
    assert [state["name"] for state in spec["disease"]["graph"]["states"]][-1] == "carrier"
    assert written_graph({"kind": "custom"})["states"][-1]["name"] == "recovered"
