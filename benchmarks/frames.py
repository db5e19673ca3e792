"""`populace bench frames`: how live the screen is, measured in a real Chromium.

All of New York runs behind `populace serve` in its own process, paced at 20 days a second. The run
starts with 1 % infected and is reset when it leaves 1 to 10 %; time outside does not count.
"""

import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.request import urlopen

from populace.benchmarks import report
from populace.benchmarks.report import Measure
from populace.engine.project import Project

if TYPE_CHECKING:
    from playwright.sync_api import Page

NAMES = (
    "pictures_per_s",
    "engine_days_per_s",
    "slider_ms_median",
    "slider_ms_p95",
    "first_picture_s",
    "interface_ms_per_picture",
)
BARS = {
    "pictures_per_s": 8,
    "engine_days_per_s": 15,
    "slider_ms_median": 150,
    "slider_ms_p95": 400,
    "first_picture_s": 10,
    "interface_ms_per_picture": 3,
}
CHROMIUM_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SECONDS, MOVES = 20.0, 50
SHARE_INFECTED = (0.01, 0.10)
MAP = (1000, 700)  # pixels
SPEED = "20 days a second"
# No mask is worn, so its effect changes no infection, but the engine takes it as any other.
SLIDER = "policies.masks.effect"
_SCRIPT = Path(__file__).with_name("frames.js")
_PATIENCE_MS = 180_000


@dataclass
class Counted:
    """What was counted while the epidemic had the right size."""

    seconds: float = 0.0
    pictures: int = 0
    days: int = 0
    interface_s: float = 0.0
    moves_ms: list[float] = field(default_factory=list)


def measures(only: Sequence[str] = NAMES) -> list[Measure]:
    """Take the chosen measures; all are None where there is no Chromium."""
    if chromium() is None:
        return [_measure(name, None) for name in NAMES if name in only]
    with tempfile.TemporaryDirectory() as folder:
        project = _project(Path(folder))
        with _page(project) as (_, warm):
            _first_picture(warm)  # fills the caches on disk
        with _page(project) as (server, page):
            first = _first_picture(page)
            counted = Counted()
            if set(only) - {"first_picture_s"}:
                _choose_speed(page)
                _watch(page, server, counted)
                if {"slider_ms_median", "slider_ms_p95"} & set(only):
                    _move(page, counted)
    values = _values(first, counted)
    taken = {name: _measure(name, value) for name, value in values.items()}
    if counted.seconds and not taken["engine_days_per_s"].holds:
        taken = {name: _spoiled(one) for name, one in taken.items()}
    return [taken[name] for name in NAMES if name in only]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `populace bench frames [--json] [--only NAME ...]`; return the exit code."""
    return report.command("frames", NAMES, measures, arguments)


def chromium() -> str | None:
    """Return the path of a Chromium on this machine."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    return None


