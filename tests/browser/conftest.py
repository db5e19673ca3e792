"""A real Chromium, the studio served by this process, and a watch over every page."""

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from bokeh.server.server import Server

from populace.engine.policies.base import Policy
from populace.engine.quantities import Probability
from populace.engine.registry import kinds
from populace.studio.runs import RUNS

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
CITY = """\
name: New York at 1 %
start_date: 2020-03-01
days: 200
population: {{kind: nyc, people: 88000}}
networks: [{{kind: household}}, {{kind: school}}, {{kind: workplace}}, {{kind: community}}]
disease: {{kind: covid_like, initial_infected: 800}}
behaviours: [{{kind: isolate_when_ill}}]
policies: [{{kind: {policy}}}]
"""
TOWN = """\
name: A small town
start_date: 2024-02-28
days: 40
population: {kind: town, people: 1500}
networks: [{kind: household}, {kind: school}, {kind: workplace}, {kind: community}]
disease: {kind: covid_like, transmission: 0.1, initial_infected: 20}
policies: [{kind: masks}]
"""


class Breaking(Policy):
    """A policy whose rules cannot be carried out as soon as it is wanted."""

    title = "Breaking"

    wanted = Probability(0.0, step=0.01, live=True, source="assumption", doc="Above 0 it breaks.")

    @classmethod
    def kind_name(cls):
        return "breaking"

    @classmethod
    def factor(cls, values, network, at_home):
        if values.wanted > 0:
            raise ArithmeticError("the curfew has more hours than a day")
        return 1.0


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give each test a second try in CI; what needed it is reported with its first failure.

    A page, its server and a simulation share two cores there. See docs/decisions/0011.
    """
    if not os.environ.get("CI"):
        return
    for item in items:
        if "browser" in item.keywords:
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def flags() -> dict:
    """Return how to start a browser; skip on a user's machine without one, fail in CI."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        message = "no Chromium here: the tests in a browser are left out"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    return {"executable_path": found, "args": list(FLAGS)}


@pytest.fixture(scope="session")
def chromium(flags) -> Iterator:
    """Open a browser once."""
    from playwright.sync_api import expect, sync_playwright

    # The first run of a new machine compiles the kernels, and pages wait for it.
    expect.set_options(timeout=30_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**flags)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def city(tmp_path_factory) -> Path:
    """Write the project of a city at 1 %."""
    folder = tmp_path_factory.mktemp("city")
    (folder / "project.yaml").write_text(CITY.format(policy="masks"))
    return folder


@pytest.fixture(scope="session")
def breaking(tmp_path_factory) -> Iterator[Path]:
    """Register a policy that breaks, in this process only, and write a city that has it."""
    kinds("policies")["breaking"] = Breaking
    folder = tmp_path_factory.mktemp("breaking")
    (folder / "project.yaml").write_text(CITY.format(policy="breaking"))
    yield folder
    del kinds("policies")["breaking"]


@pytest.fixture(scope="session")
def other_seed(tmp_path_factory) -> Path:
    """Write the same city with another seed."""
    folder = tmp_path_factory.mktemp("other_seed")
    (folder / "project.yaml").write_text(CITY.format(policy="masks") + "seed: 7\n")
    return folder


@pytest.fixture(scope="session")
def small_town(tmp_path_factory) -> Path:
    """Write a town that runs in a moment."""
    folder = tmp_path_factory.mktemp("small_town")
    (folder / "project.yaml").write_text(TOWN)
    return folder


@pytest.fixture(scope="session")
def studio(chromium, city, breaking, other_seed, small_town) -> Iterator[str]:
    """Serve the studio at /, a project that breaks at /breaking, another seed at /other_seed."""
    import panel as pn

    from populace.studio import outlet
    from populace.studio.compare.page import compare_room
    from populace.studio.composer.page import compose
    from populace.studio.fit.page import fit_room
    from populace.studio.page import page

    thread = pn.serve(
        {
            "/": lambda: page(str(city)),
            "/breaking": lambda: page(str(breaking)),
            "/other_seed": lambda: page(str(other_seed)),
            "/town": lambda: page(str(small_town)),
            "/compose": lambda: compose(str(city)),
            "/compare": lambda: compare_room(str(city)),
            "/fit": lambda: fit_room(str(city)),
            "/compare_town": lambda: compare_room(str(small_town)),
        },
        threaded=True,
        show=False,
        verbose=False,
        address="127.0.0.1",
        extra_patterns=outlet.patterns(),
    )
    server = _server_of(thread)
    yield f"http://127.0.0.1:{server.port}"
    RUNS.close()
    thread.stop()


@pytest.fixture
def tab(chromium) -> Iterator:
    """Open an empty page that must raise no error and ask no other computer for anything."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
    page.on("console", lambda said: said.type == "error" and wrong.append(said.text))
    page.on("request", lambda asked: _is_local(asked.url) or wrong.append(f"asked {asked.url}"))
    yield page
    context.close()
    # A run lives on for a while after its last page: the next test would share its cores with it.
    RUNS.close()
    assert wrong == []


def _is_local(url: str) -> bool:
    return url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:"))


def _server_of(thread) -> Server:
    """Return the server of Panel's thread, which starts it in its own time."""
    import panel as pn

    limit = time.monotonic() + 30
    while time.monotonic() < limit:
        for server, *_ in pn.state._servers.values():
            if server.port:
                return server
        time.sleep(0.05)
    raise TimeoutError(f"{thread} did not start its server")


PART = """{% extends base %}
{% block postamble %}<style>{{ style }}
body { grid-template: 100% / 100%; } main { min-width: 0; min-height: 0; }</style>{% endblock %}
{% block contents %}<main>{{ embed(roots.part) }}</main>{% endblock %}
"""


@pytest.fixture
def part_page(tab) -> Iterator:
    """Open a page that shows one part of the Compose room and nothing else."""
    import socket

    import panel as pn
    from markupsafe import Markup

    from populace.studio.composer.page import HERE
    from populace.studio.material import variables

    threads = []

    def opened(make, theme="dark"):
        def page():
            pn.extension()
            shell = pn.Template(PART)
            shell.add_variable("style", variables() + (HERE / "style.css").read_text("utf-8"))
            attrs = f'data-theme="{theme}" data-theme-managed="true"'
            shell.add_variable("html_attrs", Markup(attrs))
            shell.add_panel("part", pn.panel(make()))
            return shell

        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        serving = {"threaded": True, "show": False, "verbose": False}
        threads.append(pn.serve({"/": page}, port=port, address="127.0.0.1", **serving))
        for _ in range(100):
            with socket.socket() as asked:
                if asked.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        tab.goto(f"http://127.0.0.1:{port}/")
        return tab

    yield opened
    for thread in threads:
        thread.stop()
        for key in [key for key, owner in pn.state._threads.items() if owner is thread]:
            pn.state._servers.pop(key, None)  # or `studio` would take it for its own
            pn.state._threads.pop(key)
