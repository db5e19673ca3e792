"""`populace bench composer`: how fast a canvas of 60 parts answers, in a real Chromium.

From the act of a person to the frame that shows its answer: a part is selected and its form is
there, a number is changed and stands on the part, a part is added, and taken back.
"""

import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from populace.benchmarks import report
from populace.benchmarks.frames import CHROMIUM_FLAGS, chromium, free_port, served
from populace.benchmarks.report import Measure
from populace.engine.project import Project

if TYPE_CHECKING:
    from playwright.sync_api import Page

ACTS = ("select", "change", "add", "undo")
NAMES = ("canvas_60_ms", *(f"canvas_60_{act}_ms" for act in ACTS))
BAR_MS = 100
PARTS = 60
ROUNDS = 15
_SCRIPT = Path(__file__).with_name("composer.js")
_PATIENCE_MS = 180_000
_NETWORKS = ("household", "school", "workplace", "community")
_POLICIES = ("masks", "distancing", "school_closure", "testing", "vaccination", "work_from_home")
_OBSERVATIONS = ("cases", "attack_rate", "generation_interval", "reproduction_number")


def measures(only: Sequence[str] = NAMES) -> list[Measure]:
    """Take the chosen measures; all are None where there is no Chromium."""
    times = timed() if chromium() is not None else {}
    every = [one for act in times.values() for one in act]
    values = {"canvas_60_ms": every} | {f"canvas_60_{act}_ms": times.get(act, []) for act in ACTS}
    return [_measure(name, values[name]) for name in NAMES if name in only]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `populace bench composer [--json] [--only NAME ...]`; return the exit code."""
    return report.command("composer", NAMES, measures, arguments)


def project() -> Project:
    """Return a city of 60 parts."""
    spec: dict[str, Any] = {
        "name": "A model of 60 parts",
        "population": {"kind": "nyc", "people": 10_000},
        "disease": {"kind": "covid_like", "initial_infected": 10},
        "networks": _named(_NETWORKS, 16),
        "behaviours": _named(("isolate_when_ill",), 4),
        "policies": _named(_POLICIES, 18),
        "observations": _named(_OBSERVATIONS, 20),
    }
    return Project.from_spec(spec)


def timed() -> dict[str, list[float]]:
    """Return the milliseconds of each act, several times."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder:
        file = project().save(Path(folder) / "project.yaml")
        port = free_port()
        with served(file, port), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.set_default_timeout(_PATIENCE_MS)
            page.goto(f"http://127.0.0.1:{port}/compose")
            page.add_script_tag(content=_SCRIPT.read_text(encoding="utf-8"))
            page.wait_for_function(f"composer_bench.ready({PARTS})")
            times = _rounds(page)
            browser.close()
    return times


def _rounds(page: "Page") -> dict[str, list[float]]:
    times: dict[str, list[float]] = {act: [] for act in ACTS}
    for number in range(ROUNDS):
        share = 10 + number
        steps = (
            ("select", "select('networks.school', 'School')"),
            ("select", "select('policies.masks', 'Masks')"),
            ("change", f"change('policies.masks', 'coverage', '{share}', 'Coverage: {share} %')"),
            ("add", "add('policies.lockdown')"),
            ("undo", "undo()"),
        )
        for act, call in steps:
            times[act].append(page.evaluate(f"composer_bench.{call}"))
            page.wait_for_timeout(200)
    # The first round compiles.
    return {act: found[len(found) // ROUNDS :] for act, found in times.items()}


def _named(kinds: Sequence[str], count: int) -> list[dict[str, Any]]:
    """Return so many parts of these kinds, each under a name of its own."""
    parts: list[dict[str, Any]] = [{"kind": kind} for kind in kinds]
    for number in range(len(kinds), count):
        kind = kinds[number % len(kinds)]
        parts.append({"kind": kind, "name": f"{kind}_{number // len(kinds) + 1}"})
    return parts


def _measure(name: str, times: list[float]) -> Measure:
    value = statistics.median(times) if times else None
    if name == "canvas_60_ms":
        return Measure.at_most(name, value, "ms", BAR_MS)
    return Measure.without_bar(name, value, "ms")
