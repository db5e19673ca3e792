"""Vaccination by occupation or place first, and what it does for those people."""

import numpy as np
import pytest

from populace.engine.analysis.record import Record
from populace.engine.errors import ProjectError
from populace.engine.project import Project
from populace.engine.simulation import Simulation

NURSES = {"kind": "share", "name": "nurse", "share": 0.06, "among_members_of": "workplace"}
RISK = {"kind": "number", "name": "risk", "mean": 10.0, "deviation": 3.0}
CAMPAIGN = {"kind": "vaccination", "doses_per_day": 40, "doses": 1, "delay_days": 0}
FIRST = CAMPAIGN | {"order": "by attribute first", "first_attribute": "nurse", "hesitant": 0.0}


def vaccinated(run):
    """Return who has a dose."""
    return run._authority._class > 0


def test_nurses_come_first_and_then_the_oldest(city):
    run = city([FIRST], attributes=[NURSES])
    nurse, age = run.people.attributes["nurse"].values == 1, run.people.age
    days = int(np.ceil(nurse.sum() / 40))
    assert days > 3
    for _ in range(days - 1):
        run.step()
    assert nurse[vaccinated(run)].all()
    # Of the nurses, the oldest.
    assert age[vaccinated(run)].min() >= np.median(age[nurse & ~vaccinated(run)])
    run.run(10)
    others = vaccinated(run) & ~nurse
    assert vaccinated(run)[nurse].all()
    assert age[others].min() >= age[~nurse & ~others].max()


@pytest.mark.parametrize(
    ("settings", "first"),
    [
        ({"first_attribute": "nurse", "first_values": "no"},
         lambda people: people.attributes["nurse"].values == 0),
        ({"first_attribute": "risk", "first_values": ">= 14"},
         lambda people: people.attributes["risk"].values >= 14),
        ({"order": "by place first", "first_places": "Staten Island"},
         lambda people: np.array(people.places.region_groups)[people.region_index]
         == "Staten Island"),
    ],
)  # fmt: skip
def test_whom_the_settings_name_come_first(city, settings, first):
    run = city([FIRST | {"first_attribute": ""} | settings], attributes=[NURSES, RISK])
    run.run(10)
    chosen = first(run.people)
    assert chosen.sum() > 400
    assert chosen[vaccinated(run)].all()
    assert vaccinated(run).sum() == 400


def test_without_a_first_the_queue_is_as_it_was(city):
    """A place that holds everybody first is the order of the oldest first."""
    digests = set()
    for order in (
        {"order": "oldest first"},
        {"order": "by place first",
         "first_places": "Brooklyn, Queens, Manhattan, The Bronx, Staten Island"},
    ):  # fmt: skip
        run = city([CAMPAIGN | order])
        run.run(60)
        digests.add(run.events_sha256())
    assert len(digests) == 1


def test_the_attack_rate_of_nurses_falls_when_they_come_first(city):
    """The whole way: an attribute, a policy by it, and the attack rate by it."""
    rates = {}
    nurse = NURSES | {"share": 0.3}
    campaign = FIRST | {"doses_per_day": 120, "efficacy_second": 0.95}
    for order in ("by attribute first", "youngest first"):
        rate = {"kind": "attack_rate", "by": "attribute", "by_attribute": "nurse"}
        run = city([campaign | {"order": order}], attributes=[nurse], observations=[rate])
        run.run(120)
        table = run.project.observations[0].observe(Record.of(run))
        assert list(table["nurse"]) == ["no", "yes"]
        assert table["people"].sum() == run.people.agent_count
        rates[order] = dict(zip(table["nurse"], table["attack_rate"], strict=True))
    assert rates["by attribute first"]["yes"] < 0.6 * rates["youngest first"]["yes"]
    assert rates["by attribute first"]["yes"] < rates["by attribute first"]["no"]


@pytest.mark.parametrize(
    ("settings", "place", "error"),
    [
        ({"order": "by attribute first"}, "first_attribute", "is missing"),
        ({"order": "by place first"}, "first_places", "is missing"),
        ({"order": "by place first", "first_places": "Quens"}, "first_places", '"Queens"?'),
        ({"order": "by attribute first", "first_attribute": "nurze"}, "first_attribute",
         'Did you mean "nurse"?'),
    ],
)  # fmt: skip
def test_a_first_that_nobody_knows_is_one_clear_line(city, settings, place, error):
    with pytest.raises(ProjectError) as found:
        city([CAMPAIGN | settings], attributes=[NURSES])
    assert found.value.place == f"policies[0].{place}"
    assert error in found.value.cause


def test_what_is_not_asked_for_is_not_looked_for(city):
    """The order decides which of the settings count."""
    run = city([CAMPAIGN | {"first_places": "Queens", "first_attribute": "gone"}])
    run.run(3)
    assert run.policy_counts()["policies.vaccination.first_doses"] == 120


LEVELS = {"primary": (5, 10), "middle": (11, 13), "high": (14, 17)}  # ages in New York's schools


@pytest.mark.parametrize("closed", [["primary"], ["middle", "high"], ["high"]])
def test_the_levels_that_close_have_no_infections_at_school(city, closed):
    run = city(
        [{"kind": "school_closure", "levels": ", ".join(closed)}],
        disease={"kind": "covid_like", "initial_infected": 200, "transmission": 0.2},
    )
    run.run(40)
    events = run.events()
    at_school = events.network == run.network_names.index("school")
    ages = run.people.age[events.agent[at_school]]
    for level, (first, last) in LEVELS.items():
        infected = ((ages >= first) & (ages <= last)).sum()
        assert (infected == 0) == (level in closed)


def test_all_levels_are_the_whole_school(city):
    digests = set()
    for levels in ("", "primary, middle, high"):
        run = city([{"kind": "school_closure", "levels": levels}])
        run.run(50)
        digests.add(run.events_sha256())
    assert len(digests) == 1


def test_classes_close_while_the_rest_of_the_school_stays_open():
    closure = {"kind": "school_closure", "target_networks": "school_class"}
    project = Project.from_spec(
        {
            "name": "School",
            "days": 40,
            "population": {"kind": "town", "people": 6_000},
            "networks": [{"kind": "school"}, {"kind": "school_class"}],
            "disease": {"kind": "influenza", "initial_infected": 200},
            "policies": [closure],
        }
    )
    run = Simulation(project)
    run.run(40)
    counts = np.bincount(run.events().network, minlength=2)
    by_name = dict(zip(run.network_names, counts, strict=False))
    assert by_name["school"] > 0
    assert by_name["school_class"] == 0


def test_an_unknown_level_is_told(city):
    with pytest.raises(ProjectError, match='level of schools "hihg"'):
        city([{"kind": "school_closure", "levels": "primary, hihg"}])
