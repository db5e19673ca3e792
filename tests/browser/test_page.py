"""A person at the page: it moves, obeys, answers, and says what went wrong."""

import re

import pytest

from populace.studio.runs import RUNS

playwright = pytest.importorskip("playwright.sync_api")
expect, TimeoutError = playwright.expect, playwright.TimeoutError

pytestmark = pytest.mark.browser

LONG_MS = 90_000
TRANSMISSION = "disease.transmission"
PEOPLE = "Bokeh.documents[0].get_model_by_name('map_figure').populace_people"


def day_of(tab):
    """Return the simulated day that the page shows."""
    return int(re.sub(r"\D", "", tab.locator(".clock span").inner_text()))


def wait_for(tab, script, **arguments):
    """Wait until a JavaScript expression holds."""
    tab.wait_for_function(script, timeout=LONG_MS, **arguments)


def wait_past(tab, day):
    """Wait until the page shows a later day."""
    for _ in range(600):
        if day_of(tab) > day:
            return
        tab.wait_for_timeout(100)
    raise AssertionError(f"the run stays on day {day}")


def button(tab, name):
    """Return a button by its whole name."""
    return tab.get_by_role("button", name=name, exact=True)


def hold(tab):
    """Press Pause once and wait until the page says that the run holds."""
    button(tab, "Pause").click()
    button(tab, "Run").wait_for()


def column(tab, source, name):
    """Return a column of one of the page's data sources."""
    script = "([s, n]) => Array.from(Bokeh.documents[0].get_model_by_name(s).data[n])"
    return tab.evaluate(script, [source, name])


def picture_width(tab):
    """Return how many metres of the map the picture shows."""
    return tab.evaluate(f"{PEOPLE}.place.dw")


@pytest.fixture
def open_page(tab, studio):
    """Open an address of the studio and wait for the first day and picture."""

    def opened(path="/"):
        tab.goto(studio + path)
        tab.locator(".clock time").wait_for(timeout=LONG_MS)
        wait_for(tab, f"{PEOPLE}?.place?.dw > 1")
        return tab

    return opened


def test_the_page_opens_with_the_epidemic_moving(open_page):
    tab = open_page()
    assert button(tab, "Pause").is_enabled()
    before, day = tab.locator(".picture").screenshot(), day_of(tab)
    wait_past(tab, day + 2)
    assert tab.locator(".picture").screenshot() != before


def test_the_page_has_its_landmarks_and_never_scrolls(open_page):
    tab = open_page()
    for role in ("banner", "complementary", "main", "contentinfo"):
        assert tab.get_by_role(role).count() == 1
    height = "[document.scrollingElement.scrollHeight, innerHeight]"
    assert len(set(tab.evaluate(height))) == 1


def test_pause_holds_and_run_resumes_by_mouse_and_space_bar(open_page):
    tab = open_page()
    button(tab, "Pause").click()
    button(tab, "Run").wait_for()
    tab.wait_for_timeout(500)
    day = day_of(tab)
    tab.wait_for_timeout(700)
    assert day_of(tab) == day
    button(tab, "Step").click()
    wait_past(tab, day)
    assert day_of(tab) == day + 1
    tab.get_by_text("Timeline").click()  # away from the button, which has keys of its own
    tab.keyboard.press("Space")
    button(tab, "Pause").wait_for()
    wait_past(tab, day + 2)


def test_a_slider_moved_by_keyboard_changes_the_curve_and_stamps_the_axis(open_page):
    tab = open_page()
    slider = tab.get_by_role("slider", name="Transmission")
    slider.focus()
    slider.press("Home")  # 0: from the next day on nobody is infected
    applied = tab.locator(f".applied[data-path='{TRANSMISSION}']")
    applied.get_by_text("applied on day").wait_for(timeout=LONG_MS)
    day = int(re.sub(r"\D", "", applied.inner_text()))
    wait_past(tab, day + 1)
    new = column(tab, "curve", "new")  # from day 0 on
    assert new[day - 1] > 0
    assert new[day] == 0
    assert len(column(tab, "stamps", "date")) == 1
    assert tab.locator(".memory").get_by_text("Transmission").count() == 1
    button(tab, "Undo: transmission").click()
    tab.wait_for_function(
        f"() => Bokeh.documents[0].get_model_by_name('stamps').data.date.length == {2}"
    )


