"""Messages of the browser become edits of the draft, and nothing else does."""

import pytest

from populace.engine.editing.draft import Draft
from populace.engine.policies.base import FOREVER
from populace.engine.project import Project
from populace.engine.registry import kinds
from populace.studio.composer.edit_form import EditForm, edit_in_words
from populace.studio.composer.policy_timeline import PolicyTimeline


@pytest.fixture
def draft():
    return Draft(Project.load("nyc_response").spec())


@pytest.fixture
def timeline(draft):
    return PolicyTimeline(draft)


def bar(timeline, name):
    return next(one for one in timeline.bars.bars if one["name"] == name)


def test_every_policy_has_a_bar_with_its_rule(timeline, draft):
    assert [one["name"] for one in timeline.bars.bars] == [
        part["kind"] for part in draft.spec["policies"]
    ]
    closure = bar(timeline, "school_closure")
    assert closure["rule"] == "when 20 people in hospital per 100,000; until below 5"
    assert (closure["start"], closure["end"]) == (0, FOREVER)
    assert (timeline.bars.start, timeline.bars.days) == ("2020-03-01", 300)


def test_a_drag_is_one_named_edit(timeline, draft):
    timeline.hear({"what": "time", "name": "testing", "start": 40, "end": FOREVER})
    assert draft.undo_label == "Move testing and isolation to 10 April 2020"
    assert bar(timeline, "testing")["start"] == 40
    draft.undo()
    assert bar(timeline, "testing")["start"] == 30


def test_what_the_browser_cannot_mean_changes_nothing(timeline, draft):
    before = draft.yaml
    for message in (
        {"what": "time", "name": "nobody", "start": 1, "end": 2},
        {"what": "add", "kind": "magic"},
        {"what": "delete", "name": ""},
        {"what": "dance", "name": "testing"},
    ):
        heard = timeline.bars.heard
        timeline.hear(message)
        assert timeline.bars.heard == heard + 1
    assert draft.yaml == before


def test_days_outside_the_declared_range_are_held(timeline, draft):
    timeline.hear({"what": "time", "name": "testing", "start": -5, "end": 10**9})
    [part] = [one for one in draft.spec["policies"] if one["kind"] == "testing"]
    assert "start_day" not in part
    assert "end_day" not in part


def test_what_is_added_or_doubled_is_selected_and_has_the_keyboard(timeline):
    timeline.hear({"what": "add", "kind": "lockdown"})
    assert (timeline.bars.selected, timeline.bars.focus) == ("lockdown", "lockdown")
    assert bar(timeline, "lockdown")["start"] == 75
    timeline.hear({"what": "copy", "name": "lockdown"})
    assert timeline.bars.selected == "lockdown_2"
    timeline.hear({"what": "delete", "name": "lockdown_2"})
    assert timeline.bars.selected == "lockdown"


def test_an_undone_policy_is_no_longer_selected(timeline, draft):
    timeline.hear({"what": "add", "kind": "lockdown"})
    draft.undo()
    assert timeline.bars.selected == ""
    assert timeline._form is None


def test_thresholds_are_in_the_form_while_there_is_a_trigger(timeline, draft):
    timeline.select("school_closure")
    assert "trigger_on" in timeline._form._widgets
    assert "start_day" not in timeline._form._widgets  # the bar is its widget
    draft.set("policies.school_closure.trigger", "none")
    assert "trigger_on" not in timeline._form._widgets


def test_the_form_keeps_its_widgets_while_values_change(timeline, draft):
    timeline.select("testing")
    form = timeline._form
    draft.set("policies.testing.share_tested", 0.2)
    assert timeline._form is form
    assert form._widgets["share_tested"].value == 0.2
    assert draft.undo_label == "Change policies.testing.share_tested"  # showing is no edit


def test_a_draft_with_a_broken_length_still_has_a_timeline():
    spec = Project.load("nyc_response").spec() | {"days": "long", "start_date": "soon"}
    timeline = PolicyTimeline(Draft(spec))
    assert (timeline.bars.days, timeline.bars.start) == (120, "2020-01-01")


def test_a_problem_of_a_policy_is_told_at_its_bar(timeline, draft):
    draft.set("policies.testing.end_day", 3)
    assert "never in force" in bar(timeline, "testing")["wrong"]


@pytest.mark.parametrize(
    ("family", "kind", "setting", "value", "words"),
    [
        ("policies", "masks", "coverage", 0.6, "Change masks: coverage to 60 %"),
        ("policies", "masks", "fade_in_days", 7, "Change masks: fade in days to 7 days"),
        ("policies", "masks", "trigger", "hospital", "Change masks: trigger to “hospital”"),
        ("diseases", "seir", "latent_period", 5.0, "Change latent period to 5 days"),
    ],
)
def test_an_edit_is_named_with_its_value(family, kind, setting, value, words):
    component = kinds(family)[kind]()
    declared = dict(component.declarations())[setting]
    assert edit_in_words(component, declared, value) == words


def test_a_value_that_is_the_default_leaves_the_file():
    heard = []
    masks = kinds("policies")["masks"](coverage=0.5)
    form = EditForm(masks, lambda *change: heard.append(change))
    form._widgets["coverage"].value = 0.7
    form._heard("coverage", masks.param.coverage.default)
    form._heard("coverage", 0.5)  # what it is already
    assert [change[:2] for change in heard] == [("coverage", None)]
