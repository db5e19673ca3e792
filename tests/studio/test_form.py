"""One declaration gives the right widget, with unit, range and source."""

import panel_material_ui as pmui
import pytest

from populace.engine.project import Project
from populace.engine.quantities import Nested
from populace.engine.registry import kinds
from populace.studio.controls.form import about, decimals, finer, form_of, full_label, unit_text
from populace.studio.controls.live_slider import LiveSlider

FAMILIES = ("populations", "networks", "diseases", "behaviours", "policies", "observations")
COMPONENTS = [kind for family in FAMILIES for kind in kinds(family).values()]


def ignore(path, value):
    """Hear of a change and do nothing."""


@pytest.mark.parametrize("kind", COMPONENTS, ids=lambda kind: kind.kind_name())
def test_the_form_of_every_component_has_one_widget_per_declaration(kind):
    form = form_of(kind(), ignore)
    flat = [name for name, part in kind.declarations() if not isinstance(part, Nested)]
    assert len(form) == len(flat)


def test_a_live_form_leaves_out_what_a_running_model_cannot_take():
    disease = kinds("diseases")["covid_like"]()
    form = form_of(disease, ignore, prefix="disease", live_only=True)
    assert {widget.path for widget in form} == {
        "disease.transmission",
        "disease.imports_per_week",
    }


def test_a_share_is_shown_in_per_cent_and_sent_as_a_share():
    heard = []
    masks = kinds("policies")["masks"]()
    form = form_of(masks, lambda path, value: heard.append((path, value)), live_only=True)
    coverage = form[0]
    assert (coverage.unit, coverage.percent, coverage.end) == ("%", True, 1.0)
    coverage._handle_msg({"value": 0.6, "turn": 1})
    assert heard == [("coverage", 0.6)]


def test_a_slider_sends_no_value_outside_its_range():
    heard = []
    slider = LiveSlider(lambda path, value: heard.append(value), path="x", start=0, end=3)
    slider._handle_msg({"value": 99, "turn": 1})
    assert heard == [3]


def test_a_choice_becomes_a_list_and_a_text_a_box_to_type_in():
    series = kinds("observations")["observed_series"]()
    *texts, measures = form_of(series, ignore)
    assert all(isinstance(widget, pmui.TextInput) for widget in texts)
    assert isinstance(measures, pmui.Select)


def test_what_one_may_ask_about_a_number_names_range_default_and_source():
    disease = kinds("diseases")["covid_like"]
    declared = dict(disease.declarations())["transmission"]
    text = about(declared)
    for part in ("Range", "0 to 0.3", "Default", "Source", "assumption"):
        assert part in text


def test_labels_stand_alone_and_units_are_words():
    labels = {
        setting.path: full_label(setting.component, setting.declaration)
        for setting in Project.load("nyc_covid").quantities(live_only=True)
    }
    assert labels["disease.transmission"] == "Transmission"
    assert labels["policies.masks.coverage"] == "Masks: coverage"
    assert len(set(labels.values())) == len(labels)
    assert unit_text("x") == "× usual"


@pytest.mark.parametrize(("step", "digits"), [(1, 0), (0.05, 2), (0.001, 3), (0.5, 1)])
def test_a_value_has_as_many_decimals_as_its_step(step, digits):
    assert decimals(step) == digits


@pytest.mark.parametrize(
    ("step", "value", "found"), [(0.01, 0.028, 0.001), (1_000, 200, 100), (0.01, 0.3, 0.01)]
)
def test_a_slider_can_stand_on_the_value_that_a_project_gives(step, value, found):
    assert finer(step, value) == pytest.approx(found)


def test_a_value_between_two_steps_is_shown_as_it_is():
    disease = kinds("diseases")["seir"](transmission=0.028)
    sliders = {one.path: one for one in form_of(disease, ignore) if isinstance(one, LiveSlider)}
    assert sliders["transmission"].written(0.028) == "0.028"
