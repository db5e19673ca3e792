"""Text can be read in both themes: at least 4.5 to 1 against what it stands on."""

import pytest

from populace.layers.themes import THEMES
from populace.studio.material import CONTRAST_MIN, contrast, readable, theme_config, variables


def test_black_on_white_has_the_largest_contrast():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_every_text_colour_can_be_read_on_panels_and_cards(theme):
    for background in (theme.panel, theme.card):
        for colour in (theme.ink, theme.dim_ink, theme.accent):
            assert contrast(colour, background) >= CONTRAST_MIN, (colour, background)
    primary = theme_config()[theme.name]["palette"]["primary"]
    assert contrast(primary["main"], primary["contrastText"]) >= CONTRAST_MIN


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_figures_in_disease_colours_can_be_read(theme):
    for name in ("exposed", "infectious", "hospital", "recovered"):
        ink = readable(getattr(theme, name), theme.card, theme.ink)
        assert contrast(ink, theme.card) >= CONTRAST_MIN


def test_both_themes_declare_the_same_properties():
    dark, light, *_ = variables().splitlines()
    names = [{part.split(":")[0].strip() for part in line.split(";")} for line in (dark, light)]
    assert {name.split("{")[-1].strip() for name in names[0]} == {
        name.split("{")[-1].strip() for name in names[1]
    }
