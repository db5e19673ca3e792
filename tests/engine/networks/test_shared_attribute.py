"""People who have something in common meet, and nobody else is among them."""

import numpy as np
import pytest

from populace.engine.errors import ProjectError
from populace.engine.project import Project
from populace.engine.simulation import Simulation

TOWN = {
    "name": "Town",
    "days": 40,
    "population": {"kind": "town", "people": 6_000},
    "attributes": [
        {"kind": "share", "name": "nurse", "share": 0.1},
        {"kind": "number", "name": "income"},
    ],
    "networks": [{"kind": "shared_attribute", "attribute": "nurse", "attribute_values": "yes"}],
    "disease": {"kind": "seir", "transmission": 0.2, "initial_infected": 200},
}


def town(**network):
    """Return the town with another network."""
    return Project.from_spec(TOWN | {"networks": [TOWN["networks"][0] | network]})


def groups_of(project):
    """Return the people of a run, and the group of each."""
    run = Simulation(project)
    return run, run.world.networks[0]


def test_only_nurses_are_infected_where_only_nurses_meet():
    run, shape = groups_of(town())
    nurse = run.people.attributes["nurse"].values == 1
    assert ((shape.group_of >= 0) == nurse).all()
    run.run(40)
    table = run.events()
    infected = table.agent[table.infector >= 0]
    assert len(infected) > 50
    assert nurse[infected].all()


def test_a_group_is_of_one_value_one_region_and_about_the_size():
    run, shape = groups_of(town(attribute_values="", group_size=15))
    people = run.people
    value = people.attributes["nurse"].values
    for low, high in zip(shape.pointers[:-1], shape.pointers[1:], strict=True):
        group = shape.members[low:high]
        assert len(set(value[group])) == len(set(people.region_index[group])) == 1
    assert np.diff(shape.pointers).mean() == pytest.approx(15, abs=1)
    assert (shape.group_of >= 0).all()


def test_without_a_region_groups_reach_across_the_town():
    run, shape = groups_of(town(within="the whole population"))
    crossing = [
        len(set(run.people.region_index[shape.members[low:high]])) > 1
        for low, high in zip(shape.pointers[:-1], shape.pointers[1:], strict=True)
    ]
    assert all(crossing)


@pytest.mark.parametrize(
    ("network", "words"),
    [
        ({"attribute": "nurs"}, r'networks\[0\].attribute: .*no attribute "nurs".*nurse'),
        (
            {"attribute_values": "Yes"},
            r'networks\[0\].attribute_values: nurse has no value "Yes".*yes',
        ),
        (
            {"attribute": "income", "attribute_values": ""},
            r"networks\[0\].attribute: income is a number",
        ),
        ({"attribute": ""}, r"networks\[0\].attribute: needs an attribute"),
    ],
)
def test_a_name_that_people_do_not_have_is_refused_with_its_place(network, words):
    with pytest.raises(ProjectError, match=words):
        town(**network)
