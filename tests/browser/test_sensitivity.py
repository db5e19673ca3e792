"""The lower part of the pane Sensitivity: runs beside the run, bars, a curve, a map, and Stop."""

import pytest

pytestmark = pytest.mark.browser


def test_bars_a_curve_and_a_map_come_from_runs_that_can_be_stopped(tab, studio):
    tab.goto(f"{studio}/town")
    tab.locator(".clock time").wait_for(timeout=40_000)
    tab.get_by_role("tab", name="Sensitivity").click()
    part = tab.get_by_role("region", name="Over the whole range")
    part.get_by_label("Method").select_option("sobol")
    part.get_by_role("button", name="Start").click()
    part.get_by_role("button", name="Stop").click()
    part.get_by_text("Stopped. Finished runs are kept.").wait_for()
    assert part.locator(".bars li").count() == 0
    part.get_by_label("Method").select_option("morris")
    part.get_by_role("button", name="Start").click()
    rows = part.locator(".bars li")
    rows.first.wait_for(timeout=240_000)
    assert "Chance alone" in rows.last.inner_text()
    widths = rows.locator(".bar i").evaluate_all("bars => bars.map(one => one.offsetWidth)")
    assert widths[:-1] == sorted(widths[:-1], reverse=True)
    assert widths[0] > 0
    assert "Each run has 1,500 people" in part.inner_text()
    first = rows.first.get_by_role("button")
    name = first.locator("span").first.evaluate("span => span.firstChild.textContent")
    first.click()
    part.get_by_role("heading", name=f"along {name}").wait_for(timeout=240_000)
    assert len(part.locator(".walked polyline").get_attribute("points").split()) == 9
    part.get_by_role("combobox", name="Outcome").select_option("peak_day")
    part.get_by_role("heading", name=f"Day of the peak along {name}").wait_for()
    part.get_by_role("button", name="Draw").click()
    part.locator(".walked rect").first.wait_for(timeout=240_000)
    assert part.locator(".walked rect").count() == 49
