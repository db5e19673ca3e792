"""Own names: several parts of one kind in a project."""

import pytest

from populace.engine.errors import ProjectError
from populace.engine.project import Project
from populace.engine.simulation import Simulation


def spec(**parts: object) -> dict:
    return {
        "name": "Names",
        "population": {"kind": "boarding_school"},
        "networks": [{"kind": "well_mixed"}],
        "disease": {"kind": "sir"},
        **parts,
    }


TWO_WAVES = [
    {"kind": "masks", "end_day": 20},
    {"kind": "masks", "name": "second_wave", "start_day": 40, "coverage": 0.9},
]


def test_paths_carry_the_own_name_and_the_file_keeps_it():
    project = Project.from_spec(spec(policies=TWO_WAVES))
    assert project.value("policies.second_wave.coverage") == 0.9
    assert project.spec()["policies"] == TWO_WAVES
    changed = project.with_value("policies.second_wave.coverage", 0.5)
    assert changed.value("policies.second_wave.coverage") == 0.5
    assert changed.value("policies.masks.coverage") == project.value("policies.masks.coverage")


def test_the_label_of_a_second_part_does_not_say_its_kind_twice():
    twice = [{"kind": "masks"}, {"kind": "masks", "name": "masks_2"}, TWO_WAVES[1]]
    project = Project.from_spec(spec(policies=twice))
    labels = [policy.own_label for policy in project.policies]
    assert labels == ["Masks", "Masks (2)", "Masks (second wave)"]


def test_two_policies_of_one_kind_act_each_at_its_time():
    simulation = Simulation(Project.from_spec(spec(policies=TWO_WAVES)))
    strengths = []
    for _ in range(45):
        simulation.step()
        strengths.append(tuple(simulation.policy_strengths.values()))
    assert strengths[10] == (1.0, 0.0)
    assert strengths[30] == (0.0, 0.0)
    assert strengths[44] == (0.0, 1.0)


def test_two_networks_of_one_kind_draw_different_contacts():
    networks = [
        {"kind": "erdos_renyi"},
        {"kind": "erdos_renyi", "name": "second"},
    ]
    world = Simulation(Project.from_spec(spec(networks=networks))).world
    first, second = world.networks
    assert (first.name, second.name) == ("erdos_renyi", "second")
    assert first.kind == second.kind == "erdos_renyi"
    assert first.members.tolist() != second.members.tolist()


def test_closing_schools_closes_a_school_of_any_name():
    population = {"kind": "town", "people": 2_000}
    networks = [{"kind": "school", "name": "lessons"}]
    closed = [{"kind": "school_closure"}]
    project = Project.from_spec(spec(population=population, networks=networks, policies=closed))
    simulation = Simulation(project)
    simulation.run(30)
    assert simulation.ever_infected == project.disease.initial_infected


@pytest.mark.parametrize("name", ["Second", "2nd", "a b", "", 3, "networks.x", "a" * 41])
def test_a_name_that_cannot_stand_in_a_path_is_refused(name):
    with pytest.raises(ProjectError, match=r"policies\[0\].name: must be small letters"):
        Project.from_spec(spec(policies=[{"kind": "masks", "name": name}]))


def test_the_same_name_twice_is_refused_with_a_cure():
    with pytest.raises(ProjectError, match="name of its own"):
        Project.from_spec(spec(policies=[{"kind": "masks"}, {"kind": "masks"}]))


def test_the_population_has_no_own_name():
    with pytest.raises(ProjectError, match="population"):
        Project.from_spec(spec(population={"kind": "boarding_school", "name": "mine"}))
