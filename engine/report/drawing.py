"""Drawing: lines, areas and words on a sheet, written as SVG; other floors make pictures of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape

Points = Sequence[tuple[float, float]]
FONT = "Roboto, system-ui, -apple-system, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif"


@dataclass(frozen=True)
class Stroke:
    """A line through points."""

    points: Points
    colour: str
    width: float = 1.0
    dash: float = 0.0  # length of dashes and of gaps; 0: none


@dataclass(frozen=True)
class Area:
    """A filled outline."""

    points: Points
    colour: str
    opacity: float = 1.0


@dataclass(frozen=True)
class Ring:
    """A small circle."""

    x: float
    y: float
    radius: float
    colour: str


@dataclass(frozen=True)
class Words:
    """Text on one line; ``anchor`` says what of it stands at x: "start", "middle" or "end"."""

    x: float
    y: float
    text: str
    colour: str
    size: float = 12.0
    anchor: str = "start"
    bold: bool = False


Mark = Stroke | Area | Ring | Words


@dataclass(frozen=True)
class Drawing:
    """Marks on a sheet, the later over the earlier; lengths in pixels, y grows downwards."""

    width: int
    height: int
    background: str
    marks: tuple[Mark, ...]
    about: str = ""  # what is to be seen, for those who cannot see it

    def svg(self) -> str:
        """Return the drawing as an SVG image that needs nothing else."""
        lines = "".join(_svg(mark) for mark in self.marks)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" '
            f'width="{self.width}" height="{self.height}" role="img" '
            f'aria-label="{escape(self.about)}" font-family="{escape(FONT)}">'
            f'<rect width="100%" height="100%" fill="{self.background}"/>{lines}</svg>'
        )


def stacked(drawings: Sequence[Drawing]) -> Drawing:
    """Return drawings of one width, one below the other, as one."""
    marks: list[Mark] = []
    height = 0
    for drawing in drawings:
        marks += [_moved(mark, height) for mark in drawing.marks]
        height += drawing.height
    about = "; ".join(drawing.about for drawing in drawings)
    return Drawing(drawings[0].width, height, drawings[0].background, tuple(marks), about)


def _moved(mark: Mark, down: float) -> Mark:
    if isinstance(mark, Stroke | Area):
        return replace(mark, points=[(x, y + down) for x, y in mark.points])
    return replace(mark, y=mark.y + down)


def _svg(mark: Mark) -> str:
    if isinstance(mark, Stroke):
        dash = f' stroke-dasharray="{mark.dash:g}"' if mark.dash else ""
        return (
            f'<polyline points="{_points(mark.points)}" fill="none" stroke="{mark.colour}" '
            f'stroke-width="{mark.width:g}" stroke-linejoin="round"{dash}/>'
        )
    if isinstance(mark, Area):
        return (
            f'<polygon points="{_points(mark.points)}" fill="{mark.colour}" '
            f'fill-opacity="{mark.opacity:g}"/>'
        )
    if isinstance(mark, Ring):
        return (
            f'<circle cx="{mark.x:.1f}" cy="{mark.y:.1f}" r="{mark.radius:g}" fill="none" '
            f'stroke="{mark.colour}" stroke-width="1.4"/>'
        )
    weight = ' font-weight="600"' if mark.bold else ""
    return (
        f'<text x="{mark.x:.1f}" y="{mark.y:.1f}" fill="{mark.colour}" font-size="{mark.size:g}" '
        f'text-anchor="{mark.anchor}"{weight}>{escape(mark.text)}</text>'
    )


def _points(points: Points) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
