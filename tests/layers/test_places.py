"""The map of people who are computed: colours follow the counts of regions."""

import datetime as dt

import numpy as np
import pytest
from tests.layers.conftest import EXPOSED, INFECTIOUS, RECOVERED, STATES, SUSCEPTIBLE

from populace.engine.lean.kernel import NoLog
from populace.engine.populations.lean import Lean
from populace.engine.snapshot import RegionInfections, Snapshot
from populace.layers.areas import Areas
from populace.layers.places import PlacesLayer
from populace.layers.view import View

WORLD = View(-2.05e7, -8.0e6, 2.05e7, 1.8e7, 820, 520)
INDIA = View(7.5e6, 1.0e6, 1.0e7, 4.0e6, 250, 300)


@pytest.fixture(scope="module")
def crowd():
    return Lean(people=4_000_000).crowd(lambda message, share: None)


def snapshot(crowd, infected=0.0, recovered=0.0, where=None, day=30):
    """Return a day on which shares of some regions are infected and recovered."""
    sizes = crowd.region_sizes()
    chosen = np.ones(len(sizes), bool) if where is None else where
    counts = np.zeros((len(sizes), len(STATES)), np.int64)
    counts[:, INFECTIOUS] = np.where(chosen, infected * sizes, 0)
    counts[:, RECOVERED] = np.where(chosen, recovered * sizes, 0)
    counts[:, SUSCEPTIBLE] = sizes - counts.sum(axis=1)
    today = counts[:, INFECTIOUS] // 10
    so_far = counts[:, INFECTIOUS] + counts[:, RECOVERED]
    nobody = np.zeros(1, np.int64)
    return Snapshot(
        "one", day, dt.date(2025, 1, 1), counts, nobody, nobody, int(so_far.sum()), STATES, ("a",),
        np.zeros(0, np.uint8), NoLog(), RegionInfections(today, so_far, 20 * so_far),
    )  # fmt: skip


def colours(picture):
    """Return the mean red, green and blue of what is drawn."""
    return picture[picture[:, :, 3] > 0][:, :3].mean(axis=0)


def in_india(crowd):
    return np.array(crowd.places.region_groups) == "India"


def test_nobody_is_drawn_on_the_sea_and_the_rows_begin_in_the_south(crowd):
    picture = PlacesLayer(crowd).picture(snapshot(crowd), WORLD)
    assert picture.shape == (520, 820, 4)
    lived_in = picture[:, :, 3] > 0
    assert 0.01 < lived_in.mean() < 0.3
    # 40 degrees west: Greenland and Brazil's coast, and the Atlantic between them.
    assert not lived_in[190:330, 310:330].any()
    assert lived_in[260:].sum() < lived_in[:260].sum() * 3


@pytest.mark.parametrize("look", ["infected", "share", "new", "state:infectious"])
@pytest.mark.parametrize("theme", ["dark", "light"])
def test_more_infected_are_another_colour_and_where_they_are(crowd, look, theme):
    layer = PlacesLayer(crowd)
    view = View(*WORLD.place, theme=theme, look=look)
    calm, some, many = (
        layer.picture(snapshot(crowd, share, where=in_india(crowd)), view)
        for share in (0.0, 0.02, 0.3)
    )
    changed = (many != calm).any(axis=2)
    lines, columns = np.nonzero(changed)
    east = view.x0 + np.median(columns) * view.metres_per_pixel
    north = view.y0 + np.median(lines) * view.metres_per_pixel
    assert 7.5e6 < east < 1.0e7
    assert 1.0e6 < north < 4.0e6
    assert changed.mean() < 0.1
    away = np.abs(many.astype(int) - calm).sum()
    assert away > np.abs(some.astype(int) - calm).sum() > 0


def test_recovered_places_have_the_colour_of_scars(crowd):
    layer = PlacesLayer(crowd)
    calm, over = (layer.picture(snapshot(crowd, recovered=r), INDIA) for r in (0.0, 0.6))
    assert colours(over)[1] > colours(calm)[1]
    assert np.abs(colours(over) - colours(calm)).max() > 10


def test_when_infected_shows_the_mean_day(crowd):
    layer = PlacesLayer(crowd)
    view = View(*INDIA.place, look="when")
    before, after = (layer.picture(snapshot(crowd, r), view) for r in (0.0, 0.3))
    assert np.abs(colours(after) - colours(before)).max() > 10


def test_a_view_of_the_open_sea_is_empty(crowd):
    sea = View(-1.5e7, -5.0e6, -1.4e7, -4.5e6, 100, 50)
    assert not PlacesLayer(crowd).picture(snapshot(crowd, 0.1), sea).any()


def test_near_dots_are_discs_and_keep_their_people(crowd):
    layer = PlacesLayer(crowd)
    near = View(8.55e6, 2.1e6, 8.7e6, 2.25e6, 300, 300)
    cells = layer._cells(near)
    across = (crowd.dots.x >= near.x0) & (crowd.dots.x < near.x1)
    inside = across & (crowd.dots.y >= near.y0) & (crowd.dots.y < near.y1)
    assert len(cells.pixel) > 5 * inside.sum() > 0
    share = cells.share.sum()
    assert share == pytest.approx(crowd.dots.share[inside].sum(), rel=0.1)


def test_areas_are_countries_with_the_sums_of_their_regions(crowd):
    areas = Areas.of(crowd.places)
    day = snapshot(crowd, 0.1, where=in_india(crowd))
    summed = areas.snapshot(day, None)
    row = areas.names.index("India")
    assert summed.counts.sum() == crowd.agent_count
    assert summed.counts[:, INFECTIOUS].sum() == summed.counts[row, INFECTIOUS] > 0
    assert summed.counts[:, EXPOSED].sum() == 0
    assert summed.infections.today[row] == day.infections.today.sum()


def test_the_land_is_where_the_people_are(crowd):
    areas = Areas.of(crowd.places)
    land = areas.land()
    assert land.region_ids == areas.names
    rings = land.xs[areas.names.index("India")]
    india = crowd.dots.x[np.isin(crowd.dots.region, np.flatnonzero(in_india(crowd)))]
    outline = np.concatenate([ring[0] for ring in rings])
    assert outline.min() < india.min()
    assert outline.max() > india.max()
