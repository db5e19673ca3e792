"""How many people tracing reaches, against a count from the networks and the log alone."""

import numpy as np
import pytest

from populace.engine.world import CELLS, MEMBERS

TESTING = {"kind": "testing", "share_tested": 0.8, "delay_days": 1, "specificity": 0.999}
NOBODY = {
    "kind": "contact_tracing",
    "share_home": 0.0,
    "share_known": 0.0,
    "app_coverage": 0.0,
    "compliance": 1.0,
    "meetings_a_day": 3.0,
}
DAYS, LOOKBACK = 55, 4


def place_of(shape, people):
    """Return everybody's place in a network, -1 for none, from the member lists alone."""
    place = np.full(people, -1)
    for group, (low, high) in enumerate(zip(shape.pointers[:-1], shape.pointers[1:], strict=True)):
        place[shape.members[low:high] if shape.shape == MEMBERS else slice(low, high)] = group
    return place


def chance_to_be_met(place, cases, meetings):
    """Return each person's chance that any of the cases meets them in one network."""
    sizes = np.bincount(place[place >= 0], minlength=1)
    visits = np.bincount(place[cases][place[cases] >= 0], minlength=len(sizes)) * meetings
    chance = 1.0 - (1.0 - 1.0 / np.maximum(sizes, 1)) ** visits
    return np.where(place >= 0, np.where(sizes > 1, chance, 0.0)[place], 0.0)


def linked(run, cases, name, backward):
    """Return who was infected by a case lately, or infected one, in a network."""
    table = run.events()
    network = run.network_names.index(name)
    here = (table.infector >= 0) & (table.network == network)
    # What is looked at on a morning is known from the evening before.
    recent = here & (table.day > run.day - LOOKBACK)
    people = [table.agent[recent & np.isin(table.infector, cases)]]
    if backward:
        people.append(table.infector[here & np.isin(table.agent, cases)])
    return np.unique(np.concatenate(people))


@pytest.mark.parametrize(
    ("settings", "names", "share"),
    [
        ({"share_known": 1.0}, ("school", "workplace"), 1.0),
        ({"share_known": 0.4}, ("school", "workplace"), 0.4),
        ({"app_coverage": 0.7}, ("community",), 0.49),
    ],
)
@pytest.mark.parametrize("backward", [True, False])
def test_as_many_are_reached_as_meetings_in_a_place_of_that_size_reach(
    city, settings, names, share, backward
):
    run = city([TESTING, NOBODY | settings | {"backward": backward, "lookback_days": LOOKBACK}])
    people = run.people.agent_count
    places = {
        shape.name: place_of(shape, people) for shape in run.world.networks if shape.name in names
    }
    assert (run.world.networks[0].shape == CELLS) == (run.world.networks[0].name == "community")
    expected = variance = 0.0
    for _ in range(DAYS):
        cases = np.unique(run._authority._found)
        missed = np.ones(people)
        for name, place in places.items():
            met = chance_to_be_met(place, cases, 3 * LOOKBACK)
            met[linked(run, cases, name, backward)] = 1.0
            missed *= 1.0 - share * met
        missed[cases] = 1.0
        expected += (1.0 - missed).sum()
        variance += (missed * (1.0 - missed)).sum()
        run.step()
    counts = run.policy_counts()
    reached = counts["policies.contact_tracing.people_reached"]
    assert counts["policies.contact_tracing.cases_traced"] > 300
    assert expected > 1_000
    # Tracing's draws are shared by the cases of a day, so the spread is somewhat larger.
    assert abs(reached - expected) < 5 * np.sqrt(variance) + 0.01 * expected


def test_the_whole_household_is_reached_and_nobody_else(city):
    run = city([TESTING, NOBODY | {"share_home": 1.0}])
    expected = 0
    for _ in range(DAYS):
        cases = np.unique(run._authority._found)
        homes = np.isin(run.people.dwelling, run.people.dwelling[cases])
        expected += homes.sum() - len(cases)
        run.step()
    assert run.policy_counts()["policies.contact_tracing.people_reached"] == expected > 500
