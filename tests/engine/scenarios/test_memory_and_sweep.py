"""As many runs at once as fit, and every point of a grid."""

from types import SimpleNamespace

import pytest

from populace.engine.errors import ProjectError
from populace.engine.scenarios import memory
from populace.engine.scenarios.comparison import compare
from populace.engine.scenarios.memory import BYTES_PER_PERSON, fitting, free_bytes
from populace.engine.scenarios.study import Study
from populace.engine.scenarios.sweep import Axis, grid_of, sweep_table


@pytest.mark.parametrize(
    ("free_runs", "wanted", "at_once"), [(10, 100, 8), (3.2, 100, 3), (0.1, 100, 1), (10, 2, 2)]
)
def test_no_more_than_memory_cores_and_tasks_allow(monkeypatch, free_runs, wanted, at_once):
    monkeypatch.setattr(memory, "core_count", lambda: 8)
    world = SimpleNamespace(agent_count=1_000_000, crowd=None)
    free = int(free_runs * 1_000_000 * BYTES_PER_PERSON / 0.8)
    assert fitting(world, wanted, free) == at_once


def test_the_free_memory_is_that_of_the_machine(monkeypatch, tmp_path):
    assert 10_000_000 < free_bytes() < 2**50
    monkeypatch.setattr(
        memory, "_number", lambda path: 5_000_000 if path.endswith("max") else 4_000_000
    )
    assert free_bytes() == 1_000_000


def test_an_axis_has_all_its_points():
    assert Axis.read("a.b=0.1:0.3:3") == Axis("a.b", (0.1, 0.2, 0.3))
    assert Axis.read("a.b = 3, 1,2") == Axis("a.b", (3.0, 1.0, 2.0))


@pytest.mark.parametrize(
    "text", ["a.b", "=1:2:3", "a.b=1:2", "a.b=1:2:x", "a.b=1:2:1", "a.b=x", "a.b=0:inf:3", "a.b="]
)
def test_an_axis_that_cannot_be_is_refused(text):
    with pytest.raises(ProjectError, match="--over"):
        Axis.read(text)


def test_a_grid_has_every_combination(small):
    axes = [Axis("disease.transmission", (0.1, 0.2)), Axis("policies.masks.start_day", (1.0, 5.0))]
    grid = grid_of(small, axes)
    assert len(grid) == 4
    values, project = grid["disease.transmission = 0.2, policies.masks.start_day = 5"]
    assert values == {"disease.transmission": 0.2, "policies.masks.start_day": 5}
    assert project == small.with_values(values)


@pytest.mark.parametrize(
    ("axes", "message"),
    [
        ([Axis("disease.transmision", (0.1,))], "Did you mean"),
        ([Axis("disease.transmission", (0.1, 9.0))], "disease.transmission: must be at most"),
        ([Axis("seed", (1, 2))], "is the same in all runs"),
        ([Axis("disease.transmission", (0.1,))] * 2, "names one path twice"),
        ([Axis("disease.transmission", tuple([0.1] * 2_001))], "makes 2,001 points"),
    ],
)
def test_a_grid_that_cannot_be_is_refused(small, axes, message):
    with pytest.raises(ProjectError, match=message):
        grid_of(small, axes)


def test_points_of_a_sweep_have_their_rows_in_the_table(small, store):
    grid = grid_of(small, [Axis("disease.transmission", (0.05, 0.1, 0.25))])
    projects = {label: point for label, (_, point) in grid.items()}
    study = Study.of(projects, 3, differences=False)
    batch = study.batch(store).start()
    assert batch.join(120)
    runs = study.runs(batch.results)
    table = sweep_table(runs, {label: values for label, (values, _) in grid.items()})
    assert table["disease.transmission"].tolist() == [0.05] * 3 + [0.1] * 3 + [0.25] * 3
    assert table["seed"].tolist() == [1, 2, 3] * 3
    means = [cell.mean for cell in compare(runs)[0].cells]
    assert means == sorted(means)
