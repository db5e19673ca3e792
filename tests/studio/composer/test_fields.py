"""Fields: what a person types is read as they mean it, and the form says what it needs to."""

import datetime as dt

import pytest

from populace.engine.errors import ProjectError
from populace.engine.project import PARTS
from populace.engine.registry import kinds
from populace.studio.composer.fields import field, kind_of, number_of, text_of, value_of
from populace.studio.composer.parts import Part
from populace.studio.composer.spread import spreads
from populace.studio.controls.form import unit_beside


def declared(family, kind, name):
    """Return the declaration of a setting."""
    return dict(kinds(family)[kind].declarations())[name]


@pytest.mark.parametrize(
    ("text", "share", "whole", "value"),
    [
        ("2.05", False, False, 2.05),
        ("1,000", False, True, 1000),
        ("8 804 190", False, True, 8_804_190),
        ("0,5", False, False, 0.5),
        ("30", True, False, 0.3),
        ("12.5 %", True, False, 0.125),
        ("-3", False, True, -3),
        ("3.5", False, True, 3.5),
        ("", False, True, None),
        (" many ", False, False, "many"),
    ],
)
def test_numbers_are_read_as_people_write_them(text, share, whole, value):
    read = number_of(text, whole=whole, share=share)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize("key", PARTS)
def test_every_default_survives_the_form(key):
    for component in kinds(PARTS[key][0]).values():
        for _, one in component.declarations():
            if kind_of(one) == "nested" or one.default is None:
                continue
            read = value_of(one, text_of(one, one.default))
            if read is None:  # an empty box: as declared
                continue
            expected = one.default if one.default != "" else ""
            assert read == pytest.approx(expected) if isinstance(read, float) else read == expected


def test_a_share_is_shown_and_judged_in_per_cent():
    coverage = declared("policies", "masks", "coverage")
    shown = field("coverage", coverage, {"coverage": 1.6}, problem="must be at most 1, not 1.6.")
    assert (shown["value"], shown["unit"]) == ("160", "%")
    assert shown["problem"] == "must be 0 % to 100 %, not 160 %."
    assert shown["range"][:2] == [0, 100]
    assert shown["changed"]


def test_what_cannot_be_read_stands_in_the_form_as_it_was_typed():
    coverage = declared("policies", "masks", "coverage")
    shown = field("coverage", coverage, {"coverage": "many"}, problem="must be a number")
    assert (shown["value"], shown["problem"]) == ("many", "must be a number")


def test_a_field_tells_unit_range_default_source_and_when_it_acts():
    period = declared("diseases", "sir", "infectious_period")
    about = field("infectious_period", period, {})["about"]
    for word in ("Unit", "days", "Range", "Default", "Source", "when a run is begun"):
        assert word in about
    live = declared("diseases", "sir", "transmission")
    assert "at once in a running model" in field("transmission", live, {})["about"]


def test_a_day_of_the_run_has_its_date_beside_it():
    day = declared("policies", "masks", "start_day")
    shown = field("start_day", day, {"start_day": 30}, start=dt.date(2020, 3, 1))
    assert shown["note"] == "Tue 31 March 2020"
    assert field(
        "end_day", declared("policies", "masks", "end_day"), {}, start=dt.date(2020, 3, 1)
    )["note"] == ("to the end of the run")


def test_the_mean_of_a_stay_has_a_plot_of_its_spread():
    plots = spreads(Part("disease", "disease", {"kind": "seir"}))
    assert set(plots) >= {"latent_period", "infectious_period"}
    for plot in plots.values():
        assert plot["svg"].count("<rect") > 1
        assert "day" in plot["words"]
    assert spreads(Part("networks.school", "networks", {"kind": "school"})) == {}


def test_the_spread_follows_the_mean():
    short = spreads(Part("disease", "disease", {"kind": "sir", "infectious_period": 2.0}))
    long = spreads(Part("disease", "disease", {"kind": "sir", "infectious_period": 9.0}))
    assert short["infectious_period"] != long["infectious_period"]


def test_weights_by_name_are_a_table_that_survives_the_form():
    weights = declared("attributes", "category", "weights")
    assert kind_of(weights) == "pairs"
    assert text_of(weights, {"car": 5, "on foot": 0.5}) == '[["car", "5"], ["on foot", "0.5"]]'
    assert value_of(weights, '[["car", "5"], [" on  foot ", "0,5"]]') == {"car": 5, "on foot": 0.5}
    assert value_of(weights, '[["car", "many"]]') == {"car": "many"}


def test_two_values_of_one_name_are_refused_and_none_is_lost():
    weights = declared("attributes", "category", "weights")
    with pytest.raises(ProjectError, match="is there twice"):
        value_of(weights, '[["car", "5"], ["car", "1"]]')


def test_no_label_says_its_unit_again():
    for key in PARTS:
        for component in kinds(PARTS[key][0]).values():
            for name, one in component.declarations():
                shown = field(name, one, {})
                unit = shown["unit"].lower().replace("/", " per ")
                label = shown["label"].lower().replace(" a ", " per ")
                assert not unit or not label.endswith(unit), (component, name)


@pytest.mark.parametrize(
    ("label", "unit", "beside"),
    [
        ("Doses per day", "doses/day", ""),
        ("Contacts a day", "contacts/day", ""),
        ("Beds", "beds per 100,000 people", "per 100,000 people"),
        ("People", "people", ""),
        ("Coverage", "share", "%"),
        ("Share screened", "share a day", "% a day"),
        ("Size", "people", "people"),
        ("Edges", "numbers, with commas", ""),
    ],
)
def test_a_unit_stands_beside_a_value_where_the_label_does_not_say_it(label, unit, beside):
    assert unit_beside(label, unit) == beside


def test_a_policy_without_an_end_has_an_empty_box():
    end = declared("policies", "masks", "end_day")
    assert (text_of(end, end.default), value_of(end, "")) == ("", None)
    assert field("end_day", end, {})["hint"] == "no end"
