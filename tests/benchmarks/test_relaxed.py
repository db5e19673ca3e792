"""The table of what autograd takes for a slope: the relaxed models are what they say."""

import numpy as np
import pytest
import torch

from populace.benchmarks.gradient_models import plain_project
from populace.benchmarks.relaxed import OURS, PERIODS, WAYS, Row, as_table, rows
from populace.benchmarks.relaxed_models import Relaxed
from populace.engine.simulation import Simulation


@pytest.fixture(scope="module")
def town() -> Relaxed:
    return Relaxed.of(plain_project("household and work", 2_000), 2)


def test_the_force_on_each_person_is_what_the_engine_s_contacts_add_up_to(town):
    world = Simulation(plain_project("household and work", 2_000)).world
    infectious = torch.zeros(world.agent_count)
    infectious[7] = 1.0
    for shape, network in zip(world.networks, town.networks, strict=True):
        total = float(network.force(infectious).sum())
        group = shape.group_of[7]
        if group < 0:
            assert total == 0
            continue
        size = int(np.diff(shape.pointers)[group])
        cell = shape.group_of == group
        if shape.match is None:
            expected = shape.rates[min(size, len(shape.rates) - 1)]
        else:
            source = world.age_band[7]
            met = shape.match[world.age_band[cell], source] / 65_536
            expected = shape.rates[source] * met.sum() / size
        assert total == pytest.approx(expected, rel=1e-4)


def test_every_way_runs_the_same_epidemic_but_the_mean_field(town):
    curve = town.curve(torch.zeros(town.quantities), 20, 3)
    assert torch.allclose(curve, curve.round(), atol=1e-4)
    assert curve.sum() > 20
    for name, (way, temperature) in WAYS.items():
        total, slope = town.slope(20, 3, way, temperature)
        assert np.isfinite(slope).all(), name
        assert (total == pytest.approx(float(curve.sum()), abs=0.5)) == (way != "mean_field"), name


def test_the_mean_field_s_slope_is_that_of_its_own_curve(town):
    total, slope = town.slope(15, 1, "mean_field")
    log_rates = torch.zeros(town.quantities)
    log_rates[0] = 0.01
    higher = float(torch.stack(list(town._days(log_rates, 15, 1, "mean_field", 1.0))).sum())
    assert (higher - total) / 0.01 == pytest.approx(slope[0], rel=0.05)


def test_a_table_has_each_way_and_each_model_once():
    found = rows("well mixed", 1_500, 3, 3)
    assert [row.way for row in found] == [*WAYS, OURS]
    text = as_table([*found, *(Row(row.way, "other", 1.0, 1.0, 0.1) for row in found)])
    assert text.count("\n") == len(found) + 1
    assert {line.count("|") for line in text.splitlines()} == {6}
    assert len(PERIODS) == 3
