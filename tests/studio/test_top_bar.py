"""The bar offers a device only where there are two."""

from types import SimpleNamespace

import pytest

from populace.engine.records import Status
from populace.studio.views import top_bar
from populace.studio.views.top_bar import TopBar


@pytest.fixture
def orders():
    return []


@pytest.fixture
def bar(orders):
    """Return a bar on a session that notes what it is told."""
    session = SimpleNamespace(
        runner=SimpleNamespace(status=Status("paused", "", 0.0), speed=None, device="cpu"),
        use_device=orders.append,
    )
    board = SimpleNamespace(text=lambda name: name)
    return TopBar(session, {"Town": "town"}, "town", None, board)  # pyright: ignore


def test_one_device_is_no_choice(bar, monkeypatch):
    monkeypatch.setattr(top_bar, "has_graphics_card", lambda: False)
    assert list(bar.parts) == ["project", "reset", "run", "step", "speed"]


def test_a_card_can_be_chosen_and_the_run_is_told(bar, orders, monkeypatch):
    monkeypatch.setattr(top_bar, "has_graphics_card", lambda: True)
    chosen = bar.parts["device"]
    assert list(chosen.options) == ["Processor", "Graphics card"]
    assert chosen.value == "cpu"
    chosen.value = "cuda"
    assert orders == ["cuda"]
