"""Words and places of parts on the canvas."""

import datetime as dt

import pytest

from populace.engine.editing.draft import Draft
from populace.engine.project import PARTS, Project
from populace.engine.registry import kinds
from populace.studio.composer.describe import figures, help_of, preset
from populace.studio.composer.layout import GAP_X, WIDTH, height_of, layout
from populace.studio.composer.palette import entries
from populace.studio.composer.parts import Part, parts_of

START = dt.date(2020, 3, 1)


def test_the_palette_has_every_kind_with_a_sentence_of_help():
    offered = {(one["key"], kind["kind"]) for one in entries() for kind in one["kinds"]}
    assert offered == {(key, kind) for key, (family, _) in PARTS.items() for kind in kinds(family)}
    for one in entries():
        for kind in one["kinds"]:
            assert kind["label"]
            assert len(kind["help"]) > 15


def test_help_is_the_first_sentence():
    assert help_of(kinds("policies")["lockdown"]) == (
        "A share of all contacts outside the home falls away, at school, at work and elsewhere."
    )


def test_a_disease_flips_to_custom_when_a_number_of_it_is_touched():
    def named(**values):
        return preset(Part("disease", "disease", {"kind": "measles", **values}))

    assert named() == "Measles"
    assert named(initial_infected=3) == "Measles"
    assert named(transmission=0.5) == "Measles: custom"


def test_figures_tell_people_dates_and_what_was_changed():
    people = Part("population", "population", {"kind": "nyc", "people": 88_000})
    assert figures(people, START) == ["88,000 people"]
    masks = {"kind": "masks", "start_day": 31, "coverage": 0.6}
    assert figures(Part("policies.masks", "policies", masks), START)[:2] == [
        "from 1 Apr on",
        "Coverage: 60 %",
    ]


def test_what_cannot_be_used_has_no_figure():
    masks = Part("policies.masks", "policies", {"kind": "masks", "coverage": 1.6, "effect": 0.5})
    assert figures(masks, START) == ["Effect: 50 %"]


@pytest.mark.parametrize("key", PARTS)
def test_every_kind_has_figures_that_fit(key):
    for kind in kinds(PARTS[key][0]):
        lines = figures(Part("x", key, {"kind": kind}), START)
        assert len(lines) <= 3
        assert all(0 < len(line) <= 42 for line in lines)


def test_columns_run_from_people_to_observations_and_nothing_overlaps():
    found = parts_of(Draft(Project.load("nyc_response").spec()))
    lines = {one.id: 2 for one in found}
    places = layout(found, {"policies.vaccination", "policies.testing"}, lines, {})
    x = {id_: place[0] for id_, place in places.items()}
    assert x["policies.vaccination"] < x["population"] < x["networks.school"] < x["disease"]
    assert x["population"] == x["policies.distancing"]
    assert no_overlap(places, lines)


def test_what_was_dragged_stays_and_the_others_make_room():
    found = parts_of(Draft(Project.load("nyc_covid").spec()))
    lines = {one.id: 2 for one in found}
    free = layout(found, set(), lines, {})
    placed = {"disease": free["networks.school"]}
    places = layout(found, set(), lines, placed)
    assert places["disease"] == free["networks.school"]
    assert no_overlap(places, lines)


def test_long_columns_are_broken_in_two():
    found = [Part(f"policies.p{n}", "policies", {"kind": "masks"}) for n in range(20)]
    places = layout(found, set(), {one.id: 2 for one in found}, {})
    assert sorted({x for x, _ in places.values()}) == [0, WIDTH + GAP_X, 2 * (WIDTH + GAP_X)]


def no_overlap(places, lines):
    """Tell whether all parts stand free."""
    boxes = [(x, y, x + WIDTH, y + height_of(lines[id_])) for id_, (x, y) in places.items()]
    return not any(
        a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
        for number, a in enumerate(boxes)
        for b in boxes[:number]
    )
