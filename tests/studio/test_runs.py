"""Runs that pages share, outlive and leave."""

import gc
import threading
import time

import numpy as np
import psutil
import pytest
from bokeh.document import Document

from populace.engine.project import Project
from populace.layers.view import View
from populace.studio.render import Eye, RenderWorker
from populace.studio.runs import RunRefusedError, Runs, agent_count
from populace.studio.session import Session

RATE = "disease.transmission"


@pytest.fixture
def school():
    return Project.load("school_flu")


@pytest.fixture
def runs():
    made = Runs(grace_s=0.05)
    yield made
    made.close()


def wait_for(reached, seconds=60):
    limit = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < limit
        time.sleep(0.01)


def open_page(runs, project, **settings):
    return Session(project, document=Document(), runs=runs, **settings)


def own_threads():
    """Return the living threads of runs; the kernel's workers are shared and stay."""
    named = {one for one in threading.enumerate() if one.name.startswith("populace")}
    return {one for one in named if not one.name.startswith("populace-kernel")}


def finished(page):
    wait_for(lambda: page.runner.status.phase == "finished")
    return [record.totals.tolist() for record in page.runner.history]


def test_a_key_finds_its_run_again(runs, school):
    first = open_page(runs, school)
    second = open_page(runs, school, key=first.key)
    assert second.runner is first.runner
    assert len(runs) == 1


def test_a_wrong_key_opens_a_run_of_its_own(runs, school):
    first = open_page(runs, school)
    assert open_page(runs, school, key=first.key[:-1]).runner is not first.runner


def test_a_run_outlives_its_page_and_then_is_freed(school):
    runs = Runs(grace_s=0.5)
    page = open_page(runs, school)
    wait_for(lambda: page.runner.snapshot is not None)
    page.close()
    again = open_page(runs, school, key=page.key)
    assert again.runner is page.runner
    time.sleep(0.8)
    assert not again.runner.closed  # it is watched again
    again.close()
    wait_for(lambda: again.runner.closed)
    wait_for(lambda: again.runner.snapshot is None)
    assert runs.find(page.key) is None


def test_a_run_with_two_pages_outlives_the_first(runs, school):
    first = open_page(runs, school)
    second = open_page(runs, school, key=first.key)
    first.close()
    time.sleep(0.2)
    assert not second.runner.closed


def test_closing_a_page_twice_counts_once(runs, school):
    first = open_page(runs, school)
    second = open_page(runs, school, key=first.key)
    first.close()
    first.close()
    time.sleep(0.2)
    assert not second.runner.closed


def test_two_pages_with_two_seeds_do_not_disturb_each_other(runs, school):
    alone = {seed: finished(open_page(runs, school, seed=seed)) for seed in (5, 6)}
    one = open_page(runs, school, seed=5)
    other = open_page(runs, school, seed=6)
    assert finished(one) == alone[5]
    assert finished(other) == alone[6]
    assert alone[5] != alone[6]


def test_a_slider_of_one_run_leaves_the_other_alone(runs, school):
    alone = finished(open_page(runs, school))
    one, other = open_page(runs, school), open_page(runs, school)
    one.pause()
    one.change(RATE, 0.0)
    one.reset()
    one.run()
    assert finished(other) == alone
    assert other.runner.values()[RATE] == school.value(RATE)


def test_pages_of_one_population_share_its_people(runs, school):
    pages = [open_page(runs, school, seed=seed) for seed in range(3)]
    wait_for(lambda: all(page.runner.people is not None for page in pages))
    assert len({id(page.runner.people) for page in pages}) == 1


@pytest.mark.slow
def test_ten_pages_run_a_hundredth_of_the_city_at_once(runs):
    city = Project.load("nyc_covid").with_value("population.people", 88_042)
    city = city.with_value("days", 40)
    pages = [open_page(runs, city, seed=seed) for seed in range(10)]
    totals = [finished(page) for page in pages]
    assert len({id(page.runner.people) for page in pages}) == 1
    assert len({str(one) for one in totals}) == 10
    assert all(sum(day) == 88_042 for one in totals for day in one)


def test_a_run_that_does_not_fit_is_refused_in_words(school):
    runs = Runs(memory_limit=100_000_000)
    with pytest.raises(RunRefusedError, match=r"8,804,190 people: it would need 1\.\d GB"):
        runs.open(Project.load("nyc_covid"))
    assert len(runs) == 0
    runs.open(school)
    runs.close()


