"""The Compare room in a real browser: change a scenario, run, see what it averts."""

import csv

import pytest
from tests.browser.faults import faults

from populace.engine.editing.workspace import open_folder
from populace.engine.project import Project
from populace.studio.drafts import DRAFTS

expect = pytest.importorskip("playwright.sync_api").expect

pytestmark = pytest.mark.browser


@pytest.fixture
def room(studio, tmp_path, monkeypatch):
    """The room of a small town, with a store of its own."""
    monkeypatch.setenv("POPULACE_CACHE", str(tmp_path / "cache"))
    return f"{studio}/compare_town"


def opened(tab, room):
    tab.goto(room)
    # What the page begins with has come: it would overwrite what is typed before.
    expect(tab.get_by_label("Runs of each")).not_to_have_value("", timeout=60_000)


def run(tab, runs):
    tab.get_by_label("Runs of each").fill(str(runs))
    tab.get_by_role("button", name="Run", exact=True).click()


def masks_for_many(tab):
    tab.get_by_role("button", name="Duplicate").click()
    tab.get_by_role("button", name="Baseline, copy").wait_for()
    tab.get_by_label("Name").fill("Masks for many")
    tab.get_by_label("Name").press("Tab")
    tab.get_by_role("button", name="Masks for many").wait_for()
    tab.get_by_label("Value to change").select_option("policies.masks.coverage")
    tab.get_by_label("New value").fill("80 %")
    tab.get_by_role("button", name="Set", exact=True).click()
    tab.get_by_text("Masks: coverage 0 % → 80 %").wait_for()


def test_a_scenario_is_made_run_and_compared(tab, room, tmp_path):
    opened(tab, room)
    masks_for_many(tab)
    run(tab, 4)
    said = tab.get_by_role("status")
    tab.get_by_text("4 runs of each are shown: 8 computed").wait_for(timeout=120_000)
    expect(tab.locator("tr[data-figure=infections]")).to_contain_text("averted")
    heads = tab.locator("thead")
    expect(heads).to_contain_text("baseline")
    expect(heads).to_contain_text("Masks for many")
    expect(tab.locator("caption")).to_contain_text("28 February 2024")
    # The curves of both are drawn, to the last day.
    tab.wait_for_function(
        """() => {
            const models = Bokeh.documents.flatMap((one) => [...one._all_models.values()])
            const source = (n) => models.find((one) => one.name === `scenario ${n}`)
            return [0, 1, 2].map((n) => source(n).data.median.length).join() === "41,41,0"
        }"""
    )
    with tab.expect_download() as download:
        tab.get_by_role("button", name="Figures as CSV").click()
    download.value.save_as(tmp_path / "figures.csv")
    with (tmp_path / "figures.csv").open() as file:
        found = list(csv.DictReader(file))
    assert [one["scenario"] for one in found] == ["Baseline"] * 4 + ["Masks for many"] * 4
    # Once more: everything is read, and nothing is run.
    run(tab, 4)
    tab.get_by_text("0 computed, 8 kept from before").wait_for()
    assert said.count() == 1


def test_a_mistake_is_said_and_nothing_is_lost(tab, room):
    opened(tab, room)
    tab.get_by_label("Value to change").select_option("policies.masks.coverage")
    tab.get_by_label("New value").fill("7")
    tab.get_by_role("button", name="Set", exact=True).click()
    tab.get_by_role("alert").get_by_text("must be at most 1").wait_for()
    run(tab, 0)
    tab.get_by_role("alert").get_by_text("must be from 1 to 1,000").wait_for()


def test_runs_are_paused_and_stopped(tab, room):
    opened(tab, room)
    run(tab, 900)
    tab.get_by_text(" of 900 runs").wait_for(timeout=60_000)
    tab.get_by_role("button", name="Pause").click()
    tab.get_by_role("button", name="Resume").wait_for()
    tab.get_by_role("button", name="Stop").click()
    tab.get_by_text("Stopped.").wait_for()
    expect(tab.get_by_role("button", name="Run", exact=True)).to_be_enabled()


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_room_has_no_serious_fault(tab, room, theme):
    opened(tab, room)
    run(tab, 2)
    tab.get_by_text("2 runs of each are shown").wait_for(timeout=120_000)
    if theme == "light":
        tab.get_by_role("button", name="Light or dark").click()
        tab.locator("html[data-theme=light]").wait_for()
    assert faults(tab) == []


def test_the_compose_room_leads_to_it_with_its_draft(tab, studio):
    tab.goto(f"{studio}/compose?project=school_flu")
    link = tab.get_by_role("link", name="Compare")
    link.wait_for(timeout=60_000)
    link.click()
    tab.get_by_text("Compare: A boarding school, January 1978").wait_for(timeout=60_000)
    tab.get_by_role("button", name="Duplicate").wait_for()
    back = tab.get_by_role("link", name="Compose").get_attribute("href")
    assert back.startswith("compose?draft=")


def test_scenarios_of_a_saved_project_are_kept_in_its_folder(tab, studio, tmp_path):
    folder = Project.load("town_flu").save(tmp_path / "town").parent
    address = f"{studio}/compare?draft={DRAFTS.take(open_folder(folder)).key}"
    opened(tab, address)
    masks_for_many(tab)
    tab.get_by_role("button", name="Keep these scenarios").click()
    tab.get_by_role("status").get_by_text("The scenarios are kept in").wait_for()
    assert "coverage: 0.8" in (folder / "scenarios.yaml").read_text()
    opened(tab, address)
    tab.get_by_role("button", name="Masks for many").wait_for()


def test_a_sample_is_not_written_to(tab, studio):
    opened(tab, f"{studio}/compare?project=town_flu")
    tab.get_by_role("button", name="Nothing is done").wait_for()
    assert tab.get_by_role("button", name="Keep these scenarios").is_hidden()


def test_a_run_is_compared_as_its_sliders_are_now(tab, studio):
    tab.goto(f"{studio}/")
    tab.get_by_role("slider", name="Transmission").press("Home")
    applied = tab.locator(".applied[data-path='disease.transmission']")
    applied.get_by_text("applied on day").wait_for(timeout=90_000)
    tab.get_by_role("link", name="Compare scenarios").click()
    tab.get_by_text("Compare: New York at 1 %").wait_for(timeout=60_000)
    tab.get_by_label("Value to change").select_option("disease.transmission")
    tab.get_by_text("Now 0 infections per contact").wait_for()
    back = tab.get_by_role("link", name="Run on the map").get_attribute("href")
    assert "run=" in back
