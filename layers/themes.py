"""Every colour of the screen, dark and light: the only place where a colour is written."""

from dataclasses import dataclass, fields
from types import MappingProxyType

import numpy as np
from jaxtyping import Float32

# The keys a disease may name in `StateInfo.colour`, in the order in which a street is painted:
# whoever is later lies on top.
STATE_COLOURS = ("dead", "susceptible", "recovered", "exposed", "hospital", "infectious")

Colour = str  # "#rrggbb"


@dataclass(frozen=True)
class Theme:
    """One set of colours. All are opaque; the layers choose how much of them lets the land through.

    The disease colours keep 20 or more units of Lab apart for normal sight and for three colour
    deficiencies, and ink reads with a contrast of at least 4.5 to 1 on panels and cards.
    """

    name: str
    # The page
    sea: Colour
    land: Colour
    shore: Colour
    boundary: Colour
    panel: Colour
    card: Colour
    line: Colour
    ink: Colour
    dim_ink: Colour
    accent: Colour
    # Disease states, by the key in StateInfo.colour
    susceptible: Colour
    exposed: Colour
    infectious: Colour
    hospital: Colour
    recovered: Colour
    dead: Colour
    # Ramps, from little to much
    crowd_ramp: tuple[Colour, ...]  # people per pixel, nobody ill
    heat_ramp: tuple[Colour, ...]  # share infected
    scar_ramp: tuple[Colour, ...]  # share recovered
    new_ramp: tuple[Colour, ...]  # infected today
    when_ramp: tuple[Colour, ...]  # day of infection, early to late
    change_ramp: tuple[Colour, ...]  # less to more than before; the middle is as before

    def state(self, colour: str) -> Colour:
        """Return the colour of a disease state by its key."""
        if colour not in STATE_COLOURS:
            raise ValueError(f"unknown colour {colour!r}; choose one of {', '.join(STATE_COLOURS)}")
        return getattr(self, colour)

    def colours(self) -> dict[str, Colour]:
        """Return the single colours by name (ramps left out)."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {
            name: value
            for name, value in values.items()
            if isinstance(value, str) and name != "name"
        }


DARK = Theme(
    name="dark",
    sea="#0b0f16",
    land="#151c26",
    shore="#344254",
    boundary="#263242",
    panel="#151c26",
    card="#1b2430",
    line="#2a3646",
    ink="#e8eef5",
    dim_ink="#93a3b5",
    accent="#4da3ff",
    susceptible="#55617a",
    exposed="#f7d560",
    infectious="#ff5a1f",
    hospital="#c77dff",
    recovered="#4fc3d9",
    dead="#ffffff",
    crowd_ramp=("#222b39", "#364153", "#55617a"),
    heat_ramp=("#4f2320", "#96301a", "#e84e17", "#ff8f3f", "#ffe9b0"),
    scar_ramp=("#123039", "#1f6f82", "#4fc3d9"),
    new_ramp=("#6a5a1c", "#c9a32f", "#f7d560", "#fff6cf"),
    when_ramp=("#fff0a6", "#f8a13f", "#dc4a5b", "#9a3fa0", "#4a4fc4"),
    change_ramp=("#6db8ff", "#2f6fb0", "#2a3646", "#b0652a", "#ffb066"),
)

LIGHT = Theme(
    name="light",
    sea="#dfe7ee",
    land="#f6f4ef",
    shore="#bcc6ce",
    boundary="#dcdcd6",
    panel="#ffffff",
    card="#f5f7f9",
    line="#d9e0e6",
    ink="#17212b",
    dim_ink="#5b6a79",
    accent="#0b66c3",
    susceptible="#a9a9a6",
    exposed="#e0a21a",
    infectious="#c92a12",
    hospital="#8a2be2",
    recovered="#2f86a6",
    dead="#17171c",
    crowd_ramp=("#dcdad4", "#c3c2be", "#a5a6a8"),
    heat_ramp=("#f2bfa9", "#e8875a", "#d2421c", "#a31512", "#5e0710"),
    scar_ramp=("#d3e4ea", "#86b9cc", "#2f86a6"),
    new_ramp=("#efd28f", "#e0a21a", "#b4760a", "#6e4300"),
    when_ramp=("#f3b229", "#e8663a", "#bf2f63", "#7c2a8f", "#2f2f8f"),
    change_ramp=("#08519c", "#6aaed6", "#f3f1ec", "#f0a45a", "#a04000"),
)

THEMES = MappingProxyType({theme.name: theme for theme in (DARK, LIGHT)})


def channels(colour: Colour) -> tuple[int, int, int]:
    """Return red, green and blue of "#rrggbb", 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def ramp(colours: tuple[Colour, ...], steps: int = 256) -> Float32[np.ndarray, "steps 3"]:
    """Return `steps` colours that run evenly through the given ones, channels 0 to 255."""
    stops = np.array([channels(colour) for colour in colours], np.float32)
    at = np.linspace(0, len(stops) - 1, steps)
    below = np.minimum(at.astype(np.int64), max(len(stops) - 2, 0))
    above = np.minimum(below + 1, len(stops) - 1)
    part = (at - below)[:, None].astype(np.float32)
    return (stops[below] * (1 - part) + stops[above] * part).astype(np.float32)


def state_ramp(theme: Theme, colour: str) -> tuple[Colour, ...]:
    """Return a ramp for the share of one state: from the crowd's colour to the state's own."""
    return theme.crowd_ramp[-1], theme.state(colour)
