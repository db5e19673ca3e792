"""Counts by an attribute of the people."""

import numpy as np
import pytest

from populace.engine.analysis.record import Record
from populace.engine.errors import ProjectError
from populace.engine.observations.base import Grouped
from populace.engine.project import Project
from populace.engine.registry import kind, kinds
from populace.engine.simulation import Simulation

GROUPED = [name for name, one in kinds("observations").items() if issubclass(one, Grouped)]
ATTRIBUTES = [
    {"kind": "category", "name": "work", "weights": {"desk": 3, "care": 1},
     "among_members_of": "workplace"},
    {"kind": "number", "name": "income", "mean": 30.0, "deviation": 8.0, "among_age_min": 18},
    {"kind": "share", "name": "people", "share": 0.3},
]  # fmt: skip


def spec(observations=()):
    return {
        "name": "By attribute",
        "days": 40,
        "population": {"kind": "town", "people": 4_000},
        "attributes": ATTRIBUTES,
        "networks": [{"kind": one} for one in ("household", "workplace", "community")],
        "disease": {"kind": "covid_like", "transmission": 0.1, "severity": 3,
                    "initial_infected": 100},
        "observations": list(observations),
    }  # fmt: skip


@pytest.fixture(scope="module")
def record():
    run = Simulation(Project.from_spec(spec()))
    run.run(40)
    return Record.of(run)


def test_there_are_observations_that_group():
    assert {"attack_rate", "cases", "deaths", "seroprevalence"} <= set(GROUPED)


@pytest.mark.parametrize("name", [name for name in GROUPED if name != "seroprevalence"])
@pytest.mark.parametrize("attribute", ["work", "income"])
def test_the_groups_of_an_attribute_add_up_to_everybody(record, observe, name, attribute):
    whole = observe(name, record, by="everybody")
    parts = observe(name, record, by="attribute", by_attribute=attribute)
    for column in whole.columns:
        if column not in ("day", "date", "attack_rate"):
            assert float(parts[column].sum()) == pytest.approx(float(whole[column].sum()))
            assert whole[column].sum() > 0


def test_a_category_is_kept_apart_by_its_values(record, observe):
    table = observe("attack_rate", record, by="attribute", by_attribute="work")
    work = record.people.attributes["work"]
    infected = np.unique(record.events.agent[record.events.before == 0])
    assert list(table["work"]) == ["desk", "care", "none"]
    assert table["people"].tolist() == np.bincount(work.values).tolist()
    assert table["ever_infected"].tolist() == np.bincount(work.values[infected]).tolist()


def test_a_number_is_kept_apart_by_quartiles(record, observe):
    table = observe("attack_rate", record, by="attribute", by_attribute="income")
    income = record.people.attributes["income"].values
    known = np.isfinite(income)
    assert table["income"][-1] == "unknown"
    assert table["people"][-1] == (~known).sum()
    assert table["people"][:-1] == pytest.approx([known.sum() / 4] * 4, abs=2)
    assert table["income"][0].startswith("below ")
    assert table["income"][3].endswith(" and over")


def test_a_number_is_kept_apart_between_given_edges(record, observe):
    table = observe("attack_rate", record, by="attribute", by_attribute="income", edges="20, 1e3")
    income = record.people.attributes["income"].values
    expected = ["below 20", "20 to below 1,000", "1,000 and over", "unknown"]
    assert list(table["income"]) == expected
    assert table["people"][0] == (income < 20).sum()
    assert table["people"][1] == ((income >= 20) & (income < 1_000)).sum()
    assert table["people"][2] == 0


def test_an_attribute_with_the_name_of_a_count_hides_no_count(record, observe):
    table = observe("attack_rate", record, by="attribute", by_attribute="people")
    assert list(table["attribute_people"]) == ["no", "yes"]
    assert table["people"].sum() == record.people.agent_count


@pytest.mark.parametrize(
    ("settings", "place", "error"),
    [
        ({}, "by_attribute", "is missing: name an attribute"),
        ({"by_attribute": "wurk"}, "by_attribute", 'no attribute "wurk". Did you mean "work"?'),
        ({"by_attribute": "income", "edges": "5, 2"}, "edges", "must be rising numbers"),
        ({"by_attribute": "income", "edges": "low"}, "edges", "must be rising numbers"),
    ],
)
def test_a_wrong_group_is_told_when_the_project_opens(settings, place, error):
    observation = {"kind": "cases", "by": "attribute", **settings}
    with pytest.raises(ProjectError) as found:
        Project.from_spec(spec([observation]))
    assert found.value.place == f"observations[0].{place}"
    assert error in found.value.cause


def test_an_attribute_that_the_people_do_not_have_is_told(record):
    with pytest.raises(ProjectError, match='no attribute "gone"'):
        kind("observations", "cases")(by="attribute", by_attribute="gone").observe(record)
