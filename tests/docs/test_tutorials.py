"""What the tutorials tell to write can be written, and does what they say."""

import re
from pathlib import Path

import pytest
import yaml

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


@pytest.fixture
def curfew():
    """Take the policy of the page into this process."""
    (code,) = blocks("your_policy.md", "python")
    names: dict[str, object] = {"__name__": "populace.engine.policies.curfew"}
    exec(compile(code, "curfew.py", "exec"), names)  # the page is ours
    kinds("policies")["curfew"] = names["Curfew"]
    yield names["Curfew"]
    del kinds("policies")["curfew"]


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
