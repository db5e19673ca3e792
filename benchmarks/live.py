"""`populace bench live`: how fast the page shows any day of a finished run, in a real Chromium.

All of New York runs for 120 days behind `populace serve`. Then the handle of the timeline is put
on 30 days, drawn once for all and in a mixed order: from the touch to the frame that shows the
picture of that day.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from populace.benchmarks import report
from populace.benchmarks.frames import CHROMIUM_FLAGS, chromium, free_port, served
from populace.benchmarks.report import Measure
from populace.engine.project import Project

if TYPE_CHECKING:
    from playwright.sync_api import Page

NAMES = ("scrub_ms", "scrub_ms_median")
BAR_MS = 300
DAYS, LOOKS = 120, 30
_SCRIPT = Path(__file__).with_name("live.js")
_PATIENCE_MS = 300_000


def measures(only: Sequence[str] = NAMES) -> list[Measure]:
    """Take the chosen measures; all are None where there is no Chromium."""
    times = scrubbed() if chromium() is not None else []
    worst, median = (max(times), float(np.median(times))) if times else (None, None)
    found = {
        "scrub_ms": Measure.at_most("scrub_ms", worst, "ms", BAR_MS),
        "scrub_ms_median": Measure.without_bar("scrub_ms_median", median, "ms"),
    }
    return [found[name] for name in NAMES if name in only]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `populace bench live [--json] [--only NAME ...]`; return the exit code."""
    return report.command("live", NAMES, measures, arguments)


def scrubbed() -> list[float]:
    """Return the milliseconds from the touch of each day to its picture."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder:
        project = Project.load("nyc_covid").with_value("days", DAYS)
        file = project.save(Path(folder) / "project.yaml")
        port = free_port()
        with served(file, port), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.set_default_timeout(_PATIENCE_MS)
            page.goto(f"http://127.0.0.1:{port}/")
            page.add_script_tag(content=_SCRIPT.read_text(encoding="utf-8"))
            _run_to_the_end(page)
            times = [page.evaluate(f"live_bench.scrub({day})") for day in _days()]
            browser.close()
    return times


def _run_to_the_end(page: "Page") -> None:
    box = page.get_by_role("combobox", name="Speed")
    box.click()
    page.wait_for_timeout(500)  # the list moves while it opens
    page.locator("[role=listbox]").get_by_text("As fast as it goes", exact=True).click()
    page.wait_for_function(f"live_bench.newest() === {DAYS} && live_bench.painted() === {DAYS}")
    page.wait_for_timeout(1_000)


def _days() -> list[int]:
    """Return the days to go to, no two equal ones after each other."""
    days = np.random.default_rng(20_261_125).permutation(np.arange(1, DAYS))[:LOOKS]
    return [int(day) for day in days]
