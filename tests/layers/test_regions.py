"""Regions: the base map and the choropleth."""

from pathlib import Path

import numpy as np
import pytest
from tests.layers.conftest import EXPOSED, INFECTIOUS, SUSCEPTIBLE, MadeUpRun

from populace.engine.people import People, Places
from populace.layers.basemap import assets_file, basemap, basemap_of
from populace.layers.choropleth import MEASURES, PER, Choropleth, RegionScale
from populace.layers.themes import THEMES

ORIGIN = (-73.95, 40.7)  # degrees
NEIGHBOURHOODS = assets_file("nyc/nta.parquet")


def test_the_map_of_new_york_lies_around_its_origin_in_metres() -> None:
    city = basemap(assets_file("nyc/borough.parquet"), *ORIGIN)
    x0, y0, x1, y1 = city.bounds
    assert len(city.region_ids) == len(city.xs) == len(city.ys) == 5
    assert x0 < 0 < x1
    assert y0 < 0 < y1
    # 0.555 degrees of longitude are 61.8 km in Web Mercator.
    assert x1 - x0 == pytest.approx(61_846, rel=0.01)
    flat = [x for region in city.xs for polygon in region for ring in polygon for x in ring]
    assert min(flat) >= x0 - 1
    assert max(flat) <= x1 + 1


def test_the_base_map_is_nested_as_bokehs_multi_polygons_want_it() -> None:
    from bokeh.plotting import figure

    city = basemap(NEIGHBOURHOODS, *ORIGIN)
    for xs, ys in zip(city.xs, city.ys, strict=True):
        for xp, yp in zip(xs, ys, strict=True):
            for xr, yr in zip(xp, yp, strict=True):
                assert len(xr) == len(yr) >= 4
                assert isinstance(xr[0], float)
    figure().multi_polygons(city.xs, city.ys)


def test_simplifying_leaves_fewer_points_and_every_region() -> None:
    def points(tolerance: float) -> tuple[int, int]:
        city = basemap(NEIGHBOURHOODS, *ORIGIN, tolerance)
        return len(city.xs), sum(len(r) for region in city.xs for p in region for r in p)

    regions, fine = points(0.0)
    same, coarse = points(60.0)
    assert same == regions
    assert coarse < 0.7 * fine


def test_people_on_no_map_have_no_base_map_and_a_missing_file_is_named() -> None:
    assert basemap_of(Places(("a",), ("a",), ("",))) is None
    with pytest.raises(FileNotFoundError, match="nowhere"):
        basemap(Path("nowhere.parquet"), 0.0, 0.0)


@pytest.fixture
def small_run(town: People) -> MadeUpRun:
    initial = np.full(town.agent_count, SUSCEPTIBLE)
    initial[town.region_index == 1] = INFECTIOUS
    return MadeUpRun(town, initial, 3)


def test_the_share_infected_is_that_of_each_region(town: People, small_run: MadeUpRun) -> None:
    values = Choropleth(town, "infected").values(small_run.snapshot(0))
    assert values.tolist() == [0.0, 1.0, 0.0]
    assert values.dtype == np.float32


def test_new_infections_are_todays_per_hundred_thousand(town: People, small_run: MadeUpRun) -> None:
    values = Choropleth(town, "new").values(small_run.snapshot(2))
    before, after = small_run.states[1], small_run.states[2]
    new = (before == SUSCEPTIBLE) & (after == EXPOSED)
    for region in range(3):
        here = town.region_index == region
        assert values[region] == pytest.approx(PER * new[here].mean(), rel=1e-5)
    assert values.sum() > 0
    assert Choropleth(town, "new").values(small_run.snapshot(0)).sum() == 0


def test_the_attack_rate_counts_everybody_ever_infected(town: People, small_run: MadeUpRun) -> None:
    values = Choropleth(town, "attack").values(small_run.snapshot(3))
    for region in range(3):
        state = small_run.states[3][town.region_index == region]
        assert values[region] == pytest.approx((state != SUSCEPTIBLE).mean(), rel=1e-5)


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("theme", THEMES)
def test_colours_are_on_a_fixed_scale_and_saturate(town: People, measure: str, theme: str) -> None:
    layer = Choropleth(town, measure)
    factor = PER if measure == "new" else 1
    values = np.array([0, 0.001, 0.01, 1, 2], np.float32) * factor
    colours = layer.hex_colours(values, theme)
    assert colours[0] == THEMES[theme].card
    assert len(set(colours[:4])) == 4
    assert colours[3] == colours[4]
    assert len(RegionScale(layer.measure).legend(theme)) == 4


def test_an_unknown_measure_says_what_may_be_chosen(town: People) -> None:
    with pytest.raises(ValueError, match="attack"):
        Choropleth(town, "deaths")


def test_the_element_for_notebooks_has_every_polygon_with_its_value(small_run: MadeUpRun) -> None:
    city = basemap(assets_file("nyc/borough.parquet"), *ORIGIN)
    element = Choropleth(small_run.people, "infected").element(small_run.snapshot(0), city)
    assert len(element.split()) == sum(len(region) for region in city.xs[:3])
    assert set(element.dimension_values("infected", expanded=False)) == {0.0, 1.0}
