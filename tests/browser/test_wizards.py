"""People and data are brought into a model by mouse: every problem is told before, none after."""

import datetime as dt
import re

import pytest
import shapely
from tests.browser.faults import faults
from tests.browser.test_composer import wait_until

from populace.engine.simulation import Simulation
from populace.studio.drafts import find_draft

pytestmark = pytest.mark.browser

START = dt.date(2025, 10, 1)  # of the sample town_flu
WAIT = 180_000  # ms; a new machine compiles first


@pytest.fixture
def room(tab, studio):
    """Open the Compose room on a town; return the page and its draft."""
    tab.goto(f"{studio}/compose?project=town_flu")
    tab.get_by_role("button", name="Choose people").wait_for(timeout=WAIT)
    tab.wait_for_function("location.search.includes('draft=')", timeout=WAIT)
    key = re.search(r"draft=([\w-]+)", tab.url).group(1)
    opened = find_draft(key)
    assert opened is not None
    return tab, opened.draft


@pytest.fixture
def cases(tmp_path):
    """Write new cases of sixty days, with five faults, as a German office would."""
    rows = [f"{START + dt.timedelta(days=at):%d.%m.%Y};{20 + at % 9}" for at in range(60)]
    rows[5] = rows[5].partition(";")[0] + ";k.A."
    rows[7] = rows[7].partition(";")[0] + ";-3"
    rows[9] = "31.11.2025;20"
    rows[20] = rows[19]
    path = tmp_path / "fälle.csv"
    path.write_bytes("\r\n".join(["Meldedatum;Neue Fälle", *rows]).encode("latin-1"))
    return path


def dialog(tab, opener, title):
    tab.get_by_role("button", name=opener).click()
    found = tab.locator("dialog[open]", has=tab.get_by_role("heading", name=title))
    found.wait_for(timeout=WAIT)
    return found


def step(found, name):
    found.locator("li[aria-current]", has_text=name).wait_for(timeout=WAIT)


def closed(tab):
    tab.wait_for_function(
        "() => ![...document.querySelectorAll('*')].some("
        "one => one.shadowRoot?.querySelector('dialog[open]'))", timeout=WAIT,
    )  # fmt: skip


def press(found, name):
    found.get_by_role("button", name=name, exact=True).click(timeout=WAIT)


def upload(found, path):
    found.locator("input[type=file]").first.set_input_files(path)


def test_a_series_is_uploaded_looked_through_imported_and_drawn_over_the_curve(room, cases):
    tab, draft = room
    found = dialog(tab, "Bring data", "Bring your data")
    upload(found, cases)
    step(found, "Match columns")
    assert found.get_by_label("Date", exact=False).first.input_value() == "Meldedatum"
    assert found.get_by_label("Dates are written").input_value() == "day_first"
    press(found, "Next")
    step(found, "Problems")
    for words in ("31.11.2025", "k.A.", "-3"):
        found.locator("td", has_text=words).first.wait_for(state="attached", timeout=WAIT)
    assert draft.spec.get("observations", []) == []  # nothing was imported yet
    found.get_by_label("What to do: Below 0").select_option(label="Take it as 0")
    found.get_by_text("Left: 57 dates").wait_for(timeout=WAIT)
    press(found, "Next")
    step(found, "Import")
    found.get_by_label("Name in the legend").fill("Reported cases")
    press(found, "Import")
    closed(tab)
    assert draft.undo_label == "Import Reported cases"
    assert draft.problems == ()
    [observed] = draft.project().observations
    series = observed.series(draft.folder)
    assert len(series.counts) == 57
    assert series.counts[7 - 1] == 0  # one row before it was left out

    tab.get_by_role("button", name="Run", exact=True).click()
    tab.get_by_role("heading", name="New infections, and ○ Reported cases").wait_for(timeout=WAIT)
    drawn = tab.evaluate(
        """() => Bokeh.documents.flatMap(one => [...one._all_models.values()])
                 .filter(one => one.type === "GlyphRenderer" && one.glyph.type === "Scatter")
                 .map(one => [...one.data_source.data.y ?? one.data_source.get("y")].length)"""
    )
    assert 57 in drawn


