"""The bench of one pass holds every scenario against its separate run before it tells a ratio."""

import pytest

from populace.benchmarks import one_pass
from populace.engine.scenarios.alike import apart


def test_it_has_a_baseline_and_eight_scenarios_that_fit_into_one_pass():
    base, *others = one_pass.scenarios(5_000).values()
    assert len(others) == 8
    assert [apart(base, one) for one in others] == [""] * 8


def test_it_is_refused_where_the_pass_has_other_events(monkeypatch):
    monkeypatch.setattr(one_pass, "DAYS", 12)
    shown, first = one_pass.measures(people=5_000)
    assert (shown.name, first.name) == one_pass.NAMES
    assert shown.value
    assert first.value
    alone = one_pass._alone
    monkeypatch.setattr(
        one_pass, "_alone", lambda project, world: alone(project.with_value("seed", 9), world)
    )
    with pytest.raises(RuntimeError, match="other events than the separate run"):
        one_pass.measures(people=5_000)
