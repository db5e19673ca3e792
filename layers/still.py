"""Still: the map of one day as a finished picture, and of many days as a moving one. No browser."""

import datetime as dt
import io
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from populace.engine.lean.crowd import Crowd, Dots
from populace.engine.people import People
from populace.engine.snapshot import Snapshot
from populace.layers.agents import AgentsLayer
from populace.layers.areas import Areas
from populace.layers.basemap import Basemap, basemap_of
from populace.layers.places import PlacesLayer
from populace.layers.themes import THEMES, channels
from populace.layers.view import View

Progress = Callable[[str, float], None]

_MARGIN = 0.04  # share of the people's extent left free around them
_LAND_SHARPER = 2  # coasts are drawn this much larger and made smaller, so that they are smooth
_TEXT_PIXELS = 15
REPORT_PIXELS = (1_440, 810)
FRAMES_MAX = 400
FRAME_MS = 90  # eleven pictures a second
_GIF_COLOURS = 128


def view_of_all(people: People | Dots, width: int, height: int, theme: str, look: str) -> View:
    """Return a view of everybody, in a picture of this size."""
    x0, x1, y0, y1 = 0.0, 1.0, 0.0, 1.0
    if len(people.x):
        x0, x1 = float(people.x.min()), float(people.x.max())
        y0, y1 = float(people.y.min()), float(people.y.max())
    across, up = max(x1 - x0, 1.0) * (1 + 2 * _MARGIN), max(y1 - y0, 1.0) * (1 + 2 * _MARGIN)
    per_pixel = max(across / width, up / height)
    middle_x, middle_y = (x0 + x1) / 2, (y0 + y1) / 2
    half_x, half_y = per_pixel * width / 2, per_pixel * height / 2
    return View(
        middle_x - half_x,
        middle_y - half_y,
        middle_x + half_x,
        middle_y + half_y,
        width,
        height,
        theme=theme,
        look=look,
    )


def smaller(view: View, width: int) -> View:
    """Return the same view in a picture of at most this width."""
    if view.width <= width:
        return view
    return replace(view, width=width, height=max(1, round(view.height * width / view.width)))


class Stills:
    """Pictures of the days of one run through one view."""

    def __init__(self, people: People, view: View, crowd: Crowd | None = None) -> None:
        self._layer = AgentsLayer(people) if crowd is None else PlacesLayer(crowd)
        self._view = view
        areas = Areas.of(people.places)
        self._ground = _ground(view, basemap_of(people.places) if areas is None else areas.land())

    def picture(self, snapshot: Snapshot, *, words: bool = True) -> Image.Image:
        """Return the picture of the snapshot's day; ``words`` writes the date into it."""
        people = Image.fromarray(self._layer.picture(snapshot, self._view)[::-1], "RGBA")
        whole = Image.alpha_composite(self._ground, people)
        if words:
            date = snapshot.date
            text = f"{date.day} {date:%B %Y}, day {snapshot.day}"
            _write(whole, text, THEMES[self._view.theme].ink)
        return whole.convert("RGB")

    def frames(self, newest: Snapshot, every: int, progress: Progress) -> Iterator[Image.Image]:
        """Yield the pictures of days 0, every, 2 * every ... up to the snapshot's day."""
        days = [*range(0, newest.day + 1, every)]
        for index, day in enumerate(days):
            progress(f"Drawing day {day}", index / len(days))
            yield self.picture(day_of(newest, day))


def day_of(newest: Snapshot, day: int) -> Snapshot:
    """Return an earlier day of a run as a layer of people needs it: its log has all days."""
    date = newest.date - dt.timedelta(days=newest.day - day)
    return replace(newest, day=day, date=date)


def png(picture: Image.Image) -> bytes:
    """Return a picture as PNG."""
    stream = io.BytesIO()
    picture.save(stream, "PNG", optimize=True)
    return stream.getvalue()


