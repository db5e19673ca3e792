"""Pages that everybody can use: axe-core finds no serious fault, dark and light."""

import pytest
from tests.browser.faults import faults

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_run_page_has_no_serious_fault(tab, studio, theme):
    tab.goto(studio)
    tab.locator(".clock time").wait_for(timeout=40_000)
    if theme == "light":
        tab.get_by_role("button", name="Light or dark").click()
        tab.locator("html[data-theme=light]").wait_for()
    tab.wait_for_timeout(1_000)  # Material widgets fade from one theme's colours to the other's
    found = faults(tab)
    assert not found, "\n".join(found)
