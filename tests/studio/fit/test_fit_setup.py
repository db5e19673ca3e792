"""The steps of a fit: what they begin with, why nothing can be fitted yet, and what is done."""

import pytest

from populace.engine.calibration.plan import FitPlan
from populace.engine.errors import ProjectError
from populace.engine.project import Project
from populace.studio.fit.setup import Setup

SCHOOL = Project.load("school_flu")


def test_a_page_begins_with_the_suggestion(tmp_path):
    SCHOOL.save(tmp_path)
    (tmp_path / "fit.yaml").unlink(missing_ok=True)
    project = Project.load(tmp_path)
    suggested = FitPlan.suggest(project)
    assert suggested is not None
    assert Setup(project).plan().as_spec(whole=True) == suggested.as_spec(whole=True)


def test_a_plan_beside_the_project_is_taken(tmp_path):
    project = Project.load(SCHOOL.save(tmp_path / "school"))
    (tmp_path / "school" / "fit.yaml").write_text(
        "quantities:\n- {path: disease.transmission, kind: normal, mean: 2, sd: 0.5}\n"
        "series:\n- {observation: observed_series, likelihood: normal, sd: 20}\n"
        "runs: 900\nparticles: 50\n"
    )
    setup = Setup(project)
    assert [one.setting.path for one in setup.choices.values() if one.on] == [
        "disease.transmission"
    ]
    assert setup.choice("disease.transmission").kind == "normal"
    assert (setup.runs, setup.particles) == (900, 50)
    assert setup.plan().series[0].likelihood.number == 20


def test_a_plan_beside_the_project_that_is_wrong_is_told_and_the_page_is_there(tmp_path):
    project = Project.load(SCHOOL.save(tmp_path / "school"))
    (tmp_path / "school" / "fit.yaml").write_text("runs: many\n")
    setup = Setup(project)
    assert "fit.yaml" in setup.wrong
    assert setup.reason == ""


def test_a_model_without_data_says_so():
    assert Setup(Project.load("town_flu")).reason == "There is nothing to fit to yet."


def test_it_is_said_what_is_missing_before_a_fit():
    setup = Setup(SCHOOL)
    setup.series("observed_series").on = False
    assert setup.reason == "Switch on what was observed: at least one series."
    setup.series("observed_series").on = True
    for one in setup.choices.values():
        one.on = False
    assert setup.reason == "Switch on what may vary: at least one number."
    setup.vary("disease.transmission", True)
    setup.choice("disease.transmission").type(SCHOOL, "low", "8")
    assert setup.reason == "First mend what is said of Transmission."


def test_numbers_that_cannot_be_used_are_refused_in_words_of_the_page():
    setup = Setup(SCHOOL)
    with pytest.raises(ProjectError, match="Runs at most: must be a whole number from 800"):
        setup.take_numbers(20, 200, 0)
    assert setup.particles == 200
    assert setup.runs >= 800


def test_people_can_only_be_chosen_where_the_model_has_them_as_a_number():
    assert Setup(SCHOOL).people == 0
    town = Setup(Project.load("town_flu"))
    assert (town.can_be_smaller, town.most) == (True, 50_000)


def test_a_series_can_be_said_to_count_something_else():
    setup = Setup(SCHOOL)
    one = setup.series("observed_series")
    assert "deaths" not in dict(one.observes)
    one.set(SCHOOL, "observes", "infections")
    one.set(SCHOOL, "reported", "50 %")
    one.set(SCHOOL, "delay", "2")
    found = setup.plan().series[0]
    assert (found.observes, found.reported, found.delay) == ("infections", 0.5, 2.0)
    one.set(SCHOOL, "reported", "500 %")
    assert one.wrong.startswith("Share that is counted: must be a number from")
    assert setup.reason == "First mend what is said of Boys in bed."
    fields = {name: text for name, _, text in one.as_state()["fields"]}
    assert fields["reported"] == "500 %"


def test_another_noise_or_another_count_keeps_what_was_typed_beside_it():
    one = Setup(SCHOOL).series("observed_series")
    one.set(SCHOOL, "observes", "infections")
    one.set(SCHOOL, "reported", "30 %")
    one.set(SCHOOL, "delay", "5")
    one.set(SCHOOL, "likelihood", "poisson")
    assert one.series is not None
    assert (one.series.likelihood.kind, one.series.reported, one.series.delay) == (
        "poisson", 0.3, 5.0,
    )  # fmt: skip
    one.set(SCHOOL, "observes", "present")  # which has no delay
    assert one.wrong == ""
    assert (one.series.reported, one.series.delay) == (0.3, 0.0)
