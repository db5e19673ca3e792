"""Attributes of the user's own: who gets which value."""

import numpy as np
import pytest

from populace.engine.attributes.base import with_attributes
from populace.engine.attributes.category import Category
from populace.engine.attributes.number import Number
from populace.engine.attributes.share import Share
from populace.engine.people import People, Places

COUNT = 40_000


def named(attribute, name):
    attribute.called = name
    return attribute


@pytest.fixture(scope="module")
def people():
    """People of all ages in three regions; the even ones have a workplace."""
    number = np.arange(COUNT)
    flat = np.zeros(COUNT, np.float32)
    return People(
        age=(number * 7 % 101).astype(np.uint8),
        region_index=(number * 3 // COUNT).astype(np.uint16),
        dwelling=number.astype(np.int32),
        x=flat,
        y=flat,
        places=Places(("1", "2", "3"), ("Up, hill", "Down", "Isle"), ("Land", "Land", "Sea")),
        memberships={"workplace": np.where(number % 2, -1, number // 10).astype(np.int32)},
    )


def known(people, *attributes):
    return with_attributes(people, attributes).attributes


def test_a_share_of_workers_of_an_age_has_it_and_nobody_else(people):
    nurse = Share(share=0.2, among_members_of="workplace", among_age_min=20, among_age_max=64)
    values = known(people, named(nurse, "nurse"))["nurse"].values.astype(bool)
    can = (people.memberships["workplace"] >= 0) & (people.age >= 20) & (people.age <= 64)
    assert not values[~can].any()
    assert values[can].mean() == pytest.approx(0.2, abs=0.015)
    assert set(people.age[values]) >= {20, 64}


def test_a_larger_share_keeps_those_of_a_smaller(people):
    few, many = (
        known(people, Share(share=share))["share"].values.astype(bool) for share in (0.1, 0.4)
    )
    assert few[few & many].sum() == few.sum() > 0
    assert many.mean() == pytest.approx(0.4, abs=0.01)


@pytest.mark.parametrize(("share", "expected"), [(0.0, 0), (1.0, COUNT)])
def test_nobody_and_everybody(people, share, expected):
    assert known(people, Share(share=share))["share"].values.sum() == expected


def test_who_has_it_depends_on_the_name_and_the_drawing_alone(people):
    alone = known(people, named(Share(share=0.3), "nurse"))["nurse"].values
    beside = known(people, Number(), named(Share(share=0.3), "nurse"))["nurse"].values
    other = known(people, named(Share(share=0.3), "baker"))["baker"].values
    again = known(people, named(Share(share=0.3, draw=2), "nurse"))["nurse"].values
    assert np.array_equal(alone, beside)
    # Two independent draws of 30 % agree on 58 % of people.
    for another in (other, again):
        assert (alone == another).mean() == pytest.approx(0.58, abs=0.015)


def test_neighbours_are_drawn_independently(people):
    values = known(people, named(Share(share=0.5), "coin"))["coin"].values.astype(float)
    for step in (1, 2, 7, 101, 4_096):
        assert abs(np.corrcoef(values[:-step], values[step:])[0, 1]) < 0.025


@pytest.mark.parametrize(
    ("places", "regions"),
    [("Down", {1}), ("Land", {0, 1}), ("Isle, Down", {1, 2}), ("Up, hill", {0}),
     ("Up, hill; Isle", {0, 2}), (" ", {0, 1, 2})],
)  # fmt: skip
def test_places_are_regions_or_their_groups(people, places, regions):
    values = known(people, Share(share=1.0, among_places=places))["share"].values.astype(bool)
    assert set(people.region_index[values]) == regions
    assert values.sum() == np.isin(people.region_index, list(regions)).sum()


def test_categories_are_as_common_as_their_weights(people):
    weights = {"car": 3, "train": 1, "never": 0}
    way = known(people, named(Category(weights=weights), "way"))["way"]
    assert way.names == ("car", "train", "never")
    assert np.bincount(way.values, minlength=3) / COUNT == pytest.approx([0.75, 0.25, 0], abs=0.01)


def test_who_cannot_have_a_category_has_none(people):
    job = named(Category(weights={"a": 1, "b": 1}, among_members_of="workplace"), "job")
    found = known(people, job)["job"]
    assert found.names == job.categories() == ("a", "b", "none")
    without = people.memberships["workplace"] < 0
    assert (found.values[without] == 2).all()
    assert (found.values[~without] < 2).all()


def test_a_later_attribute_may_be_for_those_of_an_earlier_one(people):
    nurse = named(Share(share=0.2), "nurse")
    ward = named(Category(weights={"surgery": 1, "other": 3}, among_attribute="nurse"), "ward")
    on_nights = named(Share(share=0.5, among_attribute="ward", among_values="surgery"), "on_nights")
    found = known(people, nurse, ward, on_nights)
    is_nurse, in_surgery = found["nurse"].values == 1, found["ward"].values == 0
    assert ((found["ward"].values < 2) == is_nurse).all()
    assert not found["on_nights"].values[~in_surgery].any()
    assert found["on_nights"].values[in_surgery].mean() == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize(
    ("settings", "mean", "deviation"),
    [
        ({"mean": 50.0, "deviation": 10.0}, 50, 10),
        ({"law": "uniform", "lowest": 0.0, "highest": 12.0}, 6, 12 / 12**0.5),
        ({"law": "log-normal", "mean": 30_000.0, "deviation": 20_000.0}, 30_000, 20_000),
        ({"mean": 5.0, "deviation": 0.0}, 5, 0),
        ({"law": "log-normal", "mean": 5.0, "deviation": 0.0}, 5, 0),
    ],
)
def test_numbers_have_the_declared_mean_and_deviation(people, settings, mean, deviation):
    number = Number(**settings)
    number.check()
    values = known(people, number)["number"].values.astype(float)
    assert values.mean() == pytest.approx(mean, rel=0.02)
    assert values.std() == pytest.approx(deviation, rel=0.04, abs=1e-6)


def test_bounds_cut_the_distribution_and_heap_nobody_up(people):
    number = Number(mean=0.0, deviation=1.0, lowest=-0.5, highest=2.0)
    values = known(people, number)["number"].values
    assert values.min() >= -0.5
    assert values.max() <= 2
    assert (values == -0.5).sum() + (values == 2).sum() < 5
    # Of a normal distribution between these bounds 28.6 % are below 0.
    assert (values < 0).mean() == pytest.approx(0.19146 / (0.97725 - 0.30854), abs=0.01)


def test_who_cannot_have_a_number_is_in_no_selection_by_it(people):
    income = named(Number(mean=5.0, among_age_min=18), "income")
    rich = named(Share(share=1.0, among_attribute="income", among_values=">= 5, < 100"), "rich")
    found = known(people, income, rich)
    minors = people.age < 18
    assert np.isnan(found["income"].values[minors]).all()
    assert not found["rich"].values[minors].any()
    assert np.array_equal(found["rich"].values == 1, found["income"].values >= 5)
