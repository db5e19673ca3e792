"""The scale meter measures the model in the background and tells it, also after edits."""

import queue
import time

import pytest

from populace.engine.editing.draft import Draft
from populace.engine.project import Project
from populace.studio.composer.scale_meter import ScaleMeter


class Page:
    """Does what is asked of the interface thread when the test lets it."""

    def __init__(self):
        self.asked = queue.Queue()

    def wait_for(self, true, seconds=120):
        limit = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < limit
            try:
                self.asked.get(timeout=0.2)()
            except queue.Empty:
                continue


@pytest.fixture
def page():
    return Page()


def test_the_time_of_a_run_follows_the_number_of_people(page):
    draft = Draft(Project.load("town_flu").spec())
    meter = ScaleMeter(draft, page.asked.put)
    page.wait_for(lambda: meter.figures.get("people") == "50,000")
    page.wait_for(lambda: meter.figures.get("run", "").endswith("for 120 days"))
    assert meter.figures["memory"].endswith("MB")
    assert draft.set("population.people", 200_000)
    page.wait_for(lambda: meter.figures.get("people") == "200,000")
    assert meter.figures["run"] == "measuring"
    page.wait_for(lambda: meter.figures["run"].endswith("for 120 days"))
    assert draft.set("days", 60)
    page.wait_for(lambda: meter.figures["run"].endswith("for 60 days"))
    meter.close()
