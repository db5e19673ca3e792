"""The Fit room in a real browser: point, fit, see what the data say, stop and go on."""

import csv

import pytest
from tests.browser.faults import faults

expect = pytest.importorskip("playwright.sync_api").expect

pytestmark = pytest.mark.browser

CURVE = """() => {
    const models = Bokeh.documents.flatMap((one) => [...one._all_models.values()])
    const data = models.find((one) => one.name === "fit over data").data
    return [...data.median].filter((one) => !Number.isNaN(one)).length
}"""


@pytest.fixture
def room(studio, tmp_path, monkeypatch):
    """The room of the boarding school, with kept fits of its own."""
    monkeypatch.setenv("POPULACE_CACHE", str(tmp_path / "cache"))
    return f"{studio}/fit?project=school_flu"


def opened(tab, room):
    tab.goto(room)
    # What the page begins with has come: it would overwrite what is typed before.
    expect(tab.get_by_label("Runs at most")).not_to_have_value("", timeout=60_000)


def fit(tab, runs, guesses):
    tab.get_by_label("Guesses in each round").fill(str(guesses))
    tab.get_by_label("Runs at most").fill(str(runs))
    tab.get_by_role("button", name="Fit", exact=True).click()


def test_a_fit_is_made_and_told(tab, room, tmp_path):
    opened(tab, room)
    fit(tab, 120, 20)
    tab.get_by_text("Finished: 120 runs").wait_for(timeout=120_000)
    tab.get_by_text("of the 14 counts of “Boys in bed”").wait_for()
    tab.locator(".card[data-path='disease.transmission']").wait_for()
    tab.wait_for_function(f"({CURVE})() > 13")
    with tab.expect_download() as download:
        tab.get_by_role("button", name="Values as CSV").click()
    download.value.save_as(tmp_path / "values.csv")
    with (tmp_path / "values.csv").open() as file:
        found = list(csv.DictReader(file))
    assert len(found) == 20
    assert "disease.transmission" in found[0]
    tab.get_by_role("button", name="Open the fitted model").click()
    tab.wait_for_url("**/compose?draft=*", timeout=60_000)


def test_a_fit_is_stopped_and_goes_on(tab, room):
    opened(tab, room)
    fit(tab, 50_000, 100)
    tab.get_by_text("of 50,000 runs, ").wait_for(timeout=60_000)
    tab.get_by_role("button", name="Stop").click()
    tab.get_by_text("Stopped after").wait_for()
    tab.get_by_role("button", name="Go on").click()
    tab.get_by_text("of 50,000 runs, ").wait_for(timeout=60_000)
    tab.get_by_role("button", name="Stop").click()
    tab.get_by_text("Stopped after").wait_for()


def test_what_is_plausible_is_checked_at_once(tab, room):
    opened(tab, room)
    high = tab.get_by_label("Transmission: To")
    high.fill("9")
    high.press("Tab")
    tab.get_by_text("To: must be at most 5").wait_for()
    tab.get_by_text("First mend what is said of Transmission.").wait_for()
    expect(tab.get_by_role("button", name="Fit", exact=True)).to_be_disabled()
    expect(high).to_have_value("9")
    tab.get_by_label("What is plausible of Transmission").select_option("normal")
    tab.get_by_label("Transmission: Give or take").wait_for()


def test_a_model_without_data_says_where_they_are_read_in(tab, studio):
    tab.goto(f"{studio}/fit?project=town_flu")
    tab.get_by_text("This model has no data to be fitted to.").wait_for(timeout=60_000)
    link = tab.get_by_label("What to fit, and how").get_by_role("link", name="Compose")
    expect(link).to_have_attribute("href", "compose?project=town_flu")


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_room_has_no_serious_fault(tab, room, theme):
    opened(tab, room)
    fit(tab, 120, 20)
    tab.get_by_text("Finished: 120 runs").wait_for(timeout=120_000)
    if theme == "light":
        tab.get_by_role("button", name="Light or dark").click()
        tab.locator("html[data-theme=light]").wait_for()
    assert faults(tab) == []


def test_nothing_overflows_on_a_small_screen(tab, room):
    tab.set_viewport_size({"width": 1024, "height": 768})
    opened(tab, room)
    fit(tab, 120, 20)
    tab.get_by_text("Finished: 120 runs").wait_for(timeout=120_000)
    wide = """() => ["body", ".side", ".work"].filter((name) => {
        const one = document.querySelector(name)
        return one.scrollWidth > one.clientWidth + 1
    })"""
    tab.wait_for_function(f"({wide})().length === 0")


def test_the_compare_room_leads_to_it_with_its_project(tab, studio):
    tab.goto(f"{studio}/compare?project=school_flu")
    tab.get_by_role("link", name="Fit").click()
    tab.get_by_text("Fit: A boarding school, January 1978").wait_for(timeout=60_000)


def test_the_compose_room_and_a_run_lead_to_it(tab, studio):
    tab.goto(f"{studio}/compose?project=school_flu")
    tab.get_by_role("link", name="Fit").click()
    tab.get_by_text("Fit: A boarding school, January 1978").wait_for(timeout=60_000)
    tab.get_by_text("Boys in bed").first.wait_for()
    back = tab.get_by_role("link", name="Run on the map")
    assert back.get_attribute("href").startswith("./?draft=")
    back.click()
    tab.get_by_role("link", name="Fit to data").click(timeout=60_000)
    tab.get_by_text("Fit: A boarding school, January 1978").wait_for(timeout=60_000)
    assert "run=" in tab.url


def test_what_cannot_be_begun_is_told_beside_the_button(tab, room):
    opened(tab, room)
    fit(tab, 5, 20)
    expect(tab.locator(".acts > .wrong")).to_contain_text("Runs at most: must be a whole number")
    expect(tab.locator(".quantity .wrong").first).to_be_empty()
