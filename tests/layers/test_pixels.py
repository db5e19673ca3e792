"""Counting people into pixels."""

import numpy as np
import pytest
from tests.layers.conftest import STATES, MadeUpRun, people_at, wide_view

from populace.engine.people import People
from populace.layers import pixels
from populace.layers.history import History
from populace.layers.view import View
from populace.layers.viewport import Viewport


def full_counts(people: People, view: View, state: np.ndarray) -> np.ndarray:
    """Return [lines, columns, states] of a view, by our own counting."""
    viewport = Viewport(people, view)
    counts = np.zeros((viewport.cell_count, len(STATES)), np.int32)
    pixels.count_states(viewport.cell, state, counts)
    grid = np.zeros((view.width * view.height, len(STATES)), np.int64)
    grid[viewport.pixel_of_cell] = counts
    return grid.reshape(view.height, view.width, len(STATES))


@pytest.mark.parametrize(
    "view", [wide_view(), wide_view(101, 67), View(-701.3, 212.7, 1303.1, 1990.9, 213, 177)]
)
def test_counts_equal_datashaders(city: People, city_run: MadeUpRun, view: View) -> None:
    import datashader as ds
    import pandas as pd

    state = city_run.states[7]
    names = [info.name for info in STATES]
    table = pd.DataFrame(
        {"x": city.x, "y": city.y, "state": pd.Categorical.from_codes(state.astype(np.int8), names)}
    )
    canvas = ds.Canvas(view.width, view.height, (view.x0, view.x1), (view.y0, view.y1))
    theirs = canvas.points(table, "x", "y", ds.by("state", ds.count()))
    assert np.array_equal(full_counts(city, view, state), theirs.sel(state=names).to_numpy())


def test_left_and_lower_edges_are_inside_right_and_upper_edges_are_not() -> None:
    people = people_at(np.array([0.0, 10.0, 5.0, 5.0, 5.0]), np.array([5.0, 5.0, 0.0, 10.0, 5.0]))
    counts = full_counts(people, View(0, 0, 10, 10, 2, 2), np.zeros(5, np.uint8))[:, :, 0]
    assert counts.tolist() == [[0, 1], [1, 1]]


def test_an_edge_shared_by_two_pictures_belongs_to_one_of_them() -> None:
    x = np.linspace(0, 20, 41)
    people = people_at(x, np.full(41, 5.0))
    state = np.zeros(41, np.uint8)
    left = full_counts(people, View(0, 0, 10, 10, 7, 3), state).sum()
    right = full_counts(people, View(10, 0, 20.5, 10, 7, 3), state).sum()
    assert left + right == 41


def test_following_the_events_gives_the_full_count_forward_and_back(
    city: People, city_run: MadeUpRun
) -> None:
    viewport, history = Viewport(city, wide_view()), History(city.agent_count)
    for day in (0, 1, 4, 12, 9, 0, 7):
        snapshot = city_run.snapshot(day)
        history.advance(snapshot)
        counts = viewport.counts(snapshot, history)
        assert np.array_equal(history.state, city_run.states[day])
        afresh = np.zeros_like(counts)
        pixels.count_states(viewport.cell, city_run.states[day], afresh)
        assert np.array_equal(counts, afresh)


def test_days_of_infection_follow_the_events_as_if_summed_afresh(
    city: People, city_run: MadeUpRun
) -> None:
    viewport, history = Viewport(city, wide_view()), History(city.agent_count)
    for day in (0, 2, 3, 11, 5, 6):
        snapshot = city_run.snapshot(day)
        history.advance(snapshot)
        ever, day_sum = (column.copy() for column in viewport.first_days(snapshot, history))
        pixels.sum_first_days(
            viewport.cell, history.first_day, *viewport.first_days(snapshot, history), day
        )
        assert np.array_equal(ever, viewport.first_days(snapshot, history)[0])
        assert np.array_equal(day_sum, viewport.first_days(snapshot, history)[1])
        fresh = History(city.agent_count)
        fresh.advance(snapshot)  # who has never seen a later day
        assert ever.sum() == (fresh.first_day >= 0).sum()


