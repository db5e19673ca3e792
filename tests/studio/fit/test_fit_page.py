"""A page of the room, without a browser: it fits, stops, goes on, and finds what was kept."""

import time

import pytest

from populace.engine.calibration.fit_file import is_fit
from populace.engine.calibration.plan import METHODS
from populace.engine.project import Project
from populace.studio.asked import Asked
from populace.studio.drafts import DRAFTS
from populace.studio.fit.fits import FITS
from populace.studio.fit.page import FitPage

SMALL = {"what": "fit", "runs": 120, "particles": 20}
LONG = {"what": "fit", "runs": 50_000, "particles": 200}


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    """Keep fits of a test in its own folder."""
    monkeypatch.setenv("POPULACE_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def pages():
    """Open pages of the school; what they began ends with the test."""
    opened = []

    def page() -> FitPage:
        opened.append(FitPage(Asked(Project.load("school_flu"), "project=school_flu")))
        return opened[-1]

    yield page
    for one in opened:
        one.close()
        if one._fitting is not None:
            one._fitting.join(30)


def wait(page: FitPage, until) -> None:
    limit = time.monotonic() + 60
    while not until() and time.monotonic() < limit:
        time.sleep(0.02)
        page.look()
    assert until(), page.results.head.html["progress"]


def is_over(page: FitPage) -> bool:
    return page.desk.state["phase"] != "running"


def test_it_fits_and_says_what_was_found(pages):
    page = pages()
    page._heard(SMALL)
    wait(page, lambda: is_over(page))
    assert page.desk.state["wrong"] == ""
    assert "Finished: 120 runs" in page.results.head.html["progress"]
    assert "of the 14 counts of “Boys in bed”" in page.results.head.html["meaning"]
    numbers = page.results.found.html["numbers"]
    assert numbers.count('class="card"') == 3
    assert "infections per contact" in numbers
    assert page.results.found.html["pairs"].count("<svg") == 3
    data = page.results.curves._source.data
    assert sum(value == value for value in data["observed"]) == 14
    assert all(value == value for value in data["median"])


def test_an_equal_fit_is_shown_at_once_on_another_page(pages):
    first = pages()
    first._heard(SMALL)
    wait(first, lambda: is_over(first))
    other = pages()
    other._heard({"what": "numbers", "runs": 120, "particles": 20})
    other._heard(SMALL)
    wait(other, lambda: is_over(other))
    assert other.results.head.html == first.results.head.html
    assert other.results.found.html == first.results.found.html


def test_a_fit_is_stopped_and_goes_on(pages):
    page = pages()
    page._heard(LONG)
    wait(page, lambda: page._fitting.progress.runs_done > 0)
    page._heard({"what": "stop"})
    assert page.desk.state["phase"] == "stopped"
    assert "Stopped after" in page.results.head.html["progress"]
    done = page._fitting.progress.runs_done
    page._heard(LONG)
    assert page.desk.state["wrong"] == ""
    assert page.desk.state["phase"] == "running"
    wait(page, lambda: page._fitting.progress.runs_done > done)


def test_other_settings_are_another_fit(pages):
    page = pages()
    page._heard(SMALL)
    wait(page, lambda: is_over(page))
    page._heard({"what": "vary", "path": "disease.initial_infected", "on": False})
    assert "Settings were changed" in page.results.head.html["progress"]
    page._heard({"what": "vary", "path": "disease.initial_infected", "on": True})
    assert "Finished" in page.results.head.html["progress"]


def test_a_page_that_is_left_ends_its_fit(pages):
    page = pages()
    page._heard(LONG)
    fitting = page._fitting
    page.close()
    assert fitting.join(30)
    assert fitting.progress.phase == "stopped"
    assert FITS._busy == 0


def test_what_went_wrong_is_still_said_in_another_theme(pages):
    page = pages()
    page._heard(SMALL | {"runs": 3})
    said = page.desk.state["wrong"]
    page._heard({"what": "theme", "theme": "light"})
    assert page.desk.state["wrong"] == said != ""
    page._heard(SMALL | {"what": "numbers"})
    assert page.desk.state["wrong"] == ""


def test_a_fit_that_ended_and_is_not_looked_at_is_not_held_in_memory(pages):
    page = pages()
    page._heard(SMALL)
    wait(page, lambda: is_over(page))
    assert page._fitting.join(30)
    FITS._forget()
    assert page._fitting.folder not in FITS._going
    assert is_fit(page._fitting.folder)


def test_what_cannot_be_fitted_is_one_sentence_and_nothing_is_begun(pages):
    page = pages()
    page._heard(SMALL | {"runs": 3})
    assert page.desk.state["wrong"].startswith("Runs at most: must be a whole number from 80")
    assert page._fitting is None


def test_the_fitted_model_is_opened_as_a_draft(pages):
    page = pages()
    page._heard(SMALL)
    wait(page, lambda: is_over(page))
    before = len(DRAFTS)
    page._heard({"what": "open"})
    assert len(DRAFTS) == before + 1
    opened = list(DRAFTS._open.values())[-1]
    fitted = page.results.posterior.median_project()
    assert opened.draft.project().value("disease.transmission") == fitted.value(
        "disease.transmission"
    )


def test_every_method_of_the_engine_is_offered_with_words(pages):
    methods = pages().desk.state["methods"]
    assert [one["name"] for one in methods] == list(METHODS)
    assert all(one["about"] for one in methods)
