"""What needs a list of people is refused where people are computed, in one line."""

import pytest
from tests.engine.lean.conftest import NETWORKS, project

from populace.engine.errors import ProjectError
from populace.engine.simulation import Simulation

CASES = {
    "network": (
        {"networks": [*NETWORKS, {"kind": "small_world"}]},
        "[5].kind: small_world",
    ),
    "policy": ({"policies": [{"kind": "vaccination"}]}, "policies[0]: vaccination acts on single"),
    "target": (
        {"policies": [{"kind": "masks", "target_age_min": 60}]},
        "policies[0]: masks acts on single people",
    ),
    "behaviour": (
        {"behaviours": [{"kind": "isolate_when_ill", "target_age_min": 60}]},
        "behaviours[0]: isolate_when_ill is for some people alone",
    ),
    "reach": (
        {"policies": [{"kind": "distancing", "coverage": 0.5}]},
        "policies[0].coverage: distancing must reach everybody",
    ),
    "observation": ({"observations": [{"kind": "cases"}]}, "observations[0]: cases needs a list"),
}


@pytest.mark.parametrize("name", CASES)
def test_the_line_says_where_and_what_to_do(name):
    more, words = CASES[name]
    with pytest.raises(ProjectError) as refused:
        Simulation(project(5_000, **more))
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)
    run = Simulation(project(5_000, rows=True, **more))
    run.run(3)


def test_other_devices_are_refused():
    with pytest.raises(ProjectError, match="processor alone"):
        Simulation(project(5_000), device="reference")


def test_more_people_than_there_are_and_homes_without_children_are_refused():
    with pytest.raises(ProjectError, match="there were 6,"):
        project(8_231_613_565).with_value("population.year", "2000")
    with pytest.raises(ProjectError, match=r"0 or at least 1\.5"):
        project().with_value("population.household_size", 1.2)
