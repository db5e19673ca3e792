"""`populace bench live`: how fast the page answers with all of New York, in a real Chromium.

Any day of a finished run: the city runs for 120 days behind `populace serve`. Then the handle of
the timeline is put on 30 days, drawn once for all and in a mixed order: from the touch to the frame
that shows the picture of that day.

What each slider changes, while the city runs on at 8 days a second: from the release of a slider
to the frame with all bars from a small city, and with those from everybody; the pictures meanwhile.

What eight scenarios cost in one pass needs no page: see `one_pass`.
"""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from populace.benchmarks import one_pass, report
from populace.benchmarks.frames import CHROMIUM_FLAGS, chromium, free_port, served
from populace.benchmarks.report import Measure
from populace.engine.project import Project

if TYPE_CHECKING:
    from playwright.sync_api import Page

SCRUB = ("scrub_ms", "scrub_ms_median")
EFFECTS = ("first_tornado_s", "full_tornado_s", "pictures_per_s")
NAMES = (*SCRUB, *EFFECTS, *one_pass.NAMES)
BAR_MS, FIRST_S, FULL_S, PICTURES = 300, 3, 30, 5
DAYS, LOOKS = 120, 30
# Long enough for the map to be drawn for as long as the last bar may take.
SPEED, LONG = "8 days a second", 8 * FULL_S + 16
SLIDER = "disease.transmission"
_SCRIPT, _FRAMES = (Path(__file__).with_name(name) for name in ("live.js", "frames.js"))
_PATIENCE_MS = 300_000


@dataclass(frozen=True)
class Answered:
    """What the page did after a slider was released."""

    first_s: float
    full_s: float
    pictures_per_s: float  # until then, or until the run came to its end


def measures(only: Sequence[str] = NAMES) -> list[Measure]:
    """Take the chosen measures; all are None where there is no Chromium."""
    there = chromium() is not None
    times = scrubbed() if there and set(SCRUB) & set(only) else []
    answered = released() if there and set(EFFECTS) & set(only) else None
    worst, median = (max(times), float(np.median(times))) if times else (None, None)
    first, full, pictures = (
        (answered.first_s, answered.full_s, answered.pictures_per_s) if answered else (None,) * 3
    )
    found = {
        "scrub_ms": Measure.at_most("scrub_ms", worst, "ms", BAR_MS),
        "scrub_ms_median": Measure.without_bar("scrub_ms_median", median, "ms"),
        "first_tornado_s": Measure.at_most("first_tornado_s", first, "s", FIRST_S),
        "full_tornado_s": Measure.at_most("full_tornado_s", full, "s", FULL_S),
        "pictures_per_s": Measure.at_least("pictures_per_s", pictures, "1/s", PICTURES),
    } | {one.name: one for one in one_pass.measures(only)}
    return [found[name] for name in NAMES if name in only]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `populace bench live [--json] [--only NAME ...]`; return the exit code."""
    return report.command("live", NAMES, measures, arguments)


def scrubbed() -> list[float]:
    """Return the milliseconds from the touch of each day to its picture."""
    with _page(DAYS) as page:
        _choose_speed(page, "As fast as it goes")
        page.wait_for_function(f"live_bench.newest() === {DAYS} && live_bench.painted() === {DAYS}")
        page.wait_for_timeout(1_000)
        return [page.evaluate(f"live_bench.scrub({day})") for day in _days()]


def released() -> Answered:
    """Return how long the bars took after a release, once the page has shown bars before."""
    with _page(LONG) as page:
        page.add_script_tag(content=_FRAMES.read_text(encoding="utf-8"))
        page.wait_for_function("populace_bench.ready()")
        page.evaluate("populace_bench.follow()")
        _choose_speed(page, SPEED)
        page.get_by_role("tab", name="Sensitivity").click()
        page.get_by_label("Effect of a tenth more on").click()
        page.get_by_role("menuitem", name="infections").click()
        page.wait_for_function("live_bench.source().startsWith('From all')")
        page.get_by_role("button", name="Reset", exact=True).click()
        page.wait_for_function("live_bench.newest() === 0")
        page.get_by_role("button", name="Run", exact=True).click()
        page.wait_for_function("live_bench.newest() > 8")
        found = page.evaluate("([path, days]) => live_bench.release(path, days)", [SLIDER, LONG])
    first = found.get("first", found["full"])  # from a small city, unless its audit failed
    return Answered(first / 1e3, found["full"] / 1e3, 1e3 * found["pictures"] / found["drawn"])


@contextmanager
def _page(days: int) -> Iterator["Page"]:
    """Serve all of New York and open it."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder:
        project = Project.load("nyc_covid").with_value("days", days)
        file = project.save(Path(folder) / "project.yaml")
        port = free_port()
        with served(file, port), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.set_default_timeout(_PATIENCE_MS)
            page.goto(f"http://127.0.0.1:{port}/")
            page.add_script_tag(content=_SCRIPT.read_text(encoding="utf-8"))
            yield page
            browser.close()


def _choose_speed(page: "Page", speed: str) -> None:
    box = page.get_by_role("combobox", name="Speed")
    box.click()
    page.wait_for_timeout(500)  # the list moves while it opens
    page.locator("[role=listbox]").get_by_text(speed, exact=True).click()


def _days() -> list[int]:
    """Return the days to go to, no two equal ones after each other."""
    days = np.random.default_rng(20_261_125).permutation(np.arange(1, DAYS))[:LOOKS]
    return [int(day) for day in days]
