"""Effects: under each slider what a tenth more of it changes, with its interval."""

import re

import pytest

expect = pytest.importorskip("playwright.sync_api").expect

pytestmark = pytest.mark.browser


def test_each_slider_shows_its_effect_and_a_moved_one_asks_again(tab, studio):
    tab.goto(studio)
    tab.locator(".clock time").wait_for(timeout=40_000)
    tab.get_by_label("Effect of a tenth more on").click()
    tab.get_by_role("menuitem", name="infections").click()
    tab.get_by_text("Working it out").wait_for()
    note = tab.locator(".effects-note").get_by_text("Held against changed runs")
    note.wait_for(timeout=240_000)
    assert "From a city of 50,000 people, scaled up to 88,000" in note.inner_text()
    effects = tab.locator(".effect span")
    words = [text for text in effects.all_inner_texts() if text]
    assert len(words) >= 6
    transmission = tab.locator(".effect", has=tab.locator("svg")).first
    assert re.match(r"\+[\d,]+$", transmission.inner_text())
    interval = re.search(
        r"interval ([+-][\d,]+) to ([+-][\d,]+)", transmission.get_attribute("title")
    )
    low, high = (int(part.replace(",", "")) for part in interval.groups())
    assert 0 < low < int(transmission.inner_text().replace(",", "")) < high
    tab.get_by_role("tab", name="Sensitivity").click()
    rows = tab.locator(".tornado tbody tr")
    expect(rows).to_have_count(len(words))
    changes = [
        abs(int(re.match(r"[+-][\d,]+", text).group().replace(",", "")))
        for text in tab.locator(".tornado tbody tr td:nth-child(2)").all_inner_texts()
    ]
    assert changes == sorted(changes, reverse=True)
    expect(rows.first.get_by_role("rowheader")).to_be_visible()
    tab.get_by_role("slider").first.press("ArrowRight")
    tab.get_by_text("Working it out").wait_for(timeout=20_000)
    tab.get_by_label("Among").click()
    tab.get_by_role("menuitem", name="the area", exact=True).click()
    tab.locator(".effects-note").get_by_text("No area is chosen").wait_for()
    expect(tab.locator(".effect span")).to_have_count(0)
    tab.get_by_label("Effect of a tenth more on").click()
    tab.get_by_role("menuitem", name="not shown").click()
    tab.get_by_text("Working it out").wait_for(state="detached")
    tab.get_by_text("all numbers of the model are put in order here").wait_for()
