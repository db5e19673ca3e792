"""A packed picture is the picture."""

import numpy as np
import pytest

from populace.layers.packing import pack


def unpack(packed, height, width):
    """Undo `pack`, by another way than the browser's."""
    count = height * width
    words = packed.view(np.uint32)
    mask = words[: (count + 31) // 32]
    bits = np.unpackbits(mask.view(np.uint8), bitorder="little")[:count].astype(bool)
    pixels = np.zeros(count, np.uint32)
    pixels[bits] = words[len(mask) :]
    return pixels.view(np.uint8).reshape(height, width, 4)


@pytest.mark.parametrize(("height", "width"), [(1, 1), (3, 11), (4, 8), (5, 32), (70, 101)])
@pytest.mark.parametrize("share", [0.0, 0.2, 1.0])
def test_a_picture_is_whole_after_it_was_packed(height, width, share):
    stream = np.random.default_rng(height)
    pixels = stream.integers(1, 256, (height, width, 4), dtype=np.uint8)
    pixels[stream.random((height, width)) >= share] = 0
    assert np.array_equal(unpack(pack(pixels), height, width), pixels)


def test_a_picture_upside_down_is_packed_as_it_is_seen():
    pixels = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4)
    assert np.array_equal(unpack(pack(pixels[::-1]), 2, 3), pixels[::-1])


def test_empty_pixels_take_a_bit_each():
    assert len(pack(np.zeros((64, 64, 4), np.uint8))) == 64 * 64 / 8
