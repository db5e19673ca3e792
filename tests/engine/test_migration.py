"""Migration: an older schema becomes the present one, a newer one is refused with a cure."""

import pytest

from populace.engine.errors import ProjectError
from populace.engine.migration import SCHEMA, STEPS, migrated

STEPS_TO_3 = {
    1: lambda spec: {"name": spec["name"], "duration": spec["days"]},
    2: lambda spec: {**spec, "name": spec["name"].upper()},
}


def test_steps_follow_each_other_up_to_the_present():
    old = {"schema": 1, "name": "a", "days": 3}
    new = migrated(old, STEPS_TO_3, 3)
    assert new == {"schema": 3, "name": "A", "duration": 3}
    assert old == {"schema": 1, "name": "a", "days": 3}


def test_a_file_without_a_number_is_of_the_present_schema():
    assert migrated({"name": "a"}, STEPS_TO_3, 3) == {"name": "a"}


def test_a_newer_schema_is_refused_with_a_cure():
    with pytest.raises(ProjectError, match=r"must be 3, not 4: .*pip install --upgrade"):
        migrated({"schema": 4}, STEPS_TO_3, 3)


def test_a_schema_without_a_step_is_refused_with_a_cure():
    with pytest.raises(ProjectError, match="open it in an older Populace"):
        migrated({"schema": 1}, {2: STEPS_TO_3[2]}, 3)


@pytest.mark.parametrize("schema", [0, -1, True, 1.0, "1", None, []])
def test_a_schema_that_is_no_number_is_refused(schema):
    with pytest.raises(ProjectError, match=f"must be {SCHEMA}"):
        migrated({"schema": schema})


def test_every_older_schema_has_its_step():
    assert set(STEPS) == set(range(1, SCHEMA))
