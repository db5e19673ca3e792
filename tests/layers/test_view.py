"""Views: what a session looks at."""

import math

import pytest

from populace.layers.view import View


def test_a_snapped_view_covers_the_wanted_one_with_finer_pixels_and_stays_when_snapped_again() -> (
    None
):
    for shift in (0.0, 3.7, -1234.5):
        view = View(-4000 + shift, -2800 + shift, 6000 + shift, 4200 + shift, 1000, 700)
        snapped = view.snapped()
        assert snapped.x0 <= view.x0
        assert snapped.y0 <= view.y0
        assert snapped.x1 >= view.x1
        assert snapped.y1 >= view.y1
        assert snapped.metres_per_pixel <= view.metres_per_pixel * (1 + 1e-6)
        assert snapped.width < 1.35 * view.width
        assert snapped.snapped() == snapped


def test_small_pans_and_zooms_share_one_snapped_view() -> None:
    view = View(0.5, 0.5, 10_000.5, 7_000.5, 1000, 700)
    near = View(2.5, 2.5, 10_000.6, 7_000.4, 1000, 700)
    assert view.snapped() == near.snapped()


def test_theme_and_look_change_the_key_but_not_the_place() -> None:
    dark = View(0, 0, 1, 1, 8, 8)
    light = View(0, 0, 1, 1, 8, 8, theme="light", look="new")
    assert dark.key() != light.key()
    assert dark.place == light.place


def test_one_state_is_named_in_the_look() -> None:
    assert View(0, 0, 1, 1, 8, 8, look="state:dead").state == "dead"
    assert View(0, 0, 1, 1, 8, 8).state is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"x1": 0.0},
        {"y1": -1.0},
        {"x0": math.nan},
        {"x1": math.inf},
        {"width": 0},
        {"theme": "pink"},
        {"look": "infectedd"},
        {"look": "state:"},
    ],
)
def test_an_impossible_view_is_refused(wrong: dict) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        View(**{"x0": 0.0, "y0": 0.0, "x1": 1.0, "y1": 1.0, "width": 8, "height": 8, **wrong})
