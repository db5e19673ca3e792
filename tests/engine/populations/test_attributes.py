"""Attributes: one more thing that is known of everybody."""

import numpy as np
import pytest

from populace.engine.people import Attribute, People, Places


def with_attribute(attribute: Attribute) -> People:
    flat = np.zeros(3, np.float32)
    return People(
        age=np.zeros(3, np.uint8),
        region_index=np.zeros(3, np.uint16),
        dwelling=np.arange(3, dtype=np.int32),
        x=flat,
        y=flat,
        places=Places(("a",), ("A",), ("",)),
        attributes={"sex": attribute},
    )


def test_an_attribute_cannot_be_written():
    people = with_attribute(Attribute(np.array([0, 1, 0], np.uint8), ("f", "m")))
    with pytest.raises(ValueError, match="read-only"):
        people.attributes["sex"].values[0] = 1


def test_a_category_is_a_byte_with_names_and_a_number_is_a_float_without():
    with pytest.raises(ValueError, match="must be uint8"):
        Attribute(np.zeros(3, np.int32), ("f", "m"))
    with pytest.raises(ValueError, match="must be float32"):
        Attribute(np.zeros(3, np.uint8))
    assert Attribute(np.zeros(3, np.float32)).names == ()


def test_every_code_has_a_name():
    with pytest.raises(ValueError, match="must have a name"):
        Attribute(np.array([0, 2], np.uint8), ("f", "m"))


def test_there_is_one_value_per_agent():
    with pytest.raises(ValueError, match="one value per agent"):
        with_attribute(Attribute(np.zeros(2, np.float32)))


def test_people_without_attributes_have_an_empty_mapping():
    flat = np.zeros(0, np.float32)
    empty = np.zeros(0, np.uint8), np.zeros(0, np.uint16), np.zeros(0, np.int32)
    assert dict(People(*empty, flat, flat, Places((), (), ())).attributes) == {}
