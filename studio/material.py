"""The colours and type of the page, for CSS and for Material widgets, from one set of themes."""

from typing import Any

from populace.layers.themes import DARK, LIGHT, THEMES, Theme, channels

# Roboto comes with the Material widgets; the rest is what a machine has of its own.
FONT = "Roboto, system-ui, -apple-system, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif"
CONTRAST_MIN = 4.5  # WCAG 2.2, text
DISEASE = ("exposed", "infectious", "hospital", "recovered")
# Bokeh hangs what a figure says under the pointer on the page, out of reach of the figure's styles.
_TIPS = (
    ".bk-Tooltip { --tooltip-color: var(--card); --tooltip-text: var(--ink);"
    " --tooltip-border: var(--line); }"
)


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def readable(colour: str, background: str, ink: str) -> str:
    """Return the colour, moved towards the ink as far as text in it needs on the background."""
    for part in range(0, 101, 5):
        mixed = _mix(colour, ink, part / 100)
        if contrast(mixed, background) >= CONTRAST_MIN:
            return mixed
    return ink


def variables() -> str:
    """Return the custom properties of both themes; shadow roots inherit them."""
    themes = (
        f':root[data-theme="{theme.name}"] {{ {_properties(theme)} }}' for theme in THEMES.values()
    )
    return "\n".join((*themes, _TIPS))


def theme_config() -> dict[str, Any]:
    """Return what Material widgets need to look like the rest of the page."""
    return {theme.name: _material(theme) for theme in (DARK, LIGHT)}


def _properties(theme: Theme) -> str:
    colours = theme.colours()
    colours |= {f"{name}-ink": readable(colours[name], theme.card, theme.ink) for name in DISEASE}
    colours["on-accent"] = _on_accent(theme)
    rows = "".join(f"--{name.replace('_', '-')}:{value};" for name, value in colours.items())
    return f"{rows}--font:{FONT};color-scheme:{theme.name};"


def _on_accent(theme: Theme) -> str:
    return max(DARK.sea, LIGHT.panel, key=lambda colour: contrast(colour, theme.accent))


def _material(theme: Theme) -> dict[str, Any]:
    return {
        "palette": {
            "primary": {"main": theme.accent, "contrastText": _on_accent(theme)},
            "background": {"default": theme.panel, "paper": theme.card},
            "text": {"primary": theme.ink, "secondary": theme.dim_ink},
            "divider": theme.line,
        },
        "typography": {
            "fontFamily": FONT,
            "fontSize": 13,
            "button": {"textTransform": "none", "fontWeight": 600},
        },
        "shape": {"borderRadius": 8},
    }


def _luminance(colour: str) -> float:
    parts = (value / 255 for value in channels(colour))
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _mix(one: str, other: str, part: float) -> str:
    pairs = zip(channels(one), channels(other), strict=True)
    return "#" + "".join(f"{round(a * (1 - part) + b * part):02x}" for a, b in pairs)
