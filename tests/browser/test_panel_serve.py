"""`panel serve studio/app.py`: the same page from a server that is not ours."""

import subprocess
import sys
from pathlib import Path

import pytest

from populace.benchmarks.frames import free_port

pytestmark = pytest.mark.browser

APP = Path(__file__).parents[2] / "studio" / "app.py"
PEOPLE = "Bokeh.documents[0]?.get_model_by_name('map_figure')?.populace_people"


@pytest.fixture
def address(tmp_path):
    port = free_port()
    command = [sys.executable, "-m", "panel", "serve", str(APP), "--port", str(port)]
    command += ["--address", "127.0.0.1", "--allow-websocket-origin", f"127.0.0.1:{port}"]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        for line in server.stderr:
            if "running at" in line:
                break
        yield f"http://127.0.0.1:{port}/app"
        server.terminate()


def test_pictures_come_through_the_document_where_there_is_no_other_way(tab, address):
    tab.goto(f"{address}?project=school_flu")
    tab.wait_for_function(f"window.Bokeh && {PEOPLE}?.place?.number > 3", timeout=60_000)
    assert tab.evaluate(f"{PEOPLE}.place.width") > 100
    assert "763" in tab.locator(".size").inner_text()
    # Whoever leaves first must not be the server.
    tab.goto("about:blank")
