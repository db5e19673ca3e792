"""Colours: told apart by everybody, read by everybody."""

from itertools import combinations

import numpy as np
import pytest

from populace.layers.themes import STATE_COLOURS, THEMES, Theme, channels, ramp

# How colour deficiencies change linear red, green, blue; severity 1.0.
# Source: Machado, Oliveira and Fernandes 2009, IEEE TVCG 15(6), table 1.
SIGHTS = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)


def linear(colour: str) -> np.ndarray:
    c = np.array(channels(colour)) / 255
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def lab(light: np.ndarray) -> np.ndarray:
    xyz = TO_XYZ @ np.clip(light, 0, 1) / np.array([0.95047, 1.0, 1.08883])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of WCAG 2.2."""
    lights = sorted(float(TO_XYZ[1] @ linear(colour)) + 0.05 for colour in (one, other))
    return lights[1] / lights[0]


@pytest.mark.parametrize("theme", THEMES.values())
@pytest.mark.parametrize("sight", SIGHTS)
def test_disease_states_stay_apart_for_every_sight(theme: Theme, sight: str) -> None:
    ground = theme.sea if theme.name == "dark" else theme.land
    colours = [ground, *(theme.state(name) for name in STATE_COLOURS)]
    seen = [lab(SIGHTS[sight] @ linear(colour)) for colour in colours]
    assert min(float(np.linalg.norm(a - b)) for a, b in combinations(seen, 2)) >= 20


@pytest.mark.parametrize("theme", THEMES.values())
@pytest.mark.parametrize("sight", SIGHTS)
def test_less_and_more_stay_apart_for_every_sight(theme: Theme, sight: str) -> None:
    seen = [lab(SIGHTS[sight] @ linear(colour)) for colour in theme.change_ramp]
    assert min(float(np.linalg.norm(a - b)) for a, b in combinations(seen, 2)) >= 20


@pytest.mark.parametrize("theme", THEMES.values())
@pytest.mark.parametrize("ink", ["ink", "dim_ink"])
@pytest.mark.parametrize("paper", ["panel", "card"])
def test_text_reads_on_panels_and_cards(theme: Theme, ink: str, paper: str) -> None:
    assert contrast(getattr(theme, ink), getattr(theme, paper)) >= 4.5


def test_both_themes_name_the_same_colours_and_all_are_hexadecimal() -> None:
    dark, light = THEMES["dark"], THEMES["light"]
    assert dark.colours().keys() == light.colours().keys()
    for theme in (dark, light):
        assert all(len(colour) == 7 and channels(colour) for colour in theme.colours().values())


def test_a_ramp_starts_and_ends_with_its_own_colours() -> None:
    steps = ramp(("#000000", "#ff0000", "#0000ff"))
    assert steps.shape == (256, 3)
    assert steps[0].tolist() == [0, 0, 0]
    assert steps[-1].tolist() == [0, 0, 255]


def test_an_unknown_state_colour_says_what_may_be_chosen() -> None:
    with pytest.raises(ValueError, match="infectious"):
        THEMES["dark"].state("purple")
