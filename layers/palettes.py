"""Which ramp and which fixed scale each look uses, and the legend that says so."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from jaxtyping import Float32

from populace.engine.snapshot import StateInfo
from populace.layers.shades import ramp_of_share
from populace.layers.themes import Colour, Theme, ramp, state_ramp
from populace.layers.view import View


@dataclass(frozen=True)
class Scale:
    """A fixed scale of shares: logarithmic above `low`, full colour at `full`.

    The bounds are our choice (assumption): a quarter of a neighbourhood infected at once is rare,
    and a steeper curve would paint the whole city alike near the peak.
    """

    low: float
    full: float
    ticks: tuple[float, ...]

    def place(self, share: float) -> float:
        """Return where a share lies on the ramp, 0 to 1."""
        return float(min(1.0, np.log1p(share / self.low) / np.log1p(self.full / self.low)))


INFECTED = Scale(low=0.008, full=0.25, ticks=(0.002, 0.01, 0.05, 0.25))
NEW_TODAY = Scale(low=0.0012, full=0.04, ticks=(0.0005, 0.002, 0.01, 0.04))
ONE_STATE = Scale(low=0.02, full=1.0, ticks=(0.01, 0.1, 0.5, 1.0))


def scale_of(view: View) -> Scale:
    """Return the scale that a view's look uses; "when infected" has days instead."""
    if view.state is not None:
        return ONE_STATE
    return NEW_TODAY if view.look == "new" else INFECTED


def hot_ramp(view: View, states: tuple[StateInfo, ...]) -> tuple[Colour, ...]:
    """Return the colours of little to much for what the look shows."""
    if view.state is not None:
        return state_ramp(view.colours, state_named(view.state, states).colour)
    return view.colours.new_ramp if view.look == "new" else view.colours.heat_ramp


def state_named(name: str, states: tuple[StateInfo, ...]) -> StateInfo:
    """Return the state of this name."""
    for state in states:
        if state.name == name:
            return state
    names = ", ".join(state.name for state in states)
    raise ValueError(f"this disease has no state {name!r}; choose one of {names}")


@lru_cache(maxsize=64)
def table(colours: tuple[Colour, ...], steps: int = 256) -> Float32[np.ndarray, "steps 3"]:
    """Return a ramp as numbers, made once."""
    return ramp(colours, steps)


@lru_cache(maxsize=8)
def places(scale: Scale) -> Float32[np.ndarray, " steps"]:
    """Return the table of `Scale.place`, made once."""
    return ramp_of_share(scale.low, scale.full)


def legend(
    view: View, states: tuple[StateInfo, ...], days: tuple[int, int] = (0, 14)
) -> list[tuple[str, Colour]]:
    """Return labels and colours that explain a look where a pixel holds many people.

    `days` are the ends of "when infected", from `AgentsLayer.days_of_infection`.
    """
    if view.look == "when":
        first, last = days
        ramp_colours = view.colours.when_ramp
        return [
            (f"day {first + (last - first) * k // 4}", _on(ramp_colours, k / 4)) for k in range(5)
        ]
    scale, colours = scale_of(view), hot_ramp(view, states)
    return [(f"{100 * t:g} %", _on(colours, scale.place(t))) for t in scale.ticks]


def _on(colours: tuple[Colour, ...], place: float) -> Colour:
    red, green, blue = (round(float(c)) for c in table(colours)[round(255 * place)])
    return f"#{red:02x}{green:02x}{blue:02x}"


def glow_colour(theme: Theme, colours: tuple[Colour, ...]) -> Float32[np.ndarray, " 3"]:
    """Return the colour of the halo around cases: the middle of the ramp."""
    return table(colours)[128 if theme.name == "dark" else 96]
