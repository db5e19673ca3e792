"""The bench of the timeline looks at the days that its bar speaks of."""

from itertools import pairwise

from populace.benchmarks import live


def test_thirty_different_days_of_the_run_are_looked_at_in_a_mixed_order():
    days = live._days()
    assert len(set(days)) == len(days) == 30
    assert 1 <= min(days) < 20
    assert 100 < max(days) < live.DAYS
    steps = [abs(one - next_one) for one, next_one in pairwise(days)]
    assert sum(steps) / len(steps) > 25  # far jumps, not a walk
