"""The column of sliders asks the run for changes, and says what was done in words."""

import pytest

from populace.engine.project import Project
from populace.engine.records import Applied
from populace.studio.controls.live_controls import LiveControls

COVERAGE = "policies.masks.coverage"


@pytest.fixture
def asked():
    return []


@pytest.fixture
def controls(asked):
    project = Project.load("nyc_covid")
    values = {setting.path: setting.value for setting in project.quantities(live_only=True)}

    def change(path, value):
        asked.append((path, value))
        return len(asked)

    return LiveControls(project, values, change)


def test_undo_asks_for_the_value_before_the_move_and_redo_for_the_move(controls, asked):
    controls._released(COVERAGE, 0.6)
    controls._undo_last()
    controls._redo_next()
    assert asked == [(COVERAGE, 0.6), (COVERAGE, 0.0), (COVERAGE, 0.6)]


def test_the_undo_button_names_what_it_takes_back(controls):
    assert controls._undo.disabled
    controls._released(COVERAGE, 0.6)
    assert controls._undo.description == "Undo: masks: coverage"


def test_a_taken_change_shows_the_day_from_which_it_holds(controls):
    controls.take(Applied(1, 40, COVERAGE, "Coverage", 0.0, 0.6))
    slider = controls._sliders[COVERAGE]
    assert (slider.value, slider.applied) == (0.6, "applied on day 40")


def test_a_change_is_told_in_the_units_of_the_slider(controls):
    change = Applied(1, 40, COVERAGE, "Coverage", 0.0, 0.6)
    assert controls.in_words(change) == "Masks: coverage 0 → 60 %"


def test_what_the_run_says_of_an_earlier_move_does_not_undo_a_later_one(controls):
    slider = controls._sliders[COVERAGE]
    for turn, value in enumerate((0.1, 0.2), start=1):
        slider._handle_msg({"value": value, "turn": turn})
    controls.take(Applied(1, 40, COVERAGE, "Coverage", 0.0, 0.1))
    assert slider.value == 0.2
    controls.take(Applied(2, 41, COVERAGE, "Coverage", 0.1, 0.2))
    assert (slider.value, slider.applied) == (0.2, "applied on day 41")
