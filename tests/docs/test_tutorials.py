"""What the tutorials tell to write can be written, and does what they say."""

import re
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from populace.engine.checks.checklist import own_disease
from populace.engine.checks.networks import each_network
from populace.engine.diseases.base import Disease
from populace.engine.networks.base import Network
from populace.engine.policies.base import Policy
from populace.engine.project import Project
from populace.engine.registry import kinds
from populace.engine.simulation import Simulation

DOCS = Path(__file__).parents[2] / "docs"


def blocks(page, language):
    """Return the code blocks of a page in one language."""
    return re.findall(rf"```{language}\n(.*?)```", (DOCS / page).read_text(), re.DOTALL)


STEPS = [yaml.safe_load(text) for text in blocks("tutorial.md", "yaml")]


@pytest.fixture(scope="module")
def attack():
    """Return the share infected in each step of the tutorial."""
    shares = []
    for spec in STEPS:
        run = Simulation(Project.from_spec(spec))
        run.run(spec["days"])
        shares.append(run.ever_infected / run.people.agent_count)
    return shares


def test_an_epidemic_of_households_alone_dies_out(attack):
    assert attack[0] < 0.01


def test_with_all_networks_it_goes_through_the_town(attack):
    assert attack[1] > 0.2


def test_the_closure_keeps_people_from_infection(attack):
    assert attack[2] < 0.95 * attack[1]


def test_counting_changes_nothing(attack):
    assert attack[3] == attack[2]


@contextmanager
def taken_in(page, family, kind):
    """Take the class of a page into this process."""
    (code,) = blocks(page, "python")
    names: dict[str, object] = {"__name__": f"populace.engine.{family}.{kind}"}
    exec(compile(code, f"{kind}.py", "exec"), names)  # the page is ours
    made = names[kind.capitalize()]
    kinds(family)[kind] = made
    try:
        yield made
    finally:
        del kinds(family)[kind]


@pytest.fixture
def curfew():
    with taken_in("your_policy.md", "policies", "curfew") as made:
        yield made


@pytest.fixture
def carrier():
    with taken_in("your_disease.md", "diseases", "carrier") as made:
        yield made


@pytest.fixture
def choir():
    with taken_in("your_network.md", "networks", "choir") as made:
        yield made


def test_the_policy_of_the_page_works_as_it_stands(curfew):
    assert issubclass(curfew, Policy)
    assert curfew.kind_name() == "curfew"
    (added,) = blocks("your_policy.md", "text")
    with_it, without = STEPS[1] | yaml.safe_load(added), STEPS[1]
    strengths, infected = [], []
    for spec in (with_it, without):
        run = Simulation(Project.from_spec(spec))
        for _ in range(80):
            run.step()
            if spec is with_it:
                strengths.append(run.policy_strengths["policies.curfew"])
        infected.append(run.ever_infected)
    assert strengths == [float(20 <= day < 60) for day in range(1, 81)]
    assert infected[0] < infected[1]


def test_the_disease_of_the_page_works_as_it_stands(carrier):
    assert issubclass(carrier, Disease)
    (added,) = blocks("your_disease.md", "text")
    project = Project.from_spec(STEPS[1] | yaml.safe_load(added))
    for figure in own_disease(project, people=20_000, seeds=4):
        assert figure.passed, figure.line()
    run = Simulation(project)
    run.run(100)
    names = [state.name for state in run.states]
    assert run.counts.sum(axis=0)[names.index("carrier")] > 0


def test_the_network_of_the_page_works_as_it_stands(choir):
    assert issubclass(choir, Network)
    (added,) = blocks("your_network.md", "text")
    project = Project.from_spec(STEPS[1] | yaml.safe_load(added))
    figures = {figure.name: figure for figure in each_network(project, seeds=4)}
    figure = figures["choir: infections of a day"]
    assert figure.passed, figure.line()
    assert figure.measured > 0
