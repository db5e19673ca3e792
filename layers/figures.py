"""Figures: a drawing of the engine's report as a picture of pixels."""

from PIL import Image, ImageDraw, ImageFont

from populace.engine.report.drawing import Area, Drawing, Ring, Stroke, Words
from populace.layers.themes import channels

_ANCHORS = {"start": "ls", "middle": "ms", "end": "rs"}


def picture_of(drawing: Drawing, scale: int = 2) -> Image.Image:
    """Return the drawing, ``scale`` times as large: 2 is sharp in print and on fine screens."""
    size = (drawing.width * scale, drawing.height * scale)
    picture = Image.new("RGBA", size, (*channels(drawing.background), 255))
    for mark in drawing.marks:
        if isinstance(mark, Area):
            veil = Image.new("RGBA", size, (0, 0, 0, 0))
            alpha = round(255 * mark.opacity)
            points = [(x * scale, y * scale) for x, y in mark.points]
            ImageDraw.Draw(veil).polygon(points, fill=(*channels(mark.colour), alpha))
            picture = Image.alpha_composite(picture, veil)
        else:
            _draw(ImageDraw.Draw(picture), mark, scale)
    return picture.convert("RGB")


def _draw(pen: ImageDraw.ImageDraw, mark: Stroke | Ring | Words, scale: int) -> None:
    colour = channels(mark.colour)
    if isinstance(mark, Words):
        font = ImageFont.load_default(size=mark.size * scale)
        weight = scale * 0.25 if mark.bold else 0
        place, anchor = (mark.x * scale, mark.y * scale), _ANCHORS[mark.anchor]
        pen.text(place, mark.text, fill=colour, font=font, anchor=anchor, stroke_width=weight)
    elif isinstance(mark, Ring):
        pen.circle(
            (mark.x * scale, mark.y * scale), mark.radius * scale, outline=colour, width=scale
        )
    elif mark.dash:
        (x0, y0), (x1, y1) = mark.points
        length = abs(x1 - x0) + abs(y1 - y0)  # dashed lines are level or upright
        for start in range(0, int(length), int(2 * mark.dash)):
            ends = (start / length, min(1.0, (start + mark.dash) / length))
            dash = [(scale * (x0 + (x1 - x0) * at), scale * (y0 + (y1 - y0) * at)) for at in ends]
            pen.line(dash, fill=colour, width=round(mark.width * scale))
    else:
        points = [(x * scale, y * scale) for x, y in mark.points]
        pen.line(points, fill=colour, width=max(1, round(mark.width * scale)), joint="curve")
