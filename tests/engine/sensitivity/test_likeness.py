"""From today on, other runs speak for one that has gone the way that most go, and for no other."""

import pytest

from populace.engine.errors import ProjectError
from populace.engine.project import Project
from populace.engine.sensitivity.likeness import require_likeness
from populace.engine.sensitivity.since import Since
from populace.engine.sensitivity.staged import of_all
from populace.engine.simulation import Simulation

TRANSMISSION = "disease.transmission"


def town(infected):
    return Project.from_spec(
        {
            "name": "Town",
            "days": 40,
            "population": {"kind": "well_mixed", "people": 2_000},
            "networks": [{"kind": "well_mixed"}],
            "disease": {
                "kind": "sir",
                "transmission": 0.4,
                "infectious_period": 5.0,
                "initial_infected": infected,
            },
        }
    )


def test_a_run_that_went_the_usual_way_is_answered():
    project = town(100)
    world = Simulation(project).world
    require_likeness(project, Since(10), range(1, 6), world)


def test_a_run_that_died_out_has_no_answer_from_today_on_but_one_from_day_0():
    project = town(1)
    world = Simulation(project).world

    def left(seed):
        run = Simulation(project, world=world, seed=seed)
        run.run(20)
        return run.ever_infected

    died_out = next(seed for seed in range(1, 60) if left(seed) == 1)
    project = project.with_value("seed", died_out)
    with pytest.raises(ProjectError, match="another way than most: 0 people are infected today"):
        of_all(project, [TRANSMISSION], "infections", world, since=Since(20))
    found = of_all(project, [TRANSMISSION], "infections", world)
    assert found.estimates[0].slope > 0
