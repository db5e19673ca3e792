"""One person of the map: who they are, what happened to them, and what came of it."""

import numpy as np
import pytest
from tests.browser.test_page import LONG_MS, button, hold, wait_past
from tests.browser.test_time import go_to, run_of

from populace.engine.analysis.life import life_of

expect = pytest.importorskip("playwright.sync_api").expect

pytestmark = pytest.mark.browser

FIGURE = "Bokeh.documents[0].get_model_by_name('map_figure')"


@pytest.fixture
def town(tab, studio):
    """Open the town, whose people are drawn one by one, let ten days pass, and hold it."""
    tab.goto(f"{studio}/?project=town_flu")
    tab.locator(".clock time").wait_for(timeout=LONG_MS)
    wait_past(tab, 10)
    hold(tab)
    return tab


def card(tab):
    """Return the card."""
    return tab.get_by_role("region", name="One person")


def click_on(tab, agent):
    """Click on the dot of a person."""
    people = run_of(tab).people
    x, y = float(people.x[agent]), float(people.y[agent])
    place = tab.evaluate(
        f"""([x, y]) => {{
          const view = Bokeh.index.find_one_by_id({FIGURE}.id)
          const box = view.canvas_view.el.getBoundingClientRect()
          return [box.x + view.frame.x_scale.compute(x), box.y + view.frame.y_scale.compute(y)]
        }}""",
        [x, y],
    )
    tab.mouse.click(*place)


def test_the_person_who_infected_most_is_shown_with_all_that_the_log_knows(town):
    run = run_of(town)
    button(town, "Look at one person").click()
    table = run.snapshot.log.table(run.snapshot.day)
    counts = np.bincount(table.infector[table.infector >= 0])
    most = int(counts.argmax())
    expect(card(town).get_by_role("heading", level=2)).to_have_text(f"Person {most:,}")
    life = life_of(most, run.world, run.snapshot)
    said = card(town).inner_text()
    for caused in life.caused[:5]:
        assert f"person {caused.agent:,}" in said
    assert f"{life.age} years" in said
    # The map went close: the neighbours are in the middle of it.
    across = town.evaluate(f"{FIGURE}.x_range.end - {FIGURE}.x_range.start")
    assert across < 1_000

    other = life.caused[0].agent
    card(town).get_by_role("button", name=f"person {other:,}").first.click()
    expect(card(town).get_by_role("heading", level=2)).to_have_text(f"Person {other:,}")
    assert f"by person {most:,}" in card(town).inner_text()


def test_a_click_on_a_dot_shows_that_person_and_the_card_follows_the_day(town):
    run = run_of(town)
    table = run.snapshot.log.table(run.snapshot.day)
    late = table.agent[(table.infector >= 0) & (table.day > 6)]
    people = run.people
    # One whose dot lies alone.
    agent = next(
        int(one)
        for one in late
        if np.hypot(people.x - people.x[one], people.y - people.y[one]).argsort()[0] == one
        and people.x[one] < np.median(people.x)  # the card lies on the right
    )
    click_on(town, agent)
    expect(card(town).get_by_role("heading", level=2)).to_have_text(f"Person {agent:,}")
    expect(card(town)).to_contain_text("Infected")
    go_to(town, 2)
    expect(card(town)).to_contain_text("Nothing so far")
    card(town).get_by_role("button", name="Close").click()
    expect(card(town)).to_be_hidden()
    town.wait_for_function("Bokeh.documents[0].get_model_by_name('map_ring').data.x.length === 0")


def test_where_people_are_a_crowd_a_click_says_to_zoom_in(tab, studio):
    tab.goto(f"{studio}/")
    tab.locator(".clock time").wait_for(timeout=LONG_MS)
    wait_past(tab, 1)
    box = tab.locator(".picture").bounding_box()
    tab.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(card(tab)).to_contain_text("Zoom in until each is a dot")