def test_quick_presses_of_a_key_all_count(open_page):
    tab = open_page()
    slider = tab.get_by_role("slider", name="Masks: coverage")
    slider.focus()
    for _ in range(8):
        slider.press("ArrowRight")
    applied = tab.locator(".applied[data-path='policies.masks.coverage']")
    applied.get_by_text("applied on day").wait_for(timeout=LONG_MS)
    tab.wait_for_timeout(500)
    assert slider.input_value() == "0.08"


def test_zooming_shows_a_smaller_part_with_other_pixels(open_page):
    tab = open_page()
    button(tab, "Pause").click()
    button(tab, "Run").wait_for()
    tab.wait_for_timeout(500)
    before, wide = tab.locator(".picture").screenshot(), picture_width(tab)
    box = tab.locator(".picture").bounding_box()
    tab.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    for _ in range(4):
        tab.mouse.wheel(0, -400)
        tab.wait_for_timeout(150)
    wait_for(tab, f"{PEOPLE}.place.dw < {wide / 2}")
    assert tab.locator(".picture").screenshot() != before


def test_dark_and_light_change_the_whole_page_and_are_remembered(open_page):
    tab = open_page()
    colours = (
        "[...document.querySelectorAll('.top, .map')].map(e => getComputedStyle(e).backgroundColor)"
    )
    dark = tab.evaluate(colours)
    button(tab, "Light or dark").click()
    wait_for(tab, "document.documentElement.dataset.theme == 'light'")
    light = tab.evaluate(colours)
    assert all(one != other for one, other in zip(dark, light, strict=True))
    tab.reload()
    tab.locator(".clock time").wait_for(timeout=LONG_MS)
    assert tab.evaluate("document.documentElement.dataset.theme") == "light"


def test_the_boarding_school_opens_from_the_list_of_projects(open_page):
    tab = open_page()
    tab.get_by_role("combobox", name="Project").click()
    tab.get_by_role("menuitem", name=re.compile("boarding school", re.IGNORECASE)).click()
    tab.get_by_text("763 people").wait_for(timeout=LONG_MS)
    assert tab.get_by_text("observed").count() == 1


def test_an_error_of_the_engine_is_told_with_what_to_do_and_the_map_stays(open_page):
    tab = open_page("/breaking")
    slider = tab.get_by_role("slider", name="Breaking: wanted")
    slider.focus()
    slider.press("End")
    alert = tab.get_by_role("alert")
    alert.wait_for(timeout=LONG_MS)
    assert "the curfew has more hours than a day" in alert.inner_text()
    assert "Reset" in alert.inner_text()
    assert picture_width(tab) > 1
    slider.press("Home")
    tab.wait_for_url(re.compile("run="))
    run = RUNS.find(re.search(r"run=([\w-]+)", tab.url)[1])
    for _ in range(300):  # the run that is built anew must have the value that was moved back
        if run.runner.values()["policies.breaking.wanted"] == 0:
            break
        tab.wait_for_timeout(100)
    assert run.runner.values()["policies.breaking.wanted"] == 0
    button(tab, "Reset").click()
    alert.wait_for(state="hidden", timeout=LONG_MS)
    expect(button(tab, "Run")).to_be_enabled(timeout=LONG_MS)


def test_a_reload_finds_the_run_on_the_day_where_it_was(open_page):
    tab = open_page()
    wait_past(tab, 3)
    hold(tab)
    tab.wait_for_timeout(500)
    day, address = day_of(tab), tab.url
    assert "run=" in address
    tab.reload()
    tab.locator(".clock time").wait_for(timeout=LONG_MS)
    assert (day_of(tab), tab.url) == (day, address)
