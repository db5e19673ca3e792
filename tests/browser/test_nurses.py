"""A question without code: nurses are vaccinated first, how many of them and of others fall ill?"""

import re

import pytest
from tests.browser.test_composer import (
    LONG_MS,
    add,
    box,
    draft_of,
    enter,
    node,
    room,
    wait_until,
)

from populace.engine.analysis.record import Record
from populace.engine.simulation import Simulation
from populace.studio.views.top_bar import FASTEST

expect = pytest.importorskip("playwright.sync_api").expect

pytestmark = pytest.mark.browser
__all__ = ["room"]  # a fixture


def choose(tab, label, value):
    """Choose from a list of the form by keys."""
    field = box(tab, label)
    field.focus()
    field.select_option(value)


def add_nurses(tab):
    """Let a share of the people be nurses."""
    add(tab, "Share of people, attribute")
    enter(tab, "Own name", "nurse")
    expect(node(tab, "attributes.nurse")).to_be_visible()
    enter(tab, "Share", "10")


def vaccinate_nurses_first(tab):
    """Give the doses to nurses before everybody else."""
    add(tab, "Vaccination, policy")
    enter(tab, "Doses per day", "400")
    choose(tab, "Order", "by attribute first")
    enter(tab, "First attribute", "nurse")


def count_attack_rates_of_nurses(tab):
    """Keep the attack rates of nurses and others apart."""
    add(tab, "Attack rate, observation")
    choose(tab, "By", "attribute")
    enter(tab, "By attribute", "nurse")


def run_to_the_end(tab, days):
    """Press Run, and let the days pass as fast as they can."""
    expect(tab.locator('[data-act="run"]')).to_have_attribute("aria-disabled", "false")
    tab.locator('[data-act="run"]').click()
    tab.locator(".clock time").wait_for(timeout=LONG_MS)
    tab.get_by_role("combobox", name="Speed").click()
    tab.get_by_role("menuitem", name=FASTEST).click()
    expect(tab.locator(".clock span")).to_have_text(f"day {days}", timeout=LONG_MS)


def rates_on_the_page(tab):
    """Read what the pane says of each group: rate in per cent, people, ever infected."""
    tab.get_by_role("tab", name="Measured").click()
    pane = tab.get_by_role("tabpanel", name="Measured")
    expect(pane.locator(".state")).to_contain_text("the last day", timeout=LONG_MS)
    table = pane.locator("article", has_text="Attack rate by nurse").locator("table")
    expect(table.locator("thead")).to_contain_text("Nurse")
    rows = table.locator("tbody tr").all_inner_texts()
    figures = [re.sub(r"[,%]", "", row).split() for row in rows]
    return {name: (float(rate), int(people), int(ever)) for name, rate, people, ever in figures}


def rates_of_the_engine(project):
    """Count the same in a run of the engine alone."""
    simulation = Simulation(project)
    simulation.run(project.days)
    [observed] = project.observations
    table = observed.observe(Record.of(simulation))
    columns = ("attack_rate", "people", "ever_infected")
    return {
        name.capitalize(): tuple(table[column][row] for column in columns)
        for row, name in enumerate(table["nurse"])
    }


def test_nurses_are_vaccinated_first_and_their_attack_rate_is_read_by_mouse(room):
    tab = room("?project=town_flu")
    draft = draft_of(tab)
    add_nurses(tab)
    vaccinate_nurses_first(tab)
    count_attack_rates_of_nurses(tab)
    wait_until(tab, lambda: (draft.spec.get("observations") or [{}])[0].get("by_attribute"))
    project = draft.project()
    run_to_the_end(tab, project.days)
    read, counted = rates_on_the_page(tab), rates_of_the_engine(project)
    assert set(read) == {"Yes", "No", "All"}
    for name, (rate, people, ever) in counted.items():
        assert read[name] == (pytest.approx(100 * rate, abs=0.051), people, ever)
    assert read["All"][1:] == (50_000, sum(one[2] for one in counted.values()))
    assert 0 < read["Yes"][0] < 0.8 * read["No"][0]
