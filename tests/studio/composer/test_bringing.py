"""What stands behind the wizards: files on their way, work in the background, the scale meter."""

import threading

import pytest

from populace.engine.editing.draft import Draft
from populace.engine.errors import ProjectError
from populace.engine.project import Project
from populace.studio.composer.background import Background
from populace.studio.composer.population_wizard import population_wizard
from populace.studio.composer.scale_meter import fitting
from populace.studio.composer.upload import Upload
from populace.studio.composer.wizard_blocks import take_column
from populace.studio.runs import Runs, agent_count

TABLES = (".csv",)


class Page:
    """Does the work of a page when it is asked to, as a document does at its next tick."""

    def __init__(self):
        self.waiting, self._came = [], threading.Condition()

    def __call__(self, work):
        with self._came:
            self.waiting.append(work)
            self._came.notify()

    def tick(self, until):
        """Do what waits until something is true."""
        while not until():
            with self._came:
                while not self.waiting:
                    assert self._came.wait(10), "nothing came"
                work = self.waiting.pop(0)
            work()


def test_a_file_arrives_whole_and_is_gone_when_it_is_closed():
    upload = Upload("C:\\folder\\a.csv", 6, TABLES)
    assert upload.name == "a.csv"
    upload.take(b"a,b")
    assert upload.share == 0.5
    upload.take(b"\n1,")
    upload.finish()
    assert upload.path.read_bytes() == b"a,b\n1,"
    upload.close()
    assert not upload.path.exists()


def test_a_file_is_refused_by_name_and_size_before_it_is_sent():
    with pytest.raises(ProjectError, match="at most 200 MB"):
        Upload("a.csv", 200_000_001, TABLES)
    with pytest.raises(ProjectError, match=r"must be one of \.csv"):
        Upload("a.exe", 10, TABLES)
    with pytest.raises(ProjectError, match="is empty"):
        Upload("a.csv", 0, TABLES)


def test_a_file_that_is_larger_than_it_said_is_not_taken():
    upload = Upload("a.csv", 3, TABLES)
    with pytest.raises(ProjectError, match="larger than it was said"):
        upload.take(b"abcd")
    assert not upload.path.exists()


def test_a_file_that_is_cut_short_is_not_taken():
    upload = Upload("a.csv", 3, TABLES)
    upload.take(b"ab")
    with pytest.raises(ProjectError, match="did not arrive whole"):
        upload.finish()
    upload.close()


def test_what_was_stopped_tells_nothing_any_more():
    page, told, begun, go_on = Page(), [], threading.Event(), threading.Event()
    background = Background(page)

    def work(progress):
        begun.set()
        go_on.wait(10)
        progress("half", 0.5)
        told.append("went on")

    background.start(work, told.append, told.append, lambda *_: None)
    begun.wait(10)
    background.stop()
    go_on.set()
    background.start(lambda _: "second", told.append, told.append, lambda *_: None)
    page.tick(lambda: bool(told))
    assert told == ["second"]
    assert not background.busy


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ProjectError("is wrong."), "is wrong."),
        (KeyError("x"), "That did not work (KeyError: 'x')"),
    ],
)
def test_what_fails_becomes_a_sentence(error, words):
    page, told = Page(), []

    def work(_):
        raise error

    Background(page).start(work, told.append, told.append, lambda *_: None)
    page.tick(lambda: bool(told))
    assert told[0].startswith(words)


def test_a_column_has_one_role():
    matching = {"date": ("a",), "value": ("b",), "place": ()}
    assert take_column(matching, "column:place", "b") == {
        "date": ("a",), "value": (), "place": ("b",)
    }  # fmt: skip
    assert take_column(matching, "column:date", "")["date"] == ()


def test_a_run_that_does_not_fit_is_told_in_words():
    words, tone = fitting(4_000_000_000, 1_000_000_000, 8_000_000)
    assert tone == "wrong"
    assert words == (
        "This will not fit: it needs 4.0 GB, and 1.0 GB of memory are left. About 2,000,000 people "
        "would fit: choose fewer."
    )
    assert fitting(600_000_000, 1_000_000_000, 10)[1] == "warn"
    assert fitting(100_000_000, 1_000_000_000, 10) == ("", "")


def test_the_people_of_one_s_own_map_are_counted_before_they_are_built(tmp_path):
    (tmp_path / "folk.csv").write_text("id,age\n" + "".join(f"{at},30\n" for at in range(70)))
    spec = Project.load("town_flu").spec() | {
        "population": {"kind": "table", "file": "folk.csv", "x_column": "", "y_column": ""},
        "disease": {"kind": "sir", "initial_infected": 1},
    }
    project = Project.from_spec(spec, folder=tmp_path)
    assert agent_count(project) == 70
    assert Runs(memory_limit=10**9).room(project)[1] == 10**9


def test_the_same_population_keeps_its_other_settings(tmp_path):
    spec = Project.load("town_flu").spec()
    spec["population"] = {"kind": "town", "people": 9_000, "districts": 4}
    draft = Draft(spec, folder=tmp_path)
    wizard = population_wizard(draft, lambda work: work())
    wizard._heard({"act": "change", "key": "people", "value": 12_000})
    wizard.step = 1
    wizard._heard({"act": "press", "key": "finish"})
    assert draft.spec["population"] == {"kind": "town", "people": 12_000, "districts": 4}
    assert draft.undo_label == "Choose people: a made-up town"


def test_a_table_of_people_becomes_the_population(tmp_path, at_desk):
    spec = Project.load("town_flu").spec() | {
        "networks": [{"kind": "household"}],
        "disease": {"kind": "sir", "initial_infected": 1},
    }
    desk = at_desk(Draft(spec, folder=tmp_path), population_wizard)
    desk.choose("source", "table")
    assert desk.wizard.state["steps"] == ["Where", "Match columns", "Problems", "How many"]
    assert desk.wizard.state["buttons"][-1]["disabled"]  # there is no file yet
    desk.upload("id,age,home\na,30,h1\nb,x,h1\nc,5,h2\n", field="people")
    desk.choose("column:household", "home")
    desk.press("next")
    assert desk.blocks()["problem:not_a_number"]["rows"] == [[3, "age", "x", "is not a number."]]
    desk.press("next")
    desk.press("finish")
    assert desk.draft.undo_label == "Choose people: a.csv, own people"
    assert desk.draft.project().population.agent_count() == 2
    assert desk.wizard.state["step"] == 0


def test_another_source_and_back_keeps_what_was_chosen_of_ready_people(tmp_path, at_desk):
    desk = at_desk(Draft(Project.load("town_flu").spec(), folder=tmp_path), population_wizard)
    desk.choose("source", "country")
    desk.choose("country", "Nigeria")
    desk.choose("source", "map")
    desk.choose("source", "country")
    assert desk.blocks()["country"]["value"] == "Nigeria"
    desk.press("next")
    desk.choose("share", 2)  # of the 100 million that a model has at most
    desk.press("finish")
    assert desk.draft.spec["population"] == {
        "kind": "country", "country": "Nigeria", "people": 2_000_000
    }  # fmt: skip
