"""The scenarios and the story of a project are wherever the project is."""

import pytest

from populace.engine.editing.workspace import Workspace, open_folder, open_sample
from populace.engine.project import Project
from populace.engine.scenarios.scenario import read_scenarios
from populace.engine.scenarios.story import story_in

BOTH = ("scenarios.yaml", "story.yaml")
OTHER = "scenarios: [{name: Mine, set: {days: 20}}]\n"


@pytest.fixture
def city(home):
    opened = open_sample("nyc_covid")
    yield opened
    opened.journal.close()


def texts(folder):
    return [(folder / name).read_bytes() if (folder / name).exists() else b"" for name in BOTH]


def test_a_draft_of_a_sample_its_copy_and_what_is_saved_have_its_story(city, tmp_path):
    sample = Project.load("nyc_covid").folder
    saved = city.save(tmp_path / "mine")
    again = open_folder(saved)
    double = Workspace.new(again.draft.spec, source=again.folder)
    for folder in (city.folder, saved, again.folder, double.folder, double.save(tmp_path / "two")):
        assert texts(folder) == texts(sample)
        assert story_in(folder).told
    again.close()
    double.close()


def test_scenarios_changed_in_the_saved_project_are_not_written_over(city, tmp_path):
    saved = city.save(tmp_path / "mine")
    (saved / "story.yaml").unlink()
    (saved / "scenarios.yaml").write_text(OTHER)
    city.draft.set("days", 30)
    city.save()
    assert texts(saved) == [OTHER.encode(), b""]
    assert texts(city.save(tmp_path / "two")) == [OTHER.encode(), b""]


def test_a_project_written_over_another_leaves_none_of_its_scenarios(city, tmp_path):
    saved = city.save(tmp_path / "mine")
    blank = Workspace.new({"name": "Blank"})
    blank.save(saved, over=True)
    assert texts(saved) == [b"", b""]
    blank.close()


def test_a_saved_project_with_scenarios_that_are_wrong_opens_and_keeps_them(city, tmp_path):
    saved = city.save(tmp_path / "mine")
    (saved / "scenarios.yaml").write_text("scenarios: [")
    again = open_folder(saved)
    again.draft.set("days", 30)
    again.save()
    assert (saved / "scenarios.yaml").read_text() == "scenarios: ["
    again.close()


def test_a_data_file_of_the_draft_stays_what_it_is(city, tmp_path):
    saved = city.save(tmp_path / "mine")
    for folder, text in ((saved, "old"), (city.folder, "new")):
        (folder / "data").mkdir()
        (folder / "data" / "seen.csv").write_text(text)
    more = "scenarios: [{name: S, add: {observations: [{file: data/seen.csv}]}}]\n"
    (saved / "scenarios.yaml").write_text(more)
    (saved / "story.yaml").unlink()
    city.follow_scenarios()
    assert [one.name for one in read_scenarios(city.folder / "scenarios.yaml").scenarios] == ["S"]
    assert (city.folder / "data" / "seen.csv").read_text() == "new"


def test_what_is_to_be_fitted_travels_with_its_data_to_wherever_the_project_is(tmp_path, home):
    draft = open_sample("school_flu")
    (draft.folder / "fit.yaml").write_text("series: [{file: deaths.csv}]\n")
    (draft.folder / "deaths.csv").write_text("date,deaths\n")
    (draft.folder / "posterior.csv").write_text("weight,disease.transmission\n")
    saved = draft.save(tmp_path / "mine")
    assert (saved / "fit.yaml").read_text() == "series: [{file: deaths.csv}]\n"
    assert (saved / "deaths.csv").read_text() == "date,deaths\n"
    assert (saved / "posterior.csv").read_text() == "weight,disease.transmission\n"
    draft.journal.close()