def report_pictures(
    people: People, newest: Snapshot, peak: int, crowd: Crowd | None = None
) -> list[tuple[str, bytes]]:
    """Return the maps of a report, with words: the day of the peak, and when people fell ill.

    The engine finds this by the entry point ``populace.pictures``.
    """
    pictures = []
    shown_days = [
        ("infected", peak, "Most people are infected on this day"),
        ("when", newest.day, "Where people were infected early (yellow) and late (blue)"),
    ]
    if crowd is not None:  # of people who are computed there is no past day
        shown_days[0] = ("infected", newest.day, "Who is infected on the last day")
    points = people if crowd is None else crowd.dots
    for look, day, words in shown_days:
        stills = Stills(people, view_of_all(points, *REPORT_PIXELS, "light", look), crowd)
        shown = day_of(newest, day)
        date = f"{shown.date.day} {shown.date:%B %Y}, day {day}"
        pictures.append((f"{words}: {date}.", png(stills.picture(shown, words=False))))
    return pictures


def days_between(days: int) -> int:
    """Return how many days lie between two frames, so that a film is not too long."""
    return max(1, -(-days // FRAMES_MAX))


def gif(stills: Stills, newest: Snapshot, every: int, progress: Progress) -> bytes:
    """Return the run as a moving GIF that ends with its newest day and begins again."""
    frames = [
        # One palette for all frames would flicker less, but lose the rare warm colours.
        frame.quantize(_GIF_COLOURS, dither=Image.Dither.NONE)
        for frame in stills.frames(newest, every, progress)
    ]
    stream = io.BytesIO()
    pace = [FRAME_MS] * (len(frames) - 1) + [2_000]
    first, *rest = frames
    first.save(stream, "GIF", save_all=True, append_images=rest, duration=pace, loop=0)
    return stream.getvalue()


def ffmpeg() -> str | None:
    """Return the program that makes MP4 films, where this machine has it."""
    return shutil.which("ffmpeg")


def mp4(stills: Stills, newest: Snapshot, every: int, progress: Progress) -> bytes:
    """Return the run as an MP4 film; needs `ffmpeg`."""
    program = ffmpeg()
    assert program is not None
    with tempfile.TemporaryDirectory(prefix="populace-") as folder:
        for number, frame in enumerate(stills.frames(newest, every, progress)):
            # Its codec wants even numbers of pixels.
            even = frame.crop((0, 0, frame.width // 2 * 2, frame.height // 2 * 2))
            even.save(Path(folder) / f"{number:05}.png")
        film = Path(folder) / "film.mp4"
        rate = str(round(1_000 / FRAME_MS))
        order = [program, "-loglevel", "error", "-framerate", rate, "-i", f"{folder}/%05d.png"]
        order += ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-movflags", "+faststart", str(film)]
        subprocess.run(order, check=True, capture_output=True, timeout=600)
        return film.read_bytes()


def _ground(view: View, land: Basemap | None) -> Image.Image:
    """Draw sea, land and boundaries."""
    theme = THEMES[view.theme]
    size = (view.width, view.height)
    if land is None:
        return Image.new("RGBA", size, (*channels(theme.land), 255))
    sharp = (_LAND_SHARPER * view.width, _LAND_SHARPER * view.height)
    picture = Image.new("RGB", sharp, channels(theme.sea))
    pen = ImageDraw.Draw(picture)
    for xs, ys in zip(land.xs, land.ys, strict=True):
        for rings_x, rings_y in zip(xs, ys, strict=True):
            for hole, (x, y) in enumerate(zip(rings_x, rings_y, strict=True)):
                outline = _pixels(view, x, y)
                if len(outline) > 2:
                    fill = channels(theme.sea if hole else theme.land)
                    pen.polygon(outline, fill=fill, outline=channels(theme.boundary))
    return picture.resize(size, Image.Resampling.LANCZOS).convert("RGBA")


def _pixels(view: View, x: list[float], y: list[float]) -> list[tuple[float, float]]:
    across = (np.asarray(x) - view.x0) * (_LAND_SHARPER * view.width / (view.x1 - view.x0))
    down = (view.y1 - np.asarray(y)) * (_LAND_SHARPER * view.height / (view.y1 - view.y0))
    return list(zip(across.tolist(), down.tolist(), strict=True))


def _write(picture: Image.Image, text: str, colour: str) -> None:
    pen = ImageDraw.Draw(picture)
    font = ImageFont.load_default(size=_TEXT_PIXELS)
    pen.text((12, picture.height - _TEXT_PIXELS - 12), text, fill=channels(colour), font=font)
