"""A person looks at what the model measures: live, by mouse and keys, and to be saved."""

import csv
import re

import pytest
from tests.browser.faults import faults

from populace.engine.project import Project
from populace.studio.runs import RUNS

expect = pytest.importorskip("playwright.sync_api").expect

pytestmark = pytest.mark.browser

LONG_MS = 90_000
MODEL = """\
name: A measured town
start_date: 2025-10-01
days: 60
population: {kind: town, people: 5000}
attributes: [{kind: share, name: nurse, share: 0.3}]
networks: [{kind: household}, {kind: school}, {kind: workplace}, {kind: community}]
disease: {kind: covid_like, initial_infected: 50}
policies: [{kind: vaccination, doses_per_day: 20}]
observations:
- {kind: attack_rate, by: attribute, by_attribute: nurse}
- {kind: cases, delay: 2.0}
- {kind: admissions, by: age}
- {kind: reproduction_number}
"""


@pytest.fixture
def town(tab, studio, tmp_path):
    """Open the page of a town's run at a day a second."""
    (tmp_path / "project.yaml").write_text(MODEL)
    runner = RUNS.open(Project.load(tmp_path)).runner
    runner.set_speed(1.0)
    tab.goto(f"{studio}/?run={runner.key}")
    tab.locator(".clock time").wait_for(timeout=LONG_MS)
    return tab


def runner_of(tab):
    """Return the run that a page watches."""
    run = RUNS.find(re.search(r"run=([\w-]+)", tab.url)[1])
    assert run is not None
    return run.runner


def measured(tab):
    """Open the pane and return it."""
    tab.get_by_role("tab", name="Measured").click()
    pane = tab.get_by_role("tabpanel", name="Measured")
    expect(pane.get_by_text("Counted until")).to_be_visible(timeout=LONG_MS)
    return pane


def day_counted(pane):
    """Return the day until which the pane says that it has counted."""
    return int(re.search(r"day ([\d,]+)", pane.locator(".state").inner_text())[1].replace(",", ""))


def finish(tab):
    """Let the run go to its end as fast as it can."""
    runner_of(tab).set_speed(None)
    expect(tab.locator(".clock span")).to_have_text("day 60", timeout=LONG_MS)


def test_every_observation_has_its_table_or_series_and_they_follow_the_run(town):
    tab = town
    pane = measured(tab)
    for name in ("Attack rate by nurse", "Cases", "Hospital admissions by age"):
        expect(pane.get_by_role("heading", name=name, exact=True)).to_be_visible()
    first = day_counted(pane)
    expect(pane.locator(".state")).not_to_contain_text(f"day {first}", timeout=LONG_MS)
    assert first < day_counted(pane) < 60
    finish(tab)
    expect(pane.locator(".state")).to_contain_text("day 60, the last day", timeout=LONG_MS)
    ever = runner_of(tab).snapshot.ever_infected
    everybody = pane.locator("article").first.locator("tr.all")
    expect(everybody).to_contain_text(f"{ever:,}")
    expect(everybody).to_contain_text("5,000")


def test_the_tabs_are_reached_and_changed_by_keys_alone(town):
    tab = town
    tab.get_by_role("tab", name="Curves").focus()
    tab.keyboard.press("ArrowRight")
    expect(tab.get_by_role("tab", name="Measured")).to_be_focused()
    expect(tab.get_by_role("tabpanel", name="Measured")).to_be_visible()
    expect(tab.locator("#pane-curves")).to_be_hidden()
    tab.keyboard.press("ArrowLeft")
    expect(tab.locator("#pane-curves")).to_be_visible()
    expect(tab.locator("#pane-measured")).to_be_hidden()


def test_a_table_is_saved_with_all_its_rows(town, tmp_path):
    tab = town
    pane = measured(tab)
    finish(tab)
    expect(pane.locator(".state")).to_contain_text("the last day", timeout=LONG_MS)
    with tab.expect_download() as saved:
        pane.get_by_role("button", name="Save Hospital admissions by age as CSV").press("Enter")
    assert saved.value.suggested_filename == "a-measured-town-admissions.csv"
    saved.value.save_as(tmp_path / "admissions.csv")
    rows = list(csv.DictReader((tmp_path / "admissions.csv").open()))
    assert len(rows) == 61 * 16
    assert rows[-1]["date"] == "2025-11-30"
    total = pane.locator("article", has_text="Hospital admissions").locator("tr.all").first
    assert int(total.inner_text().split()[-1].replace(",", "")) == sum(
        int(row["admitted"]) for row in rows
    )


def test_a_figure_tells_the_numbers_of_the_day_under_the_pointer(town):
    tab = town
    pane = measured(tab)
    finish(tab)
    expect(pane.locator(".state")).to_contain_text("the last day", timeout=LONG_MS)
    cases = pane.locator("article", has_text="Reported cases")
    figure = cases.locator("svg.figure")
    tab.wait_for_timeout(1_500)  # what was counted last is drawn in the place of what was before
    figure.scroll_into_view_if_needed()
    box = figure.bounding_box()
    tab.mouse.move(box["x"] + box["width"] * 314 / 320 - 1, box["y"] + 30)
    tip = pane.locator(".tip")
    expect(tip).to_contain_text("30 Nov 2025, day 60")
    newest = re.search(r"Reported cases: ([\d,]+) on 30 Nov", cases.inner_text())[1]
    expect(tip).to_contain_text(f"Reported cases: {newest}")


def test_a_model_that_measures_nothing_says_what_to_do(tab, studio):
    tab.goto(studio)
    tab.locator(".clock time").wait_for(timeout=LONG_MS)
    tab.get_by_role("tab", name="Measured").click()
    pane = tab.get_by_role("tabpanel", name="Measured")
    expect(pane).to_contain_text("This model measures nothing:")
    pane.get_by_role("link", name="Add an observation in Compose").click()
    tab.get_by_role("heading", name="Inconsistencies").wait_for(timeout=LONG_MS)


@pytest.mark.parametrize("size", [(1440, 900), (1024, 700)])
def test_the_map_stays_as_it_is_and_no_line_leaves_its_column(town, size):
    tab = town
    tab.set_viewport_size({"width": size[0], "height": size[1]})
    place = """e => {
        const box = e.getBoundingClientRect()
        return [box.x, box.y + scrollY, box.width, box.height]
    }"""
    before = tab.locator(".picture").evaluate(place)
    pane = measured(tab)
    assert tab.locator(".picture").evaluate(place) == before
    wide = "document.scrollingElement.scrollWidth <= innerWidth"
    assert tab.evaluate(wide)
    edge = pane.bounding_box()["x"] + pane.bounding_box()["width"]
    for article in pane.locator("article").all():
        found = article.bounding_box()
        assert found["x"] + found["width"] <= edge + 1
        inside = "one => one.scrollWidth <= one.clientWidth"
        assert article.evaluate(inside), article.inner_text()


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_axe_finds_no_serious_fault(town, theme):
    tab = town
    if theme == "light":
        tab.get_by_role("button", name="Light or dark").click()
    expect(tab.locator("html")).to_have_attribute("data-theme", theme)
    measured(tab)
    tab.wait_for_timeout(1_000)  # Material widgets fade from one theme's colours to the other's
    assert faults(tab) == []
