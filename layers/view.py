"""What a session looks at: a rectangle of the map, its size in pixels, a theme and a look."""

import math
from dataclasses import dataclass, replace

from populace.layers.themes import THEMES, Theme

LOOKS = ("infected", "share", "new", "when")  # and "state:<name of a disease state>"
_STATE = "state:"


@dataclass(frozen=True)
class View:
    """A viewport in Web Mercator metres relative to `Places.origin`; row 0 lies in the south.

    A point belongs to pixel floor((x - x0) / metres per pixel): left and lower edges are inside,
    right and upper edges are outside.
    """

    x0: float
    y0: float
    x1: float
    y1: float
    width: int  # pixels
    height: int
    theme: str = "dark"
    look: str = "infected"

    def __post_init__(self) -> None:
        if not all(map(math.isfinite, (self.x0, self.y0, self.x1, self.y1))):
            raise ValueError("the edges of a view must be finite numbers")
        if self.x1 <= self.x0 or self.y1 <= self.y0:
            raise ValueError("a view needs x0 < x1 and y0 < y1")
        if self.width < 1 or self.height < 1:
            raise ValueError("a view needs at least one pixel each way")
        if self.theme not in THEMES:
            raise ValueError(f"unknown theme {self.theme!r}; choose one of {', '.join(THEMES)}")
        if self.look not in LOOKS and self.state is None:
            choices = ", ".join((*LOOKS, _STATE + "<name>"))
            raise ValueError(f"unknown look {self.look!r}; choose one of {choices}")

    @property
    def state(self) -> str | None:
        """Name of the one state that is shown, or None for another look."""
        name = self.look.removeprefix(_STATE)
        return name if name and name != self.look else None

    @property
    def colours(self) -> Theme:
        """Return the theme itself."""
        return THEMES[self.theme]

    @property
    def metres_per_pixel(self) -> float:
        """Web Mercator metres per pixel, the larger of the two directions."""
        return max((self.x1 - self.x0) / self.width, (self.y1 - self.y0) / self.height)

    @property
    def place(self) -> tuple[float, float, float, float, int, int]:
        """Return what decides which pixel a person falls into: theme and look do not."""
        return self.x0, self.y0, self.x1, self.y1, self.width, self.height

    def key(self) -> tuple[float, float, float, float, int, int, str, str]:
        """Return what decides the picture of a day: equal keys may share one picture."""
        return (*self.place, self.theme, self.look)

    def snapped(self, steps_per_doubling: int = 4, margin: int = 32) -> "View":
        """Return a common viewport that covers this one, so that near-equal views share work.

        Scales are rounded to `steps_per_doubling` per factor of two, always to finer pixels, and
        edges to `margin` pixels.
        """
        # The small allowance keeps a view that is snapped already where it is.
        allowance = 1e-6
        step = math.floor(steps_per_doubling * math.log2(self.metres_per_pixel) + allowance)
        tile = 2.0 ** (step / steps_per_doubling) * margin
        left = math.floor(self.x0 / tile + allowance)
        low = math.floor(self.y0 / tile + allowance)
        right = max(left + 1, math.ceil(self.x1 / tile - allowance))
        high = max(low + 1, math.ceil(self.y1 / tile - allowance))
        return replace(
            self,
            x0=left * tile,
            y0=low * tile,
            x1=right * tile,
            y1=high * tile,
            width=(right - left) * margin,
            height=(high - low) * margin,
        )
