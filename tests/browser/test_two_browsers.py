"""Two browsers watch two runs of one city: each sees its own, to the last case."""

import pytest

from populace.engine.project import Project
from populace.engine.simulation import Simulation

pytestmark = pytest.mark.browser

DAYS = 12
ROWS = "Bokeh?.documents?.[0]?.get_model_by_name('curve')?.data?.new"


def infections(project):
    """Return the new infections of each day, from a run without a screen."""
    simulation = Simulation(Project.load(project))
    daily = [0]
    for _ in range(DAYS - 1):
        simulation.step()
        daily.append(int(simulation.snapshot().new_infections.sum()))
    return daily


def test_two_browsers_with_two_seeds_show_two_epidemics(
    chromium, flags, studio, tab, city, other_seed
):
    second = chromium.browser_type.launch(**flags)
    other = second.new_page()
    tab.goto(studio)
    other.goto(f"{studio}/other_seed")
    for page, project in ((tab, city), (other, other_seed)):
        page.wait_for_function(f"window.{ROWS}?.length >= {DAYS}", timeout=60_000)
        seen = page.evaluate(f"Array.from({ROWS}).slice(0, {DAYS})")
        assert seen == infections(project)
    second.close()
    assert infections(city) != infections(other_seed)
