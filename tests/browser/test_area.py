"""An area of the map: drawn by hand or chosen by name, its numbers are those of the log."""

import numpy as np
import pytest
import shapely
from tests.browser.test_page import LONG_MS, button, hold, wait_past
from tests.browser.test_person import FIGURE
from tests.browser.test_time import go_to, run_of

expect = pytest.importorskip("playwright.sync_api").expect

pytestmark = pytest.mark.browser

SHAPE = "Bokeh.documents[0].get_model_by_name('map_shape')"
CORNERS = "({0}.data.xs.length ? [...{0}.data.xs[0][0][0]] : [])"


def open_project(tab, studio, name):
    """Open a project, let ten days pass, and hold it."""
    tab.goto(f"{studio}/?project={name}")
    tab.locator(".clock time").wait_for(timeout=LONG_MS)
    wait_past(tab, 10)
    hold(tab)
    return tab


@pytest.fixture
def town(tab, studio):
    """Open the town of 50,000."""
    return open_project(tab, studio, "town_flu")


def card(tab):
    """Return the card."""
    return tab.get_by_role("region", name="Area")


def draw(tab, corners):
    """Draw a line with the mouse through parts of the map: 0 to 1 from the left and the top."""
    box = tab.locator(".picture").bounding_box()
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in corners]
    tab.mouse.move(*places[0])
    tab.mouse.down()
    for place in places[1:]:
        tab.mouse.move(*place, steps=6)
    tab.mouse.up()


def begin(tab):
    """Press the button, and wait until a line can be drawn."""
    button(tab, "Look at an area").click()
    expect(card(tab)).to_contain_text("Draw a line around some people")
    tab.wait_for_function("Bokeh.documents[0].get_model_by_name('map_pencil').data.held[0]")


def drawn_people(tab):
    """Return who lives inside the line that the browser shows, as shapely sees it."""
    xs = tab.evaluate(CORNERS.format(SHAPE))
    ys = tab.evaluate(CORNERS.format(SHAPE).replace("xs", "ys"))
    people = run_of(tab).people
    return shapely.contains_xy(shapely.Polygon(list(zip(xs, ys, strict=True))), people.x, people.y)


def expect_numbers(tab, marked, day):
    """Expect what the log says of these people up to a day."""
    run = run_of(tab)
    table = run.snapshot.log.table(day)
    new = (table.day == 0) | (table.infector >= 0)
    here = marked[table.agent]
    infected = len(np.unique(table.agent[new & here]))
    by_here = (table.infector >= 0) & marked[table.infector]
    expect(card(tab)).to_contain_text(f"{marked.sum():,} people live here")
    row = card(tab).get_by_role("row", name="Infected so far").first
    expect(row.get_by_role("cell").first).to_have_text(f"{infected:,}")
    said = card(tab).inner_text()
    assert f"{(by_here & here).sum():,} by people who live here" in said
    around = new & here & ~by_here & (table.infector >= 0)
    assert f"{around.sum():,} by people who live elsewhere" in said
    assert f"People who live here infected {(by_here & ~here).sum():,} " in said


def test_a_line_drawn_with_the_mouse_tells_of_the_people_inside(town):
    across = f"{FIGURE}.x_range.end - {FIGURE}.x_range.start"
    before = town.evaluate(across)
    begin(town)
    # From the right half to the upper part: the card lies on the left.
    draw(town, [(0.5, 0.2), (0.85, 0.5), (0.75, 0.8), (0.6, 0.45), (0.45, 0.75), (0.5, 0.2)])
    expect(card(town).get_by_role("heading", level=2)).to_have_text("Drawn area")
    marked = drawn_people(town)
    assert 1_000 < marked.sum() < 40_000
    day = run_of(town).snapshot.day
    expect_numbers(town, marked, day)
    assert town.evaluate(across) == before  # the map lay still

    go_to(town, 5)
    expect_numbers(town, marked, 5)
    town.keyboard.press("Escape")
    expect(card(town)).to_be_hidden()
    town.wait_for_function(f"{SHAPE}.data.xs.length === 0")
    # Escape closed the card alone: the page still shows the day gone by.
    expect(town.get_by_text("You look back at")).to_be_visible()

    # And a drag moves the map again.
    start = town.evaluate(f"{FIGURE}.x_range.start")
    draw(town, [(0.6, 0.5), (0.5, 0.5)])
    town.wait_for_function(f"{FIGURE}.x_range.start !== {start}")
    expect(card(town)).to_be_hidden()


def test_the_numbers_follow_the_run(town):
    begin(town)
    draw(town, [(0.5, 0.2), (0.9, 0.2), (0.9, 0.85), (0.5, 0.85)])
    expect(card(town)).to_contain_text("people live here")
    marked = drawn_people(town)
    button(town, "Run").click()
    wait_past(town, run_of(town).snapshot.day + 4)
    hold(town)
    expect_numbers(town, marked, run_of(town).snapshot.day)


def test_a_district_is_chosen_by_name_with_the_keyboard_alone(town):
    run = run_of(town)
    button(town, "Look at an area").focus()
    town.keyboard.press("Enter")
    chooser = card(town).get_by_role("combobox", name="Choose a district by name")
    expect(chooser).to_be_visible()
    chooser.focus()
    names = run.people.places.region_names
    name = sorted(names)[1]
    town.keyboard.type(name)
    expect(card(town).get_by_role("heading", level=2)).to_have_text(name)
    marked = run.people.region_index == names.index(name)
    expect_numbers(town, marked, run.snapshot.day)
    # The line goes round all of them.
    inside = drawn_people(town)
    assert (marked & ~inside).mean() < 0.01


def test_a_part_of_a_city_is_outlined_with_its_borders(tab, studio):
    tab.goto(f"{studio}/")
    tab.locator(".clock time").wait_for(timeout=LONG_MS)
    wait_past(tab, 5)
    hold(tab)
    run = run_of(tab)
    tab.wait_for_function(
        "Bokeh.documents[0].get_model_by_name('map_regions').data.xs.length > 100"
    )
    button(tab, "Look at an area").click()
    chooser = card(tab).get_by_role("combobox", name="Choose a district by name")
    chooser.select_option("All of Queens")
    expect(card(tab).get_by_role("heading", level=2)).to_have_text("Queens")
    groups = np.array(run.people.places.region_groups)
    marked = (groups == "Queens")[run.people.region_index]
    expect_numbers(tab, marked, run.snapshot.day)
    assert tab.evaluate(f"{SHAPE}.data.xs.length") == (groups == "Queens").sum()
    card(tab).get_by_role("button", name="Close").click()
    expect(card(tab)).to_be_hidden()
    tab.wait_for_function(f"{SHAPE}.data.xs.length === 0")
