"""The live map in a real Chromium."""

import pytest

pytestmark = pytest.mark.browser

MODELS = "const models = Bokeh.documents.flatMap((one) => [...one._all_models.values()]);"
FIGURE = "const figure = models.find((one) => one.name === 'map_figure');"
PEOPLE = "const people = figure.populace_people;"
PATIENCE_MS = 90_000
# Pixels of the picture that are not transparent.
SEEN = """new Uint32Array(people.canvas.getContext("2d")
    .getImageData(0, 0, people.canvas.width, people.canvas.height).data.buffer)
    .filter((pixel) => pixel >>> 24 > 100).length"""


def ask(tab, code):
    """Return what a line of JavaScript says of the map."""
    return tab.evaluate(f"() => {{ {MODELS} {FIGURE} {PEOPLE} return {code} }}")


def wait(tab, code):
    """Wait for a line of JavaScript to become true of the map."""
    tab.wait_for_function(
        f"""() => {{
          if (!window.Bokeh?.documents?.length) {{ return false }}
          {MODELS} {FIGURE}
          if (!figure || figure.properties.inner_width.is_unset) {{ return false }}
          {PEOPLE}
          if (!people?.place) {{ return false }}
          return {code}
        }}""",
        timeout=PATIENCE_MS,
    )


def extent(tab):
    """Return the edges of what the map shows, in metres."""
    return ask(
        tab,
        "[figure.x_range.start, figure.x_range.end, figure.y_range.start, figure.y_range.end]",
    )


def settle(tab):
    """Wait until the picture is of what the map shows."""
    wait(tab, "Math.abs(people.place.x - figure.x_range.start) < 1e-6 * people.place.dw")


@pytest.fixture
def shown(tab, studio):
    tab.goto(studio)
    settle(tab)
    return tab


def middle(tab):
    box = tab.locator("main.map").bounding_box()
    return box["x"] + box["width"] * 0.55, box["y"] + box["height"] * 0.45


def test_a_picture_has_one_pixel_for_each_of_the_screen(shown):
    inner = ask(shown, "[figure.inner_width, figure.inner_height]")
    size = "[people.canvas.width, people.canvas.height]"
    assert ask(shown, size) == [round(side) for side in inner]


def test_metres_are_square_at_every_size_of_the_window(shown):
    for width, height in ((1440, 900), (1024, 700), (1300, 980)):
        shown.set_viewport_size({"width": width, "height": height})
        shown.wait_for_timeout(400)
        x0, x1, y0, y1 = extent(shown)
        inner = ask(shown, "[figure.inner_width, figure.inner_height]")
        assert (x1 - x0) / inner[0] == pytest.approx((y1 - y0) / inner[1], rel=1e-6)


def test_buttons_zoom_in_and_show_everybody_again(shown):
    home = extent(shown)
    shown.get_by_role("button", name="Zoom in").click()
    wait(shown, f"figure.x_range.end - figure.x_range.start < {0.6 * (home[1] - home[0])}")
    settle(shown)
    shown.get_by_role("button", name="Show everybody").click()
    wait(shown, f"Math.abs(figure.x_range.start - {home[0]}) < 1")
    assert extent(shown) == pytest.approx(home)


def test_a_map_can_be_dragged_but_not_lost(shown):
    x, y = middle(shown)
    before = extent(shown)
    # On a busy machine a press may last so long that Bokeh takes it for no drag: try again.
    for _ in range(5):
        shown.mouse.move(x, y)
        shown.mouse.down()
        shown.mouse.move(x - 150, y, steps=5)
        shown.mouse.up()
        shown.wait_for_timeout(300)
        if extent(shown) != before:
            break
    assert extent(shown)[0] > before[0]
    assert extent(shown)[2:] == pytest.approx(before[2:])
    shown.mouse.move(x, y)
    for _ in range(12):
        shown.mouse.wheel(0, 800)
        shown.wait_for_timeout(30)
    shown.wait_for_timeout(300)
    after = extent(shown)
    assert after[1] - after[0] < 1.6 * (before[1] - before[0])


def test_a_pointer_over_a_neighbourhood_names_it_with_its_people(shown):
    wait(shown, "models.find((one) => one.name === 'map_regions').data.name.length > 100")
    x, y = middle(shown)
    tip = shown.get_by_text("new infections a day per 100,000")
    for step in range(12):
        shown.mouse.move(x + 12 * step, y + 8 * step)
        shown.wait_for_timeout(150)
        if tip.count():
            break
    assert "people" in shown.locator(".region").first.inner_text()


def test_districts_are_coloured_and_people_hidden(shown):
    shown.get_by_text("Districts", exact=True).click()
    colours = "models.find((one) => one.name === 'map_regions').data.colour"
    wait(shown, f"new Set({colours}).size > 3")
    wait(shown, "getComputedStyle(people.canvas).display === 'none'")
    scale = shown.get_by_role("list", name="Colours")
    scale.wait_for()
    assert "Infected, of the district" in scale.inner_text()
    assert scale.get_by_text("25 %").count() == 1
    shown.get_by_text("Infected", exact=True).click()
    scale.wait_for(state="detached")
    wait(shown, "getComputedStyle(people.canvas).display !== 'none'")


def test_a_hidden_page_gets_no_pictures_while_its_run_goes_on(shown):
    report = """models.find((one) => one === figure.tags[2]).data =
        {...figure.tags[2].data, visible: [%s]}"""
    ask(shown, report % "false")
    shown.wait_for_timeout(800)
    before = ask(shown, "people.place.number")
    shown.wait_for_timeout(1_200)
    assert ask(shown, "people.place.number") == before
    ask(shown, report % "true")
    wait(shown, f"people.place.number > {before}")


def test_a_page_from_afar_gets_a_small_picture_that_is_not_blank(shown):
    ask(shown, "figure.tags[2].data = {...figure.tags[2].data, near: [false]}")
    wait(shown, "people.place.webp === true")
    shown.wait_for_timeout(300)
    assert ask(shown, f"{SEEN} > 1000")