def test_what_is_known_of_each_person_becomes_an_attribute_that_runs(room, tmp_path):
    tab, draft = room
    before = draft.yaml
    path = tmp_path / "jobs.csv"
    path.write_text("person,occupation,income\n0,nurse,1200\n3,cook,900\n3,cook,950\n7,,much\n")
    found = dialog(tab, "Bring data", "Bring your data")
    found.get_by_role("radio", name="Something about each person").check(force=True)
    upload(found, path)
    step(found, "Match columns")
    assert found.get_by_label("Person", exact=False).first.input_value() == "person"
    assert found.get_by_role("checkbox", name="occupation").is_checked()
    press(found, "Next")
    step(found, "Problems")
    for title in ("Nothing in occupation", "Not a number in income", "The same person again"):
        found.get_by_text(title).first.wait_for(timeout=WAIT)
    found.get_by_label("What to do: The same person again").select_option(label="Keep the last")
    found.get_by_text("Left: 3 people.").wait_for(timeout=WAIT)
    found.get_by_text("income: 950 to 1,200, 1,075 on average.").wait_for(timeout=WAIT)
    assert draft.yaml == before  # nothing was imported yet
    press(found, "Next")
    step(found, "Import")
    found.get_by_label("Attribute of occupation").fill("job")
    assert faults(tab) == []
    press(found, "Import")
    closed(tab)
    assert draft.undo_label == "Import job, income"
    assert draft.problems == ()
    known = Simulation(draft.project()).people.attributes
    job = known["job"]
    assert [job.names[code] for code in job.values[[0, 1, 3, 7]]] == [
        "nurse", "none", "cook", "unknown"
    ]  # fmt: skip
    assert known["income"].values[[0, 3]].tolist() == [1200, 950]
    assert draft.undo() == "Import job, income"
    assert draft.yaml == before


def test_shares_by_age_are_brought_and_then_chosen_anew_in_the_form(room, tmp_path):
    tab, draft = room
    path = tmp_path / "smokers.csv"
    path.write_text("age group,smoker,share\n0-17,no,1\n18+,yes,1\n18+,no,3\n")
    found = dialog(tab, "Bring data", "Bring your data")
    found.get_by_role("radio", name="Something about each person").check(force=True)
    upload(found, path)
    step(found, "Match columns")
    press(found, "Next")
    step(found, "Problems")
    press(found, "Next")
    step(found, "Import")
    press(found, "Import")
    closed(tab)
    assert draft.problems == ()
    tab.locator('.react-flow__node[data-id="attributes.smoker"]').click()
    name = tab.locator(".form").get_by_label("Own name", exact=True)
    name.fill("smokes")
    name.press("Enter")
    tab.locator('.react-flow__node[data-id="attributes.smokes"]').wait_for()
    draw = tab.locator(".form").get_by_label("Random choice", exact=True)
    draw.fill("7")
    draw.press("Enter")
    wait_until(tab, lambda: draft.spec["attributes"][0].get("draw") == 7)
    [attribute] = draft.spec["attributes"]
    assert (attribute["kind"], attribute["name"]) == ("from_table", "smokes")
    people = Simulation(draft.project()).people
    smokes = people.attributes["smokes"]
    yes = smokes.values == smokes.names.index("yes")
    assert not yes[people.age < 18].any()
    assert yes[people.age >= 18].mean() == pytest.approx(0.25, abs=0.01)  # of 38,000
    tab.get_by_role("button", name="Run", exact=True).click()
    tab.locator(".clock time").wait_for(timeout=WAIT)


