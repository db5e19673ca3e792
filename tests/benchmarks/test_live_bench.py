"""The bench of the timeline looks at the days that its bar speaks of."""

from itertools import pairwise

from populace.benchmarks import live
from populace.engine.project import Project
from populace.engine.sensitivity.estimate import usual_paths
from populace.engine.sensitivity.staged import ONCE_FROM, stages_of
from populace.studio.views.top_bar import SPEEDS


def test_thirty_different_days_of_the_run_are_looked_at_in_a_mixed_order():
    days = live._days()
    assert len(set(days)) == len(days) == 30
    assert 1 <= min(days) < 20
    assert 100 < max(days) < live.DAYS
    steps = [abs(one - next_one) for one, next_one in pairwise(days)]
    assert sum(steps) / len(steps) > 25  # far jumps, not a walk


def test_the_bars_are_those_of_the_whole_city_while_its_map_is_drawn():
    city = Project.load("nyc_covid")
    assert stages_of(city) == ("sample", "all")
    assert city.population.agent_count() > 8 * ONCE_FROM
    assert live.SLIDER in usual_paths(city)
    assert len(usual_paths(city)) >= 6
    assert SPEEDS[live.SPEED] * live.FULL_S < live.LONG
    assert SPEEDS[live.SPEED] > live.PICTURES
