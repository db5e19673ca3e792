"""A run is taken away by mouse: each file is what it says, and a link shows the same page."""

import csv
import io
import json
import os
import shutil
import subprocess
import time
from urllib.parse import parse_qs, urlparse

import pyarrow.parquet as pq
import pytest
from PIL import Image

from populace.engine.editing.package import unpack
from populace.engine.report.outcome import Outcome
from populace.studio.runs import RUNS

pytestmark = pytest.mark.browser

PATIENCE_MS = 60_000


@pytest.fixture
def run(tab, studio):
    """Open a town that has run to its last day; return its runner."""
    tab.goto(f"{studio}/?project=school_flu")
    tab.wait_for_selector(".cards .card", timeout=PATIENCE_MS)
    tab.wait_for_function("location.search.includes('run=')", timeout=PATIENCE_MS)
    key = tab.evaluate("new URLSearchParams(location.search).get('run')")
    runner = RUNS.find(key).runner
    runner.set_speed(None)
    runner.run()
    tab.get_by_text("day 28").first.wait_for(timeout=PATIENCE_MS)
    return runner


def fetched(tab, words):
    """Choose from the menu; return name and content of what the browser saved."""
    tab.locator(".export #open").click()
    with tab.expect_download(timeout=PATIENCE_MS) as download:
        tab.get_by_role("menuitem", name=words).click()
    return download.value.suggested_filename, download.value.path().read_bytes()


def test_the_series_is_that_of_the_run(tab, run):
    outcome = Outcome.of_runner(run)
    name, content = fetched(tab, "Every day, CSV")
    assert name == "a-boarding-school-january-1978-days.csv"
    rows = list(csv.DictReader(io.StringIO(content.decode())))
    assert [int(row["new_infections"]) for row in rows] == outcome.new.tolist()
    assert [int(row["recovered"]) for row in rows] == outcome.totals[:, -1].tolist()
    assert rows[1]["date"] == "1978-01-22"
    _, content = fetched(tab, "Every day, Parquet")
    table = pq.read_table(io.BytesIO(content))
    assert table["new_infections"].to_pylist() == outcome.new.tolist()


def test_figures_and_maps_are_pictures(tab, run):
    del run
    assert Image.open(io.BytesIO(fetched(tab, "Curves, PNG")[1])).size == (1920, 1680)
    svg = fetched(tab, "Curves, SVG")[1].decode()
    assert svg.startswith("<svg")
    assert svg.count("<polyline") > 10
    assert Image.open(io.BytesIO(fetched(tab, "Map of today")[1])).width > 400
    film = Image.open(io.BytesIO(fetched(tab, "Film of the run, GIF")[1]))
    assert film.n_frames == 29


def test_a_film_as_mp4_is_one_that_players_know(tab, run, tmp_path):
    del run
    if not all(map(shutil.which, ("ffmpeg", "ffprobe"))):
        message = "no ffmpeg here: the film as MP4 is left out"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    name, content = fetched(tab, "Film of the run, MP4")
    assert name == "a-boarding-school-january-1978-map.mp4"
    (tmp_path / name).write_bytes(content)
    asked = ("-v", "error", "-count_frames", "-show_streams", "-of", "json")
    told = subprocess.run(
        ["ffprobe", *asked, str(tmp_path / name)], capture_output=True, check=True, timeout=60
    )
    [film] = json.loads(told.stdout)["streams"]
    assert (film["codec_name"], film["pix_fmt"]) == ("h264", "yuv420p")
    assert int(film["nb_read_frames"]) >= 29
    assert min(film["width"], film["height"]) > 200


def test_the_report_and_the_project_are_those_of_the_run(tab, run, tmp_path):
    outcome = Outcome.of_runner(run)
    html = fetched(tab, "Report, HTML")[1].decode()
    assert outcome.events_sha256 in html
    assert "Changed against “A boarding school, January 1978”" in html
    assert f'data-figure="Ever infected" data-value="{outcome.ever_infected}"' in html
    assert fetched(tab, "Report, PDF")[1].startswith(b"%PDF-")
    spec, _ = unpack(fetched(tab, "Project to send")[1], tmp_path)
    assert spec == outcome.project.spec()


def link_of(tab):
    """Return the address that the page offers, once it knows what its map shows."""
    for _ in range(60):
        tab.locator(".export #open").click()
        tab.get_by_role("menuitem", name="Link to this page").click()
        link = tab.locator("#link input").input_value()
        tab.locator("#link").get_by_role("button", name="Close").click()
        if "view=" in link:
            return link
        tab.wait_for_timeout(500)
    raise TimeoutError(link)


def edges_in(link):
    return [float(edge) for edge in parse_qs(urlparse(link).query)["view"][0].split(",")]


def test_a_link_shows_another_browser_the_same(tab, run, chromium):
    del run
    tab.get_by_role("button", name="When infected").click()
    everybody = edges_in(link_of(tab))
    tab.get_by_role("button", name="Zoom in").click()
    link, limit = link_of(tab), time.monotonic() + 20
    while edges_in(link) == everybody and time.monotonic() < limit:
        link = link_of(tab)
    edges = edges_in(link)
    assert edges[2] - edges[0] == pytest.approx((everybody[2] - everybody[0]) / 2)
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    other = context.new_page()
    other.goto(link.replace("theme=dark", "theme=light"))
    other.wait_for_selector(".cards .card", timeout=PATIENCE_MS)
    again = link_of(other)
    assert edges_in(again) == pytest.approx(edges, abs=0.02 * (edges[2] - edges[0]))
    assert "look=when" in again
    assert "theme=light" in again
    assert other.evaluate("document.documentElement.dataset.theme") == "light"
    chip = other.get_by_role("button", name="When infected")
    assert chip.get_attribute("aria-pressed") == "true"
    context.close()