def test_a_map_becomes_a_population_that_runs(room, tmp_path):
    import geopandas

    tab, draft = room
    squares = [shapely.box(6 + at, 50, 7 + at, 51) for at in range(4)]
    table = {"GEN": ["Köln", "Bonn", "Aachen", "Düren"], "EWZ": [1_000, 2_000, -5, 600]}
    areas = geopandas.GeoDataFrame(table, geometry=squares, crs=4326)
    areas.to_crs(3857).to_file(tmp_path / "rheinland.gpkg")
    found = dialog(tab, "Choose people", "Choose people")
    found.get_by_role("radio", name="My own map").check(force=True)
    found.get_by_text("Drop a map here").wait_for(timeout=WAIT)
    upload(found, tmp_path / "rheinland.gpkg")
    step(found, "Match columns")
    assert found.locator(".areas path").count() == 4
    press(found, "Next")
    step(found, "Problems")
    found.get_by_text("Left: 3 regions with 3,600 people.").wait_for(timeout=WAIT)
    press(found, "Next")
    step(found, "How many")
    found.get_by_label("Share of all").fill("50")
    found.get_by_label("Share of all").press("Tab")
    found.locator(".total", has_text="1,800 people").wait_for(timeout=WAIT)
    press(found, "Use these people")
    closed(tab)
    assert draft.undo_label == "Choose people: rheinland, own map"
    assert draft.problems == ()
    simulation = Simulation(draft.project())
    simulation.run(2)
    assert simulation.people.agent_count == 1_800
    assert simulation.people.places.region_names == ("Köln", "Bonn", "Düren")