@pytest.mark.parametrize("kept", [2, 3, 100])
def test_any_day_is_reached_from_any_other_however_few_are_kept(city: People, kept: int) -> None:
    run = MadeUpRun(city, np.zeros(city.agent_count), 60)
    history = History(city.agent_count, kept_bytes=kept * city.agent_count)
    history.advance(run.snapshot(50))
    assert len(history._kept) <= max(kept, 2)
    for day in np.random.default_rng(3).integers(0, 61, 40).tolist():
        history.advance(run.snapshot(day))
        assert np.array_equal(history.state, run.states[day])
        fresh = History(city.agent_count)
        fresh.advance(run.snapshot(day))
        known = np.where(history.first_day > day, -1, history.first_day)
        assert np.array_equal(known, fresh.first_day)
        assert history.days_of_infection() == fresh.days_of_infection()


def test_another_run_starts_again_from_its_own_first_day(city: People, city_run: MadeUpRun) -> None:
    viewport, history = Viewport(city, wide_view()), History(city.agent_count)
    history.advance(city_run.snapshot(6))
    viewport.counts(city_run.snapshot(6), history)
    other = MadeUpRun(city, np.full(city.agent_count, 2), 2, name="two")
    history.advance(other.snapshot(1))
    counts = viewport.counts(other.snapshot(1), history)
    assert np.array_equal(history.state, other.states[1])
    assert counts.sum(axis=0).tolist() == np.bincount(other.states[1], minlength=6).tolist()
    assert (history.first_day >= 0).all()


def test_a_run_of_other_people_is_refused(town: People, city_run: MadeUpRun) -> None:
    with pytest.raises(ValueError, match="400"):
        History(town.agent_count).advance(city_run.snapshot(0))


def plain_blur(grid: np.ndarray, radius: int) -> np.ndarray:
    """Return the same sums by adding every shifted copy."""
    for axis in (0, 1):
        for _ in range(2):
            padded = np.pad(grid, [(radius, radius) if a == axis else (0, 0) for a in (0, 1)])
            length = grid.shape[axis]
            grid = sum(
                np.take(padded, range(k, k + length), axis=axis) for k in range(2 * radius + 1)
            )
    return grid


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 9), (3, 2), (17, 23)])
@pytest.mark.parametrize("radius", [0, 1, 2, 5])
def test_the_blur_is_the_sum_over_boxes(height: int, width: int, radius: int) -> None:
    grid = np.random.default_rng(1).integers(0, 50, (height, width)).astype(np.int64)
    wanted = plain_blur(grid, radius)
    pixels.blur(grid, radius, np.zeros_like(grid), np.zeros((2, width), np.int64))
    assert np.array_equal(grid, wanted)


def test_a_running_sum_leaves_no_negative_remainder_where_nobody_is_ill() -> None:
    # In float32 the same sums end at about -0.0002 behind the crowd, and its root is no number.
    hot = np.zeros(64 * 64, np.int32)
    hot[:300] = np.arange(300) * 7919 % 1000
    cool = hot[::-1].copy()
    grid, spare = np.zeros((64, 64), np.int64), np.zeros((64, 64), np.int64)
    pixels.pack(hot, cool, np.arange(64 * 64, dtype=np.int32), grid)
    pixels.blur(grid, 3, spare, np.zeros((2, 64), np.int64))
    assert (grid >= 0).all()
    assert ((grid >> 32)[20:] == 0).all()
    assert ((grid & 0xFFFFFFFF)[:40] == 0).all()


def test_two_packed_counts_do_not_spill_into_each_other() -> None:
    radius = pixels.safe_radius(8, 20_000, 200, 200)
    people = np.full(200 * 200, 20_000, np.int32)
    grid = np.zeros((200, 200), np.int64)
    pixels.pack(people, people, np.arange(200 * 200, dtype=np.int32), grid)
    pixels.blur(grid, radius, np.zeros_like(grid), np.zeros((2, 200), np.int64))
    assert radius > 0
    assert np.array_equal(grid >> 32, grid & 0xFFFFFFFF)
    assert grid.max() >> 32 == 20_000 * pixels.blur_weight(radius)


def test_the_brightness_of_a_full_pixel_does_not_hang_on_what_is_in_view(city: People) -> None:
    near = pixels.people_in_a_full_pixel(city.x, city.y, 50.0)
    far = pixels.people_in_a_full_pixel(city.x, city.y, 400.0)
    assert 1 <= near < far
    assert pixels.people_in_a_full_pixel(city.x[:0], city.y[:0], 50.0) == 1
