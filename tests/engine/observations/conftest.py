"""A hand-made run of eight people, and small projects that are really run."""

import numpy as np
import pytest

from populace.engine.analysis.record import Record
from populace.engine.diseases.covid_like import CovidLike
from populace.engine.events import NOBODY, NOWHERE, EventTable
from populace.engine.people import People, Places
from populace.engine.project import Project
from populace.engine.registry import kind

STATES = CovidLike.states(CovidLike().values())
NAMES = [state.name for state in STATES]
NETWORKS = ("community", "household")

# Day, agent, from, to, and for infections by whom and where.
STORY = [
    (0, 0, "susceptible", "exposed", NOBODY, NOWHERE),
    (3, 0, "exposed", "infectious"),
    (4, 1, "susceptible", "exposed", 0, 1),
    (5, 0, "infectious", "symptomatic"),
    (5, 1, "exposed", "infectious"),
    (5, 3, "susceptible", "exposed", 0, 0),
    (6, 2, "susceptible", "exposed", 1, 1),
    (7, 3, "exposed", "infectious"),
    (8, 0, "symptomatic", "recovered"),
    (9, 1, "infectious", "recovered"),
    (9, 3, "infectious", "symptomatic"),
    (9, 4, "susceptible", "exposed", 3, 1),
    (10, 2, "exposed", "infectious"),
    (12, 2, "infectious", "symptomatic"),
    (12, 3, "symptomatic", "hospitalised"),
    (12, 4, "exposed", "infectious"),
    (13, 5, "susceptible", "exposed", 2, 0),
    (14, 3, "hospitalised", "intensive"),
    (14, 4, "infectious", "recovered"),
    (15, 2, "symptomatic", "recovered"),
    (16, 5, "exposed", "infectious"),
    (18, 5, "infectious", "symptomatic"),
    (20, 3, "intensive", "dead"),
]


def table_of(story):
    rows = [(*row, NOBODY, NOWHERE)[:6] for row in story]
    day, agent, before, after, infector, network = zip(*rows, strict=True)
    return EventTable(
        np.array(day, np.int32),
        np.array(agent, np.int32),
        np.array([NAMES.index(name) for name in before], np.uint8),
        np.array([NAMES.index(name) for name in after], np.uint8),
        np.array(infector, np.int32),
        np.array(network, np.uint8),
    )


def eight_people():
    flat = np.zeros(8, np.float32)
    return People(
        age=np.array([30, 4, 62, 80, 81, 40, 10, 41], np.uint8),
        region_index=np.array([0, 0, 0, 0, 0, 1, 1, 1], np.uint16),
        dwelling=np.array([0, 0, 0, 1, 1, 2, 3, 3], np.int32),
        x=flat,
        y=flat.copy(),
        places=Places(("n", "s"), ("North", "South"), ("Town", "Town")),
    )


def project_of(**parts):
    spec = {
        "name": "Observed",
        "start_date": "2020-03-01",
        "days": 20,
        "population": {"kind": "well_mixed", "people": 8},
        "networks": [{"kind": "household"}, {"kind": "community"}],
        "disease": {"kind": "covid_like", "initial_infected": 1},
        **parts,
    }
    return Project.from_spec(spec)


@pytest.fixture(scope="session")
def record_of():
    """Record any story: ``record_of(story, last_day)``."""

    def build(story=STORY, last_day=20, seed=1):
        return Record(
            project=project_of(),
            people=eight_people(),
            events=table_of(story),
            states=STATES,
            network_names=NETWORKS,
            home_networks=("household",),
            last_day=last_day,
            seed=seed,
        )

    return build


@pytest.fixture(scope="session")
def observe():
    """Observe with settings: ``observe("cases", record, reported=1)``."""

    def table(name, record, **settings):
        return kind("observations", name).from_spec(settings).observe(record)

    return table


@pytest.fixture(scope="session")
def make_project():
    return project_of