@contextmanager
def served(project: str | Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run `populace serve` in a process of its own until the block ends."""
    words = [str(project), "--port", str(port), "--no-browser"]
    code = "import sys; from populace.studio.serve import command; sys.exit(command(sys.argv[1:]))"
    server = subprocess.Popen([sys.executable, "-c", code, *words], stdout=subprocess.DEVNULL)
    try:
        _wait_for(server, port)
        yield server
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def _wait_for(server: subprocess.Popen[bytes], port: int) -> None:
    limit = time.monotonic() + 300
    while time.monotonic() < limit:
        if server.poll() is not None:
            raise RuntimeError(f"populace serve ended with exit code {server.returncode}")
        with suppress(URLError, ConnectionError, TimeoutError):
            urlopen(f"http://127.0.0.1:{port}/static/js/bokeh.min.js", timeout=5).close()
            return
        time.sleep(0.1)
    raise RuntimeError("populace serve did not answer within five minutes")


def _project(folder: Path) -> Path:
    """Write New York with 1.5 % infected on day 0, at the sample's own transmission."""
    project = Project.load("nyc_covid").with_value("disease.initial_infected", 130_000)
    return project.with_value("days", 365).save(folder / "project.yaml")


@contextmanager
def _page(project: Path) -> Iterator[tuple[subprocess.Popen[bytes], "Page"]]:
    """Serve the project and open a blank page of a browser, ready to ask for it."""
    from playwright.sync_api import sync_playwright

    port = free_port()
    with served(project, port) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
        context = browser.new_context(
            viewport={"width": 1660, "height": 864}, base_url=f"http://127.0.0.1:{port}"
        )
        page = context.new_page()
        page.set_default_timeout(_PATIENCE_MS)
        yield server, page
        browser.close()


def _first_picture(page: "Page") -> float:
    """Ask for the page; return the seconds until the people were painted."""
    start = time.perf_counter()
    page.goto("/")
    page.add_script_tag(content=_SCRIPT.read_text(encoding="utf-8"))
    page.wait_for_function("populace_bench.ready()", polling=20)
    page.evaluate("populace_bench.follow()")
    page.wait_for_function("populace_bench.first !== undefined", polling=20)
    seconds = time.perf_counter() - start
    _fit(page)
    return seconds


def _fit(page: "Page") -> None:
    """Make the map exactly as large as the bar says."""
    inner = "[populace_bench.map().inner_width, populace_bench.map().inner_height]"
    width, height = page.evaluate(inner)
    size = page.viewport_size
    assert size is not None
    page.set_viewport_size(
        {
            "width": size["width"] + MAP[0] - int(width),
            "height": size["height"] + MAP[1] - int(height),
        }
    )
    page.wait_for_function(f"{inner}.join() === '{MAP[0]},{MAP[1]}'")


def _choose_speed(page: "Page") -> None:
    box = page.get_by_role("combobox", name="Speed")
    box.click()
    page.wait_for_timeout(500)  # the list moves while it opens
    page.locator("[role=listbox]").get_by_text(SPEED, exact=True).click()
    page.wait_for_timeout(500)
    if box.inner_text() != SPEED:
        raise RuntimeError(f"the page shows {box.inner_text()!r} after {SPEED!r} was chosen")


def _watch(page: "Page", server: subprocess.Popen[bytes], counted: Counted) -> None:
    """Count pictures and days in spans of a second, until enough of them had the right size."""
    while counted.seconds < SECONDS:
        _bring_into_range(page)
        pictures, day, interface_s = _state(page, server)
        start = time.perf_counter()
        page.wait_for_timeout(1_000)
        seconds = time.perf_counter() - start
        now = _state(page, server)
        if _in_range(page) and now[1] >= day:
            counted.seconds += seconds
            counted.pictures += now[0] - pictures
            counted.days += now[1] - day
            counted.interface_s += now[2] - interface_s


def _state(page: "Page", server: subprocess.Popen[bytes]) -> tuple[int, int, float]:
    """Return pictures so far, the day, and the interface thread's seconds of work."""
    pictures, day = page.evaluate("[populace_bench.pictures, populace_bench.day()]")
    return pictures, day, _interface_s(server)


def _move(page: "Page", counted: Counted) -> None:
    """Drag a slider back and forth and let go, as a person does; wait for the engine's answer."""
    track = page.evaluate("(path) => populace_bench.time_moves(path)", SLIDER)
    for move in range(MOVES):
        _bring_into_range(page)
        target = track["x"] + track["width"] * (0.35 if move % 2 else 0.65)
        page.mouse.move(track["x"] + track["width"] / 2, track["y"])
        page.mouse.down()
        page.mouse.move(target, track["y"], steps=4)
        page.mouse.up()
        page.wait_for_function("(done) => populace_bench.moves.length > done", arg=move)
        page.wait_for_timeout(150)
    counted.moves_ms = page.evaluate("populace_bench.moves")


def _in_range(page: "Page") -> bool:
    low, high = SHARE_INFECTED
    return low <= page.evaluate("populace_bench.share") <= high


def _bring_into_range(page: "Page") -> None:
    """Start again if the epidemic has become too small or too large."""
    if _in_range(page):
        return
    limit = time.monotonic() + 5
    while time.monotonic() < limit:
        page.wait_for_timeout(100)
        if _in_range(page):
            return
    page.get_by_role("button", name="Reset", exact=True).click()
    page.get_by_role("button", name="Run", exact=True).click()
    page.wait_for_timeout(1_000)


def _interface_s(server: subprocess.Popen[bytes]) -> float:
    """Return the seconds that the server's interface thread, its first, has been at work."""
    stat = Path(f"/proc/{server.pid}/task/{server.pid}/schedstat")
    return int(stat.read_text().split()[0]) / 1e9 if stat.exists() else 0.0


def _values(first: float, counted: Counted) -> dict[str, float | None]:
    values: dict[str, float | None] = dict.fromkeys(NAMES)
    values["first_picture_s"] = first
    if counted.seconds:
        values["pictures_per_s"] = counted.pictures / counted.seconds
        values["engine_days_per_s"] = counted.days / counted.seconds
        if counted.interface_s and counted.pictures:
            values["interface_ms_per_picture"] = 1e3 * counted.interface_s / counted.pictures
    if counted.moves_ms:
        values["slider_ms_median"] = statistics.median(counted.moves_ms)
        values["slider_ms_p95"] = statistics.quantiles(counted.moves_ms, n=20)[-1]
    return values


def _measure(name: str, value: float | None) -> Measure:
    unit = "ms" if "_ms_" in name else "s" if name.endswith("_s") else ""
    if name.endswith("_per_s"):
        unit = "1/s"
        return Measure.at_least(name, value, unit, BARS[name])
    return Measure.at_most(name, value, unit, BARS[name])


def _spoiled(measure: Measure) -> Measure:
    """Return a measure that cannot hold, for it was taken while the engine was too slow."""
    if measure.name in ("first_picture_s", "engine_days_per_s") or measure.value is None:
        return measure
    unit = f"{measure.unit}, but the engine was too slow"
    return Measure(measure.name, measure.value, unit, measure.bar, False)