def test_ones_own_people_of_a_workbook_are_used(room, tmp_path):
    import openpyxl

    tab, draft = room
    book = openpyxl.Workbook()
    book.active.append(["From the register of the town"])
    people = book.create_sheet("People")
    people.append(["person", "age", "household", "region"])
    for at in range(90):
        people.append([at, at, at // 3, "North" if at < 45 else "South"])
    book.save(tmp_path / "people.xlsx")
    found = dialog(tab, "Choose people", "Choose people")
    found.get_by_role("radio", name="My own people").check(force=True)
    found.get_by_text("Drop a table here").wait_for(timeout=WAIT)
    upload(found, tmp_path / "people.xlsx")
    step(found, "Match columns")
    homes = found.locator("label.field", has=tab.get_by_text("Household", exact=True))
    assert homes.locator("select").input_value() == "household"
    press(found, "Next")
    found.get_by_text("Nothing is wrong with the file.").wait_for(timeout=WAIT)
    press(found, "Next")
    step(found, "How many")
    ages = found.get_by_role("img", name="People by age")
    ages.wait_for(timeout=WAIT)
    assert ages.bounding_box()["width"] <= 340  # its letters grow with it
    press(found, "Use these people")
    closed(tab)
    assert draft.undo_label == "Choose people: people.xlsx, own people"
    assert draft.spec["population"]["kind"] == "table"


def test_kenya_by_pointing_gives_kenya(room):
    tab, draft = room
    before = draft.yaml
    found = dialog(tab, "Choose people", "Choose people")
    found.get_by_role("radio", name="A country").check(force=True)
    found.locator('path[data-name="Nigeria"]').click(timeout=WAIT)
    found.locator('[aria-selected="true"]', has_text="Nigeria").wait_for(timeout=WAIT)
    found.locator('path[data-name="Kenya"]').click()
    found.get_by_text("Kenya in 2025").wait_for(timeout=WAIT)
    press(found, "Next")
    step(found, "How many")
    found.get_by_role("img", name="People by age").wait_for(timeout=WAIT)
    found.get_by_role("img", name="Where people stand").wait_for(timeout=WAIT)
    found.get_by_label("People in the model").fill("20000")
    found.get_by_label("People in the model").press("Tab")
    found.locator(".total", has_text="20,000 people").wait_for(timeout=WAIT)
    press(found, "Use these people")
    closed(tab)
    assert draft.spec["population"] == {"kind": "country", "people": 20_000}  # Kenya by default
    assert draft.project().population.country == "Kenya"
    assert draft.undo_label == "Choose people: Kenya"
    assert draft.undo() == "Choose people: Kenya"
    assert draft.yaml == before


def test_cancelling_loses_nothing_and_changes_nothing(room, cases):
    tab, draft = room
    before = draft.yaml
    found = dialog(tab, "Bring data", "Bring your data")
    upload(found, cases)
    step(found, "Match columns")
    press(found, "Cancel")
    closed(tab)
    assert draft.yaml == before
    found = dialog(tab, "Bring data", "Bring your data")
    step(found, "Match columns")
    tab.keyboard.press("Escape")
    closed(tab)


def test_dates_that_can_be_read_two_ways_are_asked(room, tmp_path):
    tab, _ = room
    path = tmp_path / "cases.csv"
    path.write_text("date,cases\n01/02/2020,3\n03/04/2020,5\n05/06/2020,4\n")
    found = dialog(tab, "Bring data", "Bring your data")
    upload(found, path)
    step(found, "Match columns")
    press(found, "Next")
    found.get_by_role("alert").filter(has_text="Choose how the dates").wait_for(timeout=WAIT)
    found.get_by_label("Dates are written").select_option("month_first")
    press(found, "Next")
    step(found, "Problems")


def test_too_large_a_file_is_refused_before_it_is_sent(room, tmp_path):
    tab, _ = room
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(201_000_000)
    found = dialog(tab, "Bring data", "Bring your data")
    upload(found, path)
    found.get_by_role("alert").filter(has_text="at most 200 MB").wait_for(timeout=WAIT)


def test_a_large_file_arrives_piece_by_piece(room, tmp_path):
    tab, draft = room
    rows = "\n".join(f"{at},{(at * 7919 + 1) % 50_000}" for at in range(500_000))
    path = tmp_path / "pairs.csv"
    path.write_text("from,to\n" + rows + "\n")
    assert path.stat().st_size > 5_000_000  # three pieces
    found = dialog(tab, "Bring data", "Bring your data")
    found.get_by_role("radio", name="Who meets whom").check(force=True)
    upload(found, path)
    step(found, "Match columns")
    press(found, "Next")
    step(found, "Problems")
    found.get_by_text("People who do not exist in from").wait_for(timeout=WAIT)
    press(found, "Next")
    press(found, "Import")
    closed(tab)
    assert draft.undo_label == "Import pairs.csv"
    assert draft.spec["networks"][-1]["kind"] == "edge_list"
    assert draft.problems == ()


def test_the_scale_meter_tells_what_a_run_will_cost(room):
    tab, draft = room
    meter = tab.get_by_role("region", name="What a run will cost")
    meter.locator('[data-figure="people"]', has_text="50,000").wait_for(timeout=WAIT)
    meter.locator('[data-figure="run"]', has_text="for 120 days").wait_for(timeout=WAIT)
    assert draft.set("population.people", 200_000)
    meter.locator('[data-figure="people"]', has_text="200,000").wait_for(timeout=WAIT)
    meter.locator('[data-figure="run"]', has_text="for 120 days").wait_for(timeout=WAIT)


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_wizards_have_no_serious_fault(room, cases, theme):
    tab, _ = room
    tab.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
    found = dialog(tab, "Choose people", "Choose people")
    found.get_by_role("radio", name="A country").check(force=True)
    found.locator(".world path").first.wait_for(state="attached", timeout=WAIT)
    assert faults(tab) == []
    press(found, "Cancel")
    closed(tab)
    found = dialog(tab, "Bring data", "Bring your data")
    upload(found, cases)
    step(found, "Match columns")
    assert faults(tab) == []
    press(found, "Next")
    step(found, "Problems")
    assert faults(tab) == []
