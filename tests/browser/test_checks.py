"""Check this model: every anchor, with its figures, while the run goes on."""

import re

import pytest

pytestmark = pytest.mark.browser


def test_the_checks_of_a_model_run_and_say_what_they_found(tab, studio):
    tab.goto(studio)
    tab.locator(".clock time").wait_for(timeout=40_000)
    tab.get_by_role("button", name="Check this model").click()
    panel = tab.locator("#checks")
    panel.get_by_text("It takes about a minute").wait_for(timeout=30_000)
    day = tab.locator(".clock span").inner_text()
    panel.get_by_text(re.compile("checks (passed|failed)")).wait_for(timeout=240_000)
    assert panel.get_by_text(re.compile(r"All \d+ checks passed")).count() == 1
    assert panel.locator("li.passed").count() >= 15
    assert "reference" in panel.locator("li.passed small").first.inner_text()
    assert tab.locator(".clock span").inner_text() != day
