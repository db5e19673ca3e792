"""What changes while a page is on its way to the browser is shown there all the same."""

import time

import pytest

from populace.engine.editing.draft import Draft
from populace.engine.project import Project
from populace.studio.composer.policy_timeline import PolicyTimeline
from populace.studio.runs import RUNS

expect = pytest.importorskip("playwright.sync_api").expect

pytestmark = pytest.mark.browser


def between(tab, act):
    """Have ``act`` done when the browser has the page and the server does not know it yet."""
    did = []

    def opened(socket):
        server = socket.connect_to_server()

        def said(message):
            if isinstance(message, str) and "document_ready" in message and not did:
                did.append(message)
                act()
                time.sleep(1.0)  # the server does at once what it does not hold back
            server.send(message)

        socket.on_message(said)

    tab.route_web_socket(lambda address: "/ws" in address, opened)
    return did


def test_an_edit_of_another_page_reaches_the_timeline(tab, part_page):
    draft = Draft(Project.load("town_flu").spec())
    did = between(tab, lambda: draft.edit("Begin later", _later))
    part_page(lambda: PolicyTimeline(draft))
    expect(tab.get_by_text("1 Nov 2026 to the end")).to_be_visible()
    assert did


def _later(spec):
    spec["start_date"] = "2026-11-01"


def test_a_run_that_begins_to_run_meanwhile_can_be_paused(tab, studio):
    runner = RUNS.open(Project.load("town_flu").with_value("population.people", 5_000)).runner
    runner.set_speed(1.0)
    runner.step()
    for _ in range(600):
        if runner.status.phase == "paused" and runner.snapshot and runner.snapshot.day == 1:
            break
        time.sleep(0.1)
    did = between(tab, runner.run)
    tab.goto(f"{studio}/?run={runner.key}")
    tab.get_by_role("button", name="Pause", exact=True).click()
    expect(tab.get_by_role("button", name="Run", exact=True)).to_be_visible()
    assert did
    assert runner.status.phase == "paused"
