"""Ports: edges follow from the model, and a wrong one is refused in words."""

import pytest

from populace.engine.editing.draft import Draft
from populace.engine.project import PARTS, Project
from populace.engine.registry import kinds
from populace.studio.composer import parts, ports


def canvas(name):
    """Return the parts of a sample, by id."""
    draft = Draft(Project.load(name).spec())
    return {one.id: one for one in parts.parts_of(draft)}


def targets(found, id_):
    """Return what a part has edges to."""
    return {edge.target for edge in ports.edges_of(found.values()) if edge.source == id_}


def test_the_graph_reads_as_the_model():
    found = canvas("school_flu")
    assert [edge.id for edge in ports.edges_of(found.values())] == [
        "population>networks.well_mixed",
        "networks.well_mixed>disease",
        "disease>observations.observed_series",
    ]


def test_policies_point_at_what_they_change():
    found = canvas("nyc_response")
    assert targets(found, "policies.school_closure") == {"networks.school"}
    assert targets(found, "policies.distancing") == {"networks.workplace", "networks.community"}
    assert targets(found, "policies.vaccination") == {"population"}
    assert targets(found, "behaviours.isolate_when_ill") == {
        "networks.school",
        "networks.workplace",
        "networks.community",
    }


def test_a_policy_without_effect_for_now_still_points_at_what_it_could_change():
    found = canvas("nyc_covid")  # nobody wears a mask in it
    assert "networks.workplace" in targets(found, "policies.masks")
    assert "networks.household" not in targets(found, "policies.masks")


def test_chosen_networks_are_the_only_ones_that_a_policy_points_at():
    draft = Draft(Project.load("nyc_covid").spec())
    parts.set_value(draft, "policies.masks", ports.TARGETS, "school, household")
    found = {one.id: one for one in parts.parts_of(draft)}
    assert targets(found, "policies.masks") == {"networks.school"}
    masks, every = found["policies.masks"], found.values()
    assert ports.targets_with(masks, found["networks.school"], every, on=False) is None
    assert ports.targets_with(masks, found["networks.workplace"], every, on=True) == (
        "school, workplace"
    )


def test_all_networks_are_written_as_none_so_that_new_ones_belong_to_them():
    found = canvas("nyc_covid")
    masks, school, every = found["policies.masks"], found["networks.school"], found.values()
    assert ports.targets_with(masks, school, every, on=False) == "workplace, community"
    assert ports.targets_with(masks, school, every, on=True) == ""


@pytest.mark.parametrize(
    ("source", "target", "why"),
    [
        ("population", "disease", "A population gives people: join it to a network. A disease"),
        ("policies.masks", "disease", "A policy changes contacts or people"),
        ("policies.masks", "networks.household", "it changes the networks outside the home"),
        ("disease", "networks.school", "other way round: from School to COVID-like"),
        ("networks.school", "networks.school", "joined to itself"),
    ],
)
def test_a_wrong_edge_is_refused_with_a_reason(source, target, why):
    found = canvas("nyc_covid")
    assert why in ports.refusal(found[source], found[target])


def test_every_edge_that_is_drawn_would_be_accepted():
    for name in ("nyc_response", "school_flu", "own_disease", "town_flu"):
        found = canvas(name)
        for edge in ports.edges_of(found.values()):
            assert ports.refusal(found[edge.source], found[edge.target]) == ""


def test_every_family_of_a_project_has_ports_and_words():
    for key in PARTS:
        assert ports.INPUTS[key] or ports.OUTPUTS[key]
        assert key in parts.WORDS


@pytest.mark.parametrize("kind", kinds("policies"))
def test_every_policy_points_at_something(kind):
    networks = [parts.Part(f"networks.{n}", "networks", {"kind": n}) for n in kinds("networks")]
    people = parts.Part("population", "population", {"kind": "nyc"})
    one = parts.Part(f"policies.{kind}", "policies", {"kind": kind})
    assert any(ports.may_act_on(one, target) for target in (people, *networks))
