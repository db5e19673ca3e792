"""The community's contacts by setting."""

import numpy as np
import pytest

from populace.engine.networks.community import prem_matrix, reciprocal
from populace.engine.project import Project
from populace.engine.registry import kind
from populace.engine.simulation import Simulation

COMMUNITY = kind("networks", "community")
PARTS = ("work", "school", "other")


def matrix(people, **settings):
    return COMMUNITY(**settings).contacts(people).contacts


@pytest.mark.parametrize("country", ["USA", "GBR"])
def test_the_settings_add_up_to_all_outside_the_home(towns, country):
    people = towns(5_000)
    whole = matrix(people, country=country, setting="all outside the home")
    parts = [matrix(people, country=country, setting=part) for part in PARTS]
    np.testing.assert_allclose(whole, np.sum(parts, axis=0), rtol=1e-12)
    # The publisher's own sum of all settings, without the home.
    counts = np.bincount(people.age_band(), minlength=16).astype(float)
    rest = prem_matrix(country, "all") - prem_matrix(country, "home")
    np.testing.assert_allclose(whole, reciprocal(rest, counts), atol=1e-4)


def test_contacts_are_of_those_who_go_there(towns):
    people = towns(5_000)
    by_age = {part: matrix(people, setting=part).sum(axis=1) for part in PARTS}
    # Bands of five years: 10 to 14 at school, 40 to 44 at work.
    assert by_age["school"][2] > 3 * by_age["school"][8]
    assert by_age["work"][8] > 20 * by_age["work"][1]
    assert (by_age["other"] > 0.5).all()


def test_the_usual_setting_is_what_it_always_was(towns):
    people = towns(5_000)
    counts = np.bincount(people.age_band(), minlength=16).astype(float)
    assert np.array_equal(matrix(people), reciprocal(prem_matrix("USA", "other"), counts))
    assert COMMUNITY().known_as == "community"


@pytest.mark.parametrize(
    ("policy", "closed"),
    [
        ({"kind": "school_closure"}, {"school"}),
        ({"kind": "work_from_home", "share_at_home": 1.0}, {"work"}),
        ({"kind": "distancing", "community_reduction": 1.0, "work_reduction": 0.0}, {"other"}),
    ],
)
def test_policies_for_school_and_work_reach_these_settings(policy, closed):
    spec = {
        "name": "Settings",
        "population": {"kind": "town", "people": 6_000},
        "networks": [{"kind": "community", "name": part, "setting": part} for part in PARTS],
        "disease": {"kind": "sir", "transmission": 0.05, "initial_infected": 60},
        "policies": [policy],
    }
    digests = set()
    for device in ("cpu", "reference"):
        run = Simulation(Project.from_spec(spec), device=device)
        counts = np.zeros(3, int)
        for _ in range(40):
            run.step()
            counts += run.snapshot().new_infections
        found = dict(zip(run.network_names, counts.tolist(), strict=True))
        assert {name for name, count in found.items() if count == 0} == closed
        digests.add(run.events_sha256())
    assert len(digests) == 1
