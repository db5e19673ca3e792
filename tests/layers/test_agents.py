"""The live layer: everybody on the map."""

from itertools import pairwise

import numpy as np
import pytest
from tests.layers.conftest import (
    INFECTIOUS,
    STATES,
    SUSCEPTIBLE,
    MadeUpRun,
    clustered_people,
    events_of,
    people_at,
    wide_view,
)

from populace.engine.people import People
from populace.layers import palettes
from populace.layers.agents import AgentsLayer
from populace.layers.themes import THEMES, channels
from populace.layers.view import LOOKS, View

ALL_LOOKS = (*LOOKS, "state:hospitalised")


@pytest.mark.parametrize("look", ALL_LOOKS)
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", [(8, 8), (80, 60), (1000, 700)])
def test_every_look_draws_the_people_and_leaves_the_rest_to_the_base_map(
    city: People, city_run: MadeUpRun, look: str, theme: str, size: tuple[int, int]
) -> None:
    view = View(-12_000, -12_000, 4_000, 4_000, *size, theme=theme, look=look)
    picture = AgentsLayer(city).picture(city_run.snapshot(4), view)
    assert picture.shape == (size[1], size[0], 4)
    assert picture.dtype == np.uint8
    assert (picture[: size[1] // 4, :, 3] == 0).all()
    assert (picture[size[1] // 2 :, size[0] // 2 :, 3] > 0).any()


@pytest.mark.parametrize("look", ALL_LOOKS)
def test_a_day_has_one_picture_whatever_was_drawn_before(
    city: People, city_run: MadeUpRun, look: str
) -> None:
    afresh = AgentsLayer(city).picture(city_run.snapshot(6), wide_view(look=look))
    layer = AgentsLayer(city)
    for day in (0, 3, 12, 5):
        layer.picture(city_run.snapshot(day), wide_view(look=look))
        layer.picture(city_run.snapshot(day), wide_view(40, 30, theme="light"))
    assert np.array_equal(layer.picture(city_run.snapshot(6), wide_view(look=look)), afresh)


@pytest.mark.parametrize("look", ALL_LOOKS)
def test_the_picture_changes_when_people_do(city: People, city_run: MadeUpRun, look: str) -> None:
    layer = AgentsLayer(city)
    one = layer.picture(city_run.snapshot(1), wide_view(look=look))
    other = layer.picture(city_run.snapshot(3), wide_view(look=look))
    assert not np.array_equal(one, other)


def test_a_finished_picture_is_never_painted_over(city: People, city_run: MadeUpRun) -> None:
    layer = AgentsLayer(city)
    first = layer.picture(city_run.snapshot(1), wide_view())
    kept = first.copy()
    layer.picture(city_run.snapshot(9), wide_view())
    assert np.array_equal(first, kept)


@pytest.mark.parametrize("look", ALL_LOOKS)
def test_a_view_outside_the_city_is_transparent(
    city: People, city_run: MadeUpRun, look: str
) -> None:
    far = View(90_000, 90_000, 130_000, 130_000, 40, 30, look=look)
    near = View(90_000, 90_000, 90_100, 90_100, 40, 30, look=look)
    layer = AgentsLayer(city)
    assert (layer.picture(city_run.snapshot(3), far) == 0).all()
    assert (layer.picture(city_run.snapshot(3), near) == 0).all()


@pytest.mark.parametrize("look", ALL_LOOKS)
@pytest.mark.parametrize("count", [0, 1])
def test_a_run_of_nobody_or_of_one_has_a_picture(look: str, count: int) -> None:
    people = people_at(np.zeros(count), np.zeros(count), regions=1)
    run = MadeUpRun(people, np.zeros(count), 2)
    picture = AgentsLayer(people).picture(run.snapshot(2), wide_view(look=look))
    assert (picture[:, :, 3] > 0).any() == (count > 0)


def test_on_a_street_the_infectious_lie_on_top_in_their_own_colour() -> None:
    # A crowd in one building, and one of them is infectious.
    people = people_at(np.full(200, 50.0), np.full(200, 50.0), regions=1)
    state = np.full(200, SUSCEPTIBLE)
    state[3] = INFECTIOUS
    run = MadeUpRun(people, state, 0)
    for theme in THEMES:
        picture = AgentsLayer(people).picture(
            run.snapshot(0), View(0, 0, 100, 100, 100, 100, theme=theme)
        )
        wanted = channels(THEMES[theme].infectious)
        assert np.abs(picture[50, 50, :3].astype(int) - wanted).max() <= 2
        assert picture[50, 50, 3] > 250


def test_the_first_line_of_a_picture_is_its_south() -> None:
    people = people_at(np.array([80.0]), np.array([10.0]), regions=1)
    picture = AgentsLayer(people).picture(
        MadeUpRun(people, np.zeros(1), 0).snapshot(0), View(0, 0, 100, 100, 100, 100)
    )
    assert picture[10, 80, 3] > 0
    assert (picture[50:, :, 3] == 0).all()


def test_the_exposure_is_fixed_so_growth_is_seen_as_growth() -> None:
    people = clustered_people(80_000)
    layer = AgentsLayer(people)
    draw = np.random.default_rng(3).random(people.agent_count)
    pictures = []
    for share in (0.0, 0.0005, 0.01, 0.05, 0.2):
        run = MadeUpRun(people, np.where(draw < share, INFECTIOUS, 0), 0, name=str(share))
        pictures.append(layer.picture(run.snapshot(0), wide_view()).astype(int))
    settled = pictures[0][:, :, 3] > 0
    change = [np.abs(picture - pictures[0])[settled].mean() for picture in pictures]
    assert all(later > earlier + 1 for earlier, later in pairwise(change))


def test_a_colour_means_the_same_share_on_every_day_and_never_less_for_more() -> None:
    shares = np.linspace(0, 1, 200)
    for scale in (palettes.INFECTED, palettes.NEW_TODAY, palettes.ONE_STATE):
        places = [scale.place(share) for share in shares]
        assert places == sorted(places)
        assert places[0] == 0
        assert places[-1] == 1
        table = palettes.places(scale)
        assert table[-1] == pytest.approx(1)
        assert table[len(table) // 2] == pytest.approx(scale.place(scale.full / 2), abs=1e-3)


def test_the_dead_do_not_show_among_the_living_of_a_city(city: People) -> None:
    layer = AgentsLayer(city)
    alive = np.zeros(city.agent_count)
    dead = np.where(np.arange(city.agent_count) % 100 == 0, 5, 0)
    one = layer.picture(MadeUpRun(city, alive, 0, name="alive").snapshot(0), wide_view())
    other = layer.picture(MadeUpRun(city, dead, 0, name="dead").snapshot(0), wide_view())
    assert np.array_equal(one, other)


def test_few_people_are_drawn_one_by_one_and_may_be_pointed_at(
    town: People, city: People, town_run: MadeUpRun, city_run: MadeUpRun
) -> None:
    layer, crowd = AgentsLayer(town), AgentsLayer(city)
    layer.picture(town_run.snapshot(2), wide_view())
    crowd.picture(city_run.snapshot(2), wide_view())
    assert layer.is_street(wide_view())
    assert not crowd.is_street(wide_view())
    assert layer.people_at(wide_view(), float(town.x[7]), float(town.y[7]), 1.0)[0] == 7
    assert crowd.people_at(wide_view(), 0.0, 0.0, 1e9).size == 0


def test_zooming_in_ends_at_a_street_in_which_discs_grow(city: People, city_run: MadeUpRun) -> None:
    layer = AgentsLayer(city)
    x, y = float(city.x[0]), float(city.y[0])
    painted = []
    for half in (400.0, 100.0, 25.0):
        view = View(x - half, y - half, x + half, y + half, 200, 200)
        seen = (np.abs(city.x - x) < half) & (np.abs(city.y - y) < half)
        picture = layer.picture(city_run.snapshot(0), view)
        assert layer.is_street(view)
        painted.append((picture[:, :, 3] > 0).sum() / seen.sum())
    assert painted[0] < painted[1] < painted[2]


def test_memory_is_bounded_however_much_one_pans(city: People, city_run: MadeUpRun) -> None:
    layer = AgentsLayer(city, memory_bytes=2**20)
    for shift in range(6):
        view = View(-4100 + shift, -4100, 4100 + shift, 4100, 80, 60)
        layer.picture(city_run.snapshot(1), view)
    assert sum(place.bytes for place in layer._viewports.values()) <= 2**20


def test_a_state_that_the_disease_does_not_have_is_named_in_the_error(
    city: People, city_run: MadeUpRun
) -> None:
    with pytest.raises(ValueError, match="hospitalised"):
        AgentsLayer(city).picture(city_run.snapshot(0), wide_view(look="state:zombie"))


@pytest.mark.parametrize("look", ALL_LOOKS)
def test_each_look_has_a_legend_in_its_own_colours(look: str) -> None:
    for theme in THEMES:
        entries = palettes.legend(wide_view(look=look, theme=theme), STATES, (3, 40))
        assert len({colour for _, colour in entries}) == len(entries) >= 4
        assert all(label for label, _ in entries)


def test_the_days_of_infection_run_from_the_early_ones_to_today(
    city: People, city_run: MadeUpRun
) -> None:
    layer, afresh = AgentsLayer(city), AgentsLayer(city)
    for day in (3, 12, 8):
        layer.advance(city_run.snapshot(day))
    afresh.advance(city_run.snapshot(8))
    assert layer.days_of_infection() == afresh.days_of_infection() == (0, 14)


def test_a_slow_start_does_not_take_the_colours_of_the_days() -> None:
    people = clustered_people(1000)
    run = MadeUpRun(people, np.zeros(1000), 60, share=0.0)
    run.states[40] = np.ones(1000, np.uint8)
    everybody = np.arange(1000, dtype=np.int32)
    run.log.days[40] = [events_of(everybody, np.zeros(1000, np.uint8), np.ones(1000, np.uint8))]
    layer = AgentsLayer(people)
    layer.advance(run.snapshot(60))
    assert layer.days_of_infection() == (40, 60)