def test_what_open_runs_will_need_counts_against_the_next(school):
    runs = Runs(memory_limit=100_000_000)
    for _ in range(3):
        runs.open(school)
    with pytest.raises(RunRefusedError, match=r"runs that are open \(3\)"):
        runs.open(school)
    runs.close()


def test_every_sample_says_how_many_people_it_has(school):
    assert agent_count(school) == 763
    assert agent_count(Project.load("nyc_covid")) == 8_804_190


def test_twenty_pages_opened_and_closed_leave_no_thread_and_no_memory(school):
    runs = Runs(grace_s=0.01)
    city = school.with_value("population.boys", 20_000)

    # Other tests' runs may still end, and the kernel's workers stay for good.
    before = set(threading.enumerate())

    def open_and_close():
        page = open_page(runs, city)
        seen = []
        eye = Eye(seen.append)
        eye.view = View(-500, -500, 500, 500, 300, 300)
        page.open_eye(eye)
        page.look()
        wait_for(lambda: seen)
        page.close()
        wait_for(lambda: page.runner.closed and page.runner.snapshot is None)

    for _ in range(3):
        open_and_close()
    gc.collect()
    process = psutil.Process()
    memory = process.memory_info().rss
    for _ in range(20):
        open_and_close()
    gc.collect()
    wait_for(lambda: not own_threads() - before)
    assert process.memory_info().rss - memory < 20e6


# Drawing


def an_eye(worker, view, *, webp=False):
    seen = []
    eye = Eye(seen.append, webp=webp)
    eye.view = view
    worker.open(eye)
    return eye, seen


@pytest.fixture
def drawn(runs, school):
    page = open_page(runs, school)
    finished(page)
    worker = RenderWorker(page.runner)
    yield worker
    worker.close()


HOME = View(-200, -200, 200, 200, 120, 100)


def unpacked(picture):
    """Return the pixels of a packed picture, the north edge first."""
    view = picture.view
    count = view.width * view.height
    words = picture.content.view(np.uint32)
    bits = np.unpackbits(words[: (count + 31) // 32].view(np.uint8), bitorder="little")[:count]
    pixels = np.zeros(count, np.uint32)
    pixels[bits == 1] = words[(count + 31) // 32 :]
    return pixels.view(np.uint8).reshape(view.height, view.width, 4)


def test_a_page_gets_the_newest_day_and_no_second_picture_of_it(drawn):
    eye, seen = an_eye(drawn, HOME)
    wait_for(lambda: seen)
    eye.in_flight = False
    drawn.look()
    time.sleep(0.3)
    assert [picture.day for picture in seen] == [28]
    assert unpacked(seen[0]).shape == (100, 120, 4)
    assert unpacked(seen[0]).any()


def test_pages_with_one_view_share_one_picture(drawn):
    _, first = an_eye(drawn, HOME)
    wait_for(lambda: first)
    eyes = [Eye(lambda picture: None) for _ in range(2)]
    pictures = []
    for eye in eyes:
        eye.deliver = pictures.append
        eye.view = View(-150, -150, 150, 150, 90, 90)
    drawn._eyes = (*drawn._eyes, *eyes)
    drawn.look()
    wait_for(lambda: len(pictures) == 2)
    assert pictures[0].content is pictures[1].content


def test_a_page_that_has_not_painted_gets_no_other_picture(drawn):
    eye, seen = an_eye(drawn, HOME)
    wait_for(lambda: seen)
    eye.view = View(-100, -100, 100, 100, 120, 100)
    drawn.look()
    time.sleep(0.3)
    assert len(seen) == 1
    eye.in_flight = False
    drawn.look()
    wait_for(lambda: len(seen) == 2)


def test_a_hidden_page_gets_no_picture(drawn):
    seen = []
    eye = Eye(seen.append)
    eye.view, eye.visible = HOME, False
    drawn.open(eye)
    time.sleep(0.3)
    assert not seen
    eye.visible = True
    drawn.look()
    wait_for(lambda: seen)


def test_a_picture_for_afar_is_webp_of_the_same_people(drawn):
    import io

    from PIL import Image

    _, near = an_eye(drawn, HOME)
    _, far = an_eye(drawn, HOME, webp=True)
    wait_for(lambda: near and far)
    assert len(far[0].content) < 100 * 120 * 2
    opened = np.asarray(Image.open(io.BytesIO(bytes(far[0].content))).convert("RGBA"))
    whole = unpacked(near[0])
    assert opened.shape == whole.shape
    alike = np.abs(opened[..., 3].astype(int) - whole[..., 3].astype(int))
    assert alike.mean() < 4
