"""The guided story of New York in a real browser: one click for each step, with its figures."""

import re

import pytest
from tests.browser.faults import faults

from populace.engine.project import Project
from populace.layers.themes import THEMES, channels
from populace.studio.compare.district_map import district_map

expect = pytest.importorskip("playwright.sync_api").expect

pytestmark = pytest.mark.browser


@pytest.fixture
def story(studio, tab, tmp_path, monkeypatch):
    """The story on a city of 5,000, with a store of its own."""
    monkeypatch.setenv("POPULACE_CACHE", str(tmp_path / "cache"))
    tab.goto(f"{studio}/compare?project=nyc_covid")
    tab.get_by_role("button", name="Show me: Nothing is done").wait_for(timeout=60_000)
    # What the page begins with has come: it would overwrite what is typed before.
    expect(tab.get_by_label("Runs of each")).not_to_have_value("", timeout=60_000)
    for label, number in (("Runs of each", "3"), ("People in each", "5000")):
        tab.get_by_label(label).fill(number)
        tab.get_by_label(label).press("Tab")
    tab.get_by_text("3 runs of each, of 5,000 people in place of 8,804,190").wait_for()
    return tab


def step(tab, name):
    tab.get_by_role("button", name=f"Show me: {name}").click()
    tab.get_by_role("button", name=f"Run again: {name}").wait_for(timeout=120_000)


def test_each_step_is_one_click_with_what_it_averts(story):
    step(story, "Close the schools")
    # The baseline was run with it.
    story.get_by_role("button", name="Run again: Nothing is done").wait_for()
    card = story.locator("li.there", has_text="2. Close the schools")
    expect(card).to_contain_text("infections averted")
    expect(card.locator("small").first).to_contain_text(" to ")
    story.get_by_text("3 runs of each are shown: 6 computed").wait_for()
    step(story, "Masks")
    # What was run before is read.
    story.get_by_text("3 computed, 6 kept from before").wait_for()
    expect(story.locator("thead th")).to_contain_text(
        ["Figure", "Nothing is done", "Schools close", "Masks for 60 %"]
    )
    row = story.locator("tr[data-figure=infections]")
    expect(row).to_have_text(re.compile("averted.*averted", re.DOTALL))


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_story_has_no_serious_fault(story, theme):
    if theme == "light":
        story.get_by_role("button", name="Light or dark").click()
        story.locator("html[data-theme=light]").wait_for()
    step(story, "Nothing is done")
    assert faults(story) == []


def test_districts_are_painted_by_the_difference_and_by_the_chance(story):
    step(story, "Vaccinate the most connected first")
    story.get_by_text("mean of 3 pairs of runs with the same chance").wait_for()
    painted(story, 21, 400)
    story.get_by_label("The map shows").select_option("chance")
    story.get_by_text("Share of the 3 runs of “Vaccine, most contacts first”").wait_for()
    slider = story.get_by_role("slider")
    slider.focus()
    slider.press("Home")
    story.get_by_text("there were at least 1 infection per 100 residents by").wait_for()
    # 3 runs: a share is none, one third, two thirds or all; and land where nobody lives.
    painted(story, 2, 5)


def painted(tab, least, most):
    """Wait until the districts have so many colours: words may come a moment before them.

    After the first pair of runs, which hardly differ, they have 2.
    """
    tab.wait_for_function(
        """([least, most]) => {
            const districts = Bokeh.documents.flatMap((one) => [...one._all_models.values()])
                .find((one) => one.name === "districts")
            const colours = new Set(districts.data.colour).size
            return least <= colours && colours <= most
        }""",
        arg=[least, most],
    )


@pytest.mark.parametrize("theme", THEMES)
def test_what_a_district_says_has_the_colours_of_the_page(part_page, theme):
    def made():
        found = district_map(Project.load("nyc_covid"))
        assert found is not None
        found.paint(THEMES[theme])
        return found

    tab = part_page(made, theme)
    plot = tab.locator(".bk-Figure")
    plot.wait_for()
    tip = tab.locator(".bk-Tooltip", has_text="Nothing was run yet.")
    for _ in range(60):  # until the outlines are drawn, and the pointer is over one
        box = plot.bounding_box()
        for part in (0.45, 0.5, 0.55, 0.6):
            tab.mouse.move(box["x"] + part * box["width"], box["y"] + part * box["height"])
        if tip.is_visible():
            break
        tab.wait_for_timeout(100)
    colours = tip.evaluate(
        "one => [getComputedStyle(one).backgroundColor, getComputedStyle(one).color]"
    )
    wanted = (THEMES[theme].card, THEMES[theme].ink)
    assert colours == [f"rgb({', '.join(map(str, channels(one)))})" for one in wanted]
