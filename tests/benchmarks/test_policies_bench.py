"""The bench of policies compares two runs of one epidemic, and draws real networks."""

import pytest

from populace.benchmarks import policies


def test_policies_without_effect_reach_people_and_change_no_infection():
    bare, with_them = (policies.timed(which, 20_000) for which in ("bare", "policies"))
    assert bare["infected"] == with_them["infected"] > 3_000
    for what in ("vaccination.first_doses", "testing.tests", "contact_tracing.people_reached"):
        assert with_them[f"policies.{what}"] > 500


@pytest.mark.parametrize("kind", policies.GRAPHS)
def test_every_network_has_about_ten_contacts_each(kind):
    assert policies.built(kind, 30_000)["contacts"] == pytest.approx(10, rel=0.1)
