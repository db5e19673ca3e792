"""The memory of the run: any day can be seen again, while it goes on and after it has ended."""

import re

import pytest
from tests.browser.test_page import PEOPLE, button, day_of, hold, open_page, wait_for, wait_past

from populace.studio.runs import RUNS

expect = pytest.importorskip("playwright.sync_api").expect

pytestmark = pytest.mark.browser

__all__ = ["open_page"]  # a fixture


def handle(tab):
    """Return the handle on the timeline."""
    return tab.get_by_role("slider", name="Day shown")


def go_to(tab, day):
    """Point at a day of the timeline and wait until the page shows it."""
    box = handle(tab).bounding_box()
    share = day / int(handle(tab).get_attribute("max"))
    # The middle of the handle goes from half its width to half its width before the end.
    tab.mouse.click(box["x"] + 7 + share * (box["width"] - 14), box["y"] + box["height"] / 2)
    expect(tab.locator(".clock span")).to_have_text(f"day {day}")


def run_of(tab):
    """Return the run that a page watches; its key comes into the address a little later."""
    wait_for(tab, "location.search.includes('run=')")
    return RUNS.find(re.search(r"run=([\w-]+)", tab.url).group(1)).runner


def susceptible(tab):
    """Return the first count of the legend, as it is written."""
    return tab.locator(".legend b").first.inner_text()


def people_drawn(tab):
    """Return the picture of the people as it is painted, pixel by pixel."""
    return tab.evaluate(f"{PEOPLE}.canvas.toDataURL()")


def settled(tab):
    """Wait until a page whose run holds shows its day and paints nothing new; return both."""
    newest = run_of(tab).snapshot.day
    expect(tab.locator(".clock span")).to_have_text(f"day {newest}")
    picture = ""
    while picture != (picture := people_drawn(tab)):
        tab.wait_for_timeout(1_000)
    return newest, picture


def test_a_past_day_is_shown_on_the_whole_page_while_the_run_goes_on(open_page):
    tab = open_page()
    wait_past(tab, 12)
    now = susceptible(tab)
    go_to(tab, 3)
    run = run_of(tab)
    snapshot = run.past.at(3)
    assert susceptible(tab) == f"{snapshot.counts[:, 0].sum():,}" != now
    ever = tab.locator(".card .figure").nth(1)
    assert ever.inner_text() == f"{snapshot.ever_infected:,}"
    before = run.snapshot.day
    handle(tab).press("ArrowRight")
    expect(tab.locator(".clock span")).to_have_text("day 4")
    for _ in range(200):
        if run.snapshot.day > before + 2:
            break
        tab.wait_for_timeout(100)
    assert run.snapshot.day > before + 2
    assert day_of(tab) == 4
    tab.get_by_text("You look back at").wait_for()
    tab.keyboard.press("Escape")
    wait_past(tab, before)
    expect(tab.get_by_text("You look back at")).to_be_hidden()


def test_the_map_of_a_past_day_is_the_picture_it_had(open_page):
    tab = open_page()
    hold(tab)
    day, first = settled(tab)
    button(tab, "Run").click()
    wait_past(tab, day + 15)
    hold(tab)
    assert settled(tab)[1] != first
    go_to(tab, day)
    for _ in range(100):
        if people_drawn(tab) == first:
            break
        tab.wait_for_timeout(100)
    assert people_drawn(tab) == first
    button(tab, "Back to now").click()
    wait_past(tab, day + 10)


def test_what_is_still_to_come_cannot_be_chosen(open_page):
    tab = open_page()
    hold(tab)
    newest = run_of(tab).snapshot.day
    handle(tab).press("End")
    tab.wait_for_timeout(800)
    assert day_of(tab) == newest == int(handle(tab).input_value())


def test_a_new_run_goes_on_from_a_past_day_and_the_old_one_stays(open_page):
    tab = open_page()
    wait_past(tab, 10)
    go_to(tab, 6)
    with tab.context.expect_page() as opened:
        tab.get_by_role("link", name="Go on from this day").click()
    other = opened.value
    other.locator(".clock time").wait_for()
    expect(other.locator(".clock span")).to_have_text("day 6", timeout=60_000)
    expect(button(other, "Run")).to_be_enabled()
    old, new = run_of(tab), run_of(other)
    assert old.key != new.key
    assert new.snapshot.log.table(6).sha256() == old.snapshot.log.table(6).sha256()
    assert susceptible(other) == susceptible(tab)
    button(other, "Run").click()
    wait_past(other, 8)


def test_a_page_that_goes_on_from_a_run_that_has_ended_says_so(tab, studio):
    tab.goto(f"{studio}/?from=none&day=3")
    tab.get_by_text("The run from which this one should go on has ended").wait_for()
