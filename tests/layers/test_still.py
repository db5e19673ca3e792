"""Pictures without a browser: the map of any day, and a film of the run."""

import io
import json
import shutil
import subprocess
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from populace.engine.project import Project, sample_names
from populace.engine.report.figures import charts
from populace.engine.report.outcome import Outcome
from populace.engine.simulation import Simulation
from populace.layers import still
from populace.layers.agents import AgentsLayer
from populace.layers.figures import picture_of
from populace.layers.themes import DARK, channels
from populace.studio.composer import gallery


@pytest.fixture(scope="module")
def run():
    project = Project.load("town_flu").with_value("population.people", 5_000)
    simulation = Simulation(project)
    simulation.run(30)
    return simulation


@pytest.fixture(scope="module")
def view(run):
    return still.view_of_all(run.people, 240, 160, "dark", "infected")


def no_progress(message, share):
    assert message
    assert 0 <= share <= 1


def test_everybody_is_in_the_picture(run, view):
    assert run.people.x.min() >= view.x0
    assert run.people.x.max() < view.x1
    assert run.people.y.min() >= view.y0
    assert run.people.y.max() < view.y1


def test_the_picture_shows_people_on_land_as_the_screen_does(run, view):
    picture = np.asarray(still.Stills(run.people, view).picture(run.snapshot(), words=False))
    people = AgentsLayer(run.people).picture(run.snapshot(), view)[::-1]
    solid = people[:, :, 3] == 255
    assert solid.any()
    assert np.array_equal(picture[solid], people[solid][:, :3])
    empty = people[:, :, 3] == 0
    assert (picture[empty] == channels(DARK.land)).all()


def test_an_earlier_day_looks_as_it_did_then(run, view):
    again = Simulation(run.project)
    again.run(10)
    then = still.Stills(again.people, view).picture(again.snapshot())
    now = still.Stills(run.people, view).picture(still.day_of(run.snapshot(), 10))
    assert np.array_equal(np.asarray(then), np.asarray(now))
    assert still.day_of(run.snapshot(), 10).date == again.snapshot().date


def test_a_film_has_a_frame_for_each_day(run, view):
    stills = still.Stills(run.people, view)
    film = Image.open(io.BytesIO(still.gif(stills, run.snapshot(), 3, no_progress)))
    assert (film.n_frames, film.size) == (11, (240, 160))
    film.seek(10)
    last = np.asarray(film.convert("RGB"), np.int16)
    shown = np.asarray(stills.picture(run.snapshot()), np.int16)
    assert np.abs(last - shown).mean() < 4  # of 255: it has 128 colours


@pytest.mark.skipif(
    not (still.ffmpeg() and shutil.which("ffprobe")),
    reason="ffmpeg is not installed: the menu does not offer MP4",
)
def test_an_mp4_film_has_a_frame_for_each_day_and_plays_everywhere(run, view):
    odd = replace(view, width=241, height=161)  # its codec takes even numbers alone
    film = still.mp4(still.Stills(run.people, odd), run.snapshot(), 1, no_progress)
    asked = ["ffprobe", "-v", "error", "-count_frames", "-show_streams", "-of", "json", "-"]
    told = subprocess.run(asked, input=film, capture_output=True, check=True, timeout=60)
    (stream,) = json.loads(told.stdout)["streams"]
    assert (stream["codec_name"], stream["pix_fmt"]) == ("h264", "yuv420p")
    assert (stream["width"], stream["height"]) == (240, 160)
    assert int(stream["nb_read_frames"]) == run.snapshot().day + 1
    assert stream["avg_frame_rate"] == f"{round(1_000 / still.FRAME_MS)}/1"
    taken = ["ffmpeg", "-v", "error", "-i", "-", "-vf", "select=eq(n\\,30)"]
    taken += ["-frames:v", "1", "-f", "image2pipe", "-c:v", "png", "-"]
    last = subprocess.run(taken, input=film, capture_output=True, check=True, timeout=60)
    pixels = np.asarray(Image.open(io.BytesIO(last.stdout)).convert("RGB"), np.int16)
    pictures = still.Stills(run.people, odd).frames(run.snapshot(), 1, no_progress)
    far = [np.abs(pixels - np.asarray(one.crop((0, 0, 240, 160)))).mean() for one in pictures]
    # Of 255: a film halves the pixels of its colours.
    assert far[30] == min(far) < 8


def test_a_long_run_makes_no_endless_film():
    assert still.days_between(30) == 1
    assert 36_500 / still.days_between(36_500) <= still.FRAMES_MAX


def test_a_map_has_its_land(run):
    del run
    project = Project.load("nyc_covid").with_value("population.people", 20_000)
    simulation = Simulation(project)
    view = still.view_of_all(simulation.people, 300, 300, "dark", "infected")
    picture = np.asarray(still.Stills(simulation.people, view).picture(simulation.snapshot()))
    colours = {tuple(colour) for colour in picture.reshape(-1, 3)}
    assert channels(DARK.sea) in colours
    assert channels(DARK.land) in colours


def test_the_maps_of_a_report_are_pictures_with_words(run):
    pictures = still.report_pictures(run.people, run.snapshot(), 12)
    assert ["day 12" in pictures[0][0], "day 30" in pictures[1][0]] == [True, True]
    for _, png in pictures:
        assert Image.open(io.BytesIO(png)).size == still.REPORT_PIXELS


def test_figures_have_twice_the_pixels_and_the_colour_of_their_curve():
    outcome, _ = Outcome.of_project(Project.load("school_flu"))
    drawing = charts(outcome)[0].drawing(360, 200)
    picture = picture_of(drawing)
    assert picture.size == (720, 400)
    pixels = {tuple(colour) for colour in np.asarray(picture).reshape(-1, 3)}
    assert channels("#c92a12") in pixels


def test_every_sample_has_its_pictures():
    shown = {sample["name"]: sample["pictures"] for sample in gallery.samples()}
    assert set(shown) == set(sample_names())
    for pictures in shown.values():
        assert all(one.startswith("data:image/webp;base64,") for one in pictures.values())
